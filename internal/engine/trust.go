package engine

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// A worker that has not been heard for the time-out may have been given up, and
// its calls may be another's by now. What the switch tells it of a call it may
// still act on, as the switch tells only whoever has the call. What it would do
// by its own clock waits until a write of the row has shown that it is still
// its own; and if it has stood still itself, the news at hand is old, and
// everything waits.

// suspicion is what a worker holds back at a call that may be another's.
type suspicion uint8

const (
	sure   suspicion = iota
	unsure           // what it would do by the clock
	silent           // everything
)

// lapsed reports whether others may have given this worker up.
func (e *Engine) lapsed() bool {
	return !e.now.Before(e.trustUntil.Add(e.cfg.WorkerTimeout / 2))
}

// notice finds out whether this worker has stood still.
func (e *Engine) notice() {
	stood := e.now.Sub(e.stepped) >= e.cfg.WorkerTimeout/2
	if e.stepped = e.now; stood && e.lapsed() {
		e.suspectAll(silent)
	}
}

// nextNotice lets a worker that has calls step now and then while its heartbeat
// is on its way, so that having no reason to step is not taken for standing still.
func (e *Engine) nextNotice() time.Time {
	if !e.flight[OpBeat] || e.heldCount == 0 {
		return time.Time{}
	}
	return e.now.Add(e.cfg.WorkerTimeout / 4)
}

func (e *Engine) suspectAll(s suspicion) {
	for _, c := range e.order {
		for _, h := range c.held {
			if h.a.State.Line() {
				e.suspect(h, s)
			}
		}
	}
}

// suspect holds acts back until the store has taken a write of the row that was
// sent when a heartbeat had come through again: from then on nobody adopts.
func (e *Engine) suspect(h *held, s suspicion) {
	h.suspect = max(h.suspect, s)
	h.proof = false
	e.toSave(h)
}

// withheld reports whether an effect waits for the row to be proved ours.
func (h *held) withheld(f attempt.Effect) bool {
	return h.suspect == silent && (f == attempt.Attach || f == attempt.Hangup || f == attempt.Ask)
}

// proved goes on with a row that has turned out to be ours still, by the code
// by which it would go on with one that it has adopted.
func (e *Engine) proved(h *held) {
	h.suspect, h.proof = sure, false
	e.armState(h)
	if h.a.State.Line() {
		e.goOn(h)
	}
}

// goOn does what an attempt owes that was found in the state in which it is.
func (e *Engine) goOn(h *held) {
	for _, f := range attempt.Pending(h.a) {
		e.perform(h, f, h.a.Call.Agent)
	}
}
