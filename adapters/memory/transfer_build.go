package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// builder makes an imported campaign of checked pieces, in a store that has
// nothing else.
type builder struct {
	store *Store
	camp  *camp
	said  []campaign.Counters // of the runs
}

func (b *builder) take(p *ports.Piece) {
	switch {
	case p.Campaign != nil:
		b.head(p.Campaign)
	case p.Run != nil:
		b.run(p.Run)
	case p.Contact != nil:
		b.contact(p.Contact)
	case p.Attempt != nil:
		b.attempt(p.Attempt)
	case p.Call != nil:
		b.call(p.Call)
	case p.Batch != nil:
		b.camp.batches[p.Batch.Key] = own(*p.Batch)
	}
}

func (b *builder) head(h *ports.Head) {
	b.camp = &camp{batches: map[string]ports.BatchRecord{}, it: campaign.Campaign{
		ID: h.ID, Status: h.Status, Created: h.Created, ClonedFrom: h.ClonedFrom, Archived: h.Archived, Version: h.Version,
	}}
	tidy(&b.camp.it.Created)
	tidy(&b.camp.it.Archived)
	b.store.camps = append(b.store.camps, b.camp)
}

func (b *builder) run(r *ports.RunRecord) {
	it := &b.camp.it
	it.Run, it.Spec = r.Run, r.Spec.Clone()
	for _, t := range [...]*time.Time{&it.Run.Started, &it.Run.Ended, &it.Run.HaltedAt, &it.Run.Purged} {
		tidy(t)
	}
	made := b.store.newRun(b.camp)
	if it.Run.Scope == campaign.NotCompleted {
		made.some = &members{}
	}
	made.over = made.kept() != nil
	made.work = nil // only the present run's rows are queued, once they are all there
	b.said = append(b.said, r.Counters)
}

func (b *builder) contact(c *campaign.Contact) {
	kept := b.store.texts.put(c)
	b.camp.lastNotBefore = max(b.camp.lastNotBefore, kept.notBefore)
	n := b.camp.contacts.push(kept)
	b.store.index.add(c.ID, b.store.spots.push(spot{0, n}))
}

func (b *builder) attempt(a *attempt.Attempt) {
	r := b.camp.runs[a.Run-1]
	where, _ := b.store.spot(a.Contact)
	if r.some != nil {
		r.some.add(where.n)
	}
	r.pack(r.rows.push(row{contact: where.n, lastCall: none}), a)
}

func (b *builder) call(rec *ports.CallRecord) {
	r := b.camp.runs[rec.Run-1]
	where, _ := b.store.spot(rec.Contact)
	i, _ := r.find(where.n)
	b.store.record(&held{
		a: attempt.Attempt{Call: rec.Call}, run: r, row: i,
		address: b.store.contact(b.camp.contacts.at(where.n)).Address,
	})
}

// finish does what needs all pieces.
func (b *builder) finish() {
	for k, r := range b.camp.runs {
		r.counters = b.said[k]
		r.linkAll()
	}
	r := b.camp.run()
	if r.halted() {
		return
	}
	r.work = &work{}
	for i := range r.rows.n {
		r.enqueue(i)
	}
}

// linkAll puts rows that came by arrival into the lists of their states, which
// go by entry.
func (r *run) linkAll() {
	var open []uint32
	for i := range r.rows.n {
		if !r.rows.at(i).state.Terminal() {
			open = append(open, i)
		}
	}
	slices.SortStableFunc(open, func(i, k uint32) int { return cmp.Compare(r.rows.at(i).since, r.rows.at(k).since) })
	for _, i := range open {
		r.link(i)
	}
}
