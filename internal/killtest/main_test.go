//go:build unix

package killtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"go.uber.org/goleak"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/internal/fakeswitch"
)

// What the test tells the processes that it makes of its own binary.
const (
	roleEnv     = "OUTDIAL_KILLTEST_ROLE" // worker or switch
	databaseEnv = "OUTDIAL_KILLTEST_DATABASE"
	switchEnv   = "OUTDIAL_KILLTEST_SWITCH" // host:port of the event socket
)

const (
	password = "a-password-of-the-kill-test"
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
	role := map[string]func() error{"worker": beWorker, "switch": beSwitch}[os.Getenv(roleEnv)]
	if role == nil {
		goleak.VerifyTestMain(m)
		return
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, os.Getenv(roleEnv), os.Getpid(), err)
		os.Exit(1)
	}
}

// whileWanted is done when the process's input ends: the test closes it, and
// the kernel does if the test is no more.
func whileWanted() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin) // any end will do
	}()
	return ctx
}

// beWorker prints the worker's id once it has reached the switch, and then dials.
func beWorker() (err error) {
	ctx := whileWanted()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})).With("pid", os.Getpid())
	db, err := sqlx.Open("pgx", os.Getenv(databaseEnv))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(4)
	defer func() { err = errors.Join(err, db.Close()) }()
	sw, err := esl.New(esl.Config{
		Addr: os.Getenv(switchEnv), Password: password, Gateways: []string{"trunk"},
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

// beSwitch prints where the double listens and, in the end, how many calls left
// it and how many are still up.
func beSwitch() error {
	ctx := whileWanted()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := fakeswitch.New(fakeswitch.Config{Password: password, Far: carrier, PerSecond: 10_000})
	served := make(chan error, 1)
	go func() { served <- s.ServeESL(l) }()
	fmt.Println(l.Addr())
	<-ctx.Done()
	fmt.Println(len(s.Invites()), len(s.Channels()))
	return errors.Join(s.Close(), <-served)
}

// carrier has calls of 50 to 500 ms by their number, one in ten busy and one in
// ten to a number that nobody has. One in twenty talks on for up to 4.5 s: these
// are still up when others take over their worker's calls.
func carrier(_, number string) fakeswitch.Far {
	n := 0
	for _, digit := range []byte(number) {
		n = (n*31 + int(digit)) % 9973
	}
	far := fakeswitch.Far{
		Delay: time.Duration(5+n%20) * time.Millisecond,
		Ring:  time.Duration(15+n%110) * time.Millisecond,
		SIP:   200,
		Talk:  time.Duration(30+n%320) * time.Millisecond,
	}
	switch n % 10 {
	case 0:
		far.SIP = 486
	case 1:
		far.SIP = 404
	case 2:
		if n%20 == 2 {
			far.Talk = 5*time.Second/2 + time.Duration(n%2000)*time.Millisecond
		}
	}
	return far
}
