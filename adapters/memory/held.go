package memory

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// held is the slot of a row that a worker holds. Slots are used again.
type held struct {
	a       attempt.Attempt
	run     *run
	row     uint32
	slot    uint32
	address string   // the contact's
	claims  []*limit // at-once claims, until the line is free

	owner      *worker
	prev, next *held // of the same owner, in the order in which it got them
}

// hold gives the row a slot. The attempt is the row as it was.
func (s *Store) hold(r *run, i uint32) *held {
	var h *held
	if n := len(s.free); n > 0 {
		h = s.slots[s.free[n-1]]
		s.free = s.free[:n-1]
	} else {
		h = &held{slot: uint32(len(s.slots))}
		s.slots = append(s.slots, h)
	}
	h.run, h.row = r, i
	r.unpack(i, &h.a)
	r.rows.at(i).held = h.slot
	s.holding[h.a.Contact] = h
	return h
}

// release frees the slot of a row that has been packed.
func (s *Store) release(h *held) {
	h.owner.drop(h)
	s.forget(h.owner)
	delete(s.holding, h.a.Contact)
	if h.run != h.run.of.run() {
		h.run.of.earlier--
	}
	h.run, h.owner, h.address = nil, nil, ""
	s.free = append(s.free, h.slot)
}

// wrote brings everything in line with what has been written to the slot: the
// row had this call in hand, and counted as before.
func (s *Store) wrote(h *held, call attempt.ID, before campaign.Facts, record bool) {
	r, a := h.run, &h.a
	if record {
		s.record(h)
	}
	if a.State.Waiting() && r.halted() {
		*a = campaign.Settle(&r.rules, &r.info, *a)
		tidyAttempt(a)
	}
	r.counters.Move(before, campaign.FactsOf(a))
	if !a.State.Line() {
		h.freeClaims()
	}
	inHand := a.Call.ID
	if !a.State.Held() || record {
		inHand = attempt.ID{}
	}
	s.follow(h, call, inHand)
	if a.State.Held() {
		r.enter(h.row, a.State, at(a.Since))
		return
	}
	r.unlink(h.row)
	r.pack(h.row, a)
	r.link(h.row)
	r.enqueue(h.row)
	s.release(h)
}

// follow keeps the index of calls in hand.
func (s *Store) follow(h *held, was, is attempt.ID) {
	if was == is {
		return
	}
	if was != (attempt.ID{}) {
		delete(s.inHand, was)
	}
	if is != (attempt.ID{}) {
		s.inHand[is] = h
	}
}

// enter moves a held row into a state.
func (r *run) enter(i uint32, state attempt.State, since moment) {
	w := r.rows.at(i)
	if w.state == state && w.since == since {
		return
	}
	r.unlink(i)
	w.state, w.since = state, since
	r.link(i)
}
