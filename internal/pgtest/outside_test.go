package pgtest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/pgtest"
)

func TestOutsideServerServes(t *testing.T) {
	s := pgtest.Visit(t, pgtest.NewServer(t).URL(t, nil))
	if got := numbers(t, s.Open(t, lines)); len(got) != 2 {
		t.Errorf("the lines are %v", got)
	}
}

func TestOutsideServerIsNotOursToStop(t *testing.T) {
	s := pgtest.Visit(t, pgtest.URL(t))
	if end := run(t, s.Stop); !strings.Contains(end.failed, "not ours") {
		t.Errorf("failed with %q", end.failed)
	}
}

func TestLeftoversOfEndedRunsAreDropped(t *testing.T) {
	address := pgtest.NewServer(t).URL(t, nil)
	alive, ended := pgtest.Visit(t, address), pgtest.Visit(t, address)
	kept, left := database(t, alive), database(t, ended)
	ended.Die(t)

	now := databases(t, pgtest.Visit(t, address).Open(t, nil))
	if !slices.Contains(now, kept) {
		t.Errorf("a living run's %s is gone from %v", kept, now)
	}
	if slices.Contains(now, left) {
		t.Errorf("an ended run's %s is still among %v", left, now)
	}
}

func TestWrongAddressIsNotPrinted(t *testing.T) {
	end := run(t, func(t testing.TB) { pgtest.Visit(t, "mysql://user:secret@host/db") })
	if end.failed == "" || strings.Contains(end.failed, "secret") {
		t.Errorf("failed with %q", end.failed)
	}
}

// database is the name of a new one on s.
func database(t *testing.T, s *pgtest.Server) (name string) {
	t.Helper()
	if err := s.Open(t, nil).Get(&name, `SELECT current_database()`); err != nil {
		t.Fatal(err)
	}
	return name
}
