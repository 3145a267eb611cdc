package memory

import "github.com/outdial/outdial/attempt"

// list links the rows of one state in the order in which they entered it.
type list struct {
	head, tail uint32
	n          uint32
}

// patience is how far a row is moved up for having entered its state earlier
// than rows that were written before it: within a batch, or with workers whose
// clocks differ. Beyond that an age is off by the difference of the clocks.
const patience = 32

// link puts the row into its state's list. Rows that have ended stand in none.
func (r *run) link(i uint32) {
	w := r.rows.at(i)
	if w.state.Terminal() {
		return
	}
	l := &r.lists[w.state]
	after := l.tail
	for range patience {
		if after == none || r.rows.at(after).since <= w.since {
			break
		}
		after = r.rows.at(after).prev
	}
	r.linkAfter(l, after, i)
}

func (r *run) linkAfter(l *list, after, i uint32) {
	next := l.head
	if after != none {
		next = r.rows.at(after).next
		r.rows.at(after).next = i
	} else {
		l.head = i
	}
	if next != none {
		r.rows.at(next).prev = i
	} else {
		l.tail = i
	}
	w := r.rows.at(i)
	w.prev, w.next = after, next
	l.n++
}

// unlink takes the row out of its state's list.
func (r *run) unlink(i uint32) {
	w := r.rows.at(i)
	if w.state.Terminal() {
		return
	}
	l := &r.lists[w.state]
	if w.prev != none {
		r.rows.at(w.prev).next = w.next
	} else {
		l.head = w.next
	}
	if w.next != none {
		r.rows.at(w.next).prev = w.prev
	} else {
		l.tail = w.prev
	}
	l.n--
}

// waiting is how many rows wait, whatever their run has decided.
func (r *run) waiting() int {
	n := uint32(0)
	for s := attempt.StatePending; s.Waiting(); s++ {
		n += r.lists[s].n
	}
	return int(n)
}

// holding is how many rows are held.
func (r *run) holding() int {
	n := uint32(0)
	for s := attempt.StateLeased; s.Held(); s++ {
		n += r.lists[s].n
	}
	return int(n)
}
