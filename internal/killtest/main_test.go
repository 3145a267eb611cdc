//go:build unix

package killtest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/internal/killtest/stage"
	"github.com/outdial/outdial/internal/leaks"
)

// What the test tells the processes that it makes of its own binary.
const (
	roleEnv     = "OUTDIAL_KILLTEST_ROLE" // worker or switch
	databaseEnv = "OUTDIAL_KILLTEST_DATABASE"
	switchEnv   = "OUTDIAL_KILLTEST_SWITCH" // host:port of the event socket
)

const (
	// workerTimeout is after how long a worker that is silent is given up; it
	// trusts itself for half of it.
	workerTimeout = 2 * time.Second
	pollEvery     = 200 * time.Millisecond
	// ghostHorizon is longer than any process is stopped: nothing that it had
	// under way comes later.
	ghostHorizon = 5 * workerTimeout / 2
)

// TestMain is also the beginning of the other processes.
func TestMain(m *testing.M) {
	role := map[string]func() error{"worker": beWorker, "switch": stage.BeSwitch}[os.Getenv(roleEnv)]
	if role != nil {
		stage.Be(role)
	}
	leaks.Main(m)
}

// beWorker prints the worker's id once it has reached the switch, and then dials.
func beWorker() (err error) {
	ctx := stage.Wanted()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})).With("pid", os.Getpid())
	db, err := sqlx.Open("pgx", os.Getenv(databaseEnv))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(4)
	defer func() { err = errors.Join(err, db.Close()) }()
	sw, err := esl.New(esl.Config{
		Addr: os.Getenv(switchEnv), Password: stage.Password, Gateways: []string{"trunk"},
		GhostHorizon: ghostHorizon, Logger: log,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sw.Close()) }()
	if err := sw.Ready(ctx); err != nil {
		return err
	}
	d, err := outdial.New(outdial.Config{
		Store: postgres.New(db), Telephony: sw, Logger: log,
		WorkerTimeout: workerTimeout, PollEvery: pollEvery,
	})
	if err != nil {
		return err
	}
	fmt.Println(d.Worker())
	if err := d.Run(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
