package simulated

import (
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Plan is the fate of one call, settled when it is placed; what the caller does
// with it is all that is open. A duration of 0 is drawn from the carrier's
// distributions, a negative one takes no time.
type Plan struct {
	// Outcome is what the far end does: answered, machine, no answer, busy,
	// rejected, invalid number, congestion or failed. Two more are the switch's
	// doing: refused (by the switch itself), and unknown (taken, and never
	// heard of again). Default: drawn from the mix.
	Outcome attempt.Outcome
	// Ghost keeps the call from being heard of, or found, until it surfaces
	// after Surface; only then does the rest of the plan begin.
	Ghost   bool
	Surface time.Duration
	// Cause and SIPStatus are told at the end of a call that nobody answered.
	// Default: what FreeSWITCH says for the outcome.
	Cause     string
	SIPStatus int

	Post time.Duration // until it rings
	Ring time.Duration // until somebody answers or rejects it

	// Verdict is what screening says. Default: the truth, but for the
	// carrier's share of mistakes.
	Verdict   attempt.Verdict
	Screening time.Duration // until screening says so

	Patience time.Duration // until the contact hangs up on silence
	Attach   time.Duration // until the agent is connected
	Talk     time.Duration // until the contact hangs up on the agent
	WrapUp   time.Duration // what the agent needs after that

	AgentRing time.Duration // agent first: until the agent's leg is up, or has failed
	// AgentCause, if set, is why the agent's leg fails.
	AgentCause string
	// Vanish lets the agent disappear when the call is to be attached.
	Vanish bool
}

// ByNumber scripts calls by the address that is dialled: the nth call of a
// contact follows the nth plan of its address, and calls beyond the last plan
// follow the last.
func ByNumber(plans map[string][]Plan) func(ports.Dial) (Plan, bool) {
	return func(d ports.Dial) (Plan, bool) {
		p := plans[d.Address]
		if len(p) == 0 {
			return Plan{}, false
		}
		return p[min(max(d.Number, 1), len(p))-1], true
	}
}

// ending is how calls end that nobody answers.
type ending struct {
	cause string
	sip   int
	rings bool
}

var endings = [attempt.NumOutcomes]ending{
	attempt.OutcomeAnswered:      {ports.NormalClearing, 200, true},
	attempt.OutcomeMachine:       {ports.NormalClearing, 200, true},
	attempt.OutcomeNoAnswer:      {"NO_ANSWER", 0, true},
	attempt.OutcomeBusy:          {"USER_BUSY", 486, false},
	attempt.OutcomeRejected:      {"CALL_REJECTED", 603, true},
	attempt.OutcomeInvalidNumber: {"UNALLOCATED_NUMBER", 404, false},
	attempt.OutcomeCongestion:    {"NORMAL_TEMPORARY_FAILURE", 503, false},
	attempt.OutcomeFailed:        {"INCOMPATIBLE_DESTINATION", 488, false},
	attempt.OutcomeRefused:       {"DESTINATION_OUT_OF_ORDER", 0, false},
}

// cancelled is the SIP status of a call that we end while it rings: none, as the
// 487 that answers our CANCEL is no verdict of the far end.
const cancelled = 0

// share is a slice of the mix: outcomes up to this share of luck.
type share struct {
	outcome attempt.Outcome
	upTo    float64
}

// shares lays the mix out on [0, 1), in the order of outcomes.
func (m Mix) shares() []share {
	var all []share
	var sum float64
	for _, o := range attempt.Outcomes() {
		if m[o] > 0 {
			sum += m[o]
			all = append(all, share{o, sum})
		}
	}
	for i := range all {
		all[i].upTo /= sum
	}
	return all
}

func pick(all []share, u float64) attempt.Outcome {
	i := slices.IndexFunc(all, func(s share) bool { return u < s.upTo })
	if i < 0 {
		return attempt.OutcomeNoAnswer
	}
	return all[i].outcome
}

// plan settles the fate of a call.
func (w *World) plan(d *ports.Dial, c chance) Plan {
	var p Plan
	if w.cfg.Carrier.Script != nil {
		p, _ = w.cfg.Carrier.Script(*d)
	}
	if p.Outcome == 0 {
		p.Outcome = w.outcome(c)
	}
	car := &w.cfg.Carrier
	c.fill(&p.Post, car.Post, ofPost)
	switch p.Outcome {
	case attempt.OutcomeAnswered, attempt.OutcomeMachine:
		p.answered(car, d, c)
	case attempt.OutcomeRejected:
		c.fill(&p.Ring, car.Ring, ofRing)
	}
	if d.Shape == attempt.AgentFirst {
		c.fill(&p.AgentRing, car.AgentRing, ofAgentRing)
		if p.AgentCause == "" && c.happens(car.AgentFails, ofAgentFailure) {
			p.AgentCause = "NO_ANSWER"
		}
	}
	w.cfg.Faults.plan(&p, c, w.cfg.Limits.GhostHorizon)
	p.end()
	return p
}

// outcome draws from the mix.
func (w *World) outcome(c chance) attempt.Outcome { return pick(w.mix, c.draw(ofOutcome)) }

// answered settles what follows an answer. Talk is the machine's recording
// time where a machine answers.
func (p *Plan) answered(car *Carrier, d *ports.Dial, c chance) {
	c.fill(&p.Ring, car.Ring, ofRing)
	talk := car.Talk
	truth, lie := attempt.VerdictHuman, attempt.VerdictMachine
	if p.Outcome == attempt.OutcomeMachine {
		talk = car.Machine
		truth, lie = lie, truth
		c.fill(&p.Patience, car.Machine, ofPatience)
	}
	c.fill(&p.Talk, talk, ofTalk)
	if d.Shape == attempt.AgentFirst {
		return
	}
	c.fill(&p.Patience, car.Patience, ofPatience)
	c.fill(&p.Attach, car.Attach, ofAttach)
	if !d.Screen {
		return
	}
	c.fill(&p.Screening, car.Screening, ofScreening)
	if p.Verdict == attempt.VerdictNone {
		p.Verdict = truth
		if c.happens(car.Mistaken, ofMistake) {
			p.Verdict = lie
		}
	}
}

// end settles what is told of a call that nobody answers.
func (p *Plan) end() {
	e := endings[p.Outcome]
	if p.Cause == "" {
		p.Cause = e.cause
	}
	if p.SIPStatus == 0 {
		p.SIPStatus = e.sip
	}
}

// fill draws a duration that the plan leaves open.
func (c chance) fill(d *time.Duration, from Dist, m matter) {
	switch {
	case *d == 0:
		*d = from.Draw(c.draw(m))
	case *d < 0:
		*d = 0
	}
}
