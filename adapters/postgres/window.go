package postgres

import (
	"encoding/json"
	"time"
)

// window is the log of a rate: at most so many begin in any span, wherever it
// begins, as in pacing.Rate, which a test compares it with.
type window []grant

type grant struct {
	at time.Time // to the microsecond
	n  int
}

// left is how many may still begin at now.
func (w *window) left(most int, per time.Duration, now time.Time) int {
	log := *w
	for len(log) > 0 && now.Sub(log[0].at) >= per {
		log = log[1:]
	}
	*w = log
	for _, g := range log {
		most -= g.n
	}
	return max(most, 0)
}

// take notes that one begins at now.
func (w *window) take(now time.Time) {
	if last := len(*w) - 1; last >= 0 && !now.After((*w)[last].at) {
		(*w)[last].n++ // clocks of several workers may differ a little
		return
	}
	*w = append(*w, grant{now, 1})
}

// next is when there may be room again; zero when nothing is noted.
func (w *window) next(per time.Duration) time.Time {
	if len(*w) == 0 {
		return time.Time{}
	}
	return (*w)[0].at.Add(per)
}

// A grant is kept as its Unix time in microseconds, and how many.

// MarshalJSON implements json.Marshaler.
func (g grant) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]int64{g.at.UnixMicro(), int64(g.n)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (g *grant) UnmarshalJSON(doc []byte) error {
	var k [2]int64
	if err := json.Unmarshal(doc, &k); err != nil {
		return err
	}
	g.at, g.n = time.UnixMicro(k[0]).UTC(), int(k[1])
	return nil
}
