package attempt_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

// fail dials at second s and lets the call end unanswered ten seconds later.
func fail(s int, cause string) []attempt.Event {
	return []attempt.Event{lease(s), dial(s), ended(s+10, cause)}
}

func TestThreeRetriesAllowFourDials(t *testing.T) {
	l := live(t, plain())
	for n := 1; n <= 4; n++ {
		if l.State.Terminal() {
			t.Fatalf("no dial %d: %v", n, l.State)
		}
		l.do(fail(n*1000, "NO_ANSWER")...)
	}
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	same(t, "dials", l.Dials, 4)
	same(t, "retries", l.Retries, 3)
	same(t, "reason", l.Reason, attempt.ReasonRetriesSpent)
}

func TestNoRetriesMeanOneDial(t *testing.T) {
	rules := plain()
	rules.Retries = 0
	l := live(t, rules, fail(0, "USER_BUSY")...)
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	same(t, "retries", l.Retries, 0)
}

func TestAnOutcomesMaximumStandsUnderTheTotal(t *testing.T) {
	rules := plain()
	rules.Retry[attempt.OutcomeBusy].Max = 1
	l := live(t, rules, fail(0, "USER_BUSY")...)
	l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
	l.do(fail(1000, "NO_ANSWER")...) // spends a retry of its own
	l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
	l.do(fail(2000, "USER_BUSY")...)
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	same(t, "retries", l.Retries, 2)
	same(t, "spent on busy", l.Spent[attempt.OutcomeBusy], uint8(1))
}

func TestAMaximumOfNoneAllowsNoRetry(t *testing.T) {
	rules := plain()
	rules.Retry[attempt.OutcomeBusy].Max = 0
	l := live(t, rules, fail(0, "USER_BUSY")...)
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	same(t, "reason", l.Reason, attempt.ReasonRetriesSpent)
}

func TestBudgetsOfOutcomesDoNotStackAboveTheTotal(t *testing.T) {
	rules := plain()
	for o := range rules.Retry {
		rules.Retry[o].Max = 3
	}
	l := live(t, rules)
	for i, cause := range []string{"USER_BUSY", "NO_ANSWER", "CALL_REJECTED", "SWITCH_CONGESTION"} {
		l.do(fail(i*1000, cause)...)
	}
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
}

func TestADelayCountsFromTheEndOfTheCall(t *testing.T) {
	rules := plain()
	rules.Retry[attempt.OutcomeBusy].Delay = 2 * time.Minute
	rules.Retry[attempt.OutcomeNoAnswer].Delay = time.Hour
	for cause, delay := range map[string]time.Duration{
		"USER_BUSY":     2 * time.Minute,
		"NO_ANSWER":     time.Hour,
		"CALL_REJECTED": 5 * time.Minute,
	} {
		t.Run(cause, func(t *testing.T) {
			l := live(t, rules, lease(100), dial(100), ended(142, cause))
			same(t, "due in running time", l.DueRunning, 142*time.Second+delay)
			same(t, "due in wall time", l.Due, time.Time{})
		})
	}
}

func TestARetryIsNotBoundToTheFirstTime(t *testing.T) {
	l := live(t, plain())
	l.State, l.Due = attempt.StateScheduled, sec(60)
	l.do(fail(60, "NO_ANSWER")...)
	l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
	same(t, "due in wall time", l.Due, time.Time{})
}

func TestADelayIsCountedInRunningTime(t *testing.T) {
	// Ten minutes of pause lie behind: the run has run for 42 s of them.
	l := live(t, plain(), lease(600), dial(600),
		attempt.Ended{At: sec(642), Running: 42 * time.Second, Cause: "NO_ANSWER"})
	same(t, "due", l.DueRunning, 42*time.Second+5*time.Minute)
}

