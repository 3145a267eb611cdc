package lab

import (
	"runtime"
	"time"

	"github.com/outdial/outdial/ports"
)

// patience is how long, in real time, the lab waits for sockets and goroutines
// before it gives a test up.
const patience = 2 * time.Minute

// Rest waits until the double and the adapters have nothing left to do before
// the clock moves on.
func (l *Lab) Rest() {
	l.t.Helper()
	calm, since := 0, time.Now() // real time: sockets know no other
	for calm < 2 {               // twice, as it looks at one thing after the other
		if l.still() {
			calm++
			runtime.Gosched()
			continue
		}
		calm = 0
		if time.Since(since) > patience {
			l.t.Fatalf("the lab does not come to rest: %s", l.unrest())
		}
		pause()
	}
}

// pause gives way to the goroutines that are waited for. Nothing depends on how
// long it takes.
func pause() {
	timer := time.NewTimer(50 * time.Microsecond)
	<-timer.C
}

func (l *Lab) still() bool { return l.unrest() == "" }

// unrest says what is not at rest.
func (l *Lab) unrest() string {
	l.mu.Lock()
	lines, stalled := l.lines, l.stalled
	l.mu.Unlock()
	for _, line := range lines {
		line.mu.Lock()
		dialling := line.calls > 0
		line.mu.Unlock()
		if dialling {
			return "an adapter dials"
		}
		if !stalled && !line.Idle() {
			return "an adapter is at work"
		}
	}
	switch {
	case stalled:
		return ""
	case !l.wire.quiet():
		return "bytes are on their way"
	case !l.Switch.Quiet():
		return "the double is at work"
	}
	return ""
}

// Stall makes the double stop answering, or answer again. A stalled lab does
// not wait for anybody.
func (l *Lab) Stall(on bool) {
	l.mu.Lock()
	l.stalled = on
	l.mu.Unlock()
	l.Switch.Stall(on)
}

// Now implements outdial.World.
func (l *Lab) Now() time.Time { return l.Clock.Now() }

// Next implements outdial.World: now, while some adapter has something to tell.
func (l *Lab) Next() time.Time {
	l.Rest()
	for _, line := range l.lines {
		if line.Undelivered() > 0 {
			return l.Clock.Now()
		}
	}
	return l.Clock.Next()
}

// Advance implements outdial.World: the clock moves from timer to timer, and all
// come to rest at each.
func (l *Lab) Advance(to time.Time) {
	for {
		l.Rest()
		next := l.Clock.Next()
		if next.IsZero() || next.After(to) {
			break
		}
		l.Clock.Advance(next)
	}
	l.Clock.Advance(to)
	l.Rest()
	if l.Watch != nil {
		l.Watch()
	}
}

// Pass implements telephonytest.Lab.
func (l *Lab) Pass(d time.Duration) { l.Advance(l.Clock.Now().Add(d)) }

// Settle implements telephonytest.Lab.
func (l *Lab) Settle(until func() bool) bool {
	for end := l.Clock.Now().Add(time.Minute); !until(); {
		next := l.Clock.Next()
		if next.IsZero() || next.After(end) {
			return until()
		}
		l.Clock.Advance(next)
		l.Rest()
	}
	return true
}

var _ ports.Poller = (*Line)(nil)
