package site

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/postgres/pgxcopy"
	"github.com/outdial/outdial/adapters/postgres/pgxlisten"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/ports"
)

const (
	// connectWithin bounds the first word with the database. Kubernetes and its
	// like start a server anew that does not find it.
	connectWithin = 15 * time.Second
	// copyFrom is from how many contacts on an upload goes by COPY.
	copyFrom = 10_000
)

// openStore opens the store, and returns how to listen to it and how to close it.
func openStore(ctx context.Context, c *config.Config, log *slog.Logger) (ports.Store, func(context.Context), func() error, error) {
	if c.Memory() {
		log.Warn("the store is this process's memory: a restart loses campaigns, contacts, calls and reports; closing figures are logged")
		return memory.New(), func(context.Context) {}, func() error { return nil }, nil
	}
	db, err := sqlx.Open("pgx", c.Store)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("--store: %w", err)
	}
	db.SetMaxOpenConns(c.StoreConnections)
	db.SetMaxIdleConns(c.StoreConnections)
	store := postgres.New(db, postgres.ByCopy(pgxcopy.Rows, copyFrom))
	if err := prepare(ctx, db, store); err != nil {
		_ = db.Close() // the error that brought us here says more
		return nil, nil, nil, fmt.Errorf("--store: %w", err)
	}
	listen := func(ctx context.Context) {
		if err := store.Listen(ctx, pgxlisten.Wait); ctx.Err() == nil {
			log.Error("changes of other servers are heard of by polling only", "err", err)
		}
	}
	return store, listen, db.Close, nil
}

// prepare reaches the database and brings its schema up to date, which may take
// as long as it takes.
func prepare(ctx context.Context, db *sqlx.DB, store *postgres.Store) error {
	soon, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	if err := db.PingContext(soon); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	return store.Migrate(ctx)
}
