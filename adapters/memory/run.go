package memory

import (
	"math/bits"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// run is a run of a campaign with its attempts, which stand in the order in
// which their contacts arrived.
type run struct {
	of       *camp
	index    uint32 // among all runs of the store
	info     campaign.Run
	spec     *campaign.Spec
	rules    attempt.Rules
	counters campaign.Counters

	rows  chunks[row]
	some  *members // which contacts have a row; nil: the first rows.n
	rare  map[uint32]rare
	lists [attempt.NumStates]list
	work  *work // nil once nothing is leased from the run any more
	fill  fill
	// Of a run that is purged: rows before gone are, and over says that all are.
	gone uint32
	over bool
}

// fill is what a new run still lacks: rows for the contacts from next up to, and
// not including, end.
type fill struct {
	next, end uint32
	at        moment
	// was is the run before, where only its attempts that had not ended
	// completed are taken.
	was *run
}

func (s *Store) newRun(c *camp) *run {
	r := &run{
		of: c, index: uint32(len(s.runs)), info: c.it.Run,
		rare: map[uint32]rare{}, work: &work{},
	}
	r.setSpec(&c.it.Spec)
	for i := range r.lists {
		r.lists[i].head, r.lists[i].tail = none, none
	}
	s.runs = append(s.runs, r)
	c.runs = append(c.runs, r)
	return r
}

// setSpec keeps the settings under which the run is made; a later run may have
// others.
func (r *run) setSpec(spec *campaign.Spec) {
	own := spec.Clone()
	r.spec, r.rules = &own, own.Rules()
}

func (r *run) halted() bool { return r.info.Halt != attempt.HaltNone }

// find returns the row of the contact that arrived as number n.
func (r *run) find(n uint32) (uint32, bool) {
	r.fillTo(n + 1)
	if r.some == nil {
		return n, n < r.rows.n
	}
	return r.some.find(n)
}

// begin adds the row of the contact that arrived as number n, and returns it.
func (r *run) begin(n uint32, now moment) uint32 {
	w := row{
		contact: n, since: now, state: attempt.StatePending,
		held: none, lastCall: none, version: 1,
	}
	if due := r.of.contacts.at(n).notBefore; due > now {
		w.state, w.due = attempt.StateScheduled, due
	}
	if r.some != nil {
		r.some.add(n)
	}
	i := r.rows.push(w)
	r.link(i)
	r.enqueue(i)
	return i
}

// unfilled reports whether contacts of the run still lack their row.
func (r *run) unfilled() bool { return r.fill.next < r.fill.end }

// fillTo gives all contacts before number n their rows. It is what sweeps do
// beforehand; whoever needs a row does it for what is left.
func (r *run) fillTo(n uint32) {
	for n = min(n, r.fill.end); r.fill.next < n; r.fill.next++ {
		if r.fill.takes(r.fill.next) {
			r.begin(r.fill.next, r.fill.at)
		}
	}
	if r.fill.end > 0 && !r.unfilled() {
		r.fill = fill{}
	}
}

// takes reports whether the run has the contact.
func (f *fill) takes(n uint32) bool {
	if f.was == nil {
		return true
	}
	i, ok := f.was.find(n)
	if !ok {
		return false
	}
	return f.was.rows.at(i).state != attempt.StateCompleted
}

// later counts the contacts that a new run takes and whose time is to come.
func (r *run) later() int {
	if r.of.lastNotBefore <= r.fill.at {
		return 0
	}
	n := 0
	for i := r.fill.next; i < r.fill.end; i++ {
		if r.of.contacts.at(i).notBefore > r.fill.at && r.fill.takes(i) {
			n++
		}
	}
	return n
}

// load reads a row through its campaign.
func (s *Store) load(r *run, i uint32, a *attempt.Attempt) {
	w := r.rows.at(i)
	if w.held != none {
		*a = s.slots[w.held].a
		return
	}
	r.unpack(i, a)
	if w.state.Waiting() && r.halted() {
		*a = campaign.Settle(&r.rules, &r.info, *a)
	}
}

// members is a set of contacts that grows in order, and their rank in it.
type members struct {
	bits   []uint64
	before []uint32 // how many stand before each word of bits
	n      uint32
}

func (m *members) add(n uint32) {
	for uint32(len(m.bits)) <= n/64 {
		m.bits = append(m.bits, 0)
		m.before = append(m.before, m.n)
	}
	m.bits[n/64] |= 1 << (n % 64)
	m.n++
}

func (m *members) find(n uint32) (uint32, bool) {
	if n/64 >= uint32(len(m.bits)) {
		return 0, false
	}
	word, bit := m.bits[n/64], uint64(1)<<(n%64)
	return m.before[n/64] + uint32(bits.OnesCount64(word&(bit-1))), word&bit != 0
}
