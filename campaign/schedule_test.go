package campaign_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/campaign"
)

func TestWithoutWindowsItIsAlwaysOpen(t *testing.T) {
	s := hours("Europe/Berlin")
	if !s.Open(t0) {
		t.Error("it is closed")
	}
	if at, ok := s.NextOpen(t0); !ok || !at.Equal(t0) {
		t.Errorf("it opens at %v, %v", at, ok)
	}
	if at, ok := s.NextClose(t0); ok {
		t.Errorf("it closes at %v", at)
	}
	if at, ok := s.End(); ok {
		t.Errorf("it ends at %v", at)
	}
}

func TestAWindowIsOpenFromItsStartUpToItsEnd(t *testing.T) {
	s := hours("UTC", window("mon", "09:00", "17:00"))
	for at, want := range map[time.Time]bool{
		time.Date(2026, 3, 2, 8, 59, 59, 999_999_999, time.UTC):  false,
		time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC):              true,
		time.Date(2026, 3, 2, 9, 0, 0, 1, time.UTC):              true,
		time.Date(2026, 3, 2, 16, 59, 59, 999_999_999, time.UTC): true,
		time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC):             false,
		time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC):             false, // a Tuesday
	} {
		if got := s.Open(at); got != want {
			t.Errorf("%v: open %v", at, got)
		}
	}
}

func TestWindowsAreReadInTheirZone(t *testing.T) {
	// Monday 23:30 in UTC is Tuesday 08:30 in Tokyo.
	at := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)
	tokyo, utc := hours("Asia/Tokyo", window("tue", "08:00", "09:00")), hours("UTC", window("tue", "08:00", "09:00"))
	same(t, "open in Tokyo", tokyo.Open(at), true)
	same(t, "open in UTC", utc.Open(at), false)
	same(t, "open in Tokyo, asked in another zone", tokyo.Open(at.In(location(t, "America/New_York"))), true)
}

func TestWindowsInAZoneThatThisMachineLacksNeverOpen(t *testing.T) {
	s := hours("Mars/Olympus", window("", "09:00", "10:00"))
	same(t, "open", s.Open(time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)), false)
	_, ever := s.NextOpen(time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
	same(t, "opens ever", ever, false)
}

// edge is a question to a schedule, in its zone's wall time.
type edge struct {
	name    string
	zone    string
	windows []campaign.Window
	ask     string
	open    string // empty: never
	close   string // empty: never
}

func checkEdges(t *testing.T, edges []edge) {
	t.Helper()
	for _, e := range edges {
		t.Run(e.name, func(t *testing.T) {
			s := hours(e.zone, e.windows...)
			at := civil(t, e.zone, e.ask)
			wantEdge(t, "opens", e.open, e.zone)(s.NextOpen(at))
			wantEdge(t, "closes", e.close, e.zone)(s.NextClose(at))
		})
	}
}

// wantEdge checks what NextOpen or NextClose has answered.
func wantEdge(t *testing.T, what, want, zone string) func(time.Time, bool) {
	return func(got time.Time, ok bool) {
		t.Helper()
		switch {
		case !ok && want == "":
		case !ok || want == "":
			t.Errorf("%s at %v, %v, want %q", what, got, ok, want)
		default:
			same(t, what, got.In(location(t, zone)).Format("2006-01-02 15:04 MST"), want)
		}
	}
}

func TestTheNextOpeningAndClosing(t *testing.T) {
	office := []campaign.Window{window("mon,tue,wed,thu,fri", "09:00", "12:00"), window("mon,tue,wed,thu,fri", "13:00", "17:00")}
	checkEdges(t, []edge{
		{"before the day's first window", "Europe/Berlin", office, "2026-03-02 08:00", "2026-03-02 09:00 CET", "2026-03-02 08:00 CET"},
		{"at its start", "Europe/Berlin", office, "2026-03-02 09:00", "2026-03-02 09:00 CET", "2026-03-02 12:00 CET"},
		{"within it", "Europe/Berlin", office, "2026-03-02 10:17", "2026-03-02 10:17 CET", "2026-03-02 12:00 CET"},
		{"at its end", "Europe/Berlin", office, "2026-03-02 12:00", "2026-03-02 13:00 CET", "2026-03-02 12:00 CET"},
		{"after the day's last", "Europe/Berlin", office, "2026-03-02 17:00", "2026-03-03 09:00 CET", "2026-03-02 17:00 CET"},
		{"over the weekend", "Europe/Berlin", office, "2026-03-06 17:00", "2026-03-09 09:00 CET", "2026-03-06 17:00 CET"},
		{"a week later", "UTC", []campaign.Window{window("mon", "09:00", "09:01")}, "2026-03-02 09:01",
			"2026-03-09 09:00 UTC", "2026-03-02 09:01 UTC"},
	})
}

