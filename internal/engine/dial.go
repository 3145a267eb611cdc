package engine

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// begun takes the first leased row and begins its dial, or clears a doubt
// first. It reports whether a line is on its way.
func (e *Engine) begun(c *camp) bool {
	h := c.ready[0]
	c.ready = c.ready[1:]
	if !e.mayDial(h) {
		return false
	}
	e.intend(h)
	return true
}

// mayDial is the one place where a leased attempt is held back before its dial.
// An attempt with a call in doubt is dialled only after the switch has said,
// just now, that it does not know that call. Checks of the host's come here.
func (e *Engine) mayDial(h *held) bool {
	if h.a.Doubt == (ports.ID{}) {
		return true
	}
	switch wait := h.a.DoubtUntil.Sub(e.now); {
	case wait > 0:
		e.giveBack(h, wait) // as after a restart: it may still surface
	case !h.asked:
		e.ask(h, h.a.Doubt)
	}
	return false
}

// intend queues the transition to dialling. The row stays leased, here and in
// the store, until the store has granted the claims.
func (e *Engine) intend(h *held) {
	c := h.camp
	h.intent = true
	c.lines++
	e.ringing++
	e.begunRates(c)
	if c.trunk != nil {
		c.trunk.lines++
	}
	agent := ""
	if e.cfg.Pool && len(c.idle) > 0 {
		agent = c.idle[0]
		c.idle = c.idle[1:]
		e.act(Act{Kind: ActHold, Agent: agent})
	}
	h.a.Call.Agent = agent
	e.toSave(h)
}

// intention is the transition of a queued intent.
func (e *Engine) intention(h *held) (ports.Transition, bool) {
	s := &h.camp.c.Spec
	after, _, err := attempt.Next(&h.camp.rules, h.a, attempt.Dial{
		At: e.now, Address: h.contact.Address, Trunk: e.gateway(h), CallerID: s.CallerID, Agent: h.a.Call.Agent,
	})
	if err != nil {
		return ports.Transition{}, false
	}
	return ports.Transition{Attempt: after, Before: h.facts, Claims: h.camp.claims(h.a.Call.Agent)}, true
}

// trunkOf is the trunk of a campaign's plain numbers.
func (e *Engine) trunkOf(s *campaign.Spec) string {
	if s.Trunk == "" {
		return e.cfg.DefaultTrunk
	}
	return s.Trunk
}

// gateway is what the call to a contact leaves by, for its record: that of its
// dial string, none for a SIP URI, or the campaign's.
func (e *Engine) gateway(h *held) string {
	s := &h.camp.c.Spec
	a, err := campaign.ParseAddress(h.contact.Address, s.Allow())
	switch {
	case err == nil && a.Kind == campaign.DialString:
		return a.Gateway
	case err == nil && a.Kind == campaign.SIP:
		return ""
	}
	return e.trunkOf(s)
}

// claims are the shares of limits that a dial holds, in the order of their keys.
func (c *camp) claims(agent string) []ports.Claim {
	if agent == "" {
		return c.shares
	}
	return append([]ports.Claim{{Key: "agent/" + agent, Max: 1}}, c.shares...)
}

// setShares makes the claims that all dials of the campaign have in common.
func (c *camp) setShares() {
	s := &c.c.Spec
	c.shares = []ports.Claim{
		{Key: c.lineKey, Max: s.MaxConcurrent},
		{Key: c.rateKey, Max: s.CallsPerSecond, Per: time.Second},
	}
	if t := c.trunk; t != nil && t.Lines > 0 {
		c.shares = append(c.shares, ports.Claim{Key: t.lineKey, Max: t.Lines})
	}
	if t := c.trunk; t != nil && t.PerSecond > 0 {
		c.shares = append(c.shares, ports.Claim{Key: t.rateKey, Max: t.PerSecond, Per: time.Second})
	}
}

// granted is an intent that the store has written: the call may be placed, if
// nothing has changed meanwhile.
func (e *Engine) granted(h *held, after attempt.Attempt) {
	e.stored(h, after)
	h.intent = false
	e.calls[h.a.Call.ID] = h
	e.armState(h)
	if e.notes {
		e.noteAttempt(h, attempt.StateLeased)
	}
	if !e.maySend(h) {
		delete(e.calls, h.a.Call.ID)
		e.unsentRates(h.camp)
		e.apply(h, attempt.Unsent{At: e.now, Running: h.camp.running(e.now)})
		return
	}
	e.sentRates(h.camp)
	e.act(Act{Kind: ActOriginate, Dial: h.dial()})
}

// maySend asks once more, now that the write is in.
func (e *Engine) maySend(h *held) bool {
	limit, _ := e.gate(h.camp)
	fresh := e.now.Sub(h.a.Call.DialledAt) < sendWithin
	return limit == "" && fresh && e.now.Before(e.trustUntil) && h.a.Run == h.camp.c.Run.Number
}

func (h *held) dial() ports.Dial {
	s, c := &h.camp.c.Spec, &h.a.Call
	return ports.Dial{
		Call: c.ID, Campaign: h.a.Campaign, Run: h.a.Run, Contact: h.a.Contact, Number: c.Number,
		Shape: s.Shape, Address: c.Address, Trunk: c.Trunk, CallerID: c.CallerID,
		RingTimeout: s.RingTimeout, Agent: h.camp.target(c.Agent), Screen: c.Screened,
		Variables: h.contact.Variables,
	}
}

// withdrawn takes back what intend reserved.
func (e *Engine) withdrawn(h *held, agentAway bool) {
	h.intent = false
	e.ringing--
	e.unsentRates(h.camp)
	e.lineFreed(h.camp)
	agent := h.a.Call.Agent
	h.a.Call.Agent = ""
	switch {
	case agent == "":
	case agentAway:
		e.away = append(e.away, awayAgent{agent, e.now.Add(agentPause)})
	default:
		e.act(Act{Kind: ActRelease, Agent: agent})
	}
}

// awayAgent is idle here and held by another worker: it is not offered for a
// while.
type awayAgent struct {
	agent string
	until time.Time
}

func (e *Engine) nextAway() time.Time {
	if len(e.away) == 0 {
		return time.Time{}
	}
	return e.away[0].until
}

func (e *Engine) releaseAway() {
	for len(e.away) > 0 && !e.now.Before(e.away[0].until) {
		e.act(Act{Kind: ActRelease, Agent: e.away[0].agent})
		e.away = e.away[1:]
	}
}

// unsent is an originate that the adapter did not take: nothing went out.
func (e *Engine) unsent(u Unsent) {
	h := e.calls[u.Call]
	if h == nil || h.a.State != attempt.StateDialling {
		return
	}
	running := h.camp.running(e.now)
	e.busyUntil = e.now.Add(busyPause)
	if isBusy(u.Err) {
		delete(e.calls, u.Call)
		e.apply(h, attempt.Unsent{At: e.now, Running: running})
		return
	}
	e.troubled(h.camp, u.Err.Error())
	e.apply(h, attempt.Refused{At: e.now, Running: running, Cause: u.Err.Error()})
}
