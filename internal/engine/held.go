package engine

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// held is an attempt that this worker owns.
type held struct {
	// a is the attempt as it is now. Its Version is the store's.
	a       attempt.Attempt
	contact campaign.Contact
	camp    *camp
	index   int // in camp.held

	// facts is what the stored version counts as.
	facts campaign.Facts
	// events have happened since the stored version, for replay; the first sent
	// of them are in the save in flight.
	events []attempt.Event
	sent   int
	record bool // the call's final record is to be written

	queued bool // waits to be saved
	saving bool // is in the save in flight
	intent bool // its dial is queued or in flight; a is still leased

	suspect suspicion // it may be another worker's by now
	proof   bool      // the save in flight will tell

	asked    bool  // the switch has been asked about its call or doubt
	deadline int64 // when deadlinePassed is called for it; 0: never
	armed    int64 // the earliest of its entries in the timers; 0: none
	gen      uint32
}

func (e *Engine) hold(c *camp, it ports.Item) *held {
	h := e.fresh()
	h.a, h.contact, h.camp = it.Attempt, it.Contact, c
	h.facts = campaign.FactsOf(&h.a)
	h.index = len(c.held)
	c.held = append(c.held, h)
	e.heldCount++
	return h
}

// fresh takes a used struct where there is one: a million calls pass here.
func (e *Engine) fresh() *held {
	if n := len(e.free); n > 0 {
		h := e.free[n-1]
		e.free = e.free[:n-1]
		return h
	}
	return &held{}
}

// drop forgets an attempt that is no longer this worker's.
func (e *Engine) drop(h *held) {
	c := h.camp
	last := c.held[len(c.held)-1]
	c.held[h.index] = last
	last.index = h.index
	c.held = c.held[:len(c.held)-1]
	e.heldCount--
	e.forgetCall(h)
	events, gen := h.events[:0], h.gen+1
	clear(h.events)
	*h = held{events: events, gen: gen}
	e.free = append(e.free, h)
	e.touch(c)
}

func (e *Engine) forgetCall(h *held) {
	for _, id := range [...]ports.ID{h.a.Call.ID, h.a.Doubt} {
		if e.calls[id] == h {
			delete(e.calls, id)
		}
	}
}

// arm sets the deadline. An entry that is too early is re-armed when it fires.
func (e *Engine) arm(h *held, at time.Time) {
	h.deadline = ceil(at.UnixNano())
	if h.armed == 0 || h.deadline < h.armed {
		h.armed = h.deadline
		e.timers.push(timer{at: h.deadline, held: h, gen: h.gen})
	}
}

func (e *Engine) disarm(h *held) { h.deadline = 0 }

// ring handles an attempt's entry of the timers.
func (e *Engine) ring(t timer) {
	h := t.held
	if h.gen != t.gen || t.at != h.armed {
		return // re-used, or an earlier entry stood in for it
	}
	h.armed = 0
	switch {
	case h.deadline == 0:
	case h.deadline > e.now.UnixNano():
		e.arm(h, time.Unix(0, h.deadline))
	default:
		h.deadline = 0
		e.deadlinePassed(h)
	}
}

// armState sets the deadline that the attempt's state has.
func (e *Engine) armState(h *held) {
	spec := &h.camp.c.Spec
	switch h.a.State {
	case attempt.StateDialling, attempt.StateRinging:
		legs := time.Duration(1)
		if spec.Shape == attempt.AgentFirst {
			legs = 2
		}
		e.arm(h, e.now.Add(legs*spec.RingTimeout+askAgain))
	case attempt.StateAMDScreening:
		e.arm(h, e.now.Add(spec.ScreeningTimeout))
	case attempt.StateAttaching:
		e.arm(h, e.now.Add(spec.AgentWait))
	case attempt.StateInProgress:
		e.arm(h, e.now.Add(e.cfg.CallCheck))
	case attempt.StateProcessing:
		e.arm(h, h.a.Since.Add(spec.DispositionWait))
	default:
		e.disarm(h)
	}
}

// deadlinePassed does what the state has a deadline for. A question that the
// switch leaves unanswered is asked again.
func (e *Engine) deadlinePassed(h *held) {
	switch {
	case h.a.State.Line() && (h.suspect != sure || e.lapsed()):
		e.suspect(h, unsure)
	case h.intent || h.saving && h.a.State == attempt.StateLeased:
	case h.a.State == attempt.StateLeased:
		e.giveBack(h, askAgain) // its doubt could not be cleared now
	case h.a.State == attempt.StateAMDScreening && h.a.Call.Verdict == attempt.VerdictNone:
		e.apply(h, attempt.Screened{At: e.now, Verdict: attempt.VerdictUnsure})
	case h.a.State == attempt.StateAttaching && !h.a.Call.Unserved:
		e.apply(h, attempt.Unserved{At: e.now})
		e.arm(h, e.now.Add(askAgain))
	case h.a.State == attempt.StateProcessing:
		e.apply(h, attempt.Expire{At: e.now})
	case h.a.State.Line():
		e.ask(h, h.a.Call.ID)
	}
}

// ask asks the switch about a call and waits a while for the answer.
func (e *Engine) ask(h *held, call ports.ID) {
	h.asked = true
	e.calls[call] = h
	e.act(Act{Kind: ActAsk, Call: call})
	e.arm(h, e.now.Add(askAgain))
}
