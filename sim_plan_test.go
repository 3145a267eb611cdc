package outdial_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// plan is what a seed makes of a world before it begins.
type plan struct {
	seed      uint64
	workers   int
	timeout   time.Duration
	poll      time.Duration
	callCheck time.Duration
	agents    int // 0: no agents are counted
	trunk     outdial.Trunk
	specs     []campaign.Spec
	contacts  []int
	carrier   simulated.Carrier
	faults    simulated.Faults
	limits    ports.Limits
	opinions  simulated.Agents
	store     trouble
	// span is how long things go wrong and the operator acts; then it is calm.
	span    time.Duration
	stops   int // a worker stands still for a while
	kills   int
	outages int // of the switch, as one worker sees it
	acts    int // of the operator
}

// trouble is how the store treats workers: shares of operations, and delays.
type trouble struct {
	slow        float64 // has a delay at all
	delay       time.Duration
	stuck       float64 // takes many seconds
	unavailable float64 // answers with an error; half of the time it was done
	crash       float64 // the worker dies, before it is done or after
}

func (t trouble) none() bool { return t == trouble{} }

// dice are a plan's chances.
type dice struct{ *rand.Rand }

func diceOf(seed, stream uint64) dice { return dice{rand.New(rand.NewPCG(seed, stream))} }

func (d dice) chance(p float64) bool { return p > 0 && d.Float64() < p }

func (d dice) between(lo, hi time.Duration) time.Duration {
	return (lo + time.Duration(d.Float64()*float64(hi-lo))).Truncate(time.Millisecond)
}

func oneOf[T any](d dice, all ...T) T { return all[d.IntN(len(all))] }

// seconds is one of so many seconds.
func seconds(d dice, all ...int) time.Duration { return time.Duration(oneOf(d, all...)) * time.Second }

func planOf(seed uint64) plan {
	d := diceOf(seed, 1)
	p := plan{
		seed:      seed,
		workers:   1 + d.IntN(3),
		timeout:   seconds(d, 4, 10, 15, 15, 30),
		poll:      seconds(d, 1, 2, 5),
		callCheck: seconds(d, 10, 30, 60),
		span:      d.between(10*time.Minute, 40*time.Minute),
		acts:      d.IntN(12),
		limits:    ports.Limits{GhostHorizon: seconds(d, 10, 30, 45)},
	}
	if d.chance(0.4) {
		p.agents = 1 + d.IntN(6)
	}
	if d.chance(0.4) {
		p.trunk = outdial.Trunk{Name: "trunk", Lines: d.IntN(6), CallsPerSecond: d.IntN(4)}
	}
	if d.chance(0.2) {
		p.limits.Ringing = 1 + d.IntN(6)
	}
	if d.chance(0.2) {
		p.limits.PerSecond = 1 + d.IntN(4)
	}
	for range 1 + d.IntN(2) {
		p.specs = append(p.specs, p.spec(d))
		p.contacts = append(p.contacts, oneOf(d, 0, 1, 5, 10, 10, 20, 20, 40, 60))
	}
	p.carry(d)
	p.spoil(d)
	return p
}

func (p *plan) spec(d dice) campaign.Spec {
	s := campaign.Defaults()
	s.Name = "campaign"
	s.Destination = "100"
	s.MaxConcurrent = oneOf(d, 1, 2, 3, 5, 10, 20)
	s.CallsPerSecond = oneOf(d, 1, 2, 5, 10, 100)
	s.RingTimeout = d.between(5*time.Second, 40*time.Second)
	s.Retries = d.IntN(4)
	s.RetryDelay = seconds(d, 60, 60, 90, 300)
	s.Callbacks, s.CallbackTries = d.IntN(3), d.IntN(3)
	s.CallbackDelay = seconds(d, 60, 120)
	s.AgentWait = seconds(d, 1, 2, 5)
	s.FailAfter = seconds(d, 10, 30, 300, 3600)
	s.RefusedBackoff = seconds(d, 1, 5, 10)
	if d.chance(0.3) {
		s.Shape = attempt.AgentFirst
		s.Agent = "200"
	}
	if d.chance(0.3) {
		s.Screening, s.ScreeningTimeout = true, seconds(d, 1, 2, 4)
	}
	if d.chance(0.5) {
		s.DispositionWait = seconds(d, 5, 30, 120)
	}
	if d.chance(0.3) {
		s.WrapUp = d.between(0, 20*time.Second)
	}
	if p.trunk.Name != "" && d.chance(0.8) {
		s.Trunk = p.trunk.Name
	}
	p.rules(d, &s)
	hours(d, &s)
	return s
}

func (p *plan) rules(d dice, s *campaign.Spec) {
	if d.chance(0.5) {
		return
	}
	s.RetryRules = map[attempt.Outcome]campaign.RetryRule{}
	for _, o := range attempt.Outcomes() {
		if o.Retryable() && d.chance(0.4) {
			s.RetryRules[o] = campaign.RetryRule{
				Never: d.chance(0.2), Delay: seconds(d, 0, 60, 75, 200), Max: d.IntN(3),
			}
		}
	}
}

// hours gives some campaigns windows, and some a single day. Worlds begin on a
// Monday at nine.
func hours(d dice, s *campaign.Spec) {
	if !d.chance(0.35) {
		return
	}
	s.Windows = []campaign.Window{
		{From: campaign.At(8, 0), To: campaign.At(9, 3+d.IntN(20))},
		{From: campaign.At(9, 25+d.IntN(20)), To: campaign.At(9, 50+d.IntN(10))},
		{From: campaign.At(10, 0), To: campaign.At(11, 0)},
	}[:1+d.IntN(3)]
	if d.chance(0.6) {
		s.Date = simulated.DefaultStart.Format(time.DateOnly)
	} else {
		s.Windows = append(s.Windows, campaign.Window{From: campaign.At(11, 0), To: campaign.At(23, 0)})
	}
}

