package simulated

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// DefaultStart is when a world begins that is not told otherwise: a Monday
// morning in UTC, well away from clock changes.
var DefaultStart = time.Date(2024, time.March, 4, 9, 0, 0, 0, time.UTC)

// Config describes a world. The zero value is a fair-weather carrier with
// average people and no agents.
type Config struct {
	// Seed decides everything that chance decides. Default 0, a seed like any other.
	Seed uint64
	// Start is when the world begins. Default [DefaultStart]; under [World.Run]
	// the default is the clock's time.
	Start time.Time
	// Speed is how many seconds of the world pass in a second of the clock
	// given to [World.Run]. Default 1.
	Speed float64

	// Carrier is how calls go.
	Carrier Carrier
	// Agents are who takes them.
	Agents Agents
	// Faults is how the switch misbehaves. Default: not at all.
	Faults Faults
	// Limits are what the switch takes, and says it takes. More calls ringing
	// or started than that are refused with ports.ErrBusy. Default: no limits,
	// and a GhostHorizon of 30 s.
	Limits ports.Limits

	// Oracle switches the witness on: see [World.Violations]. It costs time
	// and remembers every call id. Default off.
	Oracle bool
	// Watch, with Oracle, is asked about every dial; its error is a violation.
	// It is called with the world locked and must not call the world.
	Watch func(now time.Time, d ports.Dial) error
}

// Carrier is how calls go. Durations that are left out have the defaults named
// here.
type Carrier struct {
	// Mix is what becomes of calls. Default [DefaultMix].
	Mix Mix
	// Script, where it returns true, decides a call instead. What it leaves
	// zero in the plan is drawn as usual. It must be pure. See [ByNumber].
	Script func(ports.Dial) (Plan, bool)

	// Post is the time until the far end rings, or is found not to. Default
	// 0.5 s to 3 s.
	Post Dist
	// Ring is how long a phone rings until somebody decides. Default
	// exponential, 12 s.
	Ring Dist
	// Screening is how long the verdict takes. Default 0.5 s to 3 s.
	Screening Dist
	// Mistaken is the share of wrong verdicts. Default 0.
	Mistaken float64
	// Patience is how long an answered contact listens to silence. Default 5 s
	// to 15 s.
	Patience Dist
	// Attach is how long it takes to connect an agent. Default 50 ms to 150 ms.
	Attach Dist
	// Talk is the length of a conversation. Default log-normal, median 120 s.
	Talk Dist
	// Machine is how long a machine records. Default 10 s to 40 s.
	Machine Dist
	// AgentRing is how long an agent's phone rings, agent first. Default 0.5 s to 4 s.
	AgentRing Dist
	// AgentFails is the share of agents' phones that nobody answers. Default 0.
	AgentFails float64
}

// Mix weighs what may become of a call. Weights need not add up to 1. The
// outcomes it may name are those of a [Plan].
type Mix map[attempt.Outcome]float64

// DefaultMix is an ordinary list of consumers by day.
func DefaultMix() Mix {
	return Mix{
		attempt.OutcomeAnswered:      30,
		attempt.OutcomeNoAnswer:      35,
		attempt.OutcomeMachine:       15,
		attempt.OutcomeBusy:          10,
		attempt.OutcomeRejected:      4,
		attempt.OutcomeInvalidNumber: 3,
		attempt.OutcomeCongestion:    3,
	}
}

func (c *Carrier) defaults() {
	if c.Mix == nil {
		c.Mix = DefaultMix()
	}
	const ms, s = time.Millisecond, time.Second
	c.Post = c.Post.or(Uniform(500*ms, 3*s))
	c.Ring = c.Ring.or(Exponential(12 * s))
	c.Screening = c.Screening.or(Uniform(500*ms, 3*s))
	c.Patience = c.Patience.or(Uniform(5*s, 15*s))
	c.Attach = c.Attach.or(Uniform(50*ms, 150*ms))
	c.Talk = c.Talk.or(LogNormal(120*s, 0.7))
	c.Machine = c.Machine.or(Uniform(10*s, 40*s))
	c.AgentRing = c.AgentRing.or(Uniform(500*ms, 4*s))
}

func (c *Config) defaults() {
	if c.Start.IsZero() {
		c.Start = DefaultStart
	}
	if c.Speed <= 0 {
		c.Speed = 1
	}
	if c.Limits.GhostHorizon <= 0 {
		c.Limits.GhostHorizon = 30 * time.Second
	}
	c.Carrier.defaults()
	c.Agents.defaults()
	c.Faults.defaults()
}
