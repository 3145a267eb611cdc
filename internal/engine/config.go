package engine

import (
	"time"

	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// Config is what a step needs to know beforehand. The caller has filled in all
// of it.
type Config struct {
	Worker ports.ID
	Pacer  pacing.Pacer
	Trunks []Trunk
	// DefaultTrunk carries the calls of campaigns that name none; empty: the
	// switch does not say.
	DefaultTrunk string
	// Pool reports whether agents are counted.
	Pool bool
	// WorkerTimeout is how long a worker's heartbeat may stand still before it
	// is given up. A worker trusts itself for half of it.
	WorkerTimeout time.Duration
	// PollEvery is how often the store is asked for changes.
	PollEvery time.Duration
	// CallCheck is how often the switch is asked about a long call.
	CallCheck time.Duration
}

// Trunk is a gateway with limits of its own, shared by all campaigns.
type Trunk struct {
	Name string
	// Lines is how many calls it carries at once. 0: no limit.
	Lines int
	// PerSecond is how many calls may start in any second. 0: no limit.
	PerSecond int
}

// Fixed times of the engine.
const (
	// sendWithin is how old a granted claim may be when its originate goes out.
	sendWithin = time.Second
	// askAgain is how long the switch may take to answer a question, and what
	// is added to a ring timeout before it is asked.
	askAgain = 10 * time.Second
	// keepReady is how long leased rows wait undialled before they are given
	// back, so that work that comes due meanwhile is not overtaken for long.
	keepReady = 10 * time.Second
	// limitPause is how long a limit that others use up is left alone.
	limitPause = 250 * time.Millisecond
	// agentPause is how long an agent that another worker holds is not offered.
	agentPause = time.Second
	// busyPause is how long a switch that takes no call is left alone.
	busyPause = 500 * time.Millisecond
	// retryStore is the pause after a store operation that failed.
	retryStore = 250 * time.Millisecond

	maxSave  = 1000 // rows per save
	maxLease = 1000 // rows per lease
	maxAdopt = 500  // rows per adoption
	maxSweep = 2000
)

// beatEvery is how often a heartbeat is sent: five times in the span for which
// a worker trusts it.
func (c *Config) beatEvery() time.Duration { return c.WorkerTimeout / 10 }

// storeSlow is when a lease in flight is named as what limits dialling. With the
// time-out it is told in the clock's time, which may run fast.
func (c *Config) storeSlow() time.Duration { return max(time.Second, c.WorkerTimeout/15) }
