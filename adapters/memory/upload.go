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
	if n, done, err := s.admits(id, b); done || err != nil {
		return n, err
	}
	u, err := stage(contacts, ctx.Err)
	if err != nil {
		return 0, err
	}
	return s.add(id, b, u)
}

// admits asks, before an upload is read, whether there is any use in reading it.
func (s *Store) admits(id attempt.ID, b ports.Batch) (n int, done bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, n, done, err = s.accept(id, b)
	return n, done, err
}

func (s *Store) accept(id attempt.ID, b ports.Batch) (c *camp, n int, done bool, err error) {
	if c, err = s.camp(id); err != nil {
		return nil, 0, false, err
	}
	if b.Key != "" {
		if n, done = c.batches[b.Key]; done {
			return c, n, true, nil
		}
	}
	_, err = campaign.Allowed(c.it.Status, campaign.AddContacts)
	return c, 0, false, err
}

func (s *Store) add(id attempt.ID, b ports.Batch, u *upload) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, n, done, err := s.accept(id, b)
	if done || err != nil {
		return n, err
	}
	if err := s.register(u); err != nil {
		return 0, err
	}
	s.append(c, u, at(b.At))
	n = int(u.contacts.n)
	if b.Key != "" {
		c.batches[b.Key] = n
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
