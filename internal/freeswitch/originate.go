package freeswitch

import (
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Originate returns the arguments of `originate` for a call. Contact first, the
// contact's channel has the call's own id and is parked when it answers:
//
//	{origination_uuid=CALL,…}sofia/gateway/trunk/1002 &park()
//
// Agent first, the agent's leg has the id that [AgentLegID] tells, and dials
// the contact, under the call's id, when it answers:
//
//	{origination_uuid=LEG,…}user/1000 &bridge([origination_uuid=CALL,…]sofia/gateway/trunk/1002)
//
// Each leg rings for at least d.RingTimeout and less than two seconds more: a
// far end is given the whole of the time that was promised it. An error is a
// [*TextError], and nothing may be sent.
func (s *Site) Originate(d ports.Dial) (string, error) {
	if d.Shape == attempt.AgentFirst {
		agent, contact, err := s.legs(&d, false)
		return line(err, agent, " &bridge(", contact, ")")
	}
	if d.Shape != attempt.ContactFirst {
		return "", noShape(&d)
	}
	contact, err := s.contactLeg(&d, braces)
	return line(err, contact, " &park()")
}

// OriginateKept is Originate agent first, for a client that hears no events.
// The agent's leg outlives the bridge, parked, so that what became of the
// contact can be read from its variables; it ends by itself after ParkTimeout.
//
//	{…}user/1000 'm:^:bridge:[…]sofia/gateway/trunk/1002^park' inline
func (s *Site) OriginateKept(d ports.Dial) (string, error) {
	if d.Shape != attempt.AgentFirst {
		return "", noShape(&d)
	}
	agent, contact, err := s.legs(&d, true)
	return line(err, agent, " 'm:^:bridge:", contact, "^park' inline")
}

// AgentLeg returns the arguments of `originate` for an agent's leg that is to
// be bridged to a parked contact: it is parked itself when it answers.
func (s *Site) AgentLeg(call, leg ports.ID, agent string, ring time.Duration) (string, error) {
	b := s.agentBlock(call, leg, ring)
	s.park(b)
	text, err := s.raise(b, agent)
	return line(err, text, " &park()")
}

// line is nothing at all if a part of it was refused.
func line(err error, parts ...string) (string, error) {
	if err != nil {
		return "", err
	}
	return strings.Join(parts, ""), nil
}

func noShape(d *ports.Dial) error {
	return &TextError{Field: "Shape", Value: d.Shape.String(), At: -1, Why: "a shape that this command has"}
}

// legs returns both legs of the agent-first shape.
func (s *Site) legs(d *ports.Dial, kept bool) (agent, contact string, err error) {
	b := s.agentBlock(d.Call, AgentLegID(d.Call), d.RingTimeout)
	if kept {
		b.put("continue_on_fail", "true")
		b.put("hangup_after_bridge", "false")
		s.park(b)
	}
	if agent, err = s.raise(b, d.Agent.Agent); err != nil {
		return "", "", err
	}
	contact, err = s.contactLeg(d, brackets)
	return agent, contact, err
}

// agentBlock begins an agent's leg. call_timeout is the limit of what the leg
// dials, the contact or a user's own dial string; without it that is 60 s,
// whatever the legs' own limits are.
func (s *Site) agentBlock(call, leg ports.ID, ring time.Duration) *block {
	b := &block{place: braces}
	b.put("origination_uuid", leg.String())
	b.seconds("originate_timeout", ring, 1)
	b.seconds("call_timeout", ring, 2)
	b.put("ignore_early_media", "true")
	s.mark(b, call, LegAgent)
	return b
}

func (s *Site) raise(b *block, agent string) (string, error) {
	endpoint, err := s.agent("Agent", agent)
	if err == nil {
		err = b.err
	}
	if err != nil {
		return "", err
	}
	return b.String() + endpoint, nil
}

// contactLeg is the contact's leg. originate_timeout=N ends the ringing between
// N-1 and N seconds, leg_timeout=N between N and N+1.
func (s *Site) contactLeg(d *ports.Dial, where place) (string, error) {
	b := &block{place: where}
	b.put("origination_uuid", d.Call.String())
	if where.open == braces.open {
		b.seconds("originate_timeout", d.RingTimeout, 1)
	} else {
		b.seconds("leg_timeout", d.RingTimeout, 0)
	}
	b.put("ignore_early_media", "true")
	b.say("CallerID", "origination_caller_id_number", d.CallerID, checkCallerID)
	b.say("CallerName", "origination_caller_id_name", s.CallerName, checkCallerName)
	if where.open == braces.open {
		s.park(b)
	}
	s.mark(b, d.Call, LegContact)
	if d.Screen && s.Screening {
		b.put("execute_on_answer", "avmd_start")
	}
	b.host(d.Variables)
	if b.err != nil {
		return "", b.err
	}
	endpoint, err := s.contact(d)
	if err != nil {
		return "", err
	}
	return b.String() + endpoint, nil
}

func checkCallerID(field, value string) error { return checkNumber(field, value, false) }

// park says when the switch ends the leg by itself, should nobody attend to it.
func (s *Site) park(b *block) {
	if s.ParkTimeout > 0 {
		b.seconds("park_timeout", s.ParkTimeout, 0)
	}
}

// mark says whose leg it is.
func (s *Site) mark(b *block, call ports.ID, leg string) {
	if err := wordForm.check("Tag", s.Tag); err != nil && b.err == nil {
		b.err = err // without it nobody would hear of the call
	}
	b.put(VarTag, s.Tag)
	b.say("Owner", VarOwner, s.Owner, wordForm.check)
	b.put(VarCall, call.String())
	b.put(VarLeg, leg)
}
