package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial/ports"
)

// channel is what a transaction notifies that raises the cursor of Changes.
const channel = "outdial_changes"

// firstPause and longestPause bound how long a listener stays away that cannot
// connect. Whoever is not told meanwhile polls.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)

var _ ports.Notifier = (*Store)(nil)

// Wait returns nil once the server has sent a notification to the connection
// since the last call, or an error when it is lost or ctx is done. It gets the
// driver's own connection, as [sql.Conn.Raw] hands it out, because database/sql
// knows no notifications; package pgxlisten has one for pgx. An error that is
// [errors.ErrUnsupported] says that the driver is another.
type Wait func(ctx context.Context, driverConn any) error

// Notify implements [ports.Notifier]: it receives after any process has changed
// something that Changes tells, as long as [Store.Listen] runs; else it is
// silent, and workers poll as they do anyway. One value stands for any number
// of changes. A worker has a store of its own: two that share one share the
// channel, and each value wakes one of them.
func (s *Store) Notify() <-chan struct{} { return s.notify }

func (s *Store) tell() {
	select {
	case s.notify <- struct{}{}:
	default:
	}
}

// Listen lets [Store.Notify] speak until ctx is done, and returns the context's
// error. It keeps one connection of the pool, which must be the server's own: a
// pooler such as PgBouncer must not share it out by transaction. A connection
// that is lost is replaced at once, then after pauses that double up to ten
// seconds; each time Notify receives, for what happened meanwhile. The only
// other error is that of a driver which wait is not made for.
func (s *Store) Listen(ctx context.Context, wait Wait) error { return s.listen(ctx, wait, pause) }

func (s *Store) listen(ctx context.Context, wait Wait, pause func(context.Context, time.Duration)) error {
	for away := time.Duration(0); ; away = longer(away) {
		pause(ctx, away)
		heard, err := s.hear(ctx, wait)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errors.ErrUnsupported):
			return fmt.Errorf("postgres: listen: %w", err)
		case heard:
			away = -1 // it was connected: the next try comes at once
		}
	}
}

// hear listens on one connection until that is lost.
func (s *Store) hear(ctx context.Context, wait Wait) (heard bool, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer poolOf(s.db.DB).listens()()
	defer discard(conn)
	if _, err := conn.ExecContext(ctx, "LISTEN "+channel); err != nil {
		return false, err
	}
	for {
		s.tell() // the first time for what came before LISTEN
		if err := conn.Raw(func(c any) error { return wait(ctx, c) }); err != nil {
			return true, err
		}
	}
}

// discard closes a connection that the pool must not have back: it has LISTEN
// or tables in its session.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // which is how database/sql is told
	_ = conn.Close()                                           // closed already
}

// longer is the pause after one that was in vain. A negative one says that the
// connection did come about.
func longer(d time.Duration) time.Duration {
	switch {
	case d < 0:
		return 0
	case d == 0:
		return firstPause
	}
	return min(2*d, longestPause)
}

// pause waits, or returns early when the context is done.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
