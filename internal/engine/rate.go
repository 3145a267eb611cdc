package engine

import (
	"time"

	"github.com/outdial/outdial/pacing"
)

// rate is a limit per second as this worker keeps it. A call is counted from
// its intent on, and once it is on its way to the switch by that time: between
// the two lies the store, and calls must not bunch up because it was slow.
type rate struct {
	pacing.Rate
	intents int
}

func perSecond(n int) rate { return rate{Rate: pacing.Rate{Max: n, Per: time.Second}} }

// Left is how many calls may still begin at now.
func (r *rate) Left(now time.Time) int { return max(r.Rate.Left(now)-r.intents, 0) }

// next is when there may be more left; with nothing but intents in the way,
// when to look again.
func (r *rate) next(now time.Time) time.Time {
	next := r.Next()
	if next.IsZero() && r.intents > 0 {
		return now.Add(limitPause)
	}
	return next
}

// sent counts an intent whose call goes out.
func (r *rate) sent(now time.Time) {
	r.intents--
	if r.Max > 0 { // without a limit nobody asks, and what is noted stays
		r.Take(now, 1)
	}
}

// begunRates counts an intent in all limits per second that its call falls under.
func (e *Engine) begunRates(c *camp) {
	for _, r := range e.rates(c) {
		r.intents++
	}
}

// sentRates lets the limits know that the call goes out now.
func (e *Engine) sentRates(c *camp) {
	for _, r := range e.rates(c) {
		r.sent(e.now)
	}
}

// unsentRates lets the limits know that the call does not go out.
func (e *Engine) unsentRates(c *camp) {
	for _, r := range e.rates(c) {
		r.intents--
	}
}

func (e *Engine) rates(c *camp) []*rate {
	e.rateList = append(e.rateList[:0], &c.rate, &e.switchRate)
	if c.trunk != nil {
		e.rateList = append(e.rateList, &c.trunk.rate)
	}
	return e.rateList
}
