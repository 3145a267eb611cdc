package outdial_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// single is a store that has the figures of one campaign at a time, and counts
// how often it is asked; err is its answer.
type single struct {
	ports.Store
	asked int
	err   error
}

func (s *single) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	s.asked++
	if s.err != nil {
		return campaign.Metrics{}, s.err
	}
	return s.Store.Metrics(ctx, id, run, at)
}

// lister is a store that has those of many.
type lister struct {
	single
	ids []ports.ID
	at  time.Time
}

func (l *lister) MetricsOf(_ context.Context, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
	l.ids, l.at = ids, at
	return map[ports.ID]campaign.Metrics{ids[0]: {TotalCalls: 7}}, nil
}

// crowded makes campaigns with one contact, two and so on.
func crowded(t *testing.T, store ports.Store, n int) (*outdial.Dialler, []ports.ID) {
	t.Helper()
	d := purging(t, store)
	var ids []ports.ID
	for i := range n {
		spec := campaign.Defaults()
		spec.Name, spec.Destination = "spring", "5000"
		c, err := d.Create(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		for range i + 1 {
			if _, err := d.AddContacts(t.Context(), c.ID, campaign.Contact{Address: "+15550100"}); err != nil {
				t.Fatal(err)
			}
		}
		ids = append(ids, c.ID)
	}
	return d, ids
}

func TestFiguresOfManyAreAskedForOnceWhereTheStoreCan(t *testing.T) {
	store := &lister{single: single{Store: memory.New()}}
	d, ids := crowded(t, store, 2)
	before := time.Now()
	all, err := d.MetricsOf(t.Context(), ids)
	if err != nil || len(all) != 1 || all[ids[0]].TotalCalls != 7 {
		t.Errorf("they are %+v, %v", all, err)
	}
	if store.asked != 0 || !reflect.DeepEqual(store.ids, ids) || store.at.Before(before.Add(-time.Minute)) {
		t.Errorf("it was asked %d times for one, and for %v at %v", store.asked, store.ids, store.at)
	}
}

func TestFiguresOfManyAreAskedForOneByOneWhereTheStoreCannot(t *testing.T) {
	store := &single{Store: memory.New()}
	d, ids := crowded(t, store, 3)
	all, err := d.MetricsOf(t.Context(), append([]ports.ID{uuid.New()}, ids...))
	if err != nil || len(all) != len(ids) || store.asked != len(ids)+1 {
		t.Fatalf("%d of %d have figures, %d questions: %v", len(all), len(ids), store.asked, err)
	}
	for i, id := range ids {
		if got := all[id].TotalCalls; got != i+1 {
			t.Errorf("campaign %d has %d contacts, want %d", i, got, i+1)
		}
	}
}

func TestFiguresOfManyAreNoneWhereTheStoreFails(t *testing.T) {
	store := &single{Store: memory.New()}
	d, ids := crowded(t, store, 3)
	store.err = ports.ErrUnavailable
	if all, err := d.MetricsOf(t.Context(), ids); !errors.Is(err, ports.ErrUnavailable) || all != nil || store.asked != 1 {
		t.Errorf("%d have figures after %d questions: %v", len(all), store.asked, err)
	}
}
