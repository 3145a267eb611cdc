package pgbench

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/postgres/pgxcopy"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

// Floor is a database with one running campaign, and whoever works on it.
type Floor struct {
	tb    testing.TB
	DB    *sqlx.DB
	Store *postgres.Store
	ID    ports.ID
	rules attempt.Rules
	Began time.Time
}

// NewFloor opens a fresh database of the server's, with connections for so many
// workers and as many readers, and a campaign of so many contacts.
func NewFloor(tb testing.TB, s *pgtest.Server, workers, contacts int) *Floor {
	tb.Helper()
	db, err := sqlx.Open("pgx", s.URL(tb, nil))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() }) // its database goes with the server
	db.SetMaxOpenConns(2*workers + 2)
	db.SetMaxIdleConns(2*workers + 2)
	return FloorOn(tb, db, contacts)
}

// FloorOn is a floor on a fresh database.
func FloorOn(tb testing.TB, db *sqlx.DB, contacts int) *Floor {
	tb.Helper()
	f := &Floor{tb: tb, DB: db, Store: postgres.New(db, postgres.ByCopy(pgxcopy.Rows, 10_000)), Began: time.Now()}
	f.must(f.Store.Migrate(context.Background()))
	f.ID = f.Campaign(contacts)
	return f
}

func (f *Floor) must(err error) {
	f.tb.Helper()
	if err != nil {
		f.tb.Fatal(err)
	}
}

// Campaign adds another campaign, uploads so many contacts and starts it.
func (f *Floor) Campaign(contacts int) ports.ID {
	f.tb.Helper()
	ctx := context.Background()
	spec := campaign.Defaults()
	spec.Name, spec.Retries = "bench", 0
	f.rules = spec.Rules()
	id := uuid.New()
	f.must(f.Store.CreateCampaign(ctx, campaign.New(id, spec, f.Began)))
	_, err := f.Store.AddContacts(ctx, id, ports.Batch{At: f.Began}, People(contacts))
	f.must(err)
	f.must(f.Store.Submit(ctx, ports.Command{ID: uuid.New(), At: f.Began, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Start},
	}}))
	f.Settle()
	return id
}

// Settle leaves nothing of what was done before to be done during a measurement.
func (f *Floor) Settle() {
	f.tb.Helper()
	_, err := f.DB.Exec(`VACUUM ANALYZE`)
	f.must(err)
}

// People are so many contacts, of new ids.
func People(n int) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for c := range people(n) {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func people(n int) iter.Seq[campaign.Contact] {
	return func(yield func(campaign.Contact) bool) {
		for i := range n {
			c := campaign.Contact{
				ID: uuid.Must(uuid.NewV7()), Key: fmt.Sprint("customer-", i), Name: "Ada Lovelace", Address: fmt.Sprintf("+331%08d", i),
			}
			if !yield(c) {
				return
			}
		}
	}
}

// claims are what a dial claims, under the engine's names: lines of the campaign
// and of a trunk, and the campaign's rate.
func (f *Floor) claims(id ports.ID) []ports.Claim {
	return []ports.Claim{
		{Key: "campaign/" + id.String() + "/lines", Max: 1 << 20},
		{Key: "campaign/" + id.String() + "/rate", Max: 1 << 20, Per: time.Second},
		{Key: "trunk/north/lines", Max: 1 << 20},
	}
}

// Lease leases at most most attempts.
func (f *Floor) Lease(ctx context.Context, worker ports.ID, most int) ([]ports.Item, error) {
	now := time.Now()
	got, err := f.Store.Lease(ctx, worker, []ports.LeaseRequest{{
		Campaign: f.ID, Run: 1, Now: now, Running: now.Sub(f.Began), Max: most,
	}})
	if err != nil {
		return nil, err
	}
	return got[0].Items, nil
}

// Life takes at most most attempts from their lease through dialling and ringing
// to the record of a busy line, and returns how many.
func (f *Floor) Life(ctx context.Context, worker ports.ID, most int) (int, error) {
	items, err := f.Lease(ctx, worker, most)
	if err != nil || len(items) == 0 {
		return 0, err
	}
	claims := f.claims(f.ID)
	for _, step := range []struct {
		event  func(now time.Time) attempt.Event
		claims []ports.Claim
		record bool
	}{
		{func(now time.Time) attempt.Event {
			return attempt.Dial{At: now, Address: items[0].Contact.Address, Trunk: "north", CallerID: "+15550100"}
		}, claims, false},
		{func(now time.Time) attempt.Event { return attempt.Progress{At: now} }, nil, false},
		{func(now time.Time) attempt.Event {
			return attempt.Ended{At: now, Running: now.Sub(f.Began), Cause: "USER_BUSY", SIPStatus: 486}
		}, nil, true},
	} {
		now := time.Now()
		ts := make([]ports.Transition, len(items))
		for i := range items {
			a := &items[i].Attempt
			after, _, err := attempt.Next(&f.rules, *a, step.event(now))
			if err != nil {
				return 0, err
			}
			ts[i] = ports.Transition{Attempt: after, Before: campaign.FactsOf(a), Claims: step.claims, Record: step.record}
			*a = after
			a.Version++
		}
		refused, err := f.Store.Save(ctx, worker, ts)
		if err != nil {
			return 0, err
		}
		if len(refused) > 0 {
			return 0, fmt.Errorf("%d of %d are refused, the first with %w", len(refused), len(ts), refused[0].Err)
		}
	}
	return len(items), nil
}

// Workers lets so many workers do something until it does nothing any more, and
// returns how much it did.
func Workers(tb testing.TB, n int, do func(ctx context.Context, worker ports.ID) (int, error)) (total int) {
	tb.Helper()
	type result struct {
		n   int
		err error
	}
	results := make(chan result)
	for range n {
		go func() {
			var all result
			for worker := uuid.New(); ; {
				one, err := do(context.Background(), worker)
				all.n += one
				if all.err = err; err != nil || one == 0 {
					break
				}
			}
			results <- all
		}()
	}
	for range n {
		r := <-results
		total += r.n
		if r.err != nil {
			tb.Error(r.err)
		}
	}
	return total
}

// Called gives each contact of the campaign the record of a call.
func (f *Floor) Called() {
	f.tb.Helper()
	_, err := f.DB.Exec(`INSERT INTO outdial_calls (id, campaign, run, contact, number, outcome, record)
		SELECT gen_random_uuid(), campaign, 1, id, 1, 'busy', json_build_object('address', address, 'trunk', 'north',
			'dialled_at', 1795255200000000, 'ended_at', 1795255220000000, 'cause', 'USER_BUSY')
		FROM outdial_contacts WHERE campaign = $1`, f.ID)
	f.must(err)
	f.Settle()
}