// carry draws the carrier and the people.
func (p *plan) carry(d dice) {
	p.carrier.Talk = simulated.Exponential(seconds(d, 10, 30, 90))
	p.carrier.Ring = simulated.Exponential(seconds(d, 4, 12))
	p.carrier.Mistaken = oneOf(d, 0, 0, 0.1)
	p.carrier.AgentFails = oneOf(d, 0, 0, 0.2)
	if d.chance(0.3) {
		p.carrier.Mix = simulated.Mix{attempt.OutcomeAnswered: 1, attempt.OutcomeBusy: oneOf(d, 0, 1.0)}
	}
	if d.chance(0.1) {
		p.carrier.Attach = simulated.Uniform(500*time.Millisecond, 3*time.Second)
	}
	p.opinions.Count = p.agents
	p.opinions.WrapUp = simulated.Uniform(time.Second, seconds(d, 2, 20, 90))
	p.opinions.Callbacks = oneOf(d, 0, 0.2, 0.5)
	p.opinions.CallbackIn = simulated.Uniform(-time.Minute, 15*time.Minute)
	p.opinions.DoNotCall = oneOf(d, 0, 0.1)
}

// spoil draws what goes wrong. A quarter of the worlds are fair.
func (p *plan) spoil(d dice) {
	mood := d.IntN(8)
	if mood == 2 || mood >= 6 {
		p.store = trouble{
			slow: oneOf(d, 0.1, 0.5, 1), delay: oneOf(d, 20*time.Millisecond, 200*time.Millisecond, 900*time.Millisecond),
			stuck: oneOf(d, 0, 0, 0.002, 0.01), unavailable: oneOf(d, 0, 0.01, 0.1),
		}
	}
	if mood == 3 || mood >= 6 {
		p.faults = simulated.Faults{
			Busy: oneOf(d, 0, 0.1, 0.4), Refuse: oneOf(d, 0, 0.05, 0.3), Ghost: oneOf(d, 0, 0.05, 0.2),
			Vanish: oneOf(d, 0, 0.1, 0.3), Lose: oneOf(d, 0, 0.02, 0.15), Double: oneOf(d, 0, 0.1),
			Late: oneOf(d, 0, 0.05, 0.2), Swap: oneOf(d, 0, 0.05, 0.2),
		}
		if d.chance(0.3) {
			p.carrier.Mix = simulated.DefaultMix()
			p.carrier.Mix[attempt.OutcomeUnknown] = 10
			p.carrier.Mix[attempt.OutcomeFailed] = 5
		}
	}
	if mood == 4 || mood >= 6 {
		p.kills = d.IntN(3)
		p.stops = d.IntN(3)
		p.store.crash = oneOf(d, 0, 0, 0.002, 0.01)
	}
	if mood == 5 || mood >= 6 {
		p.outages = d.IntN(4)
	}
}

// calm reports whether nothing goes wrong but what the operator does.
func (p *plan) calm() bool {
	return p.punctual() && p.faults == (simulated.Faults{}) && p.carrier.Mix[attempt.OutcomeUnknown] == 0
}

// punctual reports whether workers do what they do when it is to be done.
func (p *plan) punctual() bool { return p.store.none() && p.kills+p.stops+p.outages == 0 }

// refusals reports whether the switch may refuse a campaign's calls for long
// enough to make it fail.
func (p *plan) refusals() bool {
	return p.faults.Refuse+p.faults.Vanish+p.faults.Busy+p.carrier.AgentFails > 0
}

// exactRates reports whether no more calls start in any second than allowed,
// seen from the carrier. Claims keep to that; between a claim and its originate
// lies the store, up to a second, and each worker looks after its own calls
// only.
func (p *plan) exactRates() bool {
	return p.store.none() && p.stops == 0 || p.workers == 1 && p.kills == 0
}

// bounds is what the carrier may see of a campaign or a trunk.
func (p *plan) bounds(lines, perSecond int) simulated.Bounds {
	if !p.exactRates() {
		perSecond = 0
	}
	return simulated.Bounds{Lines: lines, PerSecond: perSecond}
}

func (p *plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d workers, time-out %v, poll %v, call check %v, %d agents, trunk %+v, switch %+v\n",
		p.seed, p.workers, p.timeout, p.poll, p.callCheck, p.agents, p.trunk, p.limits)
	fmt.Fprintf(&b, "store %+v, faults %+v, for %v: %d stops, %d kills, %d outages, %d acts\n",
		p.store, p.faults, p.span, p.stops, p.kills, p.outages, p.acts)
	for i := range p.specs {
		s := &p.specs[i]
		fmt.Fprintf(&b, "%d contacts: %v, trunk %q, %d lines, %d/s, ring %v, retries %d after %v %v, callbacks %d/%d after %v,"+
			" disposition %v, wrap-up %v, screening %v %v, agent %v, fail %v, refused %v, windows %v %s\n",
			p.contacts[i], s.Shape, s.Trunk, s.MaxConcurrent, s.CallsPerSecond, s.RingTimeout, s.Retries, s.RetryDelay, s.RetryRules,
			s.Callbacks, s.CallbackTries, s.CallbackDelay, s.DispositionWait, s.WrapUp, s.Screening, s.ScreeningTimeout,
			s.AgentWait, s.FailAfter, s.RefusedBackoff, s.Windows, s.Date)
	}
	return b.String()
}
