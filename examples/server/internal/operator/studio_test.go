package operator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/operator"
	"github.com/outdial/outdial/ports"
)

// frame is one event as a browser reads it.
type frame struct{ id, event, data string }

func (f frame) object(t *testing.T) (o object) {
	t.Helper()
	if err := json.Unmarshal([]byte(f.data), &o); err != nil {
		t.Fatalf("%v in %q", err, f.data)
	}
	return o
}

// tape is a connection that takes what a stream sends.
type tape struct {
	header http.Header
	place  string // the last id in the frames that were taken, as a browser keeps it

	mu    sync.Mutex
	text  strings.Builder
	stuck chan struct{} // while it is not nil, nothing is taken
}

func (p *tape) Header() http.Header                { return p.header }
func (p *tape) WriteHeader(int)                    {}
func (p *tape) FlushError() error                  { return nil }
func (p *tape) SetWriteDeadline(_ time.Time) error { return nil }

func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	stuck := p.stuck
	p.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

// frames takes what has been sent so far.
func (p *tape) frames() (events []frame, comments int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for part := range strings.SplitSeq(p.text.String(), "\n\n") {
		var f frame
		for line := range strings.SplitSeq(part, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			switch name {
			case "id":
				f.id, p.place = value, value
			case "event":
				f.event = value
			case "data":
				f.data = value
			case "":
				if value != "" {
					comments++
				}
			}
		}
		if f.event != "" {
			events = append(events, f)
		}
	}
	p.text.Reset()
	return events, comments
}

// studio is a surface inside a bubble of virtual time: no sockets.
type studio struct {
	t     *testing.T
	world *simulated.World
	d     *outdial.Dialler
	api   *operator.API
}

// inStudio runs a test where time is virtual. What the surface started must have
// ended with it. The store is one of its own, unless one is given.
func inStudio(t *testing.T, test func(t *testing.T, s *studio), given ...ports.Store) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store := append(given, memory.New())[0]
		s := &studio{t: t, world: simulated.New(simulated.Config{Seed: 3})}
		var err error
		s.d, err = outdial.New(outdial.Config{Store: store, Telephony: s.world.Connect(), Clock: s.world.Clock()})
		if err != nil {
			t.Fatal(err)
		}
		s.api = operator.New(s.d, operator.Options{Heartbeat: 20 * time.Second})
		defer s.api.Close()
		test(t, s)
	})
}

// listen opens a stream, until it is left.
func (s *studio) listen(path string, headers ...string) (p *tape, leave func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	p, done := s.listenUntil(ctx, path, headers...)
	return p, func() {
		cancel()
		<-done
	}
}

func (s *studio) listenUntil(ctx context.Context, path string, headers ...string) (*tape, <-chan struct{}) {
	s.t.Helper()
	p := &tape{header: http.Header{}}
	r := httptest.NewRequestWithContext(ctx, "GET", path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.api.ServeHTTP(p, r)
	}()
	synctest.Wait()
	return p, done
}

// drafted is a draft without contacts.
func (s *studio) drafted() outdial.ID {
	s.t.Helper()
	spec := campaign.Defaults()
	spec.Name, spec.Destination, spec.Retries = "Spring offer", "1000", 0
	c, err := s.d.Create(s.t.Context(), spec)
	if err != nil {
		s.t.Fatal(err)
	}
	return c.ID
}

// started is a running campaign with contacts.
func (s *studio) started(contacts int) outdial.ID {
	s.t.Helper()
	id := s.drafted()
	list := make([]campaign.Contact, contacts)
	for i := range list {
		list[i].Address = fmt.Sprintf("+1555%06d", i)
	}
	if _, err := s.d.AddContacts(s.t.Context(), id, list...); err != nil {
		s.t.Fatal(err)
	}
	if err := s.d.Start(s.t.Context(), id); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *studio) drive() {
	s.t.Helper()
	if err := outdial.Drive(s.t.Context(), s.d, s.world); err != nil {
		s.t.Fatal(err)
	}
	synctest.Wait()
}

// kinds are the events but figures, in short.
func kinds(t *testing.T, frames []frame) (all []string) {
	t.Helper()
	for _, f := range frames {
		if f.event != "metrics" {
			o := f.object(t)
			kind := f.event
			for _, name := range []string{"status", "from", "to"} {
				if v, ok := o[name].(string); ok {
					kind += " " + v
				}
			}
			all = append(all, kind)
		}
	}
	return all
}
