package pacing_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets OUTDIAL_SEEDS say how many seeds each property tries.
func TestMain(m *testing.M) {
	flag.Parse()
	if seeds := os.Getenv("OUTDIAL_SEEDS"); seeds != "" {
		if err := flag.Set("rapid.checks", seeds); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// ms is so many milliseconds after the test's beginning.
func ms(n int) time.Time { return t0.Add(time.Duration(n) * time.Millisecond) }

// reporter is a test, or a rapid one.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// same compares, and says what it is that differs.
func same(tb reporter, what string, got, want any) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
