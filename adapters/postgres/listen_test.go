package postgres

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jmoiron/sqlx"
)

func TestAListenerInVainPausesLongerAndLonger(t *testing.T) {
	db, err := sqlx.Open("pgx", "postgres:///nobody?host="+t.TempDir()) // where no server is
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, stop := context.WithCancel(t.Context())
	var pauses []time.Duration
	err = New(db).listen(ctx, nil, func(_ context.Context, d time.Duration) {
		if pauses = append(pauses, d); len(pauses) == 10 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
	if got := fmt.Sprint(pauses); got != "[0s 100ms 200ms 400ms 800ms 1.6s 3.2s 6.4s 10s 10s]" {
		t.Errorf("it pauses %s", got)
	}
}
