package engine

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// saveOp is the save in flight.
type saveOp struct {
	held  []*held
	batch []ports.Transition
}

// toSave queues an attempt's row to be written.
func (e *Engine) toSave(h *held) {
	if !h.queued {
		h.queued = true
		e.queue = append(e.queue, h)
	}
}

// emitSave hands out what is queued, if no save is in flight. A row has one
// transition in a save, however many events it gathered.
func (e *Engine) emitSave() {
	if !e.can(OpSave) || len(e.queue) == 0 || e.forgotten.inFlight {
		return
	}
	e.save.held, e.save.batch = e.save.held[:0], e.save.batch[:0]
	n := min(len(e.queue), maxSave)
	for _, h := range e.queue[:n] {
		h.queued = false
		if t, ok := e.transition(h); ok {
			h.saving, h.sent, h.proof = true, len(h.events), h.suspect != sure && !e.lapsed()
			e.save.held = append(e.save.held, h)
			e.save.batch = append(e.save.batch, t)
		} else {
			e.withdrawn(h, false)
		}
	}
	e.queue = append(e.queue[:0], e.queue[n:]...)
	if len(e.save.batch) > 0 {
		e.emit(Op{Kind: OpSave, Save: e.save.batch})
	}
}

func (e *Engine) transition(h *held) (ports.Transition, bool) {
	if h.intent {
		return e.intention(h)
	}
	return ports.Transition{Attempt: h.a, Before: h.facts, Record: h.record}, true
}

// saved takes the result of the save in flight.
func (e *Engine) saved(r *Result) {
	if r.Err != nil {
		e.requeue()
		return
	}
	next := 0
	for i, h := range e.save.held {
		h.saving = false
		t := &e.save.batch[i]
		if next < len(r.Refusals) && r.Refusals[next].Index == i {
			e.refused(h, t, &r.Refusals[next])
			next++
			continue
		}
		e.landed(h, t)
	}
}

// requeue puts a batch whose fate is unknown back to the head of the queue. If
// it was written after all, the next try is refused with the rows as they are.
func (e *Engine) requeue() {
	var back []*held
	for _, h := range e.save.held {
		h.saving = false
		if !h.queued {
			h.queued = true
			back = append(back, h)
		}
	}
	e.queue = append(back, e.queue...)
}

// landed is a row that the store has written.
func (e *Engine) landed(h *held, t *ports.Transition) {
	if h.intent {
		e.granted(h, t.Attempt)
		return
	}
	if t.Record && e.notes {
		e.noteCall(h, &t.Attempt.Call)
	}
	h.a.Version++
	h.facts = campaign.FactsOf(&t.Attempt)
	h.record = h.record && !t.Record
	h.events = append(h.events[:0], h.events[h.sent:]...)
	if h.proof {
		e.proved(h)
	}
	if len(h.events) > 0 {
		e.toSave(h)
		return
	}
	if !h.a.State.Held() {
		e.letGo(h)
	}
}

// letGo forgets an attempt that is written and nobody's, and notes when it is
// due again.
func (e *Engine) letGo(h *held) {
	c := h.camp
	if h.a.Run == c.c.Run.Number {
		c.hint(&h.a)
	}
	if c.leasing {
		c.touchedIn = true
	}
	c.checked = false
	if h.a.Doubt != (ports.ID{}) {
		e.ghosts.purge(e.now)
		e.ghosts.add(h.a.Doubt, e.now.Add(e.limits.GhostHorizon))
	}
	e.drop(h)
}

// stored takes the row as the store has it now.
func (e *Engine) stored(h *held, a attempt.Attempt) {
	h.a = a
	h.a.Version++
	h.facts = campaign.FactsOf(&a)
	h.events = h.events[:0]
}

