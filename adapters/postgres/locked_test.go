package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// locking is a world in which somebody has attempts locked for a while: those of
// contacts from an arrival on.
type locking struct {
	outdial.World
	t         *testing.T
	db        *sqlx.DB
	from, end time.Time
	arrival   int
	tx        *sqlx.Tx
}

func (l *locking) Advance(to time.Time) {
	switch {
	case to.After(l.end.Add(time.Hour)):
		l.t.Fatal("an hour after they were free it still waits")
	case l.tx == nil && !to.Before(l.from) && to.Before(l.end):
		var err error
		l.tx, err = l.db.Beginx()
		must(l.t, err)
		_, err = l.tx.Exec(`SELECT FROM outdial_attempts WHERE arrival >= $1 FOR UPDATE`, l.arrival)
		must(l.t, err)
	case l.tx != nil && !to.Before(l.end):
		must(l.t, l.tx.Rollback())
		l.tx = nil
	}
	l.World.Advance(to)
}

// A worker's transaction may outlive it, and nobody tells when its locks go: a
// lone worker that was told that there is nothing must not believe it.
func TestRowsThatSomebodyHasLockedAreDialledOnceTheyAreFree(t *testing.T) {
	for _, c := range []struct {
		name      string
		notBefore time.Time
		contacts  int
		outcome   attempt.Outcome
		from, end time.Duration // of the lock
		free      int           // contacts that are not locked
		dials     int
	}{
		{"first attempts", time.Time{}, 1, attempt.OutcomeInvalidNumber, 0, 5 * time.Second, 0, 1},
		{"first attempts beside a call that ends", time.Time{}, 2, attempt.OutcomeInvalidNumber, 0, time.Minute, 1, 2},
		{
			"contacts with a time", simulated.DefaultStart.Add(10 * time.Minute), 1,
			attempt.OutcomeInvalidNumber, time.Minute, 20 * time.Minute, 0, 1,
		},
		{"retries", time.Time{}, 1, attempt.OutcomeBusy, time.Minute, 20 * time.Minute, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			world := simulated.New(simulated.Config{
				Agents:  simulated.Agents{Count: 2},
				Carrier: simulated.Carrier{Script: func(ports.Dial) (simulated.Plan, bool) { return simulated.Plan{Outcome: c.outcome}, true }},
			})
			db := schema.Open(t)
			d, err := outdial.New(outdial.Config{
				Store: postgres.New(db), Telephony: world.Connect(), Agents: world.Agents(), Clock: world.Clock(),
			})
			must(t, err)
			spec := campaign.Defaults()
			spec.Name, spec.Retries, spec.RetryDelay = "spring", 1, 10*time.Minute
			it, err := d.Create(t.Context(), spec)
			must(t, err)
			_, err = d.Upload(t.Context(), it.ID, "", func(yield func(campaign.Contact, error) bool) {
				for i := range c.contacts {
					if !yield(campaign.Contact{Address: fmt.Sprintf("+3314227818%d", i), NotBefore: c.notBefore}, nil) {
						return
					}
				}
			})
			must(t, err)
			must(t, d.Start(t.Context(), it.ID))

			busy := locking{World: world, t: t, db: db, arrival: c.free, from: world.Now().Add(c.from), end: world.Now().Add(c.end)}
			busy.Advance(world.Now())
			must(t, outdial.Drive(t.Context(), d, &busy))
			m, err := d.Metrics(t.Context(), it.ID, 0)
			must(t, err)
			it, err = d.Campaign(t.Context(), it.ID)
			must(t, err)
			if m.Dials != c.dials || it.Status != campaign.Completed {
				t.Errorf("%s after %d dials, want completed after %d", it.Status, m.Dials, c.dials)
			}
		})
	}
}
