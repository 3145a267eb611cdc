package postgres_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// trunkX is a limit with plenty of room.
var trunkX = []ports.Claim{{Key: "trunk/x", Max: 10}}

// dialled is a running campaign of two, the first of whom is dialled over trunk x.
func dialled(t *testing.T, s *postgres.Store) (me ports.ID, held [2]attempt.Attempt) {
	t.Helper()
	id := running(t, s, 2)
	me = uuid.New()
	got, err := s.Lease(t.Context(), me, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: 2}})
	must(t, err)
	for i := range held {
		held[i] = got[0].Items[i].Attempt
	}
	save(t, s, me, step(t, &held[0], attempt.Dial{At: noon}, trunkX))
	return me, held
}

// step is the transition of an event, after which a is what it leads to.
func step(t *testing.T, a *attempt.Attempt, e attempt.Event, claims []ports.Claim) ports.Transition {
	t.Helper()
	spec := campaign.Defaults()
	rules := spec.Rules()
	after, effects, err := attempt.Next(&rules, *a, e)
	must(t, err)
	tr := ports.Transition{Attempt: after, Before: campaign.FactsOf(a), Claims: claims}
	for _, effect := range effects {
		tr.Record = tr.Record || effect == attempt.Record
	}
	*a = after
	a.Version++
	return tr
}

func save(t *testing.T, s *postgres.Store, me ports.ID, ts ...ports.Transition) {
	t.Helper()
	refused, err := s.Save(t.Context(), me, ts)
	if err != nil || len(refused) > 0 {
		t.Fatalf("refused are %v, %v", refused, err)
	}
}

