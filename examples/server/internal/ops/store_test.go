package ops_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

// The wrapper is a store like any other, with all that a store can do.
func TestWrappedStoreKeepsEveryPromise(t *testing.T) {
	open := func(*testing.T) ports.Store { return ops.NewMetrics().Store(memory.New()) }
	storetest.Run(t, open, storetest.Features{
		Again: func(_ *testing.T, s ports.Store) ports.Store { return s },
		Purge: true, Transfer: open, Filters: true, MetricsLister: true,
	})
}

func TestStoreTellsOfChangesThroughTheWrapper(t *testing.T) {
	s := ops.NewMetrics().Store(memory.New())
	if err := s.CreateCampaign(t.Context(), draft("spring")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Notify():
	default:
		t.Error("it did not tell")
	}
}

// bare is a store without optional abilities.
type bare struct{ ports.Store }

func TestAbilitiesThatTheStoreLacksAreNotThere(t *testing.T) {
	s := ops.NewMetrics().Store(bare{memory.New()})
	if s.Notify() != nil {
		t.Error("it tells of changes")
	}
	if _, err := s.Purge(t.Context(), ports.Purge{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("purge: %v", err)
	}
	if _, err := s.Import(t.Context(), nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("import: %v", err)
	}
	for _, err := range s.Export(t.Context(), ports.ID{}) {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("export: %v", err)
		}
	}
}

func TestFiguresOfManyAreOneOperationWhateverTheStoreCan(t *testing.T) {
	m := ops.NewMetrics()
	s := m.Store(bare{memory.New()})
	_, _, a := running(t, s)
	_, _, b := running(t, s)
	all, err := s.MetricsOf(t.Context(), []ports.ID{a, b, uuid.New()}, time.Now())
	if err != nil || len(all) != 2 || all[a].TotalCalls != 2 {
		t.Errorf("they are %+v: %v", all, err)
	}
	has(t, scrape(t, m), `outdial_store_seconds_count{op="metrics_of",result="ok"} 1`)
}

func draft(name string) campaign.Campaign {
	spec := campaign.Defaults()
	spec.Name = name
	return campaign.New(uuid.New(), spec, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
}

func TestOperationsAreCountedByHowTheyEnded(t *testing.T) {
	m := ops.NewMetrics()
	s := m.Store(away{memory.New()})
	_ = s.CreateCampaign(t.Context(), draft("spring"))
	_, _ = s.Campaign(t.Context(), ports.ID{})
	_, _ = s.Workers(t.Context())
	has(t, scrape(t, m),
		`outdial_store_seconds_count{op="create_campaign",result="ok"} 1`,
		`outdial_store_seconds_count{op="campaign",result="refused"} 1`,
		`outdial_store_seconds_count{op="workers",result="unavailable"} 1`)
}

// away is a store that can't be reached when it is asked for its workers.
type away struct{ ports.Store }

func (away) Workers(context.Context) ([]ports.Worker, error) {
	return nil, fmt.Errorf("gone: %w", ports.ErrUnavailable)
}

// slow is a store that takes a second for each contact, and one more to begin an
// upload; in a bubble.
type slow struct{ ports.Store }

func (s slow) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	<-time.After(time.Second)
	return s.Store.AddContacts(ctx, id, b, slowly(contacts))
}

func (s slow) Contacts(ctx context.Context, id ports.ID) iter.Seq2[campaign.Contact, error] {
	return slowly(s.Store.Contacts(ctx, id))
}

func slowly[T any](seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			<-time.After(time.Second)
			if !yield(v, err) {
				return
			}
		}
	}
}

func TestCallersTimeIsNotTheStores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := ops.NewMetrics()
		s := m.Store(slow{memory.New()})
		c := draft("slow")
		if err := s.CreateCampaign(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		_, err := s.AddContacts(t.Context(), c.ID, ports.Batch{}, func(yield func(campaign.Contact, error) bool) {
			for range 3 {
				<-time.After(time.Minute) // the client's upload
				if !yield(campaign.Contact{ID: uuid.New(), Address: "+15550100"}, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range s.Contacts(t.Context(), c.ID) {
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Minute) // the client's download
		}
		has(t, scrape(t, m),
			`outdial_store_seconds_sum{op="add_contacts",result="ok"} 4`, `outdial_store_seconds_count{op="add_contacts",result="ok"} 1`,
			`outdial_store_seconds_sum{op="contacts",result="ok"} 3`, `outdial_store_seconds_count{op="contacts",result="ok"} 1`)
	})
}

func TestStoreOperationsAreTraced(t *testing.T) {
	seen := spy(t)
	s := ops.NewMetrics().Store(away{memory.New()})
	_ = s.CreateCampaign(t.Context(), draft("spring"))
	for _, err := range s.ListCampaigns(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	_, _ = s.Workers(t.Context())
	if got, want := seen.String(), "store.create_campaign; store.list_campaigns; store.workers: gone: unavailable"; got != want {
		t.Errorf("spans %q, want %q", got, want)
	}
}
