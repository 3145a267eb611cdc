package postgres

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Save implements [ports.Work]. Most rows are not read before they are written:
// a statement writes those that are as the worker knows them, and what it leaves
// is looked into. Rows are read first where a call is to begin, as it must be
// known whose they are before a limit is claimed for them.
func (s *Store) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) (refused []ports.Refusal, err error) {
	if len(ts) == 0 {
		return nil, ctx.Err()
	}
	camps, runs := within(ts)
	tight := false
	err = s.beside(ctx, camps, func(u *unit) error {
		refused = nil
		if err := u.loadBoth(runs); err != nil {
			return err
		}
		for from := 0; from < len(ts); {
			b := &batch{worker: worker, first: from, ts: ts[from : from+distinct(ts[from:])]}
			if err := u.save(b, tight); err != nil {
				tight = tight || errors.Is(err, errTight)
				return err
			}
			refused = append(refused, b.refusals()...)
			from += len(b.ts)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return refused, nil
}

// within lists the campaigns and runs of transitions.
func within(ts []ports.Transition) (camps []attempt.ID, runs []runKey) {
	seen, known := map[attempt.ID]bool{}, map[runKey]bool{}
	for i := range ts {
		a := &ts[i].Attempt
		if !seen[a.Campaign] {
			seen[a.Campaign] = true
			camps = append(camps, a.Campaign)
		}
		if k := (runKey{a.Campaign, a.Run}); !known[k] {
			known[k] = true
			runs = append(runs, k)
		}
	}
	return camps, runs
}

// distinct is how many transitions there are before a row comes a second time.
func distinct(ts []ports.Transition) int {
	seen := make(map[rowKey]bool, len(ts))
	for i := range ts {
		k := rowKey{ts[i].Attempt.Contact, ts[i].Attempt.Run}
		if seen[k] {
			return i
		}
		seen[k] = true
	}
	return len(ts)
}

// batch is transitions of different rows.
type batch struct {
	worker attempt.ID
	first  int // index of the first among all that are saved
	ts     []ports.Transition

	refused map[int]ports.Refusal
	out     rewrites
	sent    []sent // by place among the rewrites
}

// sent is a transition that is written, and what its row counts as then.
type sent struct {
	index int
	after campaign.Facts
}

func (b *batch) refuse(i int, no ports.Refusal) {
	no.Index = b.first + i
	b.refused[i] = no
}

// refusals are in the order of the batch.
func (b *batch) refusals() (list []ports.Refusal) {
	if len(b.refused) == 0 {
		return nil
	}
	for i := range b.ts {
		if no, ok := b.refused[i]; ok {
			list = append(list, no)
		}
	}
	return list
}

// dials reports whether a transition begins a call, and ends whether it ends one.
func dials(t *ports.Transition) bool {
	return len(t.Claims) > 0 || t.Attempt.State.Line() && !t.Before.State.Line()
}

func ends(t *ports.Transition) bool { return t.Before.State.Line() && !t.Attempt.State.Line() }

// save writes a batch.
func (u *unit) save(b *batch, tight bool) error {
	b.out.owner, b.refused, b.sent = b.worker, map[int]ports.Refusal{}, make([]sent, 0, len(b.ts))
	seen, err := u.readFirst(b, tight)
	if err != nil {
		return err
	}
	for i := range b.ts {
		if err := u.prepare(b, i, seen); err != nil {
			return err
		}
	}
	done, err := u.send(b, seen == nil)
	if err != nil {
		return err
	}
	if seen != nil && done != nil && len(done) < len(b.sent) {
		return errMoved // what was claimed and freed for them is not to be
	}
	if err := u.lookInto(b, done); err != nil {
		return err
	}
	return u.flush() // of one row, the next batch is to find what this one wrote
}

// prepare adds a row to those that are written, unless it is refused or has to
// be looked into.
func (u *unit) prepare(b *batch, i int, seen *firstLook) error {
	t := &b.ts[i]
	in := u.runs[runKey{t.Attempt.Campaign, t.Attempt.Run}]
	if in == nil || seen.other(i) {
		return nil
	}
	c := change{was: t.Attempt.Version, frees: seen == nil && ends(t)}
	if dials(t) {
		claims, no, err := u.begin(t, in, seen, i)
		if err != nil {
			return err
		}
		if no.Err != nil {
			b.refuse(i, no)
			return nil
		}
		c.claims = claims
	}
	a := t.Attempt
	cleanCall(&a.Call)
	cutAttempt(&a)
	if err := in.settle(&a); err != nil {
		return err
	}
	if ends(t) {
		u.free(seen.holds(i)) // whoever comes after it in the batch may have it
	}
	if disposable(a.State) && !disposable(t.Before.State) {
		c.call = a.Call.ID
	}
	c.ended = t.Record || !disposable(a.State)
	a.Owner = b.worker
	if !a.State.Held() {
		a.Owner, a.Call = attempt.ID{}, attempt.Call{}
	}
	b.sent = append(b.sent, sent{i, campaign.FactsOf(&a)})
	return b.out.add(&a, c)
}

// send writes what is prepared, with what depends on it, and returns which of
// the batch are written; nil for all. Blind: the rows were not looked at before,
// and what they claim and free is due.
func (u *unit) send(b *batch, blind bool) (done map[int]bool, err error) {
	if b.out.n == 0 {
		return map[int]bool{}, nil
	}
	n, list, err := u.rewrite(&b.out, uuid.NullUUID{UUID: b.worker, Valid: true})
	if err != nil {
		return nil, err
	}
	if n < len(b.ts) {
		if done, err = b.done(n, list); err != nil {
			return nil, err
		}
	}
	for _, w := range b.sent {
		if done == nil || done[w.index] {
			u.follow(&b.ts[w.index], w.after)
			if blind && len(b.ts[w.index].Claims) > 0 {
				u.takes = append(u.takes, &b.ts[w.index])
			}
		}
	}
	return done, u.freed(list)
}

// done is which of the batch were written.
func (b *batch) done(n int, list []written) (map[int]bool, error) {
	done := make(map[int]bool, n)
	if n == len(b.sent) {
		for _, w := range b.sent {
			done[w.index] = true
		}
		return done, nil
	}
	for _, w := range list {
		places, err := numbers(w.Places)
		if err != nil {
			return nil, err
		}
		for _, at := range places {
			done[b.sent[at-1].index] = true
		}
	}
	return done, nil
}

// follow brings in line what depends on a row that was written.
func (u *unit) follow(t *ports.Transition, after campaign.Facts) {
	key := runKey{t.Attempt.Campaign, t.Attempt.Run}
	u.runs[key].move(t.Before, after)
	if t.Record {
		u.record(key, t.Attempt.Contact, &t.Attempt.Call)
	}
	if c := u.camps[key.campaign]; !after.State.Held() && key.number != c.Run {
		c.ended++
	}
}

// lookInto says why rows were not written.
func (u *unit) lookInto(b *batch, done map[int]bool) error {
	if done == nil {
		return nil
	}
	var keys []rowKey
	var left []int
	for i := range b.ts {
		if _, no := b.refused[i]; !no && !done[i] {
			keys = append(keys, rowKey{b.ts[i].Attempt.Contact, b.ts[i].Attempt.Run})
			left = append(left, i)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	if err := u.loadRows(keys); err != nil {
		return err
	}
	for n, i := range left {
		r, t := u.rows[keys[n]], &b.ts[i]
		switch {
		case r == nil || r.Campaign != t.Attempt.Campaign || !r.a.State.Held() || r.a.Owner != b.worker:
			b.refuse(i, ports.Refusal{Err: ports.ErrFenced})
		case r.a.Version != t.Attempt.Version:
			b.refuse(i, ports.Refusal{Err: ports.ErrState, Current: r.a})
		default:
			return errMoved // it has come back since
		}
	}
	return nil
}
