package pgtest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/internal/pgtest"
)

func TestStoppedServerRefusesAndStartedOneRemembers(t *testing.T) {
	s := pgtest.NewServer(t)
	for _, end := range []struct {
		name string
		end  func(testing.TB)
	}{
		{"stopped", s.Stop},
		{"crashed", s.Crash},
	} {
		t.Run(end.name, func(t *testing.T) {
			db := s.Open(t, nil)
			db.MustExec(`CREATE TABLE line (number int)`)
			db.MustExec(`INSERT INTO line VALUES (7)`)

			end.end(t)
			if err := db.PingContext(t.Context()); err == nil {
				t.Error("it still answers")
			}
			s.Start(t)
			if got := numbers(t, db); !cmp.Equal(got, []int{7}) {
				t.Errorf("it remembers %v", got)
			}
		})
	}
}

func TestRestartCutsClientsOff(t *testing.T) {
	s := pgtest.NewServer(t)
	conn, err := s.Open(t, nil).Connx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // it is broken by then

	s.Restart(t)
	if err := conn.PingContext(t.Context()); err == nil {
		t.Error("the old connection still answers")
	}
}

func TestServerMayBeLeftStopped(t *testing.T) {
	t.Run("", func(t *testing.T) {
		s := pgtest.NewServer(t)
		s.Open(t, nil)
		s.Stop(t)
	})
}

func TestSettingsReachTheServer(t *testing.T) {
	var got string
	s := pgtest.NewServer(t, "synchronous_commit=off")
	if err := s.Open(t, nil).Get(&got, `SHOW synchronous_commit`); err != nil || got != "off" {
		t.Errorf("synchronous_commit is %q, %v", got, err)
	}
}

func TestWrongSettingIsToldInTheServersWords(t *testing.T) {
	pgtest.Shared(t) // skips where there is none
	end := run(t, func(t testing.TB) { pgtest.NewServer(t, "synchronous_comet=off") })
	if !strings.Contains(end.failed, "synchronous_comet") {
		t.Errorf("failed with %q", end.failed)
	}
}
