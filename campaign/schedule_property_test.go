package campaign_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/campaign"
)

// The schedule is held against a scan of every minute. Edges of windows and
// changes of clocks lie on whole minutes.

// horizon is how far the scan looks: two weeks, as a weekly window may fall
// into a gap once.
const horizon = 15 * 24 * time.Hour

// changes are times near which clocks change, by zone.
var changes = map[string][]time.Time{
	"Europe/Berlin":       {utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)},
	"America/New_York":    {utc(2026, 3, 8, 7), utc(2026, 11, 1, 6)},
	"Australia/Lord_Howe": {utc(2026, 4, 4, 15), utc(2026, 10, 3, 15)},
	"Africa/Cairo":        {utc(2026, 4, 23, 22), utc(2026, 10, 29, 21)},
	"Pacific/Apia":        {utc(2011, 12, 30, 10)},
	"Asia/Kathmandu":      {utc(2026, 3, 2, 0)},
	"UTC":                 {utc(2026, 12, 31, 23)},
}

var zones = []string{
	"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu", "UTC",
}

func utc(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, time.UTC) }

// drawSpec draws windows, sometimes a date, and a time near a change of clocks.
func drawSpec(t *rapid.T) (campaign.Spec, time.Time) {
	zone := rapid.SampledFrom(zones).Draw(t, "zone")
	change := rapid.SampledFrom(changes[zone]).Draw(t, "change")
	at := change.Add(time.Duration(rapid.IntRange(-9*24*3600, 3*24*3600).Draw(t, "seconds from it")) * time.Second)
	spec := campaign.Spec{Zone: zone, Windows: rapid.SliceOfN(rapid.Custom(drawWindow), 1, 3).Draw(t, "windows")}
	if rapid.IntRange(0, 3).Draw(t, "has a date") == 0 {
		day := change.AddDate(0, 0, rapid.IntRange(-2, 2).Draw(t, "days from it"))
		spec.Date = day.Format(time.DateOnly)
	}
	return spec, at
}

func drawWindow(t *rapid.T) campaign.Window {
	from := rapid.OneOf(rapid.IntRange(0, 4*60), rapid.IntRange(0, 24*60-1)).Draw(t, "from")
	to := min(from+rapid.OneOf(rapid.IntRange(1, 90), rapid.IntRange(1, 24*60)).Draw(t, "length"), 24*60)
	return campaign.Window{
		Days: campaign.Days(rapid.IntRange(0, 1<<7-1).Draw(t, "days")),
		From: campaign.Clock(from), To: campaign.Clock(to),
	}
}

// isOpen reads the wall clock, as a person would.
func isOpen(spec *campaign.Spec, loc *time.Location, at time.Time) bool {
	wall := at.In(loc)
	if spec.Date != "" && wall.Format("2006-01-02") != spec.Date {
		return false
	}
	for _, w := range spec.Windows {
		minute := wall.Hour()*60 + wall.Minute()
		if (w.Days == 0 || w.Days>>wall.Weekday()&1 == 1) && minute >= int(w.From) && minute < int(w.To) {
			return true
		}
	}
	return false
}

// scan finds the first time from at on, up to the horizon, where the schedule
// is as wanted.
func scan(spec *campaign.Spec, loc *time.Location, at time.Time, want bool) (time.Time, bool) {
	end := at.Add(horizon)
	for at.Before(end) {
		if isOpen(spec, loc, at) == want {
			return at, true
		}
		at = at.Truncate(time.Minute).Add(time.Minute)
	}
	return time.Time{}, false
}

func TestOpenIsWhatTheWallClockSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, at := drawSpec(t)
		s, loc := spec.Schedule(), zoneOf(t, &spec)
		for range 200 {
			if got, want := s.Open(at), isOpen(&spec, loc, at); got != want {
				t.Fatalf("%v: open %v", at.In(loc), got)
			}
			at = at.Add(7 * time.Minute)
		}
	})
}

func TestNextOpenIsTheFirstOpenMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, at := drawSpec(t)
		s, loc := spec.Schedule(), zoneOf(t, &spec)
		got, ok := s.NextOpen(at)
		want, found := scan(&spec, loc, at, true)
		if ok != found || !got.Equal(want) {
			t.Fatalf("from %v: %v, %v, want %v, %v", at.In(loc), got.In(loc), ok, want.In(loc), found)
		}
	})
}

func TestNextCloseIsTheFirstClosedMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, at := drawSpec(t)
		s, loc := spec.Schedule(), zoneOf(t, &spec)
		got, ok := s.NextClose(at)
		want, found := scan(&spec, loc, at, false)
		if ok != found || !got.Equal(want) {
			t.Fatalf("from %v: %v, %v, want %v, %v", at.In(loc), got.In(loc), ok, want.In(loc), found)
		}
	})
}

func TestTheEndIsTheMinuteAfterTheLastOpenOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, at := drawSpec(t)
		if spec.Date == "" {
			spec.Date = at.Format(time.DateOnly)
		}
		s, loc := spec.Schedule(), zoneOf(t, &spec)
		end, ok := s.End()
		if !ok {
			t.Fatal("it has none")
		}
		if isOpen(&spec, loc, end) {
			t.Fatalf("%v is open", end)
		}
		if later, more := scan(&spec, loc, end, true); more {
			t.Fatalf("it ends at %v and is open at %v", end.In(loc), later.In(loc))
		}
		day, err := time.Parse(time.DateOnly, spec.Date)
		if err != nil {
			t.Fatal(err)
		}
		if _, opens := scan(&spec, loc, day.Add(-24*time.Hour), true); opens && !isOpen(&spec, loc, end.Add(-time.Second)) {
			t.Fatalf("it ends at %v and was closed before", end.In(loc))
		}
	})
}

func zoneOf(t *rapid.T, spec *campaign.Spec) *time.Location {
	loc, err := time.LoadLocation(spec.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
