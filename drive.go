package outdial

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// World is where virtual time passes: a simulated carrier, its agents, and
// whatever else is scheduled.
type World interface {
	// Now is the virtual time.
	Now() time.Time
	// Next is when the next thing happens in the world; zero if nothing will.
	Next() time.Time
	// Advance lets everything happen up to t, in order.
	Advance(t time.Time)
}

// ErrNoPoller refuses to drive a switch under virtual time that is no [ports.Poller].
var ErrNoPoller = errors.New("outdial: the Telephony is no ports.Poller, it cannot be driven")

// Drive runs a dialler single-threaded under the virtual time of a world, whose
// clock the dialler was configured with, until nothing is left to happen: the
// world has nothing scheduled, and no running campaign waits for anything. Of a
// campaign that is paused or empty nothing comes by itself, so that it returns;
// it may be called again. It also returns with the context's error when that
// is done.
//
// With the same seed everywhere, the same bytes come out. A day takes seconds.
func Drive(ctx context.Context, d *Dialler, world World) error {
	return DriveAll(ctx, world, d)
}

// DriveAll drives several diallers on one world, as several processes on one
// store would run. At each instant they step in the order given.
func DriveAll(ctx context.Context, world World, diallers ...*Dialler) error {
	drivers := make([]*driver, len(diallers))
	for i, d := range diallers {
		poller, ok := d.cfg.Telephony.(ports.Poller)
		if !ok {
			return ErrNoPoller
		}
		drivers[i] = &driver{d: d, poller: poller}
	}
	for ctx.Err() == nil {
		wake := world.Next()
		quiet := wake.IsZero()
		for _, dr := range drivers {
			dr.settle(ctx, world.Now())
			if !dr.wake.IsZero() && (wake.IsZero() || dr.wake.Before(wake)) {
				wake = dr.wake
			}
			quiet = quiet && dr.quiet()
		}
		if quiet && world.Next().IsZero() {
			return nil
		}
		if next := world.Next(); !next.IsZero() && (wake.IsZero() || next.Before(wake)) {
			wake = next
		}
		if wake.IsZero() {
			return nil
		}
		if now := world.Now(); wake.Before(now) {
			wake = now
		}
		world.Advance(wake)
	}
	return ctx.Err()
}

// driver steps one dialler under virtual time.
type driver struct {
	d       *Dialler
	poller  ports.Poller
	ops     []engine.Op
	results []engine.Result
	wake    time.Time
}

// settle steps until the dialler has nothing more to do at this instant. Store
// operations are carried out at once, in order.
func (dr *driver) settle(ctx context.Context, now time.Time) {
	in := engine.Input{Now: now, Events: dr.poller.Poll()}
	for {
		dr.ops, dr.wake = dr.d.turn(in, dr.ops[:0])
		dr.results = dr.results[:0]
		for i := range dr.ops {
			dr.results = append(dr.results, carryOut(ctx, dr.d.cfg.Store, dr.d.worker, &dr.ops[i]))
		}
		in = engine.Input{Now: now, Results: dr.results, Events: dr.poller.Poll()}
		if len(in.Results) == 0 && len(in.Events) == 0 {
			return
		}
	}
}

func (dr *driver) quiet() bool {
	dr.d.mu.Lock() // commands may come from other goroutines
	defer dr.d.mu.Unlock()
	if dr.d.stopping() {
		return dr.d.engine.Left()
	}
	return dr.d.engine.Quiet() && !dr.d.needKick
}
