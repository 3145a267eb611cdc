package postgres_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// halfDay is a world in which somebody does something at noon.
type halfDay struct {
	outdial.World
	at   time.Time
	noon func()
}

func (h *halfDay) Next() time.Time {
	next := h.World.Next()
	if h.noon != nil && (next.IsZero() || h.at.Before(next)) {
		return h.at
	}
	return next
}

func (h *halfDay) Advance(t time.Time) {
	h.World.Advance(t)
	if h.noon != nil && !t.Before(h.at) {
		noon := h.noon
		h.noon = nil
		noon()
	}
}

// A host that began in memory goes on in the database: what it has dialled
// stays dialled, what waits is dialled there, and the same bytes come back.
func TestACampaignThatBeganInMemoryIsFinishedInTheDatabase(t *testing.T) {
	world := simulated.New(simulated.Config{Seed: 4, Agents: simulated.Agents{Count: 2}})
	drawn := uint64(0)
	newID := func() (id ports.ID) { // fate goes by the names of calls
		drawn++
		binary.BigEndian.PutUint64(id[8:], drawn)
		return id
	}
	dialler := func(s ports.Store) *outdial.Dialler {
		d, err := outdial.New(outdial.Config{
			Store: s, Telephony: world.Connect(), Agents: world.Agents(), Clock: world.Clock(), NewID: newID,
		})
		must(t, err)
		return d
	}
	old, moved := memory.New(), connect(t, schema.URL(t))
	d := dialler(old)
	spec := campaign.Defaults()
	spec.Name, spec.Screening, spec.RetryDelay = "spring", true, 10*time.Minute
	c, err := d.Create(t.Context(), spec)
	must(t, err)
	_, err = d.Upload(t.Context(), c.ID, "first", people(60))
	must(t, err)
	must(t, d.Start(t.Context(), c.ID))
	must(t, outdial.Drive(t.Context(), d, &halfDay{World: world, at: world.Now().Add(15 * time.Minute), noon: func() {
		must(t, d.Pause(t.Context(), c.ID))
	}}))
	file := exported(t, old)
	done, before := standing(t, old, c.ID)
	if len(done) < 5 || len(done) > 55 {
		t.Fatalf("%d contacts have their end before the move", len(done))
	}

	imported(t, moved, file)
	if again := exported(t, moved); again != file {
		t.Fatalf("the database gives back another file: %s", different(file, again))
	}
	back := memory.New()
	imported(t, back, exported(t, moved))
	if again := exported(t, back); again != file {
		t.Fatalf("a third store gives back another file: %s", different(file, again))
	}

	d = dialler(moved)
	must(t, d.Resume(t.Context(), c.ID))
	must(t, outdial.Drive(t.Context(), d, world))
	it, err := moved.Campaign(t.Context(), c.ID)
	must(t, err)
	if it.Status != campaign.Completed {
		t.Errorf("at the end it is %s", it.Status)
	}
	_, after := standing(t, moved, c.ID)
	for id := range done {
		if after[id] != before[id] {
			t.Errorf("contact %s had its end after %d calls, and has %d now", id, before[id], after[id])
		}
	}
	if v := world.Violations(); len(v) > 0 {
		t.Errorf("the carrier saw %v", v)
	}
	imported(t, memory.New(), exported(t, moved)) // which holds the figures against the rows
}

// standing is which contacts have their end, and how many calls each has had.
func standing(t *testing.T, s ports.Store, id ports.ID) (done map[ports.ID]bool, calls map[ports.ID]int) {
	t.Helper()
	done, calls = map[ports.ID]bool{}, map[ports.ID]int{}
	for row, err := range s.Report(t.Context(), id, 0) {
		must(t, err)
		if row.Attempt.State.Terminal() {
			done[row.Contact.ID] = true
		}
		if row.Call != nil {
			calls[row.Contact.ID]++
		}
	}
	return done, calls
}

