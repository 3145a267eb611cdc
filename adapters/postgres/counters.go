package postgres

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// A run's counters are kept as an array of numbers in which each has its place,
// so that a statement can add to them without knowing what they are: workers
// that write at the same time add one after the other, and need not read them.
//
// Places are for ever. A state or an outcome that a later release adds goes to
// the end of its list, wherever the constant stands; another counter to the end
// of the array.

// countedStates and countedOutcomes are in the order of their places.
var (
	countedStates = []attempt.State{
		attempt.StatePending, attempt.StateScheduled, attempt.StateRetryScheduled, attempt.StateCallbackScheduled,
		attempt.StateLeased, attempt.StateDialling, attempt.StateRinging, attempt.StateAMDScreening,
		attempt.StateAttaching, attempt.StateInProgress, attempt.StateProcessing,
		attempt.StateCompleted, attempt.StateExhausted, attempt.StateAbandoned, attempt.StateAMDMachine,
		attempt.StateWindowClosed, attempt.StateManualStopped,
	}
	countedOutcomes = []attempt.Outcome{
		attempt.OutcomeAnswered, attempt.OutcomeBusy, attempt.OutcomeNoAnswer, attempt.OutcomeRejected,
		attempt.OutcomeInvalidNumber, attempt.OutcomeCongestion, attempt.OutcomeFailed, attempt.OutcomeMachine,
		attempt.OutcomeAbandoned, attempt.OutcomeCancelled, attempt.OutcomeRefused, attempt.OutcomeUnknown,
		attempt.OutcomeGhost, 0,
	}
)

// Where each part of the array begins. There is room for as many states and
// outcomes again as there will ever be.
const (
	statesAt   = 0
	spentAt    = 24
	outcomesAt = 48
	sumsAt     = 72
	places     = 84
)

// sums are the other counters, in the order of their places.
func sums(c *campaign.Counters) [places - sumsAt]int64 {
	return [...]int64{
		int64(c.Attempted), int64(c.Answered), int64(c.Dials), int64(c.Refused),
		int64(c.CallbacksCompleted), int64(c.CallbacksCancelled), int64(c.CallbacksExhausted),
		int64(c.Live), int64(c.Conversations), int64(c.Talk), int64(c.WrapUp), int64(c.StaleRecoveries),
	}
}

func setSums(c *campaign.Counters, v []int64) {
	for i, to := range [...]*int{
		&c.Attempted, &c.Answered, &c.Dials, &c.Refused,
		&c.CallbacksCompleted, &c.CallbacksCancelled, &c.CallbacksExhausted, &c.Live, &c.Conversations,
	} {
		*to = int(v[i])
	}
	c.Talk, c.WrapUp, c.StaleRecoveries = time.Duration(v[9]), time.Duration(v[10]), int(v[11])
}

// tally is the counters, each in its place.
type tally [places]int64

func tallyOf(c *campaign.Counters) (t tally) {
	for i, s := range countedStates {
		t[statesAt+i], t[spentAt+i] = int64(c.States[s]), int64(c.Spent[s])
	}
	for i, o := range countedOutcomes {
		t[outcomesAt+i] = int64(c.Outcomes[o])
	}
	of := sums(c)
	copy(t[sumsAt:], of[:])
	return t
}

func (t *tally) counters() (c campaign.Counters) {
	for i, s := range countedStates {
		c.States[s], c.Spent[s] = int(t[statesAt+i]), int(t[spentAt+i])
	}
	for i, o := range countedOutcomes {
		c.Outcomes[o] = int(t[outcomesAt+i])
	}
	setSums(&c, t[sumsAt:])
	return c
}

// less is what was added since the tally was other.
func (t *tally) less(other *tally) (added tally) {
	for i := range t {
		added[i] = t[i] - other[i]
	}
	return added
}

// String is the tally as an array of bigint.
func (t *tally) String() string {
	var a array
	for _, n := range t {
		a.number(n)
	}
	return a.String()
}

// readTally reads what a column has. One that an earlier release wrote may be
// shorter; one that is longer has counters that this one would lose.
func readTally(doc []byte) (t tally, err error) {
	list, err := numbers(doc)
	if err == nil && len(list) > places {
		err = fmt.Errorf("%d numbers, at most %d are known", len(list), places)
	}
	copy(t[:], list)
	return t, err
}

// counts reports whether anything was added.
func (t *tally) counts() bool { return slices.ContainsFunc(t[:], func(n int64) bool { return n != 0 }) }
