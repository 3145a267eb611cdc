package storetest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var haltChecks = []check{
	{"rows of a stopped run are read as stopped at once", stoppedAtOnce},
	{"rows of a closed run are read as closed at once", closedAtOnce},
	{"a sweep writes the rows as they were read", sweptAsRead},
	{"a sweep goes in batches and says when it is done", sweepsInBatches},
	{"a failed run's rows stay as they are", failedStay},
	{"a row given back to a halted run is settled on the way", givenBackHalted},
	{"a retry of a halted run is settled on the way", retryHalted},
	{"contacts added to a closed run end at once", addedToClosed},
	{"nothing is leased from a closed run", closedNotLeased},
	{"the first decision that halts a run stands", firstHaltStands},
}

// mixed is a running campaign with a row in each waiting state, one leased, one
// on a line, and one that has ended, in this order.
func (r *room) mixed() (id ports.ID, hands []*hand) {
	id = r.running(5)
	r.add(id, r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Hour) }))
	r.crowd(id, 1)
	hands = r.lease(r.id(), id, 5)
	hands[0].unanswered()
	hands[1].askCallback(time.Hour)
	hands[3].dial()
	hands[4].complete()
	return id, hands
}

// states reads the states of a run's attempts, in order.
func (r *room) states(id ports.ID, run int) (all []attempt.State) {
	r.t.Helper()
	for it, err := range r.s.Attempts(r.ctx, ports.Filter{Campaign: id, Run: run}) {
		r.must(err)
		all = append(all, it.Attempt.State)
	}
	return all
}

func (r *room) wantStates(id ports.ID, run int, want ...attempt.State) {
	r.t.Helper()
	got := r.states(id, run)
	r.want(len(got) == len(want), "%d attempts, want %d", len(got), len(want))
	for i := range want {
		r.want(got[i] == want[i], "attempt %d is %v, want %v", i, got[i], want[i])
	}
}

func stoppedAtOnce(r *room) {
	id, hands := r.mixed()
	r.pass(time.Minute)
	r.must(r.decide(id, campaign.Stop))
	stopped := attempt.StateManualStopped
	want := []attempt.State{
		stopped, stopped, attempt.StateLeased, attempt.StateDialling, attempt.StateCompleted, stopped, stopped,
	}
	r.wantStates(id, 1, want...)
	m := r.balanced(id, 1)
	r.want(m.ManualStoppedCount == 4 && m.CallbackCancelled == 1, "the figures are %+v", m)
	a := r.attempt(hands[1].a.Contact)
	r.want(a.Reason == attempt.ReasonStopped && a.Since.Equal(r.now), "it is read as %+v", a)
	rows := all(r, r.s.Report(r.ctx, id, 1))
	r.want(rows[0].Attempt.State == stopped && rows[0].Call != nil, "the report has it as %v", rows[0].Attempt.State)
	r.sweepAll(id)
	r.wantStates(id, 1, want...)
	r.balanced(id, 1)
}

func closedAtOnce(r *room) {
	id, _ := r.mixed()
	r.must(r.decide(id, campaign.Close))
	closed := attempt.StateWindowClosed
	r.wantStates(id, 1, closed, closed, attempt.StateLeased, attempt.StateDialling, attempt.StateCompleted, closed, closed)
	m := r.balanced(id, 1)
	r.want(m.WindowClosedCount == 4 && m.CallbackCancelled == 1, "the figures are %+v", m)
	of := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, State: closed}))
	r.want(len(of) == 4, "%d are listed as closed", len(of))
	of = all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, State: attempt.StatePending}))
	r.want(len(of) == 0, "%d are listed as pending", len(of))
}

func sweptAsRead(r *room) {
	id, _ := r.mixed()
	r.must(r.decide(id, campaign.Stop))
	r.pass(time.Hour)
	before := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))
	r.sweepAll(id)
	for i, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id})) {
		if it.Attempt.State == attempt.StateManualStopped {
			r.want(it.Attempt.Version == before[i].Attempt.Version+1, "a sweep raises version %d to %d",
				before[i].Attempt.Version, it.Attempt.Version)
		}
		it.Attempt.Version = before[i].Attempt.Version
		r.sameAttempt(it.Attempt, before[i].Attempt)
	}
}

