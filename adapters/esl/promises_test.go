package esl_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

func TestPromisesOverTheEventSocket(t *testing.T) { lab.Promises(t, 10, open) }

var schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	return postgres.New(db).Migrate(ctx)
})

// Several engines on one database, which real switches' events reach over sockets.
func TestPromisesOverTheEventSocketOnADatabase(t *testing.T) {
	lab.PromisesOn(t, 2, open, func(t testing.TB) ports.Store { return postgres.New(schema.Open(t)) })
}
