package site

import (
	"math"
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// clock is the machine's time at a speed that may change while it runs. It
// never goes back: a change of speed bends it, and timers that are waiting follow.
type clock struct {
	mu     sync.Mutex
	speed  float64
	from   time.Time // on the machine's clock
	base   time.Time // on this one
	timers map[*timer]struct{}
}

var _ ports.Clock = (*clock)(nil)

// newClock begins at start, now.
func newClock(start time.Time, speed float64) *clock {
	return &clock{speed: speed, from: time.Now(), base: start, timers: map[*timer]struct{}{}}
}

// Now implements [ports.Clock].
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *clock) now() time.Time {
	return c.base.Add(time.Duration(float64(time.Since(c.from)) * c.speed))
}

// Speed is how many seconds pass here in one of the machine's.
func (c *clock) Speed() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speed
}

// SetSpeed changes it from now on.
func (c *clock) SetSpeed(speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.from, c.speed = c.now(), time.Now(), speed
	for t := range c.timers {
		t.wait()
	}
}

// NewTimer implements [ports.Clock].
func (c *clock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &timer{c: c, due: c.now().Add(d), fires: make(chan time.Time, 1)}
	c.timers[t] = struct{}{}
	t.machine = time.AfterFunc(t.left(), t.fire)
	return t, t.fires
}

// timer is one that waits. The clock's lock guards it.
type timer struct {
	c       *clock
	due     time.Time // on the clock
	machine *time.Timer
	fires   chan time.Time
}

// left is how long it is until then on the machine's clock, rounded up.
func (t *timer) left() time.Duration {
	return time.Duration(math.Ceil(float64(max(0, t.due.Sub(t.c.now()))) / t.c.speed))
}

// wait waits anew.
func (t *timer) wait() { t.machine.Reset(t.left()) }

// fire sends the time, unless the timer was stopped or has to wait longer, as
// the speed has changed.
func (t *timer) fire() {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	if _, waits := t.c.timers[t]; !waits {
		return
	}
	now := t.c.now()
	if now.Before(t.due) {
		t.machine.Reset(max(t.left(), time.Nanosecond))
		return
	}
	delete(t.c.timers, t)
	t.fires <- now // has room: it fires once
}

// Stop implements [ports.Timer].
func (t *timer) Stop() bool {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	_, waits := t.c.timers[t]
	delete(t.c.timers, t)
	t.machine.Stop()
	return waits
}
