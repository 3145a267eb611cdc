package postgres_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Batches that look at a limit before it is full and write when it is are done
// again: together they get what there is, and no row that was refused is written.
func TestBatchesThatFillALimitTogetherGetAsMuchAsThereIs(t *testing.T) {
	t.Parallel()
	const workers, each, room = 4, 40, 100
	db := schema.Open(t)
	s := postgres.New(db)
	spec := campaign.Defaults()
	spec.Name = "tight"
	for round := range 5 {
		it := campaign.New(uuid.New(), spec, noon)
		must(t, s.CreateCampaign(t.Context(), it))
		_, err := s.AddContacts(t.Context(), it.ID, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
			for i := range workers * each {
				if !yield(campaign.Contact{ID: uuid.New(), Address: fmt.Sprintf("+331%08d", i)}, nil) {
					return
				}
			}
		})
		must(t, err)
		decide(t, s, it.ID, campaign.Start)
		trunk := fmt.Sprint("trunk/", round)
		granted := make([]int, workers)
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() { granted[w] = dialAll(t, s, it.ID, each, ports.Claim{Key: trunk, Max: room}) })
		}
		all.Wait()
		total := 0
		for _, n := range granted {
			total += n
		}
		m, err := s.Metrics(t.Context(), it.ID, 0, noon)
		must(t, err)
		var held int
		must(t, db.Get(&held, `SELECT held FROM outdial_limits WHERE key = $1`, trunk))
		if total != room || m.Lines != room || held != room {
			t.Errorf("%d are granted, %d lines are up, %d places are held; want %d each", total, m.Lines, held, room)
		}
	}
}

// dialAll leases so many attempts and begins a call for each, in one batch; it
// returns how many were granted.
func dialAll(t *testing.T, s *postgres.Store, id ports.ID, most int, claim ports.Claim) int {
	me, rules := uuid.New(), attempt.Rules{}
	got, err := s.Lease(t.Context(), me, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: most}})
	if err != nil || len(got[0].Items) != most {
		t.Errorf("leased: %v, %v", got, err)
		return 0
	}
	var ts []ports.Transition
	for _, it := range got[0].Items {
		after, _, err := attempt.Next(&rules, it.Attempt, attempt.Dial{At: noon})
		if err != nil {
			t.Error(err)
			return 0
		}
		ts = append(ts, ports.Transition{Attempt: after, Before: campaign.FactsOf(&it.Attempt), Claims: []ports.Claim{claim}})
	}
	refused, err := s.Save(t.Context(), me, ts)
	if err != nil {
		t.Error(err)
	}
	for _, no := range refused {
		if !errors.Is(no.Err, ports.ErrLimit) || no.Key != claim.Key {
			t.Errorf("refused for %v", no.Err)
		}
	}
	return len(ts) - len(refused)
}
