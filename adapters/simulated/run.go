package simulated

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// realTime ties the world's time to a clock.
type realTime struct {
	clock ports.Clock
	speed float64
	from  time.Time // on the clock
	base  int64     // in the world
	wake  chan struct{}
}

// Run lets the world's time pass with the clock's, Config.Speed times as fast,
// and feeds the channels of [Switch.Events], until the context is done. A world
// that was given no start takes the clock's time, unless it would have to go back
// before things that are scheduled; then, at speed 1, its times are the clock's
// and the host may use either. At other speeds the host's clock
// must be [World.Clock].
func (w *World) Run(ctx context.Context, clock ports.Clock) error {
	live, err := w.tie(clock)
	if err != nil {
		return err
	}
	defer w.untie()
	var feeders sync.WaitGroup
	defer feeders.Wait()
	for {
		w.Advance(stamp(live.time()))
		w.feed(ctx, &feeders)
		if err := live.sleep(ctx, w.idle()); err != nil {
			return err
		}
	}
}

// sleep waits for d (negative: for ever), or until it is roused.
func (r *realTime) sleep(ctx context.Context, d time.Duration) error {
	var fires <-chan time.Time
	if d >= 0 {
		var timer ports.Timer
		timer, fires = r.clock.NewTimer(d)
		defer timer.Stop()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-r.wake:
	case <-fires:
	}
	return nil
}

// tie begins real time.
func (w *World) tie(clock ports.Clock) (*realTime, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.live != nil {
		return nil, errors.New("simulated: the world is run already")
	}
	now := clock.Now()
	w.live = &realTime{clock: clock, speed: w.cfg.Speed, from: now, base: w.now, wake: make(chan struct{}, 1)}
	if ns := now.UnixNano(); w.floating && (ns > w.now || w.seq == 0) {
		w.now = min(w.now, ns)
		w.live.base = ns
	}
	return w.live, nil
}

func (w *World) untie() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.live, w.floating = nil, false
}

// time is what the world's time should be.
func (r *realTime) time() int64 {
	return r.base + int64(float64(r.clock.Now().Sub(r.from))*r.speed)
}

// present is the world's time. Under Run it first catches up with the clock, but
// does not overtake what is due and has not happened yet.
func (w *World) present() int64 {
	if w.live == nil {
		return w.now
	}
	now := w.live.time()
	if e := w.peek(); e != nil {
		now = min(now, e.at)
	}
	w.now = max(w.now, now)
	return w.now
}

// rouse wakes Run: something has been scheduled or is to be told.
func (w *World) rouse() {
	if w.live == nil {
		return
	}
	select {
	case w.live.wake <- struct{}{}:
	default:
	}
}

// idle is how long there is nothing to do, on the clock; negative: until
// something is scheduled.
func (w *World) idle() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.peek()
	if e == nil {
		return -1
	}
	return max(0, time.Duration(float64(e.at-w.live.time())/w.live.speed))
}
