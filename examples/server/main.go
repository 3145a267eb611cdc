// Command server is the reference server: the campaign guide's REST API, the
// operator's API and a page, on any store and any switch that the library has.
//
//	go run ./examples/server
//
// Without flags it is a demo on http://127.0.0.1:8080 that calls nobody: its
// store is this process's memory and its carrier is simulated, at a speed that
// the page can change. The button "Start a sample campaign" gives it something to
// do. The same program calls for real, by flags or the environment (--help):
//
//	OUTDIAL_API_KEY=… OUTDIAL_SWITCH=esl://:PASSWORD@10.0.0.5:8021 \
//		OUTDIAL_STORE=postgres://outdial:PASSWORD@10.0.0.6/outdial \
//		server --listen 0.0.0.0:8080 --trunk GATEWAY
//
// # What it serves
//
//	/v1/telephony/campaigns  the guide's API, as printed
//	/v1/campaigns, /v1/…     the operator's API; /openapi.json describes it
//	/                        the page
//	/healthz, /readyz        for whoever keeps it running
//	/metrics                 for Prometheus; with a key, where there are any
//	/demo                    in the demo only: its speed, a sample campaign
//
// They are at the root of a host name: a proxy must not move them under a prefix.
//
// Clients send a key as X-API-Key; people sign in with one on the page. Without
// --api-key there is the demo on loopback only: the page then signs itself in,
// and the keys that the guide prints are taken, demo-key and your-api-key.
//
// # What a restart loses
//
// On PostgreSQL the sessions of people: any number of servers share the work, and
// what one leaves another takes over. Calls that end while none listens, as after
// a kill, are recorded as unknown, which is retried like any outcome. In memory
// everything goes: campaigns and settings, contacts, attempts, call records and
// reports, callbacks to come, upload keys.
// So that something is left, the log has each campaign's closing figures when it
// is over, and at the end those of campaigns that were not.
//
// # Stopping
//
// At the first SIGTERM or Ctrl-C it is not ready any more, dials no more, and
// waits for the calls that are up, serving on meanwhile, so that dispositions
// arrive; at the second, or after --shutdown-patience, it leaves what is still up
// to other servers. Kubernetes' terminationGracePeriodSeconds should be longer.
//
// # What to read
//
// internal/site is what a host does with outdial; internal/guide and
// internal/operator are the two APIs on it; internal/web, internal/ops and
// internal/config are what any server needs; internal/page is the page.
//
// Exit codes: 0 stopped as asked, 1 something failed, 2 the command line is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // campaigns' zones, on machines without a zone database

	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/examples/server/internal/operator"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/examples/server/internal/page"
	"github.com/outdial/outdial/examples/server/internal/site"
	"github.com/outdial/outdial/examples/server/internal/web"
)

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, signals))
}

const (
	exitOK = iota
	exitError
	exitUsage
)

// run is the program; it returns its exit code. The log goes to standard error.
func run(args []string, stdout, stderr io.Writer, signals <-chan os.Signal) int {
	c, err := config.Parse(args, stdout)
	switch {
	case errors.Is(err, config.ErrHelp):
		return exitOK
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "server: %v\nserver --help lists all flags\n", err)
		return exitUsage
	}
	log := ops.Logger(stderr, c)
	stop, hurry, done := heed(signals)
	defer done()
	s, err := open(stop, c, log)
	if err != nil {
		if stop.Err() != nil {
			return exitOK // told to stop before it had begun
		}
		log.Error("the server does not start", "err", err)
		return exitError
	}
	_, _ = fmt.Fprintf(stdout, "outdial is at %s\n", s.url())
	if err := s.run(stop, hurry); err != nil {
		log.Error("the server has failed", "err", err)
		return exitError
	}
	log.Info("stopped")
	return exitOK
}

// heed turns signals into contexts: the first signal ends stop, the second
// hurry. Done ends both, and the waiting.
func heed(signals <-chan os.Signal) (stop, hurry context.Context, done func()) {
	stop, stopped := context.WithCancel(context.Background())
	hurry, hurried := context.WithCancel(context.Background())
	over, heeded := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(heeded)
		for _, end := range []context.CancelFunc{stopped, hurried} {
			select {
			case <-signals:
				end()
			case <-over:
				return
			}
		}
	}()
	return stop, hurry, func() {
		close(over)
		<-heeded
		stopped()
		hurried()
	}
}

// server is a site that is served.
type server struct {
	config   *config.Config
	log      *slog.Logger
	site     *site.Site
	health   *ops.Health
	listener net.Listener
	http     *http.Server
	cut      context.CancelFunc // ends all requests
}

