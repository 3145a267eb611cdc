package memory

import (
	"context"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Sweep implements [ports.Work].
func (s *Store) Sweep(ctx context.Context, id ports.ID, most int) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.camp(id)
	if err != nil {
		return false, err
	}
	for _, r := range c.runs {
		most = s.sweep(r, most)
	}
	return c.unswept(), nil
}

// sweep lets at most most rows of a run follow, and returns what is left of most.
func (s *Store) sweep(r *run, most int) int {
	if n := min(uint32(max(most, 0)), r.fill.end-r.fill.next); n > 0 {
		most -= int(n)
		r.fillTo(r.fill.next + n)
	}
	if !r.halted() {
		return most
	}
	for state := attempt.StatePending; state.Waiting(); state++ {
		for ; most > 0 && r.lists[state].head != none; most-- {
			s.settle(r, r.lists[state].head)
		}
	}
	return most
}

// settle writes a waiting row of a halted run as it is read already.
func (s *Store) settle(r *run, i uint32) {
	var a attempt.Attempt
	s.load(r, i, &a)
	a.Version++
	r.unlink(i)
	r.pack(i, &a)
	r.link(i)
}

// unswept reports whether rows are still to follow a decision.
func (c *camp) unswept() bool {
	for _, r := range c.runs {
		if r.unfilled() || r.halted() && r.waiting() > 0 {
			return true
		}
	}
	return false
}
