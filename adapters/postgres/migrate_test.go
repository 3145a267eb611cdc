package postgres_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/pgtest"
)

func TestMigrationsRunFromSeveralProcessesAtOnce(t *testing.T) {
	url := pgtest.URL(t)
	var all sync.WaitGroup
	for range 4 {
		s := connect(t, url)
		all.Go(func() {
			if err := s.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	v, err := connect(t, url).Version(t.Context())
	if err != nil || v < 1 {
		t.Errorf("the schema is at version %d: %v", v, err)
	}
}

func TestMigrateAgainChangesNothing(t *testing.T) {
	s := postgres.New(schema.Open(t))
	before, err := s.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := s.Version(t.Context()); err != nil || after != before {
		t.Errorf("version %d becomes %d: %v", before, after, err)
	}
}

func TestAnEmptyDatabaseIsAtVersionZero(t *testing.T) {
	v, err := postgres.New(pgtest.Open(t)).Version(t.Context())
	if v != 0 || err != nil {
		t.Errorf("it is at version %d: %v", v, err)
	}
}

// wire is how values are written.
func wire[T interface{ String() string }](vs ...T) (out []string) {
	for _, v := range vs {
		out = append(out, v.String())
	}
	return out
}

// plain is wire for what is a string already.
func plain[T ~string](vs ...T) (out []string) {
	for _, v := range vs {
		out = append(out, string(v))
	}
	return out
}

func waiting() []attempt.State {
	return slices.DeleteFunc(attempt.States(), func(s attempt.State) bool { return !s.Waiting() })
}

func TestAnAttemptIsHeldInTheStatesThatHaveAnOwnerAndWaitsInThoseThatWait(t *testing.T) {
	db := schema.Open(t)
	for _, s := range attempt.States() {
		for kind, row := range map[string]struct {
			queue, owner string
			fits         bool
		}{
			"waits":   {"'due'", "NULL", s.Waiting()},
			"is held": {"NULL", "gen_random_uuid()", s.Held()},
			"is over": {"NULL", "NULL", s.Terminal()},
			"both":    {"'due'", "gen_random_uuid()", false},
		} {
			_, err := db.ExecContext(t.Context(), `INSERT INTO outdial_attempts (contact, run, campaign, arrival, priority, state, version, queue, owner)
				VALUES (gen_random_uuid(), 1, gen_random_uuid(), 0, 0, $1, 1, `+row.queue+`, `+row.owner+`)`, s.String())
			if (err == nil) != row.fits {
				t.Errorf("a row in state %s that %s: %v", s, kind, err)
			}
		}
	}
}

// What the schema admits is what the code says.
func TestChecksListTheConstants(t *testing.T) {
	db := schema.Open(t)
	halts := wire(attempt.HaltNone, attempt.HaltStop, attempt.HaltDrain, attempt.HaltClose)
	for name, want := range map[string][]string{
		"outdial_attempts_state_check":   wire(attempt.States()...),
		"outdial_attempts_queue_check":   append(wire(waiting()...), "due"),
		"outdial_calls_outcome_check":    append(wire(attempt.Outcomes()...), ""),
		"outdial_campaigns_status_check": plain(campaign.Statuses()...),
		"outdial_runs_scope_check":       plain(campaign.All, campaign.NotCompleted),
		"outdial_runs_end_reason_check": plain("", campaign.EndFinished, campaign.EndStopped,
			campaign.EndWindow, campaign.EndFailed),
		"outdial_runs_halt_check":       halts,
		"outdial_runs_halt_calls_check": halts,
	} {
		var check string
		if err := db.GetContext(t.Context(), &check,
			`SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1`, name); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sameWords(t, name, check, want)
	}
}

// The partial indexes are there for the states that the code says.
func TestIndexesListTheConstants(t *testing.T) {
	db := schema.Open(t)
	for name, want := range map[string][]string{
		"outdial_attempts_callbacks": wire(attempt.StateCallbackScheduled),
		"outdial_attempts_retries":   wire(attempt.StateRetryScheduled),
		"outdial_attempts_pending":   append(wire(attempt.StatePending), "due"),
		"outdial_attempts_scheduled": wire(attempt.StateScheduled),
	} {
		var index string
		if err := db.GetContext(t.Context(), &index, `SELECT indexdef FROM pg_indexes WHERE indexname = $1`, name); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, condition, _ := strings.Cut(index, " WHERE ")
		sameWords(t, name, condition, want)
	}
}

var quoted = regexp.MustCompile(`'([^']*)'`)

// sameWords wants the words in a definition's quotes to be these, in any order.
func sameWords(t *testing.T, name, definition string, want []string) {
	t.Helper()
	var got []string
	for _, m := range quoted.FindAllStringSubmatch(definition, -1) {
		got = append(got, m[1])
	}
	want = slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s lists\n  %v, want\n  %v", name, got, want)
	}
}

// A migration that is cut short leaves nothing half done.
func TestMigrateStopsWithItsContext(t *testing.T) {
	s := postgres.New(pgtest.Open(t))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Migrate(ctx); err == nil {
		t.Error("it ran")
	}
	if v, err := s.Version(t.Context()); v != 0 || err != nil {
		t.Errorf("the schema is at version %d: %v", v, err)
	}
}
