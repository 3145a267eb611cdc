package campaign

import "time"

// Schedule answers when a campaign may dial. It is a spec's windows made ready
// for use, and reads civil time in the spec's zone at the moment asked about:
// on the days on which clocks change, a window has the hours that the clock on
// the wall shows.
type Schedule struct {
	loc     *time.Location
	windows []Window
	date    string
	lost    bool // the zone is not known on this machine
}

// Schedule makes the spec's windows ready for use. The spec is a valid one;
// where this machine does not know its zone all the same, as a process without
// the time zone database, its windows never open.
func (s *Spec) Schedule() Schedule {
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		loc = time.UTC
	}
	return Schedule{loc: loc, windows: s.Windows, date: s.Date, lost: err != nil}
}

// always reports whether there is nothing to ask.
func (s *Schedule) always() bool { return len(s.windows) == 0 && s.date == "" }

// Open reports whether the campaign may dial at t.
func (s *Schedule) Open(t time.Time) bool {
	if s.always() {
		return true
	}
	if s.lost {
		return false // better not at all than at the wrong hours
	}
	local := t.In(s.loc)
	if s.date != "" && local.Format(time.DateOnly) != s.date {
		return false
	}
	if len(s.windows) == 0 {
		return true
	}
	now := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	for _, w := range s.windows {
		if w.Days.Has(local.Weekday()) && now >= w.From.span() && now < w.To.span() {
			return true
		}
	}
	return false
}

func (c Clock) span() time.Duration { return time.Duration(c) * time.Minute }

// NextOpen is the first time from t on at which the campaign may dial; false
// when there is none any more.
func (s *Schedule) NextOpen(t time.Time) (time.Time, bool) {
	return s.walk(t, true)
}

// NextClose is the first time from t on at which the campaign may not dial;
// false when it always may.
func (s *Schedule) NextClose(t time.Time) (time.Time, bool) {
	if s.always() {
		return time.Time{}, false
	}
	return s.walk(t, false)
}

// End is when a single-day campaign's last window ends; false for others.
func (s *Schedule) End() (time.Time, bool) {
	if s.date == "" || s.lost {
		return time.Time{}, false
	}
	day, err := time.ParseInLocation(time.DateOnly, s.date, s.loc)
	if err != nil {
		return time.Time{}, false
	}
	end := day
	for t, ok := s.NextOpen(day.Add(-24 * time.Hour)); ok; t, ok = s.NextOpen(end) {
		end, _ = s.NextClose(t)
	}
	return end, true
}

// walk finds the first time from t on at which Open is as wanted. It asks at t
// and then only where Open can change: at a window's edge, at midnight, and
// where the zone's offset changes. It looks two weeks ahead: one week's window
// may fall into the hour that a change of clocks skips.
func (s *Schedule) walk(t time.Time, want bool) (time.Time, bool) {
	last := t.Add(15 * 24 * time.Hour)
	if day, err := time.ParseInLocation(time.DateOnly, s.date, s.loc); err == nil {
		if before := day.Add(-24 * time.Hour); want && before.After(t) {
			t = before
		}
		last = day.Add(3 * 24 * time.Hour)
		if t.After(last) {
			last = t
		}
	}
	for !t.After(last) {
		if s.Open(t) == want {
			return t, true
		}
		t = s.nextEdge(t)
	}
	return time.Time{}, false
}

// nextEdge is the first time after t at which Open may change.
func (s *Schedule) nextEdge(t time.Time) time.Time {
	local := t.In(s.loc)
	_, offset := local.Zone()
	fixed := time.FixedZone("", offset)
	y, m, d := t.In(fixed).Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, fixed)
	edge := midnight.Add(24 * time.Hour)
	for _, w := range s.windows {
		for _, c := range []Clock{w.From, w.To} {
			if at := midnight.Add(c.span()); at.After(t) && at.Before(edge) {
				edge = at
			}
		}
	}
	if _, change := local.ZoneBounds(); !change.IsZero() && change.Before(edge) {
		edge = change
	}
	return edge.In(t.Location())
}
