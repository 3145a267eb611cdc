//go:build unix

package killtest_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/killtest/stage"
	"github.com/outdial/outdial/internal/pgtest"
)

var schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	return postgres.New(db).Migrate(ctx)
})

const (
	crewSize = 3
	// most are the campaign's lines: enough to keep two processors busy.
	most = 60
	// atLeast is how many contacts a second this machine gets through if all is
	// well, with much to spare.
	atLeast = 10
)

func TestNothingIsLostWhenWorkersAreKilled(t *testing.T) {
	began := time.Now()
	kills, contacts := number(t, "OUTDIAL_KILLS", 5), number(t, "OUTDIAL_CONTACTS", 400)
	seed := number(t, "OUTDIAL_SEED", int(rand.Uint32()))
	ctx, cancel := context.WithTimeout(t.Context(), patience(t, contacts))
	defer cancel()

	address := schema.URL(t)
	db, err := sqlx.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the test has its answers by then
	store := postgres.New(db)
	desk, err := outdial.New(outdial.Config{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	complaints := &stage.Tail{}
	t.Cleanup(func() { complaints.Check(t) })
	sw := stage.Start(t, complaints, nil, roleEnv+"=switch")
	addr := sw.Line(t)
	seen := stage.Watch(t, addr, most)
	crew := &crew{
		t: t, dice: rand.New(rand.NewPCG(uint64(seed), 4)), complaints: complaints,
		env: []string{roleEnv + "=worker", databaseEnv + "=" + address, switchEnv + "=" + addr},
	}
	for range crewSize {
		crew.hire()
	}
	heirs := watchHeirs(t, db, crew)
	c := begin(t, store, desk, contacts)

	for k := range kills {
		// Kills are spread evenly over the contacts.
		if !until(ctx, func() bool { return seen.Dialled() > contacts*(k+1)/(kills+1) }) {
			t.Fatalf("%d of %d contacts were dialled by kill %d of %d, and no more", seen.Dialled(), contacts, k+1, kills)
		}
		pause(crew.dice)
		crew.kill()
		if k%2 == 0 {
			pause(crew.dice)
			crew.stop()
		}
	}
	if c, err = desk.Wait(ctx, c.ID); err != nil {
		explain(t, desk, c)
		t.Fatal(err)
	}
	crew.dismiss()
	heirs.finish()
	records := checkBooks(t, desk, c, contacts)
	sw.End(t)
	seen.Check(<-sw.Said, records)
	t.Logf("seed %d: %d kills, %d stops, %d contacts, %d calls, at most %d lines of %d, rows of %d dead adopted within %s at worst (%s with another up), in %s",
		seed, kills, crew.stops, contacts, len(records), seen.Peak(), most, len(heirs.rich), heirs.worst.Round(time.Millisecond), heirs.steady.Round(time.Millisecond), time.Since(began).Round(time.Second))
}

// patience is for how long the test waits for so many contacts: what takes longer
// hangs. It ends before go test's own time-out, which would not let it explain.
func patience(t *testing.T, contacts int) time.Duration {
	long := 15*time.Minute + time.Duration(contacts/atLeast)*time.Second
	if end, ok := t.Deadline(); ok {
		long = min(long, time.Until(end)*9/10)
	}
	return long
}

// number is a number from the environment.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		t.Fatalf("%s=%q is no number", name, s)
	}
	return n
}

// begin starts the campaign. It is handed to the store directly: a dialler has
// contacts wait for a minute at least before their retry.
func begin(t *testing.T, store *postgres.Store, desk *outdial.Dialler, contacts int) campaign.Campaign {
	t.Helper()
	spec := campaign.Defaults()
	spec.Name, spec.Destination = "kill", "7000"
	spec.MaxConcurrent, spec.CallsPerSecond = most, 1000
	spec.Retries, spec.RetryDelay, spec.RefusedBackoff = 1, time.Second, time.Second
	c := campaign.New(uuid.New(), spec, time.Now())
	if err := store.CreateCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Upload(t.Context(), c.ID, "all", people(contacts)); err != nil {
		t.Fatal(err)
	}
	if err := desk.Start(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return c
}

func people(n int) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			address := strconv.Itoa(5_000_000 + i)
			if !yield(campaign.Contact{Key: address, Address: address}, nil) {
				return
			}
		}
	}
}

// until polls until something holds; false if the context ends before.
func until(ctx context.Context, holds func() bool) bool {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// pause lets up to 400 ms pass, so that a worker is hit in the middle of
// anything; nothing is waited for.
func pause(dice *rand.Rand) { <-time.After(time.Duration(dice.IntN(400)) * time.Millisecond) }

// explain says what holds a campaign up.
func explain(t *testing.T, desk *outdial.Dialler, c campaign.Campaign) {
	x, err := desk.Explain(context.WithoutCancel(t.Context()), c.ID)
	t.Log(fmt.Sprint(x.Sentence, x.Lines, " lines ", x.Waiting, " wait ", err))
}
