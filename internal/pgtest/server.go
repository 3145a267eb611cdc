package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL server that makes databases for tests. It is safe for
// use by several tests at once, except that Stop, Start, Restart and Crash are
// felt by all of them.
type Server struct {
	address url.URL // of the database "postgres", or of the one that OUTDIAL_POSTGRES names
	prefix  string  // how the names of its databases begin
	serial  atomic.Int64
	keeper  *keeper   // nil: an outside server
	sign    *pgx.Conn // an outside server's sign that this run lives

	mu        sync.Mutex
	templates map[*Template]func() (string, error)
}

// shared is started by the first test that asks; all others get its answer.
var shared = sync.OnceValues(func() (*Server, error) {
	if address := os.Getenv("OUTDIAL_POSTGRES"); address != "" {
		return visit(address)
	}
	return private(nil)
})

// Shared is the server of this test binary. The test is skipped, or fails where
// CI=true, if there is none to be had. It is not for stopping: other tests use it.
func Shared(t testing.TB) *Server {
	t.Helper()
	s, err := shared()
	if err != nil {
		giveUp(t, err)
	}
	return s
}

// NewServer starts a server for this test alone, to be stopped, killed or set up
// otherwise than the shared one; it ends with the test. Settings are those of
// postgresql.conf, "synchronous_commit=off". It costs some hundred milliseconds,
// and needs the programs: an address in OUTDIAL_POSTGRES doesn't serve.
func NewServer(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := private(settings)
	if err != nil {
		giveUp(t, err)
	}
	t.Cleanup(func() {
		if err := s.keeper.close(); err != nil {
			t.Errorf("end the test's PostgreSQL: %v", err)
		}
	})
	return s
}

// defaults are for many short-lived databases on a small machine.
var defaults = []string{
	"listen_addresses=", "unix_socket_permissions=0777", // root's tests run as another user than the server
	"fsync=off", "full_page_writes=off",
	"wal_level=minimal", "max_wal_senders=0", "max_wal_size=256MB",
	"max_connections=200", "shared_buffers=64MB",
	"timezone=UTC", "log_timezone=UTC",
}

// private is a new cluster, running.
func private(settings []string) (*Server, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	var options []string
	for _, setting := range append(defaults[:len(defaults):len(defaults)], settings...) {
		options = append(options, "-c", setting)
	}
	k, err := newKeeper(bin, options)
	if err != nil {
		return nil, fmt.Errorf("keep PostgreSQL from %s: %w", bin, err)
	}
	s := &Server{
		address: url.URL{
			Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
			RawQuery: url.Values{"host": {k.folder}, "sslmode": {"disable"}}.Encode(),
		},
		prefix: "test", keeper: k, templates: map[*Template]func() (string, error){},
	}
	if err := k.do("init"); err != nil {
		_ = k.close() // the error that brought us here says more
		return nil, err
	}
	if err := s.start(); err != nil {
		_ = k.close() // the error that brought us here says more
		return nil, err
	}
	return s, nil
}

// Stop makes the database go away: clients are disconnected, what they had begun
// is undone, and nobody connects until Start. Like the three below it is called
// by the test's own goroutine, on a server from NewServer.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.must(t, func() error { return s.keeper.do("stop") })
}

// Crash is Stop without goodbyes: the server dies where it stands, and recovers
// from its log at the next Start. No commit it has confirmed is lost unless
// synchronous_commit is off.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	s.must(t, func() error { return s.keeper.do("crash") })
}

// Start brings a stopped server back, at the same address with the same
// databases, and returns when it accepts connections.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.must(t, s.start)
}

// Restart is Stop and Start.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	s.Start(t)
}

func (s *Server) must(t testing.TB, act func() error) {
	t.Helper()
	if s.keeper == nil {
		t.Fatal("the server at OUTDIAL_POSTGRES is not ours to stop: use NewServer")
	}
	if err := act(); err != nil {
		t.Fatal(err)
	}
}

// start returns when the server accepts connections. PostgreSQL has no portable
// way to say that it is ready; one asks.
func (s *Server) start() error {
	if s.keeper.running() {
		return nil
	}
	if err := s.keeper.do("start"); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		err := s.exec(ctx, "SELECT")
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || s.keeper.hasRefused() {
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, s.keeper.log())
		}
		<-again.C
	}
}
