package engine

import (
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// event takes one event of the switch.
func (e *Engine) event(ev *ports.Event) {
	switch ev.Kind {
	case ports.Down:
		e.switchDown, e.downCause = true, ev.Cause
		e.touchAll()
		return
	case ports.Up:
		e.switchDown = false
		for _, c := range e.order {
			c.trouble = time.Time{}
			c.askAll(e)
		}
		e.touchAll()
		return
	}
	h := e.calls[ev.Call]
	switch {
	case h == nil:
		e.surfaced(ev)
	case ev.Call == h.a.Call.ID:
		e.callEvent(h, ev)
	case ev.Call == h.a.Doubt && h.a.State == attempt.StateLeased:
		e.doubtEvent(h, ev)
	}
}

// askAll asks about the calls in hand: the switch was away, and only their
// ends come by themselves.
func (c *camp) askAll(e *Engine) {
	for _, h := range c.held {
		if h.a.State.Line() {
			e.ask(h, h.a.Call.ID)
		}
	}
}

// callEvent takes an event of the call in hand.
func (e *Engine) callEvent(h *held, ev *ports.Event) {
	at := ev.At.Truncate(time.Microsecond)
	if at.IsZero() {
		at = e.now
	}
	if ev.Kind != ports.Refused && ev.Kind != ports.Stage {
		h.camp.trouble = time.Time{}
	}
	switch ev.Kind {
	case ports.Refused:
		if e.apply(h, attempt.Refused{At: at, Running: h.camp.running(e.now), Cause: ev.Cause}) {
			e.troubled(h.camp, ev.Cause)
			h.camp.refusedAt = e.now
		}
	case ports.AgentUp:
		e.apply(h, attempt.AgentUp{At: at})
	case ports.Progress:
		e.apply(h, attempt.Progress{At: at})
	case ports.Answered:
		e.apply(h, attempt.Answered{At: at})
	case ports.Screened:
		e.apply(h, attempt.Screened{At: at, Verdict: ev.Verdict})
	case ports.Attached:
		e.apply(h, attempt.Attached{At: at})
	case ports.Unserved:
		e.apply(h, attempt.Unserved{At: at})
	case ports.Stage:
		e.stage(h, ev)
	case ports.Ended:
		e.apply(h, attempt.Ended{
			At: at, Running: h.camp.running(e.now), Cause: ev.Cause, SIPStatus: ev.SIPStatus,
			SIPCallID: ev.SIPCallID, AnsweredAt: ev.AnsweredAt.Truncate(time.Microsecond),
		})
	}
}

// stage takes the answer to a question about the call in hand: what the switch
// knows and we have missed is made up for.
func (e *Engine) stage(h *held, ev *ports.Event) {
	h.asked = false
	if !h.a.State.Line() {
		return
	}
	if ev.Stage == ports.StageAbsent {
		e.apply(h, attempt.Lost{At: e.now, Running: h.camp.running(e.now), Horizon: e.limits.GhostHorizon})
		return
	}
	s := h.a.State
	if ev.Stage >= ports.StageRinging && s == attempt.StateDialling {
		e.apply(h, attempt.Progress{At: e.now})
	}
	if ev.Stage >= ports.StageAnswered && unanswered(s) {
		e.apply(h, attempt.Answered{At: e.now})
	}
	if ev.Stage == ports.StageAttached && h.a.State == attempt.StateAttaching {
		e.apply(h, attempt.Attached{At: e.now})
	}
	if h.a.State != s {
		return
	}
	e.armState(h)
	if slices.Contains(attempt.Pending(h.a), attempt.Hangup) && !h.withheld(attempt.Hangup) {
		e.act(Act{Kind: ActHangup, Call: h.a.Call.ID}) // the first one did not get through
	}
}

// doubtEvent takes an event of the call whose end is not known, of an attempt
// that waits to be dialled again. Unless the switch does not know the call, it
// is a ghost.
func (e *Engine) doubtEvent(h *held, ev *ports.Event) {
	if h.intent || h.saving {
		return
	}
	id := ev.Call
	delete(e.calls, id)
	h.asked = false
	gone := ev.Kind == ports.Stage && ev.Stage == ports.StageAbsent
	if gone || ev.Kind == ports.Ended {
		if !gone {
			e.recordGhost(id)
		}
		h.a.Doubt, h.a.DoubtUntil = ports.ID{}, time.Time{}
		e.disarm(h)
		h.camp.ready = append([]*held{h}, h.camp.ready...)
		e.touch(h.camp)
		return
	}
	e.ghost(id)
	e.giveBack(h, max(e.limits.GhostHorizon, askAgain))
}

// surfaced looks at an event of a call that is not in hand: one of ours that
// was closed as unknown is hung up on sight.
func (e *Engine) surfaced(ev *ports.Event) {
	if !e.ghosts.has(ev.Call, e.now) {
		return
	}
	switch {
	case ev.Kind == ports.Ended:
		e.ghosts.remove(ev.Call)
	case ev.Kind == ports.Refused, ev.Kind == ports.Stage && ev.Stage == ports.StageAbsent:
	default:
		e.ghost(ev.Call)
	}
}

func (e *Engine) ghost(id ports.ID) {
	e.act(Act{Kind: ActHangup, Call: id})
	e.recordGhost(id)
}

func (e *Engine) recordGhost(id ports.ID) {
	if e.flight[OpGhosts] {
		e.nextGhosts = append(e.nextGhosts, id)
		return
	}
	e.toGhost = append(e.toGhost, id)
}

// troubled notes that the switch has not taken a call of the campaign.
func (e *Engine) troubled(c *camp, cause string) {
	c.troubleCause = cause
	if !c.trouble.IsZero() || c.c.Status != campaign.Running {
		return
	}
	c.trouble, c.troubleKnown = e.now, false
	e.touch(c)
}

// concludeFailure fails a campaign whose calls the switch has not taken for
// FailAfter, while it could have dialled.
func (e *Engine) concludeFailure(c *camp) {
	if c.c.Status != campaign.Running || c.closing() || e.stopping || !c.schedule.Open(e.now) {
		c.trouble = time.Time{} // it could not dial, whatever the switch does
		return
	}
	if e.switchDown {
		e.troubled(c, e.downCause)
	}
	if c.trouble.IsZero() {
		return
	}
	if !c.troubleKnown {
		e.wantLease(c, 0)
		return
	}
	limit := c.trouble.Add(c.c.Spec.FailAfter)
	if e.switchDown {
		e.wakeAt(c, latest(limit, e.now.Add(limitPause)))
	}
	if e.now.Before(limit) || !e.switchDown && c.refusedAt.Before(limit) {
		return
	}
	// What the store counts as dials is only known while no write is under way.
	if len(e.queue) == 0 && !e.flight[OpSave] && !e.flight[OpLease] {
		e.submit(c, campaign.Event{Action: campaign.Fail, Reason: "the switch took no call since " +
			c.trouble.UTC().Format(time.RFC3339) + ": " + c.troubleCause})
	}
}

// doubts remembers calls closed as unknown for as long as they may surface.
type doubts struct {
	until map[ports.ID]time.Time
	queue []ports.ID
}

func (d *doubts) add(id ports.ID, until time.Time) {
	if d.until == nil {
		d.until = map[ports.ID]time.Time{}
	}
	if _, known := d.until[id]; !known {
		d.queue = append(d.queue, id)
	}
	d.until[id] = until
}

// purge forgets what cannot surface any more.
func (d *doubts) purge(now time.Time) {
	for len(d.queue) > 0 && !now.Before(d.until[d.queue[0]]) {
		delete(d.until, d.queue[0])
		d.queue = d.queue[1:]
	}
}

func (d *doubts) has(id ports.ID, now time.Time) bool {
	d.purge(now)
	_, known := d.until[id]
	return known
}

func (d *doubts) remove(id ports.ID) {
	if _, known := d.until[id]; known {
		d.until[id] = time.Time{}
	}
}
