package postgres_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

// schema is a database that has been migrated.
var schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	return postgres.New(db).Migrate(ctx)
})

// connect opens a pool of its own, as each process has.
func connect(t *testing.T, url string) *postgres.Store {
	t.Helper()
	db, err := sqlx.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return postgres.New(db)
}

// addresses remembers where a store's database is.
type addresses struct{ of sync.Map }

func (a *addresses) open(t *testing.T) ports.Store {
	url := schema.URL(t)
	s := connect(t, url)
	a.of.Store(s, url)
	return s
}

func (a *addresses) again(t *testing.T, s ports.Store) ports.Store {
	url, ok := a.of.Load(s)
	if !ok {
		t.Fatal("the store is none of this test's")
	}
	return connect(t, url.(string))
}

func TestStore(t *testing.T) {
	t.Parallel()
	var a addresses
	storetest.Run(t, a.open, storetest.Features{Again: a.again, Purge: true, Transfer: a.open, Filters: true, MetricsLister: true})
}