// refused deals with a row that the store did not write.
func (e *Engine) refused(h *held, t *ports.Transition, r *ports.Refusal) {
	switch {
	case errors.Is(r.Err, ports.ErrLimit) && h.intent:
		e.refusedClaim(h, r)
	case errors.Is(r.Err, ports.ErrNotRunning) && h.intent:
		e.withdrawn(h, false)
		h.camp.stale, e.kick = true, true
		e.giveBack(h, 0)
	case errors.Is(r.Err, ports.ErrState) && h.intent && r.Current.Owner == e.cfg.Worker && r.Current.Call.ID == t.Attempt.Call.ID:
		r.Current.Version-- // granted by an earlier try whose reply was lost
		e.granted(h, r.Current)
	case errors.Is(r.Err, ports.ErrState) && landedAlready(t, &r.Current):
		e.landed(h, t)
	case errors.Is(r.Err, ports.ErrState) && r.Current.Owner == e.cfg.Worker && r.Current.State.Held():
		e.rebase(h, r.Current)
	default:
		e.lost(h)
	}
}

// refusedClaim puts the row back first in order and leaves the limit alone.
func (e *Engine) refusedClaim(h *held, r *ports.Refusal) {
	away := h.a.Call.Agent != "" && r.Key == "agent/"+h.a.Call.Agent
	e.withdrawn(h, away)
	if !away {
		until := r.RetryAt
		if !until.After(e.now) {
			until = e.now.Add(limitPause)
		}
		e.full[r.Key] = until
	}
	c := h.camp
	c.ready = append(c.ready, nil)
	copy(c.ready[1:], c.ready)
	c.ready[0] = h
	e.touch(c)
}

// landedAlready recognises our own write behind a reply that was lost.
func landedAlready(t *ports.Transition, current *attempt.Attempt) bool {
	return current.Version == t.Attempt.Version+1 && current.State == t.Attempt.State &&
		current.Calls == t.Attempt.Calls && current.Since.Equal(t.Attempt.Since.Truncate(time.Microsecond))
}

// rebase goes on from the row as a command has left it: what has happened here
// since is replayed on it. What the replay owes has been handed out already.
func (e *Engine) rebase(h *held, current attempt.Attempt) {
	if h.intent {
		e.withdrawn(h, false)
	}
	events := append([]attempt.Event(nil), h.events...)
	from := h.a.State
	h.a = current
	h.facts = campaign.FactsOf(&current)
	h.events, h.record = h.events[:0], false
	for _, ev := range events {
		after, effects, err := attempt.Next(&h.camp.rules, h.a, ev)
		if err != nil {
			continue
		}
		h.a = after
		h.events = append(h.events, ev)
		for _, f := range effects {
			h.record = h.record || f == attempt.Record
		}
	}
	e.recount(h, from)
	if h.a.State == attempt.StateLeased {
		e.giveBack(h, 0)
	}
	if h.proof {
		e.proved(h)
	}
	e.armState(h)
	if len(h.events) > 0 {
		e.toSave(h)
	}
}

// recount keeps the engine's books where a replay has led to another state.
func (e *Engine) recount(h *held, from attempt.State) {
	if unanswered(from) && !unanswered(h.a.State) {
		e.ringing--
	}
	if from.Line() && !h.a.State.Line() {
		e.lineFreed(h.camp)
	}
	if !from.Line() && h.a.State.Line() {
		e.adoptLine(h)
	}
}

// lost is a row that is not ours any more: no further act of ours concerns it.
func (e *Engine) lost(h *held) {
	if h.intent {
		e.withdrawn(h, false)
	} else if h.a.State.Line() {
		if unanswered(h.a.State) {
			e.ringing--
		}
		e.lineFreed(h.camp)
		e.freeAgent(h, h.a.Call.Agent)
	}
	e.unready(h)
	e.unqueue(h)
	h.camp.moreWork() // it may be anybody's, and due
	e.drop(h)
}

func (e *Engine) unready(h *held) {
	for i, r := range h.camp.ready {
		if r == h {
			h.camp.ready = append(h.camp.ready[:i], h.camp.ready[i+1:]...)
			return
		}
	}
}

func (e *Engine) unqueue(h *held) {
	if !h.queued {
		return
	}
	for i, q := range e.queue {
		if q == h {
			e.queue = append(e.queue[:i], e.queue[i+1:]...)
			return
		}
	}
}

func isBusy(err error) bool { return errors.Is(err, ports.ErrBusy) }
