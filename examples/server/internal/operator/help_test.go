package operator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/operator"
	"github.com/outdial/outdial/ports"
)

// site is a server in front of a dialler on a store and a simulated world, whose
// time moves when a test says so.
type site struct {
	testing.TB
	store ports.Store
	world *simulated.World
	d     *outdial.Dialler
	api   *operator.API
	web   *httptest.Server
}

// setup is what a test may choose.
type setup struct {
	store   ports.Store
	options operator.Options
	world   simulated.Config
	agents  bool
}

// open opens a site where calls are answered by an extension.
func open(t testing.TB, edits ...func(*setup)) *site {
	t.Helper()
	how := setup{store: memory.New()}
	for _, edit := range edits {
		edit(&how)
	}
	s := &site{TB: t, store: how.store, world: simulated.New(how.world)}
	config := outdial.Config{
		Store: how.store, Telephony: s.world.Connect(), Clock: s.world.Clock(),
		Gateways: append([]string{}, how.options.Gateways...), // none is allowed if none are named
	}
	if how.agents {
		config.Agents = s.world.Agents()
	}
	var err error
	if s.d, err = outdial.New(config); err != nil {
		t.Fatal(err)
	}
	s.api = operator.New(s.d, how.options)
	s.web = httptest.NewServer(s.api)
	t.Cleanup(func() {
		s.api.Close()
		s.web.Close()
	})
	return s
}

// answered is what the server said.
type answered struct {
	site   *site
	status int
	header http.Header
	body   []byte
}

func (a *answered) into(v any) {
	a.site.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.site.Fatalf("%v in %s", err, a.body)
	}
}

// object is any JSON object.
type object = map[string]any

func (a *answered) object() (o object) {
	a.site.Helper()
	a.into(&o)
	return o
}

// send sends a request; headers are "Name: value".
func (s *site) send(method, path, body string, headers ...string) *answered {
	s.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(s.Context(), method, s.web.URL+path, in)
	if err != nil {
		s.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := s.web.Client().Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	return &answered{s, res.StatusCode, res.Header, b}
}

// ask sends a request that is to be answered with this status.
func (s *site) ask(status int, method, path, body string, headers ...string) *answered {
	s.Helper()
	a := s.send(method, path, body, headers...)
	if a.status != status {
		s.Fatalf("%s %s: status %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a
}

// refused wants a problem with this status that says all of these.
func (s *site) refused(status int, a *answered, says ...string) {
	s.Helper()
	if a.status != status {
		s.Errorf("status %d, want %d: %.300s", a.status, status, a.body)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		s.Errorf("it is %s, want a problem", ct)
	}
	p := a.object()
	if p["status"] != float64(a.status) || p["title"] != http.StatusText(a.status) {
		s.Errorf("the problem is %v", p)
	}
	if len(a.body) > 100_000 {
		s.Errorf("the problem has %d bytes", len(a.body))
	}
	for _, word := range says {
		if !strings.Contains(string(a.body), word) {
			s.Errorf("%.500s does not say %q", a.body, word)
		}
	}
}

// create makes a draft.
func (s *site) create(body string) string {
	s.Helper()
	return s.ask(http.StatusCreated, "POST", "/v1/campaigns", body).object()["id"].(string)
}

// draft makes one like any other.
func (s *site) draft() string {
	s.Helper()
	return s.create(`{"name":"Spring offer","destination":"1000"}`)
}

// contacts adds contacts.
func (s *site) contacts(id string, addresses ...string) {
	s.Helper()
	var b bytes.Buffer
	b.WriteString("number\n")
	for _, a := range addresses {
		_, _ = fmt.Fprintln(&b, a)
	}
	s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/contacts", b.String(), "Content-Type: text/csv")
}

// firstContact is the id of a campaign's first contact.
func (s *site) firstContact(id string) string {
	s.Helper()
	list := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id+"/attempts?limit=1", "").object()["attempts"].([]any)
	return list[0].(object)["contact"].(string)
}

// in brings a new campaign of two contacts into a status.
func (s *site) in(status campaign.Status) string {
	s.Helper()
	id := s.draft()
	s.contacts(id, "+331", "+332")
	act := func(action string) { s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/"+action, "") }
	if status != campaign.Draft {
		act("start")
	}
	switch status {
	case campaign.Paused:
		act("pause")
	case campaign.Completed:
		act("stop")
	case campaign.Failed:
		s.fails(id)
	}
	return id
}

func newID() outdial.ID { return uuid.New() }

func (s *site) id(text string) outdial.ID {
	s.Helper()
	id, err := uuid.Parse(text)
	if err != nil {
		s.Fatal(err)
	}
	return id
}

// fails lets a campaign fail, as a worker does that finds no switch.
func (s *site) fails(id string) {
	s.Helper()
	err := s.store.Submit(s.Context(), ports.Command{ID: newID(), At: s.world.Now(), Decide: &ports.Decide{
		Campaign: s.id(id), Event: campaign.Event{Action: campaign.Fail, Reason: "no switch"},
	}})
	if err != nil {
		s.Fatal(err)
	}
}

// drive lets the campaigns run in virtual time until nothing happens any more.
func (s *site) drive() {
	s.Helper()
	if err := outdial.Drive(s.Context(), s.d, s.world); err != nil {
		s.Fatal(err)
	}
}

// stepUntil lets time pass from one event to the next until something holds.
func (s *site) stepUntil(holds func() bool) {
	s.Helper()
	ctx, enough := context.WithCancel(s.Context())
	defer enough()
	reached := false
	err := outdial.Drive(ctx, s.d, stepped{s.world, func() {
		if reached = reached || holds(); reached {
			enough()
		}
	}})
	if !reached {
		s.Fatalf("it never came to that: %v", err)
	}
}

// stepped is a world that says when its time has moved.
type stepped struct {
	*simulated.World
	moved func()
}

func (w stepped) Advance(t time.Time) {
	w.World.Advance(t)
	w.moved()
}