func people(n int) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			c := campaign.Contact{Key: fmt.Sprint("k", i), Address: fmt.Sprintf("+1555%04d", i), Priority: int32(i % 3)}
			if i%7 == 0 {
				c.Variables, c.NotBefore = map[string]string{"plan": `{"a":"\\"}`}, simulated.DefaultStart.Add(time.Hour)
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exported(t *testing.T, s ports.Store) string {
	t.Helper()
	var file bytes.Buffer
	must(t, outdial.Export(t.Context(), s, &file))
	return file.String()
}

func imported(t *testing.T, s ports.Store, file string) {
	t.Helper()
	_, err := outdial.Import(t.Context(), s, strings.NewReader(file))
	must(t, err)
}

func different(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d:\n%s\n%s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines and %d", len(x), len(y))
}

// drafted is a store in memory with a campaign of n contacts.
func drafted(t *testing.T, n int) (*memory.Store, ports.ID) {
	t.Helper()
	s := memory.New()
	d, err := outdial.New(outdial.Config{Store: s})
	must(t, err)
	spec := campaign.Defaults()
	spec.Name = "spring"
	c, err := d.Create(t.Context(), spec)
	must(t, err)
	_, err = d.Upload(t.Context(), c.ID, "", people(n))
	must(t, err)
	return s, c.ID
}

// The server ends a write that waits for long, and a reader may be slow.
func TestNoTransactionIsOpenWhileAnImportIsRead(t *testing.T) {
	db, err := sqlx.Open("pgx", schema.URL(t))
	must(t, err)
	defer func() { must(t, db.Close()) }()
	from, id := drafted(t, 2000)
	n := 0
	_, err = postgres.New(db).Import(t.Context(), func(yield func(ports.Piece, error) bool) {
		for p, err := range from.Export(t.Context(), id) {
			if n++; n%250 == 0 {
				open := 0
				must(t, db.Get(&open, `SELECT count(*) FROM pg_stat_activity
					WHERE datname = current_database() AND pid <> pg_backend_pid()
					AND backend_type = 'client backend' AND xact_start IS NOT NULL`))
				if open > 0 {
					t.Fatalf("at piece %d %d transactions are open", n, open)
				}
			}
			if !yield(p, err) {
				return
			}
		}
	})
	must(t, err)
	left := 0
	must(t, db.Get(&left, `SELECT count(*) FROM pg_class WHERE relname = 'outdial_import'`))
	if left > 0 || n < 4000 {
		t.Errorf("after %d pieces %d tables are left", n, left)
	}
}

// What a switch said in memory may be what a database refuses.
func TestACauseThatPostgreSQLRefusesDoesNotFailTheImport(t *testing.T) {
	from, id := drafted(t, 2)
	decide := func(a campaign.Action) {
		must(t, from.Submit(t.Context(), ports.Command{ID: uuid.New(), At: noon, Decide: &ports.Decide{
			Campaign: id, Event: campaign.Event{Action: a},
		}}))
	}
	decide(campaign.Start)
	ls, err := from.Lease(t.Context(), id, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: 1}})
	must(t, err)
	spec := campaign.Defaults()
	rules, a := spec.Rules(), ls[0].Items[0].Attempt
	for _, e := range []attempt.Event{
		attempt.Dial{At: noon, Address: "+33123456789"},
		attempt.Ended{At: noon, Cause: "USER\x00BUSY\xff", SIPCallID: "\x00"},
	} {
		after, effects, err := attempt.Next(&rules, a, e)
		must(t, err)
		refused, err := from.Save(t.Context(), id, []ports.Transition{{
			Attempt: after, Before: campaign.FactsOf(&a), Record: slices.Contains(effects, attempt.Record),
		}})
		must(t, err)
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		a = after
		a.Version++
	}
	decide(campaign.Pause)
	to := connect(t, schema.URL(t))
	_, err = to.Import(t.Context(), from.Export(t.Context(), id))
	must(t, err)
	records := 0
	for row, err := range to.Report(t.Context(), id, 0) {
		must(t, err)
		if row.Call != nil {
			records++
			if row.Call.Cause != "USER\uFFFDBUSY\uFFFD" {
				t.Errorf("the record is %+v", row.Call)
			}
		}
	}
	if records != 1 {
		t.Errorf("there are %d records", records)
	}
}
