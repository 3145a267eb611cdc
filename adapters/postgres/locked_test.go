package postgres_test

import (
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

// locking is a world in which somebody has all attempts locked for a while.
type locking struct {
	outdial.World
	t         *testing.T
	db        *sqlx.DB
	from, end time.Time
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
		_, err = l.tx.Exec(`SELECT FROM outdial_attempts FOR UPDATE`)
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
		contact   campaign.Contact
		outcome   attempt.Outcome
		from, end time.Duration // of the lock
		dials     int
	}{
		{"first attempts", campaign.Contact{}, attempt.OutcomeInvalidNumber, 0, 5 * time.Second, 1},
		{
			"contacts with a time", campaign.Contact{NotBefore: simulated.DefaultStart.Add(10 * time.Minute)},
			attempt.OutcomeInvalidNumber, time.Minute, 20 * time.Minute, 1,
		},
		{"retries", campaign.Contact{}, attempt.OutcomeBusy, time.Minute, 20 * time.Minute, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			world := simulated.New(simulated.Config{
				Agents:  simulated.Agents{Count: 1},
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
			c.contact.Address = "+33142278186"
			_, err = d.Upload(t.Context(), it.ID, "", func(yield func(campaign.Contact, error) bool) { yield(c.contact, nil) })
			must(t, err)
			must(t, d.Start(t.Context(), it.ID))

			busy := locking{World: world, t: t, db: db, from: world.Now().Add(c.from), end: world.Now().Add(c.end)}
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
