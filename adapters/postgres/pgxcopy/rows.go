// Package pgxcopy sends a [postgres.Store] its uploads by COPY, where the host's
// driver is pgx.
//
//	db, err := sqlx.Open("pgx", "postgres://…") // github.com/jackc/pgx/v5/stdlib
//	…
//	store := postgres.New(db, postgres.ByCopy(pgxcopy.Rows, 10_000))
//
// What an upload means does not change, only what it costs. It is apart so that
// a host with another driver does not compile pgx.
package pgxcopy

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/outdial/outdial/adapters/postgres"
)

var _ postgres.Copy = Rows

// Rows is the [postgres.Copy] of pgx's database/sql driver. With another
// driver's connection its error is [errors.ErrUnsupported].
func Rows(ctx context.Context, driverConn any, table string, columns []string, rows [][]any) error {
	c, ok := driverConn.(*stdlib.Conn)
	if !ok {
		return fmt.Errorf("pgxcopy: a connection of type %T, not pgx's: %w", driverConn, errors.ErrUnsupported)
	}
	_, err := c.Conn().CopyFrom(ctx, pgx.Identifier{"pg_temp", table}, columns, pgx.CopyFromRows(rows))
	return err
}
