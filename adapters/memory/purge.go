package memory

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

var _ ports.Purger = (*Store)(nil)

// Purge implements [ports.Purger]. A call does one run. Rows are given back a
// chunk at a time; the places of records are used again for new ones, but for
// notes and SIP call ids, which lie in blocks with other texts.
func (s *Store) Purge(ctx context.Context, p ports.Purge) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := p.Validate(); err != nil {
		return false, err
	}
	tidy(&p.Before)
	tidy(&p.At)
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.camp(p.Campaign)
	if err != nil {
		return false, err
	}
	left := p.Max
	if r := c.purgeable(&p); r != nil {
		present := c.run()
		present.fillTo(present.fill.end) // it may go by the rows of the run before
		left = s.purge(r, &p)
	}
	return c.commands.forget(at(p.Before), left) || c.purgeable(&p) != nil, nil
}

// purgeable is the oldest run with something to forget; nil for none.
func (c *camp) purgeable(p *ports.Purge) *run {
	for _, r := range c.runs[:len(c.runs)-1] {
		if r.over || r.info.Ended.IsZero() || !r.info.Ended.Before(p.Before) {
			continue
		}
		if r.kept() != nil || r.holding() == 0 && !r.doubts(at(p.At)) {
			return r
		}
	}
	return nil
}

// kept refuses to read a run that is purged.
func (r *run) kept() error {
	if r.info.Purged.IsZero() {
		return nil
	}
	return fmt.Errorf("run %d of campaign %s: %w", r.info.Number, r.of.it.ID, ports.ErrPurged)
}

// doubts reports whether a call of the run may still surface after now.
func (r *run) doubts(now moment) bool {
	for _, extra := range r.rare {
		if extra.doubt != (attempt.ID{}) && extra.until > now {
			return true
		}
	}
	return false
}

// purge forgets at most Max rows and records of a run, and returns what is left
// of Max.
func (s *Store) purge(r *run, p *ports.Purge) (left int) {
	if r.kept() == nil {
		r.mark(p)
	}
	for left = p.Max; r.gone < r.rows.n; left-- {
		w := r.rows.at(r.gone)
		for ; w.lastCall != none && left > 0; left-- {
			w.lastCall = s.dropCall(w.lastCall)
		}
		if left == 0 {
			return 0
		}
		if r.gone++; r.gone%chunkSize == 0 {
			r.rows.parts[r.gone/chunkSize-1] = nil
		}
	}
	r.rows, r.some, r.over = chunks[row]{}, nil, true
	return left
}

// mark begins to purge a run: from now on nobody reads its rows.
func (r *run) mark(p *ports.Purge) {
	r.info.Purged = p.At
	r.rare = nil
	for i := range r.lists {
		r.lists[i] = list{head: none, tail: none}
	}
}

// keepCall puts a record where one was purged, or behind all others.
func (s *Store) keepCall(rec call) uint32 {
	last := len(s.emptied) - 1
	if last < 0 {
		return s.calls.push(rec)
	}
	i := s.emptied[last]
	s.emptied = s.emptied[:last]
	*s.calls.at(i) = rec
	return i
}

// dropCall forgets a record, and returns the contact's one before it.
func (s *Store) dropCall(i uint32) (prev uint32) {
	rec := s.calls.at(i)
	prev = rec.prev
	s.callIDs.remove(rec.id, i)
	*rec = call{}
	s.emptied = append(s.emptied, i)
	return prev
}

// forget drops at most most ids of commands given before a time, the oldest
// first, and reports whether more of them are left.
func (q *ring) forget(before moment, most int) (more bool) {
	var stay []commandID
	for k := range q.list {
		one := q.list[(q.next+k)%len(q.list)]
		switch {
		case one.at >= before, one.at == 0: // nobody said when
		case most > 0:
			delete(q.ids, one.id)
			most--
			continue
		default:
			more = true
		}
		stay = append(stay, one)
	}
	q.list, q.next = stay, 0
	return more
}
