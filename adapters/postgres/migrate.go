package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var files embed.FS

// versionTable is where goose notes what has been applied: a name of our own,
// as the host may use goose too.
const versionTable = "outdial_version"

// Migrate brings the schema up to date. Any number of processes may call it at
// once: they take turns by an advisory lock, and all but the first find nothing
// to do. It needs a role that may create tables, and a pool with a connection
// to spare.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.migrations()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("postgres: migrate: %w", explain(ctx, err))
	}
	return nil
}

// Version returns the number of the last migration that was applied; 0 before
// the first.
func (s *Store) Version(ctx context.Context) (int64, error) {
	p, err := s.migrations()
	if err != nil {
		return 0, err
	}
	v, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("postgres: version of the schema: %w", explain(ctx, err))
	}
	return v, nil
}

// migrations is not closed after use: that would close the host's pool.
func (s *Store) migrations() (*goose.Provider, error) {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return nil, fmt.Errorf("postgres: migrations: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("postgres: migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, s.db.DB, dir,
		goose.WithSessionLocker(locker), goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("postgres: migrations: %w", err)
	}
	return p, nil
}
