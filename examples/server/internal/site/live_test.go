package site

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/pgtest"
)

// Networks and databases stay outside of bubbles: these tests take real time,
// and wait with a generous deadline.
const generous = 5 * time.Minute

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), generous)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it was never so that %s", what)
		}
	}
}

// pod is a FreeSWITCH that calls nobody: contacts answer, talk for a moment and hang up.
func pod(t *testing.T) *fakeswitch.Switch {
	t.Helper()
	p := fakeswitch.New(fakeswitch.Config{
		Users: map[string]string{"fs": "hush"}, Password: "hush",
		Far: func(string, string) fakeswitch.Far {
			return fakeswitch.Far{SIP: 200, Talk: 50 * time.Millisecond}
		},
	})
	t.Cleanup(func() { _ = p.Close() }) // some tests have closed it
	return p
}

// listen lets the switch listen somewhere.
func listen(t *testing.T, on func(net.Listener) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = on(l) }() // until the switch is closed
	return l.Addr().String()
}

func TestRealSwitchRunsACampaign(t *testing.T) {
	for _, scheme := range []string{"esl", "xmlrpc"} {
		t.Run(scheme, func(t *testing.T) {
			p := pod(t)
			at := "esl://:hush@" + listen(t, p.ServeESL)
			if scheme == "xmlrpc" {
				at = "xmlrpc://fs:hush@" + listen(t, p.ServeXMLRPC)
			}
			s, _ := build(t, "--api-key long-enough --trunk trunk --switch "+at)
			s.Start()
			eventually(t, "the switch is up", s.SwitchUp)
			spec := campaign.Defaults()
			spec.Name, spec.Shape, spec.Agent = "real", attempt.AgentFirst, "user/1000"
			c := must[campaign.Campaign](t)(s.Dialler.Create(t.Context(), spec))
			must[[]campaign.Contact](t)(s.Dialler.AddContacts(t.Context(), c.ID, campaign.Contact{Address: "+15550100"}, campaign.Contact{Address: "+15550101"}))
			if err := s.Dialler.Start(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
			must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), c.ID))
			if m := figures(t, s, c.ID); m.CompletedCount != 2 || m.Dials != 2 {
				t.Errorf("%d completed with %d dials", m.CompletedCount, m.Dials)
			}
			stop(t, s)
		})
	}
}

func TestWorkerTimeoutReachesTheDialler(t *testing.T) {
	c := must[*config.Config](t)(config.Parse([]string{"--api-key", "long-enough", "--trunk", "trunk", "--switch", "esl://:hush@127.0.0.1:1"}, &strings.Builder{}))
	c.WorkerTimeout = time.Millisecond // which a command line could not say, and the dialler refuses
	_, err := Build(t.Context(), c, ops.NewMetrics(), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "WorkerTimeout is 1ms") {
		t.Errorf("got %v", err)
	}
}

func TestSwitchThatIsAwayIsKnownToBe(t *testing.T) {
	p := pod(t)
	s, log := build(t, "--api-key long-enough --trunk trunk --switch esl://:hush@"+listen(t, p.ServeESL))
	s.Start()
	eventually(t, "the switch is up", s.SwitchUp)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the switch is away", func() bool { return !s.SwitchUp() })
	stop(t, s)
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the password is in the log:\n%s", log)
	}
}

func TestDemoOnPostgresGoesOnAfterARestart(t *testing.T) {
	url := pgtest.URL(t)
	// A call that is not placed within a second of the demo is given up: at this
	// speed the database has 200 ms for it.
	at := "--switch simulated --demo-speed 5 --store " + url
	first, _ := build(t, at)
	first.Start()
	spec := campaign.Defaults()
	spec.Name, spec.Retries = "durable", 0
	spec.MaxConcurrent, spec.CallsPerSecond = 30, 1
	c := must[campaign.Campaign](t)(first.Dialler.Create(t.Context(), spec))
	contacts := make([]campaign.Contact, 30)
	for i := range contacts {
		contacts[i].Address = "+15550100"
	}
	must[[]campaign.Contact](t)(first.Dialler.AddContacts(t.Context(), c.ID, contacts...))
	if err := first.Dialler.Start(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "some are up", func() bool { return figures(t, first, c.ID).Dials >= 10 })
	if err := first.Close(); err != nil { // with calls up, which are lost with the world that they were in
		t.Error(err)
	}
	if err := <-first.Ended(); !errors.Is(err, context.Canceled) {
		t.Errorf("the first ended with %v", err)
	}

	second, _ := build(t, at)
	second.Start()
	eventually(t, "all were dialled", func() bool { return figures(t, second, c.ID).Dials == len(contacts) })
	if err := second.Dialler.Stop(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	stop(t, second)
}

func TestDatabaseThatGoesAwayIsNotReadyUntilItIsBack(t *testing.T) {
	server := pgtest.NewServer(t)
	s, log := build(t, "--switch simulated --store "+server.URL(t, nil))
	s.Start()
	health := ops.Health{Store: s.Store, SwitchUp: s.SwitchUp}
	ready := func() int {
		w := httptest.NewRecorder()
		health.Ready(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
		return w.Code
	}
	eventually(t, "it is ready", func() bool { return ready() == 200 })
	server.Stop(t)
	if got := ready(); got != 503 {
		t.Errorf("without its database it is %d", got)
	}
	said := func(what string) func() bool { return func() bool { return strings.Contains(log.String(), what) } }
	eventually(t, "the log says that it is away", said("level=WARN msg=\"the store is away"))
	server.Start(t)
	eventually(t, "it is ready again", func() bool { return ready() == 200 })
	eventually(t, "the log says that it is back", said("level=INFO msg=\"the store is back"))
	stop(t, s)
}

func TestDatabaseThatIsAwayEndsTheStart(t *testing.T) {
	c, err := config.Parse([]string{"--switch", "simulated", "--store", "postgres://u:hush@127.0.0.1:1/d"}, &strings.Builder{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Build(t.Context(), c, ops.NewMetrics(), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "--store") || strings.Contains(err.Error(), "hush") {
		t.Errorf("it says %v", err)
	}
}
