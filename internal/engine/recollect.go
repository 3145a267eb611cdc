package engine

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// recollection finds the rows that a lease or an adoption gave this worker
// while its answer was lost. They are this worker's, it does not know them, and
// while it lives nobody else takes them.
type recollection struct {
	left     int // looks still to be taken
	at       time.Time
	inFlight bool
}

// looks is how often a worker looks: at once, and when an operation that was
// given up may have been done after all.
const looks = 2

func (r *recollection) begin(now time.Time) { r.left, r.at = looks, now }

// mayRecollect reports whether there is something to look for, and nothing in
// flight that would blur it. What is in flight ends with a step of its own.
func (e *Engine) mayRecollect() bool {
	return e.forgotten.left > 0 && !e.flight[OpLease] && !e.flight[OpSave] && !e.stopping && e.loaded
}

// nextRecollection is when to look; zero: not before another step.
func (e *Engine) nextRecollection() time.Time {
	if !e.mayRecollect() {
		return time.Time{}
	}
	return e.nextOp(OpAdopt, e.forgotten.at)
}

// emitRecollection asks what this worker holds. Leases and saves wait for the
// answer, so that it tells the truth.
func (e *Engine) emitRecollection() {
	if !e.mayRecollect() || e.now.Before(e.forgotten.at) || !e.can(OpAdopt) {
		return
	}
	e.forgotten.inFlight = true
	e.emit(Op{Kind: OpAdopt, Worker: ports.Worker{ID: e.cfg.Worker}, Max: e.heldCount + maxAdopt})
}

// recollected goes on with the rows that it did not know of.
func (e *Engine) recollected(items []ports.Item) {
	r := &e.forgotten
	r.left--
	r.at = e.now.Add(e.cfg.WorkerTimeout)
	if len(items) >= e.heldCount+maxAdopt { // there are more
		r.begin(e.now)
	}
	type row struct {
		contact ports.ID
		run     int
	}
	known := make(map[row]bool, e.heldCount)
	for _, c := range e.order {
		for _, h := range c.held {
			known[row{h.a.Contact, h.a.Run}] = true
		}
	}
	for _, it := range items {
		if !known[row{it.Attempt.Contact, it.Attempt.Run}] {
			e.adopt([]ports.Item{it})
		}
	}
}
