package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// visit makes databases on a server that isn't ours, and first drops what test
// binaries that ended before their tests left there. A run that lives shows it
// by a connection whose application_name is the prefix of its databases.
func visit(address string) (*Server, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "postgres" && parsed.Scheme != "postgresql" {
		return nil, fmt.Errorf("OUTDIAL_POSTGRES wants an address like postgres://user:password@host/database") // not echoed: it may hold a secret
	}
	run := make([]byte, 6)
	_, _ = rand.Read(run) // never fails, by its documentation
	s := &Server{
		address: *parsed, prefix: "outdial_test_" + hex.EncodeToString(run),
		templates: map[*Template]func() (string, error){},
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("OUTDIAL_POSTGRES: %w", err)
	}
	config.RuntimeParams["application_name"] = s.prefix
	if s.sign, err = pgx.ConnectConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("OUTDIAL_POSTGRES: %w", err)
	}
	if err := s.sweep(ctx); err != nil {
		return nil, fmt.Errorf("OUTDIAL_POSTGRES: %w", err)
	}
	return s, nil
}

const leftovers = `
SELECT d.datname FROM pg_database d
WHERE d.datname ~ '^outdial_test_[0-9a-f]{12}_' AND NOT EXISTS (
	SELECT FROM pg_stat_activity WHERE application_name = left(d.datname, 25))`

// sweep drops the databases of runs that have ended.
func (s *Server) sweep(ctx context.Context) error {
	rows, err := s.sign.Query(ctx, leftovers)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.drop(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