// queuedUp waits until so many transactions wait for a lock of another.
func queuedUp(t *testing.T, db *sqlx.DB, n int) {
	t.Helper()
	for waiting := 0; waiting < n; {
		must(t, db.GetContext(t.Context(), &waiting, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`))
	}
}

// A worker repeats a save whose answer was lost while the first try has not been
// committed: what the rows claim and free is counted once.
func TestASaveThatIsRepeatedWhileItIsOnItsWayCountsOnce(t *testing.T) {
	t.Parallel()
	for name, repeat := range map[string]func(me ports.ID, held [2]attempt.Attempt) (ts []ports.Transition, want int){
		"a dial": func(_ ports.ID, held [2]attempt.Attempt) ([]ports.Transition, int) {
			return []ports.Transition{step(t, &held[1], attempt.Dial{At: noon}, trunkX)}, 2
		},
		"an end and a dial elsewhere": func(_ ports.ID, held [2]attempt.Attempt) ([]ports.Transition, int) {
			return []ports.Transition{
				step(t, &held[0], attempt.Ended{At: noon, Cause: "USER_BUSY"}, nil),
				step(t, &held[1], attempt.Dial{At: noon}, []ports.Claim{{Key: "trunk/y", Max: 10}}),
			}, 0
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := schema.Open(t)
			s := postgres.New(db)
			me, held := dialled(t, s)
			ts, want := repeat(me, held)
			tx, err := db.BeginTxx(t.Context(), nil)
			must(t, err)
			_, err = tx.ExecContext(t.Context(), `SELECT FROM outdial_limits WHERE key = 'trunk/x' FOR UPDATE`)
			must(t, err)
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					if _, err := s.Save(t.Context(), me, ts); err != nil {
						t.Error(err)
					}
				})
			}
			queuedUp(t, db, 2)
			must(t, tx.Commit())
			both.Wait()
			var places int
			must(t, db.GetContext(t.Context(), &places, `SELECT held FROM outdial_limits WHERE key = 'trunk/x'`))
			if places != want {
				t.Errorf("%d places of trunk/x are held, want %d", places, want)
			}
		})
	}
}

// While the rows of an upload are inserted, commands and workers go on. One that
// makes them not fit any more has it inserted anew.
func TestAnUploadHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	db := schema.Open(t)
	s := postgres.New(db)
	id := running(t, s, 1)
	obstacle, err := db.BeginTxx(t.Context(), nil)
	must(t, err)
	taken := campaign.Contact{ID: uuid.New(), Address: "+33142278186"}
	_, err = obstacle.ExecContext(t.Context(), `INSERT INTO outdial_contacts (id, campaign, arrival, key, name, address, priority)
		VALUES ($1, $2, 1000, '', '', '', 0)`, taken.ID, id)
	must(t, err)
	added := make(chan error)
	go func() {
		_, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) { yield(taken, nil) })
		added <- err
	}()
	queuedUp(t, db, 1) // for the one who takes its contact's id
	me := uuid.New()
	got, err := s.Lease(t.Context(), me, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: 1}})
	if err != nil || len(got[0].Items) != 1 {
		t.Fatalf("leased %v, %v", got, err)
	}
	a := got[0].Items[0].Attempt
	save(t, s, me, step(t, &a, attempt.Release{At: noon}, nil))
	decide(t, s, id, campaign.Stop)
	decide(t, s, id, campaign.Restart)
	must(t, obstacle.Rollback())
	must(t, <-added)
	m, err := s.Metrics(t.Context(), id, 0, noon)
	must(t, err)
	if m.TotalCalls != 2 {
		t.Errorf("the new run has %d contacts, want 2", m.TotalCalls)
	}
	n := 0
	for it, err := range s.Attempts(t.Context(), ports.Filter{Campaign: id}) {
		must(t, err)
		if n++; it.Attempt.Run != 2 {
			t.Errorf("an attempt is of run %d", it.Attempt.Run)
		}
	}
	if n != 2 {
		t.Errorf("the new run has %d attempts, want 2", n)
	}
}

// Another worker's clock is ahead: whose time has come for it, and not for this
// one, is what this one waits for.
func TestWhoIsDueByAnothersClockIsWaitedForByOnesOwn(t *testing.T) {
	t.Parallel()
	s := postgres.New(schema.Open(t))
	id := running(t, s, 0)
	due := noon.Add(10 * time.Second)
	_, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for _, at := range []time.Time{due, due, due.Add(time.Hour)} {
			if !yield(campaign.Contact{ID: uuid.New(), Address: "+33142278186", NotBefore: at}, nil) {
				return
			}
		}
	})
	must(t, err)
	lease := func(now time.Time) ports.Leased {
		got, err := s.Lease(t.Context(), uuid.New(), []ports.LeaseRequest{{Campaign: id, Run: 1, Now: now, Max: 1}})
		must(t, err)
		return got[0]
	}
	if ahead := lease(due); len(ahead.Items) != 1 {
		t.Fatalf("%d are leased when they are due", len(ahead.Items))
	}
	if behind := lease(due.Add(-time.Second)); len(behind.Items) != 0 || !behind.NextDue.Equal(due) {
		t.Errorf("%d are leased before their time, the next is due at %v, want %v", len(behind.Items), behind.NextDue, due)
	}
}

// However many come due at once, the first who is called has the highest priority.
func TestOfMoreThanOneTransactionCanMoveTheMostUrgentComeFirst(t *testing.T) {
	t.Parallel()
	s := postgres.New(schema.Open(t))
	id := running(t, s, 0)
	const n = 2500
	_, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for i := range n { // the later, the more urgent
			c := campaign.Contact{ID: uuid.New(), Address: "+33142278186", Priority: int32(i), NotBefore: noon.Add(time.Duration(i+1) * time.Second)}
			if !yield(c, nil) {
				return
			}
		}
	})
	must(t, err)
	got, err := s.Lease(t.Context(), uuid.New(), []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon.Add(n * time.Second), Max: 3}})
	must(t, err)
	for i, it := range got[0].Items {
		if want := int32(n - 1 - i); it.Contact.Priority != want {
			t.Errorf("number %d has priority %d, want %d", i+1, it.Contact.Priority, want)
		}
	}
	if len(got[0].Items) != 3 {
		t.Errorf("%d are leased", len(got[0].Items))
	}
}

// A record may come from a later release, or from somebody's hand.
func TestARecordThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	url := schema.URL(t)
	s := connect(t, url)
	me, held := dialled(t, s)
	save(t, s, me, step(t, &held[0], attempt.Ended{At: noon, Cause: "USER_BUSY"}, nil))
	db, err := sqlx.Open("pgx", url)
	must(t, err)
	_, err = pool(t, db).Exec(`UPDATE outdial_calls SET record = '{"verdict":"robot"}'`)
	must(t, err)
	for _, err := range s.Attempts(t.Context(), ports.Filter{Campaign: held[0].Campaign, LastCall: true}) {
		if err != nil {
			return
		}
	}
	t.Error("it was read")
}
