package pgtest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/internal/pgtest"
)

var lines = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	db.MustExecContext(ctx, `CREATE TABLE line (number int)`)
	db.MustExecContext(ctx, `INSERT INTO line VALUES (1), (2)`)
	return nil
})

func TestTwoTestsGetTwoDatabases(t *testing.T) {
	for range 2 {
		t.Run("", func(t *testing.T) {
			pgtest.Open(t).MustExec(`CREATE TABLE contact ()`) // fails if it exists
		})
	}
}

func TestCopyHasWhatTheTemplateHas(t *testing.T) {
	db := lines.Open(t)
	if got := numbers(t, db); !cmp.Equal(got, []int{1, 2}) {
		t.Errorf("the lines are %v", got)
	}
}

func TestCopiesDoNotSeeEachOther(t *testing.T) {
	one, two := lines.Open(t), lines.Open(t)
	one.MustExec(`DELETE FROM line`)
	if got := numbers(t, two); !cmp.Equal(got, []int{1, 2}) {
		t.Errorf("the other's lines are %v", got)
	}
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	pgtest.Shared(t) // skips where there is none
	var prepared atomic.Int64
	counted := pgtest.NewTemplate(func(context.Context, *sqlx.DB) error {
		prepared.Add(1)
		return nil
	})
	t.Run("tests", func(t *testing.T) {
		for range 4 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				counted.Open(t)
			})
		}
	})
	if n := prepared.Load(); n != 1 {
		t.Errorf("prepared %d times", n)
	}
}

func TestFailedPreparationFailsTheTest(t *testing.T) {
	pgtest.Shared(t) // skips where there is none
	broken := pgtest.NewTemplate(func(context.Context, *sqlx.DB) error { return errors.New("no such column") })
	end := run(t, func(t testing.TB) { broken.Open(t) })
	if !strings.Contains(end.failed, "no such column") {
		t.Errorf("failed with %q", end.failed)
	}
}

func TestDatabaseIsDroppedWithItsTest(t *testing.T) {
	var before, during []string
	db := pgtest.Open(t)
	before = databases(t, db)
	t.Run("", func(t *testing.T) {
		forgotten, err := pgx.Connect(t.Context(), pgtest.URL(t)) // never closed: the server's part is tested
		if err != nil {
			t.Fatal(err)
		}
		during = append(databases(t, db), forgotten.Config().Database)
	})
	if len(during) != len(before)+2 {
		t.Errorf("before %v, during %v", before, during)
	}
	if after := databases(t, db); !cmp.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestTextDoesNotSortByBytes(t *testing.T) {
	var ordered bool
	if err := pgtest.Open(t).Get(&ordered, `SELECT 'a' < 'B'`); err != nil || !ordered {
		t.Errorf("a < B is %v, %v", ordered, err)
	}
}

func numbers(t *testing.T, db *sqlx.DB) (ns []int) {
	t.Helper()
	if err := db.Select(&ns, `SELECT number FROM line ORDER BY number`); err != nil {
		t.Fatal(err)
	}
	return ns
}

// databases are those of all tests, templates left out: another test may make one.
func databases(t *testing.T, db *sqlx.DB) (names []string) {
	t.Helper()
	if err := db.Select(&names, `SELECT datname FROM pg_database ORDER BY datname`); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, "template") })
}