func TestOutcomesThatAreNotRetriedEndTheAttempt(t *testing.T) {
	for _, c := range []struct {
		cause   string
		state   attempt.State
		reason  attempt.Reason
		retries int
	}{
		{"UNALLOCATED_NUMBER", attempt.StateExhausted, attempt.ReasonNotRetryable, 0},
		{"USER_BUSY", attempt.StateRetryScheduled, attempt.ReasonNone, 1},
	} {
		t.Run(c.cause, func(t *testing.T) {
			l := live(t, plain(), fail(0, c.cause)...)
			l.wants(c.state, attempt.FreeAgent, attempt.Record)
			same(t, "reason", l.Reason, c.reason)
			same(t, "retries spent", l.Retries, c.retries)
		})
	}
}

func TestRetriesComeAgainForInvalidNumbersWhereAskedFor(t *testing.T) {
	rules := plain()
	rules.Retry[attempt.OutcomeInvalidNumber].Never = false
	l := live(t, rules, fail(0, "UNALLOCATED_NUMBER")...)
	l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
}

// Machines and abandoned calls keep a terminal state of their own.

func machine(s int) []attempt.Event {
	return append(toAnswer(s), screened(s+9, attempt.VerdictMachine), hungUp(s+10))
}

func abandoned(s int) []attempt.Event {
	return append(toAnswer(s), screened(s+9, attempt.VerdictHuman), unserved(s+11), hungUp(s+12))
}

func TestMachinesAndAbandonedCalls(t *testing.T) {
	for _, c := range []struct {
		name    string
		call    func(int) []attempt.Event
		outcome attempt.Outcome
		state   attempt.State
	}{
		{"machine", machine, attempt.OutcomeMachine, attempt.StateAMDMachine},
		{"abandoned", abandoned, attempt.OutcomeAbandoned, attempt.StateAbandoned},
	} {
		t.Run(c.name+" is terminal unless asked for", func(t *testing.T) {
			l := live(t, standard(), c.call(0)...)
			l.wants(c.state, attempt.FreeAgent, attempt.Record)
			same(t, "outcome", l.Call.Outcome, c.outcome)
			same(t, "reason", l.Reason, attempt.ReasonNone)
		})
		t.Run(c.name+" is retried where asked for", func(t *testing.T) {
			rules := standard()
			rules.Retry[c.outcome] = attempt.RetryRule{Delay: time.Hour, Max: -1}
			l := live(t, rules, c.call(0)...)
			l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
			same(t, "due", l.DueRunning, ran(int(l.Call.EndedAt.Sub(t0).Seconds()))+time.Hour)
		})
		t.Run(c.name+" keeps its state when the retries are spent", func(t *testing.T) {
			rules := standard()
			rules.Retries = 1
			rules.Retry[c.outcome] = attempt.RetryRule{Max: -1}
			l := live(t, rules, list(c.call(0), c.call(1000))...)
			l.wants(c.state, attempt.FreeAgent, attempt.Record)
		})
		t.Run(c.name+" keeps its state when its own maximum is spent", func(t *testing.T) {
			rules := standard()
			rules.Retry[c.outcome] = attempt.RetryRule{Max: 1}
			l := live(t, rules, list(c.call(0), c.call(1000))...)
			l.wants(c.state, attempt.FreeAgent, attempt.Record)
			same(t, "retries", l.Retries, 1)
		})
	}
}

func TestAMachineIsNoPersonWhoAnswered(t *testing.T) {
	l := live(t, standard(), machine(0)...)
	same(t, "answered", l.Answered, false)
	l = live(t, standard(), abandoned(0)...)
	same(t, "answered", l.Answered, true)
}

func TestARefusedDialSpendsNoRetryAndBacksOffDoubling(t *testing.T) {
	l, s := live(t, plain()), 0
	for i, want := range []time.Duration{10, 20, 40, 80, 160, 320, 320, 320} {
		l.do(lease(s), dial(s), refused(s+1))
		l.wants(attempt.StateScheduled, attempt.FreeAgent, attempt.Record)
		same(t, fmt.Sprintf("pause %d", i+1), l.Due.Sub(sec(s+1)), want*time.Second)
		s += 1000
	}
	same(t, "calls, refused, dials and retries",
		[]int{l.Calls, l.Refused, l.Dials, l.Retries}, []int{8, 8, 0, 0})
	same(t, "outcome", l.Call.Outcome, attempt.OutcomeRefused)
	same(t, "cause", l.Call.Cause, "DESTINATION_OUT_OF_ORDER")
	same(t, "end", l.Call.EndedAt, sec(s-999))
}

