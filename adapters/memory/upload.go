package memory

import (
	"context"
	"fmt"
	"iter"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// AddContacts implements [ports.Campaigns]. A contact whose id the store has is
// refused with [ports.ErrExists], and nothing of its batch is added.
func (s *Store) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	kept, seen, err := s.admits(id, b)
	if err != nil {
		return 0, err
	}
	if seen {
		return b.Repeat(ctx, kept, contacts)
	}
	u, err := stage(contacts, ctx.Err)
	if err != nil {
		return 0, err
	}
	return s.add(id, b, u)
}

// admits asks, before an upload is read, whether there is any use in reading it.
func (s *Store) admits(id attempt.ID, b ports.Batch) (kept ports.BatchRecord, seen bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, kept, seen, err = s.accept(id, b)
	return kept, seen, err
}

// accept returns what is kept of a batch whose key has been seen, or says whether
// the campaign takes contacts now.
func (s *Store) accept(id attempt.ID, b ports.Batch) (c *camp, kept ports.BatchRecord, seen bool, err error) {
	if c, err = s.camp(id); err != nil {
		return nil, kept, false, err
	}
	if b.Key != "" {
		if kept, seen = c.batches[b.Key]; seen {
			return c, kept, true, nil
		}
	}
	_, err = campaign.Allowed(c.it.Status, campaign.AddContacts)
	return c, kept, false, err
}

func (s *Store) add(id attempt.ID, b ports.Batch, u *upload) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, kept, seen, err := s.accept(id, b)
	if err != nil {
		return 0, err
	}
	if seen {
		return b.Same(kept, int(u.contacts.n))
	}
	if err := s.register(u); err != nil {
		return 0, err
	}
	s.append(c, u, at(b.At))
	n := int(u.contacts.n)
	if b.Key != "" {
		c.batches[b.Key] = own(b.Record(n))
	}
	if n > 0 {
		s.changed(c)
	}
	return n, nil
}

// register enters the ids of all contacts, or of none.
func (s *Store) register(u *upload) error {
	for i := range u.contacts.n {
		id := u.contacts.at(i).id
		_, taken := s.index.find(id, func(place uint32) bool {
			if place >= s.spots.n {
				return u.contacts.at(place-s.spots.n).id == id
			}
			return s.contactAt(place).id == id
		})
		if taken {
			for k := range i {
				s.index.remove(u.contacts.at(k).id, s.spots.n+k)
			}
			return fmt.Errorf("contact %s: %w", id, ports.ErrExists)
		}
		s.index.add(id, s.spots.n+i)
	}
	return nil
}

// contactAt is the contact in a place among all.
func (s *Store) contactAt(place uint32) *contact {
	where := s.spots.at(place)
	return s.camps[where.campaign].contacts.at(where.n)
}

// spot finds a contact.
func (s *Store) spot(id attempt.ID) (spot, bool) {
	place, ok := s.index.find(id, func(place uint32) bool { return s.contactAt(place).id == id })
	if !ok {
		return spot{}, false
	}
	return *s.spots.at(place), true
}

// append gives the campaign the contacts, and its present run their attempts.
// Those that the run still lacks come first.
func (s *Store) append(c *camp, u *upload, now moment) {
	r := c.run()
	r.fillTo(r.fill.end)
	shift := s.texts.adopt(&u.texts)
	for i := range u.contacts.n {
		one := *u.contacts.at(i)
		one.text.block += shift
		c.lastNotBefore = max(c.lastNotBefore, one.notBefore)
		s.spots.push(spot{c.index, c.contacts.n})
		row := r.begin(c.contacts.push(one), now)
		state := r.rows.at(row).state
		if r.halted() {
			state = campaign.HaltState(r.info.Halt) // its row follows with a sweep
		}
		r.counters.Add(campaign.Facts{State: state})
	}
}
