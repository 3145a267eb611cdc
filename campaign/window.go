package campaign

import (
	"fmt"
	"strings"
	"time"
)

// Clock is a civil time of day in minutes since midnight, 0 to 1440 (24:00).
// Its text form is "09:30".
type Clock int

// endOfDay is 24:00.
const endOfDay Clock = 24 * 60

// At makes a time of day.
func At(hour, minute int) Clock { return Clock(hour*60 + minute) }

// ParseClock reads "09:30"; "24:00" is the end of the day.
func ParseClock(s string) (Clock, error) {
	if s == "24:00" {
		return endOfDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("time of day %q: want HH:MM, 00:00 to 24:00", cut(s))
	}
	return At(t.Hour(), t.Minute()), nil
}

// String returns the text form.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText implements encoding.TextMarshaler.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}

// Days is a set of weekdays. The zero value means every day. Its text form is
// "mon,tue,fri".
type Days uint8

var dayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// On makes a set of weekdays.
func On(days ...time.Weekday) Days {
	var d Days
	for _, w := range days {
		d |= 1 << w
	}
	return d
}

// Weekdays is Monday to Friday.
const Weekdays Days = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday

// Has reports whether the set holds the weekday.
func (d Days) Has(w time.Weekday) bool { return d == 0 || d&(1<<w) != 0 }

// String returns the text form, empty for every day.
func (d Days) String() string {
	var names []string
	for i, n := range dayNames {
		if d&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ",")
}

// ParseDays reads the text form.
func ParseDays(s string) (Days, error) {
	var d Days
	if s == "" {
		return 0, nil
	}
next:
	for _, part := range strings.Split(s, ",") {
		for i, n := range dayNames {
			if part == n {
				d |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("weekday %q: want one of %s", cut(part), strings.Join(dayNames[:], ", "))
	}
	return d, nil
}

// MarshalText implements encoding.TextMarshaler.
func (d Days) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Days) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDays(string(b))
	return err
}

// Window is a span of civil time on some weekdays: from From up to, and not
// including, To. It does not cross midnight; two windows do.
type Window struct {
	Days Days  `json:"days,omitzero"`
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

func (s *Spec) checkHours(f *faults) {
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
		f.add("Zone", s.Zone, "a name of the IANA time zone database, as Europe/Paris")
	}
	for i, w := range s.Windows {
		if w.From < 0 || w.To > endOfDay || w.From >= w.To {
			f.add(fmt.Sprintf("Windows[%d]", i), fmt.Sprintf("%v to %v", w.From, w.To),
				"00:00 to 24:00, the end after the start (two windows to cross midnight)")
		}
		if w.Days > 1<<7-1 {
			f.add(fmt.Sprintf("Windows[%d].Days", i), int(w.Days), "a set of the seven weekdays")
		}
	}
	s.checkDate(f)
}

func (s *Spec) checkDate(f *faults) {
	if s.Date == "" {
		return
	}
	day, err := time.Parse(time.DateOnly, s.Date)
	if err != nil {
		f.add("Date", s.Date, "a date as 2006-01-02")
		return
	}
	if day.Year() < 1970 || day.Year() > 9998 { // its end is to be a time of RFC 3339 in every zone
		f.add("Date", s.Date, "a date in the years 1970 to 9998")
		return
	}
	for _, w := range s.Windows {
		if w.Days.Has(day.Weekday()) {
			return
		}
	}
	if len(s.Windows) > 0 {
		f.add("Date", s.Date, "a day on which one of the windows is open")
	}
}
