package memory

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Ghosts implements [ports.Work].
func (s *Store) Ghosts(ctx context.Context, calls []ports.ID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range calls {
		rec, ok := s.recorded(id)
		if ok && rec.outcome == attempt.OutcomeUnknown {
			rec.outcome = attempt.OutcomeGhost
			s.runs[rec.run].counters.Ghost()
		}
	}
	return nil
}

// Metrics implements [ports.Records].
func (s *Store) Metrics(ctx context.Context, id ports.ID, number int, now time.Time) (campaign.Metrics, error) {
	if err := ctx.Err(); err != nil {
		return campaign.Metrics{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.camp(id)
	if err != nil {
		return campaign.Metrics{}, err
	}
	r, err := c.present(number)
	if err != nil {
		return campaign.Metrics{}, err
	}
	m := r.counters.Metrics(r.spec)
	m.Oldest = r.oldest(at(now))
	return m, nil
}

// oldest is the age of the oldest attempt in each state that has one.
func (r *run) oldest(now moment) map[attempt.State]time.Duration {
	ages := map[attempt.State]time.Duration{}
	if r.kept() != nil {
		return ages
	}
	for state := attempt.StatePending; !state.Terminal(); state++ {
		since := now
		switch head := r.lists[state].head; {
		case r.counters.States[state] == 0:
			continue // none, or a halted run's rows that count as ended
		case head != none:
			since = r.rows.at(head).since
		case r.unfilled():
			since = r.fill.at
		}
		ages[state] = time.Duration(max(now-since, 0)) * time.Microsecond
	}
	return ages
}

// Runs implements [ports.Records].
func (s *Store) Runs(ctx context.Context, id ports.ID) ([]campaign.Run, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.camp(id)
	if err != nil {
		return nil, err
	}
	all := make([]campaign.Run, len(c.runs))
	for i, r := range c.runs {
		all[i] = r.info
	}
	return all, nil
}

// Attempt implements [ports.Records].
func (s *Store) Attempt(ctx context.Context, contact ports.ID, number int) (ports.Item, error) {
	if err := ctx.Err(); err != nil {
		return ports.Item{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, i, err := s.attemptRow(contact, number)
	if err != nil {
		return ports.Item{}, err
	}
	return s.item(r, i), nil
}

// attemptRow finds a contact's row in a run; 0 is the present one.
func (s *Store) attemptRow(contact attempt.ID, number int) (*run, uint32, error) {
	where, ok := s.spot(contact)
	if !ok {
		return nil, 0, fmt.Errorf("contact %s: %w", contact, ports.ErrNotFound)
	}
	r, err := s.camps[where.campaign].present(number)
	if err == nil {
		err = r.kept()
	}
	if err != nil {
		return nil, 0, err
	}
	i, ok := r.find(where.n)
	if !ok {
		return nil, 0, fmt.Errorf("contact %s in run %d: %w", contact, r.info.Number, ports.ErrNotFound)
	}
	return r, i, nil
}

// item is a row, read through its campaign, with its contact.
func (s *Store) item(r *run, i uint32) (it ports.Item) {
	s.load(r, i, &it.Attempt)
	it.Contact = s.contact(r.of.contacts.at(r.rows.at(i).contact))
	return it
}
