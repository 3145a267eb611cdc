package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/outdial/outdial/ports"
)

// serverError is an error as drivers have them.
type serverError string

func (e serverError) Error() string    { return "server: " + string(e) }
func (e serverError) SQLState() string { return string(e) }

func TestErrorsThatMeanTheServerIsAway(t *testing.T) {
	for _, c := range []struct {
		err  error
		away bool
	}{
		{driver.ErrBadConn, true},
		{io.ErrUnexpectedEOF, true},
		{fmt.Errorf("dial: %w", &net.OpError{Op: "dial", Err: errors.New("refused")}), true},
		{serverError("57P01"), true}, // admin_shutdown
		{serverError("57P03"), true}, // cannot_connect_now
		{serverError("53300"), true}, // too_many_connections
		{serverError("08006"), true}, // connection_failure
		{serverError(deadlock), false},
		{serverError(uniqueViolation), false},
		{serverError("42P01"), false}, // undefined_table
		{ports.ErrNotFound, false},
		{context.DeadlineExceeded, false},
	} {
		err := explain(t.Context(), c.err)
		if got := errors.Is(err, ports.ErrUnavailable); got != c.away {
			t.Errorf("%v: away is %v, want %v", c.err, got, c.away)
		}
		if !errors.Is(err, c.err) {
			t.Errorf("%v is lost in %v", c.err, err)
		}
	}
}

func TestADoneContextIsToldWhateverTheDriverSays(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := explain(ctx, errors.New("conn closed")); !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
}

func TestOnlyWhatIsSurelyUndoneIsTriedAgain(t *testing.T) {
	for err, want := range map[error]bool{
		serverError(deadlock):                       true,
		serverError(serialization):                  true,
		serverError(uniqueViolation):                false,
		serverError("57014"):                        false,
		serverError(idleInTransaction):              true,  // even a commit's
		driver.ErrBadConn:                           false, // it may be a commit's
		errCut{serverError(idleInTransaction)}:      true,
		errCut{fmt.Errorf("%w", driver.ErrBadConn)}: true,
	} {
		if again(fmt.Errorf("save: %w", err)) != want {
			t.Errorf("%v: tried again is %v", err, !want)
		}
	}
}
