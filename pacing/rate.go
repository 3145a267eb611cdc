package pacing

import "time"

// Rate allows at most Max events in any span of Per, wherever the span begins:
// not an average and not a bucket that two neighbouring windows can empty
// twice. The zero value allows nothing; a Max below 1 with a Per allows
// nothing either.
type Rate struct {
	Max int
	Per time.Duration

	log   []grant // oldest first, none older than Per
	count int
}

type grant struct {
	at time.Time
	n  int
}

// Left is how many events may still happen at now.
func (r *Rate) Left(now time.Time) int {
	r.forget(now)
	return max(r.Max-r.count, 0)
}

// Take notes n events at now. The caller has asked Left before.
func (r *Rate) Take(now time.Time, n int) {
	if n <= 0 {
		return
	}
	if last := len(r.log) - 1; last >= 0 && !now.After(r.log[last].at) {
		r.log[last].n += n // clocks of several workers may differ a little
	} else {
		r.log = append(r.log, grant{now, n})
	}
	r.count += n
}

// Next is the time at which Left may grow again; zero when nothing is noted.
func (r *Rate) Next() time.Time {
	if len(r.log) == 0 {
		return time.Time{}
	}
	return r.log[0].at.Add(r.Per)
}

func (r *Rate) forget(now time.Time) {
	n := 0
	for n < len(r.log) && now.Sub(r.log[n].at) >= r.Per {
		r.count -= r.log[n].n
		n++
	}
	if n > 0 {
		r.log = append(r.log[:0], r.log[n:]...)
	}
}
