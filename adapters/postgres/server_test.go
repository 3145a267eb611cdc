package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestAServerThatIsAwayIsUnavailable(t *testing.T) {
	server := pgtest.NewServer(t)
	s := postgres.New(server.Open(t, schema))
	spec := campaign.Defaults()
	spec.Name = "spring"
	c := campaign.New(uuid.New(), spec, noon)
	if err := s.CreateCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	server.Stop(t)
	if _, err := s.Campaign(t.Context(), c.ID); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("a read says %v", err)
	}
	if _, err := s.Beat(t.Context(), ports.Worker{ID: uuid.New(), Beat: 1}); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("a write says %v", err)
	}
	server.Start(t)
	got, err := s.Campaign(t.Context(), c.ID)
	if err != nil || got.Spec.Name != "spring" {
		t.Errorf("after its return the server has %+v: %v", got, err)
	}
}

func TestADatabaseWithoutSchemaIsAnError(t *testing.T) {
	s := postgres.New(pgtest.Open(t))
	_, err := s.Changes(t.Context(), 0)
	if err == nil || errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("it says %v", err)
	}
}

// What a switch says may be anything.
func TestACauseThatPostgreSQLRefusesDoesNotFailTheBatch(t *testing.T) {
	url := schema.URL(t)
	s := connect(t, url)
	id := running(t, s, 2)
	spec := campaign.Defaults()
	w := crossing{s: s, me: uuid.New(), rules: spec.Rules()}
	ls, err := s.Lease(t.Context(), w.me, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: 2}})
	if err != nil {
		t.Fatal(err)
	}
	as := []attempt.Attempt{ls[0].Items[0].Attempt, ls[0].Items[1].Attempt}
	if as, err = w.save(t, as, attempt.Dial{At: noon, Address: "+33123456789"}, nil); err != nil {
		t.Fatal(err)
	}
	end := attempt.Ended{At: noon, Cause: "USER\x00BUSY\xff", SIPCallID: "\x00"}
	if _, err = w.save(t, as, end, nil); err != nil {
		t.Fatal(err)
	}
	for row, err := range s.Report(t.Context(), id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Call == nil || row.Call.Cause != "USER\uFFFDBUSY\uFFFD" {
			t.Errorf("the record is %+v", row.Call)
		}
	}
}