func sweepsInBatches(r *room) {
	id := r.running(25)
	more, err := r.s.Sweep(r.ctx, id, 10)
	r.want(err == nil && !more, "nothing is to sweep: %v, %v", more, err)
	r.must(r.decide(id, campaign.Stop))
	for _, want := range []bool{true, true, false, false} {
		more, err := r.s.Sweep(r.ctx, id, 10)
		r.must(err)
		r.want(more == want, "more is %v, want %v", more, want)
		r.want(r.balanced(id, 1).ManualStoppedCount == 25, "a sweep has moved the counters")
	}
}

func failedStay(r *room) {
	id, _ := r.mixed()
	want := r.states(id, 1)
	r.must(r.decide(id, campaign.Fail))
	r.wantStates(id, 1, want...)
	more, err := r.s.Sweep(r.ctx, id, 10)
	r.want(err == nil && !more, "a failure has nothing to sweep: %v, %v", more, err)
	r.wantStates(id, 1, want...)
	r.balanced(id, 1)
}

func givenBackHalted(r *room) {
	id, hands := r.mixed()
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	hands[2].do(attempt.Release{At: r.now})
	got := r.attempt(hands[2].a.Contact)
	r.want(got.State == attempt.StateManualStopped && got.Reason == attempt.ReasonStopped, "it is %v", got.State)
	r.want(got.Owner == ports.ID{}, "somebody owns it")
	r.balanced(id, 1)
	more, err := r.s.Sweep(r.ctx, id, 10)
	r.want(err == nil && !more, "it is left to sweep: %v, %v", more, err)
}

func retryHalted(r *room) {
	id, hands := r.mixed()
	r.must(r.decide(id, campaign.Close))
	h := hands[3]
	h.do(h.ended("NO_ANSWER")) // its owner has not heard of the decision
	got := r.attempt(h.a.Contact)
	r.want(got.State == attempt.StateWindowClosed && got.Retries == 1, "it is %v with %d retries", got.State, got.Retries)
	rows := all(r, r.s.Report(r.ctx, id, 1))
	r.want(rows[3].Call != nil && rows[3].Call.Outcome == attempt.OutcomeNoAnswer, "its call is not recorded")
	r.balanced(id, 1)
}

func addedToClosed(r *room) {
	id := r.running(1)
	r.must(r.decide(id, campaign.Close))
	r.sweepAll(id)
	r.crowd(id, 2)
	r.add(id, r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Hour) }))
	closed := attempt.StateWindowClosed
	r.wantStates(id, 1, closed, closed, closed, closed)
	r.balanced(id, 1)
	r.sweepAll(id)
	r.wantStates(id, 1, closed, closed, closed, closed)
	r.balanced(id, 1)
	r.must(r.decide(id, campaign.Finish))
	r.want(r.campaign(id).Run.EndReason == campaign.EndWindow, "it ended as %s", r.campaign(id).Run.EndReason)
}

func closedNotLeased(r *room) {
	id := r.running(2)
	r.must(r.decide(id, campaign.Close))
	l := r.leased(r.id(), id, 5)
	r.want(len(l.Items) == 0 && l.Open == 0 && l.Total == 2, "%d leased, %d open of %d", len(l.Items), l.Open, l.Total)
	r.want(l.NextDue.IsZero() && l.NextRetry < 0, "something waits: %v, %v", l.NextDue, l.NextRetry)
}

func firstHaltStands(r *room) {
	id, hands := r.mixed()
	r.must(r.decide(id, campaign.Close))
	r.must(r.decide(id, campaign.Stop))
	hands[2].do(attempt.Release{At: r.now})
	closed := attempt.StateWindowClosed
	r.wantStates(id, 1, closed, closed, closed, attempt.StateDialling, attempt.StateCompleted, closed, closed)
	r.balanced(id, 1)
}
