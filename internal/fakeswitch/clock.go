package fakeswitch

import (
	"container/heap"
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// Clock is a clock that stands still until it is moved: a simulation's time.
// Safe for concurrent use.
//
// Advance fires timers in the order of their times, and equal ones in the order
// of their creation; while one fires, Now is its time. Channels of timers are
// buffered, so that Advance waits for nobody.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	queue byTime[*clockTimer]
	seq   uint64
}

var _ ports.Clock = (*Clock)(nil)

// NewClock returns a clock that shows start.
func NewClock(start time.Time) *Clock { return &Clock{now: start} }

// Now is where the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// NewTimer returns a timer, and the channel on which it sends its time once.
func (c *Clock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	ch := make(chan time.Time, 1)
	t := c.add(d, func(at time.Time) { ch <- at })
	return t, ch
}

// AfterFunc calls f from within Advance once d has passed. f may use the clock.
func (c *Clock) AfterFunc(d time.Duration, f func()) ports.Timer {
	return c.add(d, func(time.Time) { f() })
}

// Next is the time of the earliest timer, or zero if there is none.
func (c *Clock) Next() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return time.Time{}
	}
	return c.queue[0].at
}

// Advance moves the clock to t and fires what is due on the way, including the
// timers that are set meanwhile. It never moves back.
func (c *Clock) Advance(t time.Time) {
	for {
		due := c.pop(t)
		if due == nil {
			return
		}
		due.fire(due.at)
	}
}

// pop takes the earliest timer that is due at t; without one the clock shows t.
func (c *Clock) pop(t time.Time) *clockTimer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 || c.queue[0].at.After(t) {
		if t.After(c.now) {
			c.now = t
		}
		return nil
	}
	due := heap.Pop(&c.queue).(*clockTimer)
	if due.at.After(c.now) {
		c.now = due.at
	}
	return due
}

func (c *Clock) add(d time.Duration, fire func(time.Time)) *clockTimer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	t := &clockTimer{slot: slot{at: c.now.Add(max(d, 0)), seq: c.seq}, clock: c, fire: fire}
	heap.Push(&c.queue, t)
	return t
}

// clockTimer is a timer of a Clock; index is its place in the queue, -1 outside.
type clockTimer struct {
	slot
	clock *Clock
	fire  func(time.Time)
}

// Stop keeps the timer from firing; it reports whether it did.
func (t *clockTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&t.clock.queue, t.index)
	return true
}

// systemClock is the machine's time.
type systemClock struct{}

// Now is the time.
func (systemClock) Now() time.Time { return time.Now() }

// NewTimer starts a timer.
func (systemClock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := time.NewTimer(d)
	return t, t.C
}

// AfterFunc calls f in its own goroutine after d.
func (systemClock) AfterFunc(d time.Duration, f func()) ports.Timer { return time.AfterFunc(d, f) }
