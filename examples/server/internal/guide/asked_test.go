package guide_test

import (
	"context"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// asked counts how often a store is asked for figures: of one campaign, of many.
type asked struct {
	ports.Store
	one, many int
}

func (a *asked) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	a.one++
	return a.Store.Metrics(ctx, id, run, at)
}

func (a *asked) MetricsOf(ctx context.Context, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
	a.many++
	return ports.MetricsOf(ctx, a.Store, ids, at)
}

func TestTheListAsksTheStoreForFiguresOnce(t *testing.T) {
	store := &asked{Store: memory.New()}
	s := newSite(t, store, simulated.Config{}, guide.Options{})
	for n := range 5 {
		s.active(n + 1)
	}
	store.one, store.many = 0, 0
	got := s.want(200, s.ask("GET", "", ""))
	list := got.body["campaigns"].([]any)
	if store.one != 0 || store.many != 1 || len(list) != 5 {
		t.Errorf("%d are listed, the store is asked %d times for one and %d times for many", len(list), store.one, store.many)
	}
	for i, c := range list {
		if left := c.(map[string]any)["remaining_contacts"]; left != float64(i+1) {
			t.Errorf("campaign %d has %v contacts left, want %d", i, left, i+1)
		}
	}
}
