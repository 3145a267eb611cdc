package memory

import (
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// vacant tells, before an import is read, whether there is any use in it.
func (s *Store) vacant(id attempt.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[id] != nil {
		return fmt.Errorf("campaign %s: %w", id, ports.ErrExists)
	}
	return nil
}

// apart reports an id that both stores have.
func (s *Store) apart(b *builder) error {
	if s.byID[b.camp.it.ID] != nil {
		return fmt.Errorf("campaign %s: %w", b.camp.it.ID, ports.ErrExists)
	}
	for i := range b.camp.contacts.n {
		id := b.camp.contacts.at(i).id
		if _, taken := s.spot(id); taken {
			return fmt.Errorf("contact %s: %w", id, ports.ErrExists)
		}
	}
	for i := range b.store.calls.n {
		id := b.store.calls.at(i).id
		if _, taken := s.recorded(id); taken {
			return fmt.Errorf("call %s: %w", id, ports.ErrExists)
		}
	}
	return nil
}

// join takes over all that the builder's store has. Places in its tables are
// further on here.
func (s *Store) join(b *builder) {
	c := b.camp
	blocks := s.texts.adopt(&b.store.texts)
	c.index = uint32(len(s.camps))
	s.camps = append(s.camps, c)
	s.byID[c.it.ID] = c
	for i := range c.contacts.n {
		one := c.contacts.at(i)
		one.text.block += blocks
		s.index.add(one.id, s.spots.push(spot{c.index, i}))
	}
	runs, calls := uint32(len(s.runs)), s.calls.n
	for _, r := range c.runs {
		r.index += runs
		s.runs = append(s.runs, r)
		for i := range r.rows.n {
			if w := r.rows.at(i); w.lastCall != none {
				w.lastCall += calls
			}
		}
	}
	words := &b.store.words
	for i := range b.store.calls.n {
		rec := *b.store.calls.at(i)
		if rec.prev != none {
			rec.prev += calls
		}
		rec.run += runs
		rec.text.block += blocks // read only where there are texts
		for _, w := range [...]*uint32{&rec.trunk, &rec.callerID, &rec.agentName, &rec.cause, &rec.code} {
			*w = s.words.id(words.name(*w))
		}
		s.callIDs.addLater(rec.id, s.calls.push(rec))
	}
}
