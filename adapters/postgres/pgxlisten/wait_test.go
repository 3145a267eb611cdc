package pgxlisten_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/postgres/pgxlisten"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/leaks"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

// TestMain checks that no test leaves a goroutine behind.
func TestMain(m *testing.M) { leaks.Main(m) }

// patience is how long a test waits for what should come at once.
const patience = time.Minute

var (
	noon   = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error { return postgres.New(db).Migrate(ctx) })
)

func open(t *testing.T, url string) *sqlx.DB {
	t.Helper()
	db, err := sqlx.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// listen lets the store listen until the test ends, and returns once it does.
func listen(t *testing.T, s *postgres.Store) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Listen(ctx, pgxlisten.Wait) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("it ends with %v", err)
		}
	})
	heard(t, s) // the first comes with the connection
}

func heard(t *testing.T, s *postgres.Store) {
	t.Helper()
	select {
	case <-s.Notify():
	case <-time.After(patience):
		t.Fatal("nothing is heard")
	}
}

func spring() campaign.Campaign {
	spec := campaign.Defaults()
	spec.Name = "spring"
	return campaign.New(uuid.New(), spec, noon)
}

func create(t *testing.T, s *postgres.Store) ports.ID {
	t.Helper()
	c := spring()
	if err := s.CreateCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func add(t *testing.T, s *postgres.Store, id ports.ID) {
	t.Helper()
	c := campaign.Contact{ID: uuid.New(), Address: "+33123456789"}
	if _, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) { yield(c, nil) }); err != nil {
		t.Fatal(err)
	}
}

func TestAListenerHearsWhatAnotherProcessChanges(t *testing.T) {
	url := schema.URL(t)
	here, there := postgres.New(open(t, url)), postgres.New(open(t, url))
	listen(t, here)
	id := create(t, there)
	heard(t, here)
	add(t, there, id)
	heard(t, here)
	if err := there.Submit(t.Context(), ports.Command{ID: uuid.New(), At: noon, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Start},
	}}); err != nil {
		t.Fatal(err)
	}
	heard(t, here)
}

// Whoever is told must find the change: the notice goes out with the commit.
func TestWhatIsHeardIsThere(t *testing.T) {
	url := schema.URL(t)
	here, there := postgres.New(open(t, url)), postgres.New(open(t, url))
	listen(t, here)
	seen := int64(0)
	for range 20 {
		created := make(chan error, 1)
		go func() { created <- there.CreateCampaign(t.Context(), spring()) }()
		heard(t, here) // maybe before whoever writes knows that it is done
		c, err := here.Changes(t.Context(), seen)
		if err != nil || c.Seq == seen {
			t.Errorf("after %d it finds %d: %v", seen, c.Seq, err)
		}
		if err := <-created; err != nil {
			t.Fatal(err)
		}
		seen = c.Seq
	}
}

func TestAStoreThatDoesNotListenIsSilent(t *testing.T) {
	s := postgres.New(schema.Open(t))
	create(t, s)
	select {
	case <-s.Notify():
		t.Error("it has heard something")
	default:
	}
	if c, err := s.Changes(t.Context(), 0); err != nil || len(c.Campaigns) != 1 {
		t.Errorf("polling finds %d campaigns: %v", len(c.Campaigns), err)
	}
}

func TestAListenerThatIsCutOffComesBack(t *testing.T) {
	url := schema.URL(t)
	here, db := postgres.New(open(t, url)), open(t, url)
	listen(t, here)
	var cut int
	if err := db.GetContext(t.Context(), &cut, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN %'`); err != nil || cut != 1 {
		t.Fatalf("%d are cut off: %v", cut, err)
	}
	heard(t, here) // that it is back, for what it has missed
	create(t, postgres.New(db))
	heard(t, here)
}

func TestAListenerOutlivesTheServer(t *testing.T) {
	server := pgtest.NewServer(t)
	url := server.URL(t, schema)
	here := postgres.New(open(t, url))
	listen(t, here)
	server.Crash(t)
	server.Start(t)
	heard(t, here)
	create(t, postgres.New(open(t, url)))
	heard(t, here)
}

// A connection that still listened would gather notices that nobody reads.
func TestTheConnectionDoesNotGoBackToThePool(t *testing.T) {
	db := schema.Open(t)
	db.SetMaxOpenConns(1)
	s := postgres.New(db)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Listen(ctx, pgxlisten.Wait) }()
	heard(t, s)
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
	var listening int
	if err := db.GetContext(t.Context(), &listening, `SELECT count(*) FROM pg_listening_channels()`); err != nil || listening != 0 {
		t.Errorf("the next connection listens to %d channels: %v", listening, err)
	}
}

func TestAnotherDriverIsUnsupported(t *testing.T) {
	s := postgres.New(schema.Open(t))
	other := func(ctx context.Context, _ any) error { return pgxlisten.Wait(ctx, "another's") }
	if err := s.Listen(t.Context(), other); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("it says %v", err)
	}
}
