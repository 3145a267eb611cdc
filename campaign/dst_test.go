package campaign_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/campaign"
)

// Clocks change on 29 March and 25 October 2026 in Berlin, on 8 March and
// 1 November in New York, and by half an hour on 5 April and 4 October on Lord
// Howe Island.

func one(days, from, to string) []campaign.Window { return []campaign.Window{window(days, from, to)} }

func TestWindowsWhereClocksSpringForward(t *testing.T) {
	checkEdges(t, []edge{
		{"Berlin: a window over the gap is an hour shorter", "Europe/Berlin", one("sun", "01:00", "04:00"), "2026-03-29 00:00",
			"2026-03-29 01:00 CET", "2026-03-29 00:00 CET"},
		{"Berlin: it closes on the wall clock", "Europe/Berlin", one("sun", "01:00", "04:00"), "2026-03-29 01:30",
			"2026-03-29 01:30 CET", "2026-03-29 04:00 CEST"},
		{"Berlin: a window that starts in the gap starts after it", "Europe/Berlin", one("sun", "02:30", "04:00"), "2026-03-29 00:00",
			"2026-03-29 03:00 CEST", "2026-03-29 00:00 CET"},
		{"Berlin: a window that ends in the gap ends before it", "Europe/Berlin", one("sun", "01:00", "02:30"), "2026-03-29 01:15",
			"2026-03-29 01:15 CET", "2026-03-29 03:00 CEST"},
		{"Berlin: a window within the gap is left out", "Europe/Berlin", one("", "02:15", "02:45"), "2026-03-29 00:00",
			"2026-03-30 02:15 CEST", "2026-03-29 00:00 CET"},
		{"Berlin: a weekly one for a week", "Europe/Berlin", one("sun", "02:15", "02:45"), "2026-03-28 12:00",
			"2026-04-05 02:15 CEST", "2026-03-28 12:00 CET"},
		{"Berlin: asked two weeks before the next", "Europe/Berlin", one("sun", "02:15", "02:45"), "2026-03-22 02:45",
			"2026-04-05 02:15 CEST", "2026-03-22 02:45 CET"},
		{"New York: nine o'clock is nine o'clock", "America/New_York", one("", "09:00", "17:00"), "2026-03-07 17:00",
			"2026-03-08 09:00 EDT", "2026-03-07 17:00 EST"},
		{"Lord Howe: half an hour is skipped", "Australia/Lord_Howe", one("", "02:15", "03:00"), "2026-10-04 01:00",
			"2026-10-04 02:30 +11", "2026-10-04 01:00 +1030"},
		{"Lord Howe: a window within the gap is left out", "Australia/Lord_Howe", one("", "02:00", "02:30"), "2026-10-04 01:00",
			"2026-10-05 02:00 +11", "2026-10-04 01:00 +1030"},
		{"Apia: a Friday that never was", "Pacific/Apia", one("fri", "09:00", "10:00"), "2011-12-23 10:00",
			"2012-01-06 09:00 +14", "2011-12-23 10:00 -10"},
	})
}

func TestAWindowOverTheGapHasTheHoursThatTheWallClockShows(t *testing.T) {
	same(t, "open minutes", openMinutes(t, "Europe/Berlin", "2026-03-29", one("", "01:00", "04:00")), 2*60)
	same(t, "open minutes", openMinutes(t, "Europe/Berlin", "2026-03-29", one("", "02:00", "03:00")), 0)
	same(t, "open minutes", openMinutes(t, "Australia/Lord_Howe", "2026-10-04", one("", "01:00", "03:00")), 90)
}

func TestAnHourThatComesTwiceIsOpenTwice(t *testing.T) {
	same(t, "open minutes", openMinutes(t, "Europe/Berlin", "2026-10-25", one("", "02:00", "03:00")), 2*60)
	same(t, "open minutes", openMinutes(t, "America/New_York", "2026-11-01", one("", "01:15", "01:45")), 2*30)
	same(t, "open minutes", openMinutes(t, "Australia/Lord_Howe", "2026-04-05", one("", "01:00", "02:00")), 90)
}

// openMinutes counts the minutes of a day on which a schedule is open.
func openMinutes(t *testing.T, zone, date string, windows []campaign.Window) int {
	t.Helper()
	s, n := hours(zone, windows...), 0
	day := civil(t, zone, date+" 00:00")
	for at := day; at.Format(time.DateOnly) == date; at = at.Add(time.Minute) {
		if s.Open(at) {
			n++
		}
	}
	return n
}

// These ask at times that the wall clock shows twice, so in UTC.
func TestWindowsWhereClocksFallBack(t *testing.T) {
	for _, c := range []struct {
		name, zone  string
		windows     []campaign.Window
		ask         string
		open, close string
	}{
		{"Berlin: a window over the change is an hour longer", "Europe/Berlin", one("sun", "01:00", "04:00"), "2026-10-24T23:30:00Z",
			"2026-10-25 01:30 CEST", "2026-10-25 04:00 CET"},
		{"Berlin: first of the two", "Europe/Berlin", one("sun", "02:15", "02:45"), "2026-10-25T00:00:00Z",
			"2026-10-25 02:15 CEST", "2026-10-25 02:00 CEST"},
		{"Berlin: within the first", "Europe/Berlin", one("sun", "02:15", "02:45"), "2026-10-25T00:20:00Z",
			"2026-10-25 02:20 CEST", "2026-10-25 02:45 CEST"},
		{"Berlin: second of the two", "Europe/Berlin", one("sun", "02:15", "02:45"), "2026-10-25T00:45:00Z",
			"2026-10-25 02:15 CET", "2026-10-25 02:45 CEST"},
		{"Berlin: after both", "Europe/Berlin", one("sun", "02:15", "02:45"), "2026-10-25T01:45:00Z",
			"2026-11-01 02:15 CET", "2026-10-25 02:45 CET"},
		{"New York: a window up to the change opens again", "America/New_York", one("sun", "01:30", "02:00"), "2026-11-01T05:45:00Z",
			"2026-11-01 01:45 EDT", "2026-11-01 01:00 EST"},
		{"Lord Howe: half an hour comes twice", "Australia/Lord_Howe", one("", "01:30", "01:45"), "2026-04-04T14:50:00Z",
			"2026-04-05 01:30 +1030", "2026-04-05 01:50 +11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.ask)
			if err != nil {
				t.Fatal(err)
			}
			s := hours(c.zone, c.windows...)
			wantEdge(t, "opens", c.open, c.zone)(s.NextOpen(at))
			wantEdge(t, "closes", c.close, c.zone)(s.NextClose(at))
		})
	}
}
