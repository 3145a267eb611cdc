package memory

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// none ends a list of rows or of records.
const none = ^uint32(0)

// row is an attempt as it is kept: all of it while nobody holds it, but for
// what is rare. While a worker holds it, the held slot has the truth, and the
// row only its state, since when, and its place in the lists.
type row struct {
	since, due moment
	running    time.Duration // DueRunning

	contact    uint32 // the contact's order of arrival
	prev, next uint32 // the rows of the same state, by entry
	held       uint32 // index of the held slot; none while it is not held
	lastCall   uint32 // the last final record; none
	version    uint32
	calls      uint32
	dials      uint32
	refused    uint32

	retries uint16
	spent   attempt.Spent
	state   attempt.State
	reason  attempt.Reason
	halt    attempt.Halt
	marks   marks
}

// marks are a row's yes or no.
type marks uint8

const (
	markAnswered marks = 1 << iota
	markCallback       // a callback is pending
	markRare           // the run's rare things hold some of this row
)

// rare is what few attempts have.
type rare struct {
	callback attempt.Callback
	doubt    attempt.ID
	until    moment // of the doubt
}

// pack writes an attempt that nobody holds into its row. The lists are the
// caller's business.
func (r *run) pack(i uint32, a *attempt.Attempt) {
	w := r.rows.at(i)
	w.since, w.due, w.running = at(a.Since), at(a.Due), a.DueRunning
	w.version = uint32(a.Version)
	w.calls, w.dials, w.refused = uint32(a.Calls), uint32(a.Dials), uint32(a.Refused)
	w.retries, w.spent = uint16(a.Retries), a.Spent
	w.state, w.reason, w.halt = a.State, a.Reason, a.Halt
	w.held = none
	kept := w.marks & markRare
	w.marks = 0
	if a.Answered {
		w.marks |= markAnswered
	}
	if a.Callback.Pending {
		w.marks |= markCallback
	}
	if extra := (rare{a.Callback, a.Doubt, at(a.DoubtUntil)}); extra != (rare{}) {
		r.rare[i] = extra
		w.marks |= markRare
	} else if kept != 0 {
		delete(r.rare, i)
	}
}

// unpack reads a row that nobody holds, as it was written.
func (r *run) unpack(i uint32, a *attempt.Attempt) {
	w := r.rows.at(i)
	*a = attempt.Attempt{
		Campaign:   r.of.it.ID,
		Contact:    r.of.contacts.at(w.contact).id,
		Run:        r.info.Number,
		Version:    int64(w.version),
		State:      w.state,
		Since:      w.since.time(),
		Due:        w.due.time(),
		DueRunning: w.running,
		Calls:      int(w.calls),
		Dials:      int(w.dials),
		Refused:    int(w.refused),
		Retries:    int(w.retries),
		Spent:      w.spent,
		Answered:   w.marks&markAnswered != 0,
		Halt:       w.halt,
		Reason:     w.reason,
	}
	if w.marks&markRare != 0 {
		extra := r.rare[i]
		a.Callback, a.Doubt, a.DoubtUntil = extra.callback, extra.doubt, extra.until.time()
	}
}
