package campaign_test

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// run is what a store keeps of a run: rows, final records and counters that
// move with them. The counters are held against a recount of the rows.
type run struct {
	t        *rapid.T
	rules    attempt.Rules
	run      campaign.Run
	attempts []attempt.Attempt
	records  []attempt.Call
	counters campaign.Counters
	now      time.Time
}

func (r *run) add() {
	a := attempt.Attempt{Run: 1, State: attempt.StatePending, Since: r.now}
	binary.BigEndian.PutUint32(a.Contact[:], uint32(len(r.attempts)+1))
	if rapid.Bool().Draw(r.t, "not before") {
		a.State, a.Due = attempt.StateScheduled, r.now.Add(time.Minute)
	}
	r.attempts = append(r.attempts, a)
	r.counters.Add(campaign.FactsOf(&a))
}

// move lets something happen to an attempt; most of it is legal in few states.
func (r *run) move() {
	i := rapid.IntRange(0, min(len(r.attempts), 3)-1).Draw(r.t, "attempt") + max(len(r.attempts)-3, 0)
	a := r.attempts[i]
	if r.run.Halt != attempt.HaltNone && a.State.Waiting() {
		return // it has ended; its row will follow
	}
	r.now = r.now.Add(time.Second)
	b, owed, err := attempt.Next(&r.rules, a, r.draw(a.State))
	if err != nil {
		return
	}
	if slices.Contains(owed, attempt.Record) {
		r.records = append(r.records, b.Call)
		r.counters.AddCall(&b.Call)
	}
	b = campaign.Settle(&r.rules, &r.run, b) // as a store does with what is written waiting
	r.counters.Move(campaign.FactsOf(&a), campaign.FactsOf(&b))
	r.attempts[i] = b
}

// halt takes the decision that ends the run.
func (r *run) halt() {
	h := rapid.SampledFrom([]attempt.Halt{attempt.HaltStop, attempt.HaltDrain, attempt.HaltClose}).Draw(r.t, "halt")
	r.run.Halt, r.run.HaltedAt = h, r.now
	r.counters.Halt(h)
}

// sweep lets one row follow the decision; no counter moves.
func (r *run) sweep() {
	for i, a := range r.attempts {
		if a.State.Waiting() {
			r.attempts[i] = campaign.Settle(&r.rules, &r.run, a)
			return
		}
	}
}

// surface turns an unknown call into a ghost.
func (r *run) surface() {
	for i := range r.records {
		if r.records[i].Outcome == attempt.OutcomeUnknown {
			r.records[i].Outcome = attempt.OutcomeGhost
			r.counters.Ghost()
			return
		}
	}
}

// draw chooses an event that the state has a move for; conversations come
// more often than they would by chance.
func (r *run) draw(s attempt.State) attempt.Event {
	at := r.now
	ends := []attempt.Event{
		attempt.Ended{At: at, Cause: "NORMAL_CLEARING"}, attempt.Ended{At: at, Cause: "USER_BUSY"},
		attempt.Lost{At: at}, attempt.Stop{At: at}, attempt.Close{At: at},
	}
	disposed := []attempt.Event{
		attempt.Dispose{At: at, Disposition: attempt.Disposition{Code: "x"}},
		attempt.Dispose{At: at, Disposition: attempt.Disposition{Code: "x", CallbackAt: at}},
	}
	var all []attempt.Event
	switch {
	case s == attempt.StateCallbackScheduled:
		all = []attempt.Event{attempt.Lease{At: at, Owner: worker}, attempt.Cancel{At: at}}
	case s.Waiting():
		all = []attempt.Event{attempt.Lease{At: at, Owner: worker}}
	case s == attempt.StateLeased:
		dial := attempt.Dial{At: at}
		all = []attempt.Event{dial, dial, dial, attempt.Release{At: at}, attempt.Suppress{At: at, Reason: attempt.ReasonSuppressed}}
	case s == attempt.StateDialling:
		answered := attempt.Answered{At: at}
		all = append(ends, answered, answered, answered, attempt.Refused{At: at}, attempt.Unsent{At: at})
	case s == attempt.StateAMDScreening:
		all = append(ends, attempt.Screened{At: at, Verdict: attempt.VerdictHuman}, attempt.Screened{At: at, Verdict: attempt.VerdictMachine})
	case s == attempt.StateAttaching:
		all = append(ends, attempt.Attached{At: at}, attempt.Attached{At: at}, attempt.Unserved{At: at})
	case s == attempt.StateProcessing:
		all = append(disposed, attempt.Expire{At: at})
	case s.Line():
		all = append(ends[:2:2], disposed...)
	default:
		all = []attempt.Event{attempt.Stop{At: at}} // refused: it has ended
	}
	return rapid.SampledFrom(all).Draw(r.t, "event")
}

// recount makes the counters anew from the rows, read through the run.
func (r *run) recount() campaign.Counters {
	var c campaign.Counters
	for _, a := range r.attempts {
		a = campaign.Settle(&r.rules, &r.run, a)
		c.States[a.State]++
		c.Spent[a.State] += a.Retries
		c.Dials += a.Dials
		c.Refused += a.Refused
		c.Attempted += count(a.Dials > 0)
		c.Answered += count(a.Answered)
		c.Live += count(a.State.Held() && a.Call.Live())
		c.CallbacksCompleted += a.Callback.Completed
		c.CallbacksCancelled += a.Callback.Cancelled
		c.CallbacksExhausted += a.Callback.Exhausted
	}
	for _, call := range r.records {
		c.Outcomes[call.Outcome]++
		c.Live += count(call.Live())
		c.Conversations += count(call.Spoke())
		c.Talk += call.Talk()
		c.WrapUp += call.WrapUp()
	}
	return c
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func newRun(t *rapid.T) *run {
	spec := named()
	spec.Screening = rapid.Bool().Draw(t, "screening")
	spec.Retries = rapid.IntRange(0, 3).Draw(t, "retries")
	if rapid.Bool().Draw(t, "dispositions") {
		spec.DispositionWait = time.Minute
	}
	if rapid.Bool().Draw(t, "machines again") {
		spec.RetryRules = rule(attempt.OutcomeMachine, campaign.RetryRule{})
	}
	return &run{t: t, rules: spec.Rules(), now: t0}
}

func TestCountersEqualWhatTheRowsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRun(t)
		r.add()
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 39).Draw(t, "step") {
			case 39:
				if r.run.Halt == attempt.HaltNone {
					r.halt()
				}
			case 38:
				r.sweep()
			case 37:
				r.surface()
			case 36:
				if r.run.Halt == attempt.HaltNone {
					r.add()
				}
			default:
				r.move()
			}
			same(t, "counters", r.counters, r.recount())
		}
		for range r.attempts {
			r.sweep()
		}
		same(t, "counters after all sweeps", r.counters, r.recount())
	})
}
