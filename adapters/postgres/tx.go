package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// maxTries is how often a transaction is tried that met a deadlock, could not be
// serialized, found rows moving under its hands, or lost its connection on the way.
const maxTries = 5

// abandoned is how long the server waits for the next statement of a write, and
// over TCP on Linux for what it sends to be taken. A worker that hangs in the
// middle of one, stopped or cut off, holds its campaign's lock, and others must
// be able to adopt what it has.
const abandoned = "1s"

// errCut is a connection that was lost before its transaction was to be committed:
// by the network, by a server that ends, or by its guard where the process had no
// time for it. Nothing of it is there, so that it may be tried again, on another
// connection; with the server away there is none.
type errCut struct{ error }

func (e errCut) Unwrap() error { return e.error }

// errUnfilled says that the present run of a campaign still lacks attempts that
// the transaction needs. They are made in short transactions of their own, then
// it is tried again.
type errUnfilled struct{ campaign attempt.ID }

func (errUnfilled) Error() string { return "the run has no rows yet" }

// write does something in one transaction. It may be done more than once, until
// it is committed once.
func (s *Store) write(ctx context.Context, do func(*unit) error) error {
	return s.writing(ctx, `SELECT `+guard+`, `+byKeys, nil, do)
}

// beside does something to rows of campaigns while others do the same to other
// rows of theirs: no command, sweep or adoption comes between.
func (s *Store) beside(ctx context.Context, camps []attempt.ID, do func(*unit) error) error {
	return s.writing(ctx, `SELECT `+guard+`, `+byKeys+`, `+planned+`, (SELECT count(pg_advisory_xact_lock_shared(k)) FROM unnest($1::bigint[]) AS k)`,
		[]any{lockKeys(camps)}, do)
}

// writing is a transaction that begins with a statement, which reads no table:
// what is read after a lock was waited for must be what the one before has
// written. Hence the isolation too, whatever the database's default.
func (s *Store) writing(ctx context.Context, begin string, args []any, do func(*unit) error) error {
	return s.repeat(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, func(u *unit) error {
		if err := u.exec(begin, args...); err != nil {
			return err
		}
		if err := do(u); err != nil {
			return err
		}
		return u.flush()
	})
}

// byKeys keeps the planner from reading a table whole where it is small, where
// nobody has analysed it yet, or where it does not know how few rows are asked
// for: all that is read is read by keys. It would compile what it then has to
// take for expensive.
const byKeys = `set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`

// planned keeps a statement's plan: each reads by keys, whatever the arguments.
const planned = `set_config('plan_cache_mode', 'force_generic_plan', true)`

// guard bounds how long a write may be abandoned.
var guard = guarding(abandoned)

func guarding(span string) string {
	return `set_config('idle_in_transaction_session_timeout', '` + span + `', true), set_config('tcp_user_timeout', '` + span + `', true)`
}

// read does something in one short snapshot.
func (s *Store) read(ctx context.Context, do func(*unit) error) error {
	return s.repeat(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, func(u *unit) error {
		if err := u.exec(`SELECT ` + byKeys); err != nil {
			return err
		}
		return do(u)
	})
}

func (s *Store) repeat(ctx context.Context, o *sql.TxOptions, do func(*unit) error) error {
	careful := false
	for try := 1; ; try++ {
		err := s.once(ctx, o, func(u *unit) error {
			u.careful = careful
			return do(u)
		})
		careful = careful || errors.Is(err, errNoted) || errors.Is(err, errLeft)
		var lacks errUnfilled
		var behind errBehind
		switch {
		case err == nil:
			return nil
		case errors.As(err, &lacks):
			if err = s.fill(ctx, lacks.campaign); err != nil {
				return err
			}
		case errors.As(err, &behind):
			if err = s.catchUp(ctx, behind); err != nil {
				return err
			}
		case !again(err) || try >= maxTries:
			return explain(ctx, err)
		}
	}
}

func (s *Store) once(ctx context.Context, o *sql.TxOptions, do func(*unit) error) error {
	tx, err := s.begin(ctx, o)
	if err != nil {
		return s.beforeCommit(err)
	}
	if err := do(newUnit(ctx, tx)); err != nil {
		_ = tx.Rollback() // the error that brought us here says more
		return s.beforeCommit(err)
	}
	return tx.Commit()
}

// beforeCommit marks the loss of a connection, if there can be another: not where
// none came about, nor for an upload, whose table is gone with its connection.
func (s *Store) beforeCommit(err error) error {
	var dial *net.OpError
	if !lost(err) || s.copies.conn != nil || state(err) == cannotConnect || errors.As(err, &dial) && dial.Op == "dial" {
		return err
	}
	return errCut{err}
}

