package outdial_test

import (
	"context"
	"fmt"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // a driver
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // another

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/internal/pgtest"
)

var postgresSchema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	return postgres.New(db).Migrate(ctx)
})

// postgresWorlds are how many worlds in this many happen on PostgreSQL too: each
// of their operations is a transaction of a real server.
const postgresWorlds = 30

// The same worlds on the other store. What it answers is what the memory store
// answers, so not only are the promises kept: it is the same story, as long as
// nobody has to ask who holds what, which each store tells in an order of its own.
func TestPromisesAreKeptInRandomWorldsOnPostgreSQL(t *testing.T) {
	first, n := seedsToRun(t)
	n = max(1, n/postgresWorlds)
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := play(seed, postgres.New(postgresSchema.Open(t)))
			s.tell(t)
			if t.Failed() || s.plan.kills+s.plan.stops > 0 || !s.plan.store.none() {
				return
			}
			if a, b := play(seed, memory.New()).everything(), s.everything(); a != b {
				t.Errorf("on the memory store it is another story: %s", firstDifference(a, b))
			}
		})
	}
}

// Any driver will do.
func TestAWorldHappensOnLibPQToo(t *testing.T) {
	t.Parallel()
	db, err := sqlx.Open("postgres", postgresSchema.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	play(2, postgres.New(db)).tell(t)
}
