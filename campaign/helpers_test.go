package campaign_test

import (
	"errors"
	"flag"
	"os"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zones are the same on every machine

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/outdial/outdial/campaign"
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

var (
	t0     = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday
	id     = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	worker = uuid.MustParse("33333333-3333-4333-8333-333333333333")
)

// sec is so many seconds after the test's beginning.
func sec(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }

// named are the defaults with the one thing that they lack.
func named() campaign.Spec {
	s := campaign.Defaults()
	s.Name = "Spring offer"
	return s
}

// reporter is a test, or a rapid one.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// same compares, and says what it is that differs.
func same(tb reporter, what string, got, want any, opts ...cmp.Option) {
	tb.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// byText compares errors by what they say.
var byText = cmp.Comparer(func(a, b error) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Error() == b.Error()
})

// faults checks which fields an error finds broken; without any there is no error.
func faults(t testing.TB, err error, want ...string) {
	t.Helper()
	if err == nil && len(want) == 0 {
		return
	}
	var invalid *campaign.InvalidError
	if !errors.As(err, &invalid) || !errors.Is(err, campaign.ErrInvalid) {
		t.Fatalf("got %v, want faults of %v", err, want)
	}
	var fields []string
	for _, f := range invalid.Faults {
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	slices.Sort(want)
	same(t, "broken fields", fields, want)
}

// civil reads a time of the wall clock in a zone.
func civil(t testing.TB, zone, wall string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", wall, location(t, zone))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func location(t testing.TB, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// hours is a schedule of windows in a zone.
func hours(zone string, windows ...campaign.Window) campaign.Schedule {
	s := campaign.Spec{Zone: zone, Windows: windows}
	return s.Schedule()
}

// window is a window given in words: days (empty: every day), from, to.
func window(days, from, to string) campaign.Window {
	d, err := campaign.ParseDays(days)
	if err != nil {
		panic(err)
	}
	return campaign.Window{Days: d, From: clock(from), To: clock(to)}
}

func clock(s string) campaign.Clock {
	c, err := campaign.ParseClock(s)
	if err != nil {
		panic(err)
	}
	return c
}
