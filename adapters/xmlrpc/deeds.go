package xmlrpc

import (
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// settle passes on what the book has to tell, and does what it wants done.
func (s *Switch) settle() {
	for {
		s.tell(s.book.Take())
		deeds := s.book.Deeds()
		if len(deeds) == 0 {
			return
		}
		s.carryOut(deeds)
	}
}

func (s *Switch) tell(told []ports.Event) {
	now := s.clock.Now()
	s.overload.Learn(now, told)
	over := map[ports.ID]bool{}
	for i := range told {
		switch ev := &told[i]; {
		case ev.Kind == ports.Ended || ev.Kind == ports.Refused:
			over[ev.Call] = true
		case ev.Kind == ports.Stage && ev.Stage == ports.StageAbsent && !over[ev.Call]:
			s.book.Doubt(ev.Call, now.Add(s.cfg.GhostHorizon))
		}
	}
	s.outbox.Put(told...)
}

// carryOut queues deeds. With the switch away they are dropped: what still has
// to be done will be asked for when it is back.
func (s *Switch) carryOut(deeds []freeswitch.Deed) {
	for _, d := range deeds {
		switch {
		case s.up:
			s.pushDeed(d)
		case d.Kind == freeswitch.DeedLook:
			s.book.LookFailed(d.Call)
		case d.Kind == freeswitch.DeedRaise:
			s.book.NotSent(d.Leg, "NOT_CONNECTED")
		}
	}
}

// pushDeed queues what the book wants done. What cannot be said is answered as
// if the switch had refused it.
func (s *Switch) pushDeed(d freeswitch.Deed) {
	switch d.Kind {
	case freeswitch.DeedKill:
		s.kill(d.Leg, d.Cause)
	case freeswitch.DeedRaise:
		args, err := s.site.AgentLeg(d.Call, d.Leg, d.To.Agent, d.Ring)
		if err != nil {
			s.book.Reply(d.Leg, "-ERR INVALID_URL")
			return
		}
		s.start(&originate{call: d.Call, leg: d.Leg, up: d.Leg, args: args, ring: d.Ring}, s.raise)
	case freeswitch.DeedBridge:
		s.bridge(d)
	case freeswitch.DeedTransfer:
		args, err := s.site.Transfer(d.Call, d.To)
		if err != nil {
			s.book.Joined(d.Call, d.Leg, "-ERR INVALID_URL")
			return
		}
		s.join(d, "uuid_transfer", args)
	case freeswitch.DeedMark:
		s.setVar(d, freeswitch.VarStage, freeswitch.StageMark)
	case freeswitch.DeedOwn:
		s.setVar(d, freeswitch.VarOwner, s.site.Owner)
	case freeswitch.DeedLook:
		s.push(&s.queue.looks, s.look(d))
	}
}

// dialling reports whether a call's originate is under way.
func (s *Switch) dialling(call ports.ID) bool {
	_, under := s.dials[call]
	return under
}

// start begins an originate, in a goroutine of its own.
func (s *Switch) start(o *originate, how func(*originate)) {
	s.dials[o.leg] = time.Time{}
	if o.raise() {
		s.raises++
	}
	s.moving.Add(1)
	s.parts.Go(func() { how(o) })
}

func (s *Switch) kill(leg ports.ID, cause string) {
	if args, err := freeswitch.Kill(leg, cause); err == nil {
		s.push(&s.queue.urgent, &command{api: "uuid_kill", args: args})
	}
}

func (s *Switch) setVar(d freeswitch.Deed, name, value string) {
	s.push(&s.queue.urgent, &command{api: "uuid_setvar", args: d.Leg.String() + " " + name + " " + value})
}

// bridge connects a contact and an agent's leg. Done twice it would part those
// whom it has connected, so that after a reply that is lost the channel is asked.
func (s *Switch) bridge(d freeswitch.Deed) {
	c := &command{api: "uuid_bridge", args: d.Call.String() + " " + d.Leg.String(), once: true}
	c.done = func(reply string, err error) {
		if err == nil {
			s.book.Joined(d.Call, d.Leg, reply)
			return
		}
		s.push(&s.queue.urgent, s.bridged(d))
	}
	s.push(&s.queue.urgent, c)
}

// bridged asks whether the two are connected, or about to be.
func (s *Switch) bridged(d freeswitch.Deed) *command {
	return &command{api: "uuid_dump", args: d.Call.String() + " json", needed: true, done: func(reply string, err error) {
		dump, bad := freeswitch.ParseDump(reply)
		switch {
		case err != nil || bad != nil: // when the switch is back the book begins anew
		case dump != nil && dump.With(d.Leg):
			s.book.Joined(d.Call, d.Leg, "+OK")
		default:
			s.book.Joined(d.Call, d.Leg, "-ERR")
		}
	}}
}

// join hands the result to the book. A reply that cannot be read says nothing,
// and taking it for a failure would part those whom it has connected: it is
// tried again. While the switch is away there is no result: when it is back the
// book begins anew.
func (s *Switch) join(d freeswitch.Deed, api, args string) {
	s.push(&s.queue.urgent, &command{api: api, args: args, needed: true, done: func(reply string, err error) {
		if err == nil || unclear(err) {
			s.book.Joined(d.Call, d.Leg, reply)
		}
	}})
}

// look dumps a channel. That it is not there says nothing if its originate was
// under way when we asked and is not now: it may have come about in between.
func (s *Switch) look(d freeswitch.Deed) *command {
	early := false
	return &command{
		api: "uuid_dump", args: d.Leg.String() + " json",
		start: func() { early = s.dialling(d.Call) },
		done: func(reply string, err error) {
			if err != nil {
				s.book.LookFailed(d.Call)
				return
			}
			dump, err := freeswitch.ParseDump(reply)
			switch {
			case err != nil:
				s.stats.Malformed++
				s.book.LookFailed(d.Call)
			case dump == nil && early && !s.dialling(d.Call):
				s.push(&s.queue.looks, s.look(d))
			default:
				s.book.Looked(d.Leg, dump)
			}
		},
	}
}
