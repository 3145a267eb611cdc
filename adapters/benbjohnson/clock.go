// Package benbjohnson is a [ports.Clock] on github.com/benbjohnson/clock, for
// hosts that use that package for their own time.
//
//	cfg.Clock = benbjohnson.New(clock.New()) // the system's time
//
// # Its mock
//
// clock.NewMock works here too, with the mock's own weaknesses; the package is
// archived, and they will stay:
//
//   - Each timer that fires costs a real millisecond of sleep, and so does each
//     Add. A simulated day takes minutes.
//   - A timer that is armed anew by whoever receives from it can be lost: Add
//     goes on after its millisecond, whether or not the receiver has had its
//     turn. A 1 s timer that is re-armed in a goroutine has been seen to fire
//     once in Add(10 s). Add in steps no longer than the shortest timer.
//   - It begins in 1970, in the machine's own time zone.
//   - Resetting a timer that has fired and was not received from locks the mock
//     for good. This adapter never resets.
//
// So the mock is for tests that move the clock a few times by hand. To simulate
// hours, use the world of adapters/simulated; to test goroutines, use
// testing/synctest with clock.New.
package benbjohnson

import (
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outdial/outdial/ports"
)

// Clock is a clock of that package as a port.
type Clock struct{ clock clock.Clock }

var _ ports.Clock = Clock{}

// New wraps a clock: clock.New() for the system's time, or a mock.
func New(c clock.Clock) Clock { return Clock{c} }

// Now implements [ports.Clock].
func (c Clock) Now() time.Time { return c.clock.Now() }

// NewTimer implements [ports.Clock].
func (c Clock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := c.clock.Timer(d)
	return t, t.C
}
