package memory

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Store is a [ports.Store] in memory. Make one with [New].
type Store struct {
	mu     sync.Mutex
	notify chan struct{}

	seq       int64 // of changes
	camps     []*camp
	byID      map[attempt.ID]*camp
	newest    *camp // by change
	commanded commanded

	texts texts
	spots chunks[spot] // of all contacts
	index index        // of spots
	runs  []*run

	slots   []*held
	free    []uint32
	holding map[attempt.ID]*held // by contact: no contact is held twice
	inHand  map[attempt.ID]*held // by the id of the call in hand
	workers map[attempt.ID]*worker

	calls   chunks[call]
	emptied []uint32 // places in calls whose record was purged
	callIDs index
	words   names // of calls
	limits  limits

	scratch []uint32
}

var (
	_ ports.Store    = (*Store)(nil)
	_ ports.Notifier = (*Store)(nil)
)

// camp is a campaign with all that belongs to it.
type camp struct {
	it       campaign.Campaign
	index    uint32
	contacts chunks[contact]
	// lastNotBefore is the latest time that a contact waits for.
	lastNotBefore moment
	runs          []*run
	// earlier is how many rows of earlier runs are held.
	earlier  int
	batches  map[string]ports.BatchRecord
	commands ring

	changed      int64
	newer, older *camp // by change
}

func (c *camp) run() *run { return c.runs[len(c.runs)-1] }

// New returns an empty store.
func New() *Store {
	return &Store{
		notify:  make(chan struct{}, 1),
		byID:    map[attempt.ID]*camp{},
		holding: map[attempt.ID]*held{},
		inHand:  map[attempt.ID]*held{},
		workers: map[attempt.ID]*worker{},
		limits:  limits{held: map[string]*limit{}, rates: map[rateKey]*limit{}},
	}
}

// Notify implements [ports.Notifier]: it receives after campaigns, contacts and
// commands have changed something. One value stands for any number of changes.
func (s *Store) Notify() <-chan struct{} { return s.notify }

func (s *Store) tell() {
	select {
	case s.notify <- struct{}{}:
	default:
	}
}

// CreateCampaign implements [ports.Campaigns].
func (s *Store) CreateCampaign(ctx context.Context, it campaign.Campaign) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[it.ID] != nil {
		return fmt.Errorf("campaign %s: %w", it.ID, ports.ErrExists)
	}
	it.Spec = it.Spec.Clone()
	tidy(&it.Created)
	tidy(&it.Archived)
	c := &camp{it: it, index: uint32(len(s.camps)), batches: map[string]ports.BatchRecord{}}
	s.camps = append(s.camps, c)
	s.byID[it.ID] = c
	s.newRun(c)
	s.changed(c)
	return nil
}

// Campaign implements [ports.Campaigns].
func (s *Store) Campaign(ctx context.Context, id ports.ID) (campaign.Campaign, error) {
	if err := ctx.Err(); err != nil {
		return campaign.Campaign{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.camp(id)
	if err != nil {
		return campaign.Campaign{}, err
	}
	return c.copy(), nil
}

func (s *Store) camp(id attempt.ID) (*camp, error) {
	c := s.byID[id]
	if c == nil {
		return nil, fmt.Errorf("campaign %s: %w", id, ports.ErrNotFound)
	}
	return c, nil
}

// copy is the campaign as a caller may have it.
func (c *camp) copy() campaign.Campaign {
	it := c.it
	it.Spec = it.Spec.Clone()
	return it
}

// ListCampaigns implements [ports.Campaigns].
func (s *Store) ListCampaigns(ctx context.Context) iter.Seq2[campaign.Campaign, error] {
	return func(yield func(campaign.Campaign, error) bool) {
		for i := 0; ; i++ {
			c, ok, err := s.campaignAt(ctx, i)
			if err != nil {
				yield(c, err)
				return
			}
			if !ok || !yield(c, nil) {
				return
			}
		}
	}
}

func (s *Store) campaignAt(ctx context.Context, i int) (campaign.Campaign, bool, error) {
	if err := ctx.Err(); err != nil {
		return campaign.Campaign{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i >= len(s.camps) {
		return campaign.Campaign{}, false, nil
	}
	return s.camps[i].copy(), true, nil
}

// present returns a run of a campaign; 0 is the present one.
func (c *camp) present(number int) (*run, error) {
	if number == 0 {
		return c.run(), nil
	}
	for _, r := range c.runs {
		if r.info.Number == number {
			return r, nil
		}
	}
	return nil, fmt.Errorf("run %d of campaign %s: %w", number, c.it.ID, ports.ErrNotFound)
}
