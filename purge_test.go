package outdial_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// slowPurge is a store that forgets nothing and says for some batches that more
// is left; during each of them something happens.
type slowPurge struct {
	ports.Store
	asked   []ports.Purge
	batches int
	during  func()
}

func (s *slowPurge) Purge(ctx context.Context, p ports.Purge) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s.asked = append(s.asked, p)
	s.during()
	return len(s.asked) < s.batches, nil
}

// purging makes a dialler on a store.
func purging(t *testing.T, s ports.Store) *outdial.Dialler {
	t.Helper()
	d, err := outdial.New(outdial.Config{Store: s})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPurgeGoesOnUntilNothingIsLeft(t *testing.T) {
	s := &slowPurge{Store: memory.New(), batches: 5, during: func() {}}
	id, before := uuid.New(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if err := purging(t, s).Purge(t.Context(), id, before); err != nil {
		t.Fatal(err)
	}
	if len(s.asked) != s.batches {
		t.Fatalf("%d batches, want %d", len(s.asked), s.batches)
	}
	for _, p := range s.asked {
		if p.Campaign != id || !p.Before.Equal(before) || p.Validate() != nil {
			t.Errorf("the store is asked %+v", p)
		}
	}
}

func TestPurgeEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := &slowPurge{Store: memory.New(), batches: 1 << 20, during: stop}
	if err := purging(t, s).Purge(ctx, uuid.New(), time.Now()); !errors.Is(err, context.Canceled) || len(s.asked) != 1 {
		t.Errorf("after %d batches: %v", len(s.asked), err)
	}
}

func TestPurgeSaysThatTheStoreCannot(t *testing.T) {
	store := struct{ ports.Store }{memory.New()}
	if err := purging(t, store).Purge(t.Context(), uuid.New(), time.Now()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}

func TestPurgeOfAnUnknownCampaignIsNotFound(t *testing.T) {
	if err := purging(t, memory.New()).Purge(t.Context(), uuid.New(), time.Now()); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// What a host learns of a purged run is said in words that name it.
func TestAPurgedRunIsRefusedByName(t *testing.T) {
	d := purging(t, memory.New())
	spec := campaign.Defaults()
	spec.Name = "spring"
	c, err := d.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		d.Start(t.Context(), c.ID), d.Stop(t.Context(), c.ID), d.Restart(t.Context(), c.ID, campaign.All),
		d.Purge(t.Context(), c.ID, time.Now().Add(time.Hour)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = d.Metrics(t.Context(), c.ID, 1)
	if err != nil {
		t.Error(err)
	}
	want := "run 1 of campaign " + c.ID.String() + ": the run has been purged"
	err = d.WriteReport(t.Context(), io.Discard, c.ID, 1)
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