// open reaches the store, listens, and sets everything going but the serving.
func open(ctx context.Context, c *config.Config, log *slog.Logger) (*server, error) {
	log.Info("starting", "config", c)
	m := ops.NewMetrics()
	where, err := site.Build(ctx, c, m, log)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("--listen: %w", err), where.Close())
	}
	s := &server{config: c, log: log, site: where, listener: l, health: &ops.Health{Store: where.Store, SwitchUp: where.SwitchUp}}
	m.Watch(ops.Sources{Store: where.Store, Now: where.Now, Agents: where.Agents(), SwitchUp: where.SwitchUp, Dropped: where.Dialler.Dropped})
	requests, cut := context.WithCancel(context.Background())
	operators := operator.New(where.Dialler, operator.Options{
		Gateways: c.Gateways(), Destination: c.Destination, Ceiling: c.MaxConcurrentCeiling, MaxBody: int64(c.MaxBody), Logger: log,
		Agents: where.Agents(),
	})
	s.http, s.cut = web.NewServer(requests, s.handler(m, operators), log), cut
	s.http.RegisterOnShutdown(operators.Close)
	where.Start()
	return s, nil
}

// handler mounts everything, each behind what guards it.
func (s *server) handler(m *ops.Metrics, operators http.Handler) http.Handler {
	c := s.config
	keys := web.NewKeys(c.Keys()...)
	sessions, limit := web.NewSessions(keys, c.Open()), web.Limit(c.RateLimit)
	guarded := func(h http.Handler) http.Handler { return web.Protect(keys, sessions, limit(m.HTTP(h))) }
	mux := http.NewServeMux()
	mux.Handle("/v1/telephony/", guarded(guide.New(s.site.Dialler, guide.Options{
		Gateways: c.Gateways(), Ceiling: c.MaxConcurrentCeiling, MaxBody: int64(c.MaxBody), Logger: s.log,
	})))
	mux.Handle("/v1/", guarded(operators))
	streams := guarded(web.AtOnce(web.MaxStreams)(operators))
	mux.Handle("GET /v1/events", streams)
	mux.Handle("GET /v1/campaigns/{id}/events", streams)
	mux.Handle("/openapi.json", m.HTTP(operators))
	mux.Handle("/openapi.yaml", m.HTTP(operators))
	mux.HandleFunc("GET /healthz", s.health.Alive)
	mux.HandleFunc("GET /readyz", s.health.Ready)
	if s.site.Demo != nil {
		mux.Handle("/demo", guarded(s.site.Demo.Handler()))
		mux.Handle("/demo/", guarded(s.site.Demo.Handler()))
	}
	pages := page.Options{Demo: c.Demo(), Has: s.site.Has}
	if c.Open() {
		mux.Handle("GET /metrics", m.Handler())
	} else {
		mux.Handle("GET /metrics", web.Protect(keys, sessions, m.Handler()))
		pages.SignIn, pages.SignOut = sessions.SignIn, sessions.SignOut
	}
	people := sessions.Guard(m.HTTP(page.New(pages)))
	mux.Handle("/", people)
	mux.Handle("POST /signin", web.SlowGuesses(people))
	h := web.Patience(web.Stall, web.MaxBytes(int64(c.MaxBody), web.Unencoded(mux)))
	if c.Open() {
		h = web.LocalOnly(h)
	}
	return web.Log(s.log, web.Recover(s.log, h))
}

// url is where the server is found.
func (s *server) url() string { return "http://" + s.listener.Addr().String() }

// run serves until stop is done, and then lets the calls finish that are up,
// unless there is a hurry.
func (s *server) run(stop, hurry context.Context) error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.listener) }()
	var err error
	select {
	case <-stop.Done():
	case err = <-s.site.Ended():
		err = fmt.Errorf("the dialler has ended: %w", err)
	case err = <-served:
		served <- http.ErrServerClosed // it is asked below
	}
	s.drain(hurry)
	s.close()
	if gone := <-served; !errors.Is(gone, http.ErrServerClosed) {
		err = errors.Join(err, gone)
	}
	return errors.Join(err, s.site.Close())
}

// drain waits for the calls that are up. Requests are served meanwhile.
func (s *server) drain(hurry context.Context) {
	s.health.Stop()
	s.log.Info("stopping: dialling no more, waiting for the calls that are up; a second signal leaves them", "patience", s.config.ShutdownPatience)
	patience, cancel := context.WithTimeout(hurry, s.config.ShutdownPatience)
	defer cancel()
	if err := s.site.Shutdown(patience); err != nil {
		s.log.Warn("calls were left up", "err", err)
	}
}

// closeWithin is what requests get that are under way when the server closes.
const closeWithin = 10 * time.Second

// close ends the serving, when the requests that are under way are done. Streams
// of events have ended with the dialler, or do now.
func (s *server) close() {
	defer s.cut()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.log.Warn("requests were cut off")
		_ = s.http.Close()
	}
}
