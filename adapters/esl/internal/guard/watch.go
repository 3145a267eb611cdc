package guard

import (
	"fmt"
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// watch knows since when the link waits for something, and ends it when that
// is too long.
//
// It holds one timer, never set further ahead than the timeout. Whatever begins
// while the timer runs is due later than the timer, so nothing needs to reset it
// and a deadline is still met exactly.
type watch struct {
	clock   ports.Clock
	timeout time.Duration
	silence time.Duration

	mu      sync.Mutex
	last    time.Time // of the last bytes
	frame   time.Time // of the first bytes of a frame that is not whole; zero: none
	command time.Time // of the command without reply; zero: none
	paused  bool      // we do not read the socket: the switch is not to blame
}

func newWatch(cfg *Config) *watch {
	return &watch{clock: cfg.Clock, timeout: cfg.Timeout, silence: cfg.Silence, last: cfg.Clock.Now()}
}

// arrived notes bytes from the switch.
func (w *watch) arrived() {
	now := w.clock.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = now
	if w.frame.IsZero() {
		w.frame = now
	}
}

// whole notes that a frame is complete, and whether the next has begun.
func (w *watch) whole(more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frame = time.Time{}
	if more {
		w.frame = w.last
	}
}

// pause and resume enclose a time in which the guard does not read.
func (w *watch) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused = true
}

func (w *watch) resume() {
	now := w.clock.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused, w.last = false, now
	if !w.frame.IsZero() {
		w.frame = now
	}
}

// begin and finish enclose a command.
func (w *watch) begin() {
	now := w.clock.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.command = now
}

func (w *watch) finish() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.command = time.Time{}
}

// due is how long to wait until something may be too late, or what is.
func (w *watch) due() (time.Duration, error) {
	now := w.clock.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := w.timeout
	late := func(since time.Time, limit time.Duration) bool {
		left := since.Add(limit).Sub(now)
		wait = min(wait, left)
		return left <= 0
	}
	if !w.command.IsZero() && late(w.command, w.timeout) {
		return 0, fmt.Errorf("%w: no reply within %v", ErrTimeout, w.timeout)
	}
	if w.paused {
		return wait, nil
	}
	if !w.frame.IsZero() && late(w.frame, w.timeout) {
		return 0, fmt.Errorf("%w: half a frame for %v", ErrTimeout, w.timeout)
	}
	if w.silence > 0 && late(w.last, w.silence) {
		return 0, fmt.Errorf("%w: for %v", ErrSilence, w.silence)
	}
	return wait, nil
}

// stale is how old the time may be by which a timer is set.
const stale = time.Millisecond

// run watches until done, and calls end at most once.
func (w *watch) run(done <-chan struct{}, end func(error)) {
	for {
		asked := w.clock.Now()
		wait, err := w.due()
		if err != nil {
			end(err)
			return
		}
		timer, wake := w.clock.NewTimer(wait)
		if w.clock.Now().Sub(asked) > stale {
			timer.Stop() // the clock has moved on since: it would wake too late
			continue
		}
		select {
		case <-wake:
		case <-done:
			timer.Stop()
			return
		}
	}
}