func TestMidnight(t *testing.T) {
	night := []campaign.Window{window("", "22:00", "24:00"), window("", "00:00", "02:00")}
	checkEdges(t, []edge{
		{"two windows meet there", "UTC", night, "2026-03-02 23:30", "2026-03-02 23:30 UTC", "2026-03-03 02:00 UTC"},
		{"a window starts there", "UTC", []campaign.Window{window("tue", "00:00", "01:00")}, "2026-03-02 23:59",
			"2026-03-03 00:00 UTC", "2026-03-02 23:59 UTC"},
		{"a window ends there", "UTC", []campaign.Window{window("mon", "23:00", "24:00")}, "2026-03-02 23:59",
			"2026-03-02 23:59 UTC", "2026-03-03 00:00 UTC"},
		{"a window of one day ends with it", "UTC", []campaign.Window{window("mon", "00:00", "24:00")}, "2026-03-02 12:00",
			"2026-03-02 12:00 UTC", "2026-03-03 00:00 UTC"},
		{"all days from midnight to midnight are always", "UTC", []campaign.Window{window("", "00:00", "24:00")}, "2026-03-02 12:00",
			"2026-03-02 12:00 UTC", ""},
		{"a day without midnight starts at one", "Africa/Cairo", []campaign.Window{window("fri", "00:00", "02:00")}, "2026-04-23 12:00",
			"2026-04-24 01:00 EEST", "2026-04-23 12:00 EET"},
	})
}

// single is a single-day campaign's schedule.
func single(zone, date string, windows ...campaign.Window) campaign.Schedule {
	s := campaign.Spec{Zone: zone, Date: date, Windows: windows}
	return s.Schedule()
}

func TestTheEndOfASingleDay(t *testing.T) {
	for _, c := range []struct {
		name, zone, date string
		windows          []campaign.Window
		want             string
	}{
		{"without windows, midnight", "Europe/Berlin", "2026-03-02", nil, "2026-03-03 00:00 CET"},
		{"its last window's", "Europe/Berlin", "2026-03-02",
			[]campaign.Window{window("", "14:00", "17:00"), window("", "09:00", "12:00")}, "2026-03-02 17:00 CET"},
		{"its last window's on that weekday", "Europe/Berlin", "2026-03-02",
			[]campaign.Window{window("mon", "09:00", "12:00"), window("tue", "14:00", "17:00")}, "2026-03-02 12:00 CET"},
		{"24:00", "Europe/Berlin", "2026-03-02", []campaign.Window{window("", "09:00", "24:00")}, "2026-03-03 00:00 CET"},
		{"a day of 23 hours", "Europe/Berlin", "2026-03-29", nil, "2026-03-30 00:00 CEST"},
		{"a day of 25 hours", "America/New_York", "2026-11-01", nil, "2026-11-02 00:00 EST"},
		{"an hour that comes twice ends with the second", "America/New_York", "2026-11-01",
			[]campaign.Window{window("", "01:00", "01:30")}, "2026-11-01 01:30 EST"},
		{"a window within the gap is over before it began", "Europe/Berlin", "2026-03-29",
			[]campaign.Window{window("", "02:15", "02:45")}, "2026-03-29 00:00 CET"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := single(c.zone, c.date, c.windows...)
			wantEdge(t, "ends", c.want, c.zone)(s.End())
		})
	}
}

func TestASingleDayIsOpenOnThatDayOnly(t *testing.T) {
	s := single("Europe/Berlin", "2026-03-02", window("", "09:00", "17:00"))
	for ask, want := range map[string]struct{ open, close string }{
		"2025-01-01 10:00": {"2026-03-02 09:00 CET", "2025-01-01 10:00 CET"},
		"2026-03-01 10:00": {"2026-03-02 09:00 CET", "2026-03-01 10:00 CET"},
		"2026-03-02 10:00": {"2026-03-02 10:00 CET", "2026-03-02 17:00 CET"},
		"2026-03-02 17:00": {"", "2026-03-02 17:00 CET"},
		"2026-03-03 10:00": {"", "2026-03-03 10:00 CET"},
		"2027-03-02 10:00": {"", "2027-03-02 10:00 CET"},
	} {
		t.Run(ask, func(t *testing.T) {
			at := civil(t, "Europe/Berlin", ask)
			wantEdge(t, "opens", want.open, "Europe/Berlin")(s.NextOpen(at))
			wantEdge(t, "closes", want.close, "Europe/Berlin")(s.NextClose(at))
		})
	}
}

func TestASingleDayWithoutWindowsIsThatDay(t *testing.T) {
	s := single("Asia/Tokyo", "2026-03-02")
	same(t, "open on its first minute", s.Open(civil(t, "Asia/Tokyo", "2026-03-02 00:00")), true)
	same(t, "open on the minute before", s.Open(civil(t, "Asia/Tokyo", "2026-03-01 23:59")), false)
	same(t, "open on the minute after", s.Open(civil(t, "Asia/Tokyo", "2026-03-03 00:00")), false)
}

func TestADateThatIsNoneNeverEnds(t *testing.T) {
	s := single("UTC", "someday")
	if at, ok := s.End(); ok {
		t.Errorf("it ends at %v", at)
	}
}
