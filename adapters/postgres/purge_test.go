package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func (p *pair) Purge(ctx context.Context, q ports.Purge) (bool, error) { return p.next().Purge(ctx, q) }

// What the suite cannot see: the rows themselves are gone, those of the present
// run and of other campaigns are not.
func TestAPurgeEmptiesTheTables(t *testing.T) {
	t.Parallel()
	const n = 40
	db := schema.Open(t)
	s := postgres.New(db)
	id, other := running(t, s, n), running(t, s, n)
	for _, id := range []ports.ID{id, other} {
		callAll(t, s, id)
		decide(t, s, id, campaign.Stop)
		decide(t, s, id, campaign.Restart)
	}
	for more, err := true, error(nil); more; {
		later := noon.Add(time.Hour)
		if more, err = s.Purge(t.Context(), ports.Purge{Campaign: id, Before: later, At: later, Max: 7}); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []struct {
		of   ports.ID
		sql  string
		want int
	}{
		{id, `SELECT count(*) FROM outdial_attempts WHERE campaign = $1 AND run = 1`, 0},
		{id, `SELECT count(*) FROM outdial_attempts WHERE campaign = $1 AND run = 2`, n},
		{id, `SELECT count(*) FROM outdial_calls WHERE campaign = $1`, 0},
		{id, `SELECT count(*) FROM outdial_commands WHERE campaign = $1`, 0},
		{id, `SELECT count(*) FROM outdial_contacts WHERE campaign = $1`, n},
		{id, `SELECT count(*) FROM outdial_runs WHERE campaign = $1 AND purge_next = -1 AND NOT unswept`, 1},
		{other, `SELECT count(*) FROM outdial_attempts WHERE campaign = $1 AND run = 1`, n},
		{other, `SELECT count(*) FROM outdial_calls WHERE campaign = $1`, n},
		{other, `SELECT count(*) FROM outdial_commands WHERE campaign = $1`, 3},
	} {
		var got int
		if err := db.GetContext(t.Context(), &got, q.sql, q.of); err != nil || got != q.want {
			t.Errorf("%s: %d, want %d (%v)", q.sql, got, q.want, err)
		}
	}
}

// callAll calls all contacts of a campaign once; they are busy.
func callAll(t *testing.T, s *postgres.Store, id ports.ID) {
	t.Helper()
	me := uuid.New()
	ls, err := s.Lease(t.Context(), me, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	var as []attempt.Attempt
	for _, it := range ls[0].Items {
		as = append(as, it.Attempt)
	}
	spec := campaign.Defaults()
	w := &crossing{s: s, me: me, rules: spec.Rules()}
	for _, e := range []attempt.Event{
		attempt.Dial{At: noon, Address: "+33123456789"}, attempt.Ended{At: noon, Cause: "USER_BUSY"},
	} {
		if as, err = w.save(t, as, e, nil); err != nil {
			t.Fatal(err)
		}
	}
}
