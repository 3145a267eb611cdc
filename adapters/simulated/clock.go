package simulated

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// clock is the world's time as a port. Its timers are things to come like any
// other and fire inside Advance.
type clock struct{ w *World }

var _ ports.Clock = clock{}

// Clock is the world's time for whoever needs a ports.Clock.
func (w *World) Clock() ports.Clock { return clock{w} }

// Now implements [ports.Clock].
func (c clock) Now() time.Time { return c.w.Now() }

// NewTimer implements [ports.Clock]. A timer of 0 fires at the next Advance.
func (c clock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	w := c.w
	w.mu.Lock()
	defer w.mu.Unlock()
	t := timer{make(chan time.Time, 1)}
	i := w.timers.next()
	seq := w.schedule(w.present()+int64(max(d, 0)), onTimer, i)
	w.timers.put(seq, t)
	return &stopper{w, i, seq}, t.c
}

type timer struct{ c chan time.Time }

func (t timer) fire(now time.Time) { t.c <- now } // has room: it fires once

// stopper stops one timer; the queue drops its entry when it comes up.
type stopper struct {
	w   *World
	i   uint32
	seq uint64
}

// Stop implements [ports.Timer].
func (s *stopper) Stop() bool {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if !s.w.timers.has(s.i, s.seq) {
		return false
	}
	s.w.timers.take(s.i)
	return true
}
