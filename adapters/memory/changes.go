package memory

import (
	"context"
	"slices"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// changed notes that a command or an upload has changed the campaign.
func (s *Store) changed(c *camp) {
	s.seq++
	c.changed = s.seq
	if s.newest != c {
		s.raise(c)
	}
	s.tell()
}

// raise makes the campaign the newest of the linked campaigns.
func (s *Store) raise(c *camp) {
	if c.newer != nil {
		c.newer.older = c.older
		if c.older != nil {
			c.older.newer = c.newer
		}
	}
	c.newer, c.older = nil, s.newest
	if s.newest != nil {
		s.newest.newer = c
	}
	s.newest = c
}

// commanded is a ring of the held rows that commands have written to.
type commanded struct {
	seen []written
	next int
}

type written struct {
	seq int64
	run *run
	row uint32
}

const maxWritten = 1024

func (s *Store) noteWritten(r *run, i uint32) {
	s.seq++
	w, q := written{s.seq, r, i}, &s.commanded
	if len(q.seen) < maxWritten {
		q.seen = append(q.seen, w)
	} else {
		q.seen[q.next] = w
		q.next = (q.next + 1) % maxWritten
	}
	s.tell()
}

// Changes implements [ports.Campaigns]. Campaigns come in the order of their
// last change.
func (s *Store) Changes(ctx context.Context, since int64) (ports.Changes, error) {
	if err := ctx.Err(); err != nil {
		return ports.Changes{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ports.Changes{Seq: s.seq}
	if since >= s.seq {
		return out, nil
	}
	for c := s.newest; c != nil && c.changed > since; c = c.older {
		unswept := c.unswept()
		if since == 0 && c.settled() && !unswept {
			continue
		}
		out.Campaigns = append(out.Campaigns, ports.Change{Campaign: c.copy(), Unswept: unswept, Earlier: c.earlierHeld()})
	}
	slices.Reverse(out.Campaigns)
	out.Attempts = s.writtenSince(since)
	return out, nil
}

// earlierHeld are the earlier runs that have rows held.
func (c *camp) earlierHeld() (runs []campaign.Run) {
	if c.earlier == 0 {
		return nil
	}
	for _, r := range c.runs[:len(c.runs)-1] {
		if r.holding() > 0 {
			runs = append(runs, r.info)
		}
	}
	return runs
}

// settled reports whether nothing is left to do for the campaign but sweeping.
func (c *camp) settled() bool {
	over := c.it.Status == campaign.Completed || c.it.Status == campaign.Failed
	return over && c.earlier == 0 && c.run().holding() == 0
}

// lastCall adds the record of the last call to a row that has none in hand.
func (s *Store) lastCall(r *run, i uint32, a *attempt.Attempt) {
	if w := r.rows.at(i); w.held == none && w.lastCall != none {
		a.Call = *s.call(s.calls.at(w.lastCall), s.contact(r.of.contacts.at(w.contact)).Address)
	}
}

func (s *Store) writtenSince(since int64) []attempt.Attempt {
	var out []attempt.Attempt
	seen, next := s.commanded.seen, s.commanded.next
	for k := range seen {
		w := seen[(next+k)%len(seen)]
		if w.seq > since && w.run.kept() == nil {
			out = append(out, attempt.Attempt{})
			s.load(w.run, w.row, &out[len(out)-1])
			s.lastCall(w.run, w.row, &out[len(out)-1])
		}
	}
	return out
}
