package pgtest

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/jmoiron/sqlx"
)

// Open gives the test an empty database on the [Shared] server. The pool is
// closed and the database dropped when the test ends.
func Open(t testing.TB) *sqlx.DB {
	t.Helper()
	return Shared(t).Open(t, nil)
}

// URL is [Open] for whoever connects by an address: another driver, another
// process. It reaches the database for as long as the test runs.
func URL(t testing.TB) string {
	t.Helper()
	return Shared(t).URL(t, nil)
}

// Template is a database prepared once, of which each test gets a copy: tens of
// milliseconds, however long the preparation took. It is safe for use by
// several tests at once.
type Template struct {
	prepare func(context.Context, *sqlx.DB) error
}

// NewTemplate is a template that prepare fills, usually by running migrations.
// It runs when a test first asks, once per server; if it fails, so do all tests
// that ask.
func NewTemplate(prepare func(ctx context.Context, db *sqlx.DB) error) *Template {
	return &Template{prepare: prepare}
}

// Open is the package's [Open] with a copy of the template.
func (p *Template) Open(t testing.TB) *sqlx.DB {
	t.Helper()
	return Shared(t).Open(t, p)
}

// URL is the package's [URL] with a copy of the template.
func (p *Template) URL(t testing.TB) string {
	t.Helper()
	return Shared(t).URL(t, p)
}

// giveUp ends a test that gets no server: one that has nothing to run on is
// skipped, but not where CI=true; any other trouble is a failure.
func giveUp(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errNothingFound) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	t.Fatal(err)
}
