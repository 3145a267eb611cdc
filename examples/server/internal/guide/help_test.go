package guide_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

var schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	return postgres.New(db).Migrate(ctx)
})

// onEachStore runs a test against the memory store and PostgreSQL.
func onEachStore(t *testing.T, test func(t *testing.T, store ports.Store)) {
	t.Run("memory", func(t *testing.T) { test(t, memory.New()) })
	t.Run("postgres", func(t *testing.T) { test(t, postgres.New(schema.Open(t))) })
}

// answers lets every contact answer and talk for d, with round figures.
func answers(d time.Duration) simulated.Carrier {
	return simulated.Carrier{Script: func(ports.Dial) (simulated.Plan, bool) {
		return simulated.Plan{
			Outcome: attempt.OutcomeAnswered, Post: time.Second, Ring: 2 * time.Second, Talk: d,
		}, true
	}}
}

// site is the surface over a dialler on a simulated carrier, whose time passes
// when the test says so.
type site struct {
	*testing.T
	http.Handler
	store   ports.Store
	world   *simulated.World
	dialler *outdial.Dialler
	mu      sync.Mutex // one pass at a time
	over    time.Time  // programs that sleep longer are ended; zero: none
}

// keys are those that the guide prints.
var keys = []string{"demo-key", "your-api-key"}

func newSite(t *testing.T, store ports.Store, world simulated.Config, o guide.Options) *site {
	t.Helper()
	s := &site{T: t, store: store, world: simulated.New(world)}
	s.on(s.world.Connect(), store, o)
	return s
}

// on puts the surface over a new dialler.
func (s *site) on(phone ports.Telephony, store ports.Store, o guide.Options) {
	s.Helper()
	if o.Gateways == nil {
		o.Gateways = []string{"trunk"}
	}
	var err error
	s.dialler, err = outdial.New(outdial.Config{
		Store: store, Telephony: phone, Clock: s.world.Clock(), Gateways: o.Gateways,
		PollEvery: time.Minute, WorkerTimeout: 10 * time.Minute, // nobody else is about
	})
	s.must(err)
	surface := guide.New(s.dialler, o)
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(keys, r.Header.Get("X-API-Key")) {
			http.Error(w, "no key", http.StatusUnauthorized) // as what stands before the surface does
			return
		}
		surface.ServeHTTP(w, r)
	})
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// bounded is a world that stands still at a time.
type bounded struct {
	*simulated.World
	end  time.Time
	stop context.CancelFunc
}

func (b *bounded) Advance(t time.Time) {
	if t.After(b.end) {
		b.stop()
		t = b.end
	}
	b.World.Advance(t)
}

// pass lets d of the world's time pass, and no more.
func (s *site) pass(d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b := &bounded{World: s.world, end: s.world.Now().Add(d), stop: stop}
	if err := outdial.Drive(ctx, s.dialler, b); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	s.world.Advance(b.end)
	return nil
}

// reply is an answer of the surface.
type reply struct {
	code int
	http.Header
	text string
	body map[string]any
}

// ask sends a request with the guide's headers.
func (s *site) ask(method, path, body string) reply {
	s.Helper()
	return s.send(method, path, strings.NewReader(body), "application/json")
}

func (s *site) send(method, path string, body io.Reader, media string) reply {
	s.Helper()
	req := httptest.NewRequestWithContext(s.Context(), method, "/v1/telephony/campaigns"+path, body)
	req.Header.Set("X-API-Key", "demo-key")
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	got := reply{code: rec.Code, Header: rec.Header(), text: rec.Body.String()}
	if media := got.Get("Content-Type"); media != "application/json" || got.Get("X-Content-Type-Options") != "nosniff" {
		s.Errorf("%s %s: Content-Type is %q", method, path, media)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &got.body); err != nil && method != http.MethodHead {
		s.Fatalf("%s %s answered %d %q: %v", method, path, got.code, got.text, err)
	}
	return got
}

// want fails unless the answer has the code.
func (s *site) want(code int, got reply) reply {
	s.Helper()
	if got.code != code {
		s.Fatalf("answered %d %s, want %d", got.code, got.text, code)
	}
	return got
}

const anOrder = `{"campaign_name": "Spring offer", "caller_id": "sofia/gateway/trunk/+15551234567"}`

// created makes a campaign and returns its id.
func (s *site) created() string {
	s.Helper()
	return s.want(http.StatusOK, s.ask("POST", "", anOrder)).body["campaign_id"].(string)
}

// active makes a campaign with contacts.
func (s *site) active(contacts int) string {
	s.Helper()
	id := s.created()
	s.want(http.StatusOK, s.ask("POST", "/"+id+"/contacts", numbers(contacts)))
	return id
}

// numbers is a batch of contacts.
func numbers(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("+1555%07d", i+1)
	}
	text, _ := json.Marshal(list)
	return string(text)
}

// statusOf is what the surface says of a campaign.
func (s *site) statusOf(id string) string {
	s.Helper()
	return s.want(http.StatusOK, s.ask("GET", "/"+id+"/status", "")).body["status"].(string)
}

// decide is for what only the engine concludes.
func (s *site) decide(id string, ev campaign.Event) {
	s.Helper()
	ev.At = s.world.Now()
	s.must(s.store.Submit(s.Context(), ports.Command{
		ID: outdial.ID{15: 1}, At: ev.At, Decide: &ports.Decide{Campaign: parseID(s, id), Event: ev},
	}))
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
