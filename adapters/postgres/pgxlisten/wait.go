// Package pgxlisten lets a [postgres.Store] hear at once what other processes
// change, where the host's driver is pgx: by LISTEN and NOTIFY, rather than at
// the next poll.
//
//	db, err := sqlx.Open("pgx", "postgres://…") // github.com/jackc/pgx/v5/stdlib
//	…
//	store := postgres.New(db)
//	go func() {
//		listening <- store.Listen(ctx, pgxlisten.Wait)
//	}()
//
// It is apart so that a host with another driver does not compile pgx.
package pgxlisten

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/outdial/outdial/adapters/postgres"
)

var _ postgres.Wait = Wait

// Wait is the [postgres.Wait] of pgx's database/sql driver. With another
// driver's connection its error is [errors.ErrUnsupported].
func Wait(ctx context.Context, driverConn any) error {
	c, ok := driverConn.(*stdlib.Conn)
	if !ok {
		return fmt.Errorf("pgxlisten: a connection of type %T, not pgx's: %w", driverConn, errors.ErrUnsupported)
	}
	_, err := c.Conn().WaitForNotification(ctx)
	return err
}