// state is the SQLSTATE of a server's error; drivers agree on the method.
func state(err error) string {
	var known interface{ SQLState() string }
	if errors.As(err, &known) {
		return known.SQLState()
	}
	return ""
}

// The SQLSTATEs that are acted upon (PostgreSQL, appendix A).
const (
	uniqueViolation = "23505"
	serialization   = "40001"
	deadlock        = "40P01"
	// idleInTransaction ends a connection whose transaction was abandoned; it
	// has not been committed, even if it answers a commit.
	idleInTransaction = "25P03"
	// cannotConnect is a server that is not up yet, or no longer.
	cannotConnect = "57P03"
)

func again(err error) bool {
	for _, met := range []error{errMoved, errTight, errNoted, errLeft} {
		if errors.Is(err, met) {
			return true
		}
	}
	var cut errCut
	return errors.As(err, &cut) || slices.Contains([]string{serialization, deadlock, idleInTransaction}, state(err))
}

// explain makes a driver's error one that a caller can tell: the context's, or
// [ports.ErrUnavailable] where the server cannot be reached.
func explain(ctx context.Context, err error) error {
	if done := ctx.Err(); done != nil && !errors.Is(err, done) {
		return fmt.Errorf("%w: %w", done, err)
	}
	if unreachable(err) && !errors.Is(err, ports.ErrUnavailable) {
		return fmt.Errorf("postgres: %w: %w", ports.ErrUnavailable, err)
	}
	return err
}

func unreachable(err error) bool {
	return lost(err) || strings.HasPrefix(state(err), "53") // too many connections, disk full
}

// lost reports whether an error has ended its connection.
func lost(err error) bool {
	switch code := state(err); {
	case strings.HasPrefix(code, "08"), // connection exceptions
		strings.HasPrefix(code, "57P"), // the server is shutting down, or not up yet
		code == idleInTransaction:
		return true
	case code != "":
		return false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var network net.Error
	var closed interface{ SafeToRetry() bool } // pgx says so of a connection that it has closed, even of a commit's
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network) || errors.As(err, &closed) && closed.SafeToRetry()
}

// unit is what one transaction has read and is to write. Campaigns are locked
// before anything of theirs is read for writing; the rest follows in the order
// that the package comment gives.
type unit struct {
	ctx    context.Context // of the operation; a unit does not outlive it
	tx     *sqlx.Tx
	camps  map[attempt.ID]*camp
	runs   map[runKey]*run
	rows   map[rowKey]*row
	limits map[limitKey]*limit
	// records are final call records to insert; noted are the ids of their calls.
	records []record
	noted   map[attempt.ID]bool
	// takes and gives are what rows claim and free that were written without
	// asking first: see due.
	takes []*ports.Transition
	gives map[string]int
	// careful says that a try before has met rows that it did not expect.
	careful bool
}

func newUnit(ctx context.Context, tx *sqlx.Tx) *unit {
	return &unit{
		ctx: ctx, tx: tx,
		camps: map[attempt.ID]*camp{}, runs: map[runKey]*run{}, rows: map[rowKey]*row{},
		limits: map[limitKey]*limit{}, noted: map[attempt.ID]bool{}, gives: map[string]int{},
	}
}

func (u *unit) all(into any, query string, args ...any) error {
	return u.tx.SelectContext(u.ctx, into, query, args...)
}

// each reads rows one after the other into the same place, for those that are
// read by the thousand: sqlx looks up each field of each row by its name.
func (u *unit) each(into []any, do func() error, query string, args ...any) error {
	list, err := u.tx.QueryContext(u.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = list.Close() }() // its error is in Err
	for list.Next() {
		if err := list.Scan(into...); err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
	}
	return list.Err()
}

func (u *unit) one(into any, query string, args ...any) error {
	return u.tx.GetContext(u.ctx, into, query, args...)
}

func (u *unit) exec(query string, args ...any) error {
	_, err := u.tx.ExecContext(u.ctx, query, args...)
	return err
}

// affect does something to rows, and says to how many.
func (u *unit) affect(query string, args ...any) (int, error) {
	result, err := u.tx.ExecContext(u.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// flush writes what has changed, a statement for each table. What all writers
// of a campaign change comes last: it is locked from there to the end.
func (u *unit) flush() error {
	for _, write := range []func() error{u.writeRows, u.writeCalls, u.due, u.writeCamps, u.writeSums} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}