func TestARefusedRetryWaitsInRunningTime(t *testing.T) {
	l := live(t, plain(), list(fail(0, "USER_BUSY"), []attempt.Event{lease(310), dial(310), refused(311)})...)
	l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
	same(t, "due", l.DueRunning, ran(321))
	same(t, "retries", l.Retries, 1)
}

func TestARefusalWithoutBackoffWaitsForNothing(t *testing.T) {
	rules := plain()
	rules.Backoff = 0
	l := live(t, rules, lease(0), dial(0), refused(1))
	l.wants(attempt.StatePending, attempt.FreeAgent, attempt.Record)
}

func TestAnUnsentCallIsAsIfItHadNotBeenBegun(t *testing.T) {
	l := live(t, plain(), lease(0), dial(0), unsent(1))
	l.wants(attempt.StatePending, attempt.FreeAgent)
	same(t, "dials, refused and retries", []int{l.Dials, l.Refused, l.Retries}, []int{0, 0, 0})
	same(t, "call in hand", l.Call, attempt.Call{})
	first := attempt.CallID(contact, 1, 1)
	l.do(lease(2), dial(2))
	if l.Call.ID == first {
		t.Error("its id is used again")
	}
}

func TestAnUnsentRetryIsARetryStill(t *testing.T) {
	l := live(t, plain(), list(fail(0, "USER_BUSY"), []attempt.Event{lease(310), dial(310), unsent(311)})...)
	l.wants(attempt.StateRetryScheduled, attempt.FreeAgent)
	same(t, "retries", l.Retries, 1)
	same(t, "due", l.DueRunning, ran(310))
}

func TestAReleasedLeaseGoesBackToWhereItWaited(t *testing.T) {
	for _, s := range []attempt.State{
		attempt.StatePending, attempt.StateRetryScheduled, attempt.StateCallbackScheduled,
	} {
		t.Run(s.String(), func(t *testing.T) {
			l := in(t, s)
			due, dueRunning := l.Due, l.DueRunning
			l.do(lease(4000), release(4001, 0))
			l.wants(s)
			if !l.Due.Equal(due) || l.DueRunning != dueRunning {
				t.Errorf("due at %v and %v, was %v and %v", l.Due, l.DueRunning, due, dueRunning)
			}
			same(t, "call in hand", l.Call, attempt.Call{})
		})
	}
}

func TestAReleaseMayAskForAPause(t *testing.T) {
	t.Run("of a first attempt, in wall time", func(t *testing.T) {
		l := live(t, plain(), lease(0), release(5, time.Minute))
		l.wants(attempt.StateScheduled)
		same(t, "due", l.Due, sec(65))
	})
	t.Run("of a retry, in running time", func(t *testing.T) {
		l := live(t, plain(), list(fail(0, "USER_BUSY"), []attempt.Event{lease(400), release(405, time.Minute)})...)
		l.wants(attempt.StateRetryScheduled)
		same(t, "due", l.DueRunning, ran(465))
	})
	t.Run("that never brings a time forward", func(t *testing.T) {
		l := live(t, plain())
		l.Due = sec(600)
		l.do(lease(0), release(5, time.Minute))
		same(t, "due", l.Due, sec(600))
	})
}

func TestACheckThatRefusesEndsTheAttemptWithItsReason(t *testing.T) {
	for _, why := range []attempt.Reason{attempt.ReasonSuppressed, attempt.ReasonDoNotCall} {
		l := live(t, plain(), lease(0), suppress(1, why))
		l.wants(attempt.StateExhausted)
		same(t, "reason", l.Reason, why)
	}
}
