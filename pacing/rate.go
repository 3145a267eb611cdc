package pacing

import "time"

// Rate allows at most Max events in any span of Per, wherever the span begins:
// not an average and not a bucket that two neighbouring windows can empty
// twice. The zero value allows nothing; a Max below 1 with a Per allows
// nothing either.
type Rate struct {
	Max int
	Per time.Duration

	log   []grant // oldest first; those before head are forgotten
	head  int
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
	if last := len(r.log) - 1; last >= r.head && !now.After(r.log[last].at) {
		r.log[last].n += n // clocks of several workers may differ a little
	} else {
		r.log = append(r.log, grant{now, n})
	}
	r.count += n
}

// Next is the time at which Left may grow again; zero when nothing is noted.
func (r *Rate) Next() time.Time {
	if r.head == len(r.log) {
		return time.Time{}
	}
	return r.log[r.head].at.Add(r.Per)
}

func (r *Rate) forget(now time.Time) {
	for r.head < len(r.log) && now.Sub(r.log[r.head].at) >= r.Per {
		r.count -= r.log[r.head].n
		r.head++
	}
	if r.head > 32 && r.head > len(r.log)/2 {
		r.log = append(r.log[:0], r.log[r.head:]...)
		r.head = 0
	}
}
