package attempt_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

// asked has spoken and been asked to call again, in an hour.
func asked(t *testing.T, rules attempt.Rules) *life {
	t.Helper()
	l := live(t, rules, append(toTalk(0), dispose(50, wantsCall), hungUp(70))...)
	l.wants(attempt.StateCallbackScheduled, attempt.FreeAgent, attempt.Record)
	return l
}

func (l *life) books(want attempt.Callback) {
	l.tb.Helper()
	same(l.tb, "callbacks", l.Callback, want)
}

func TestACallbackAskedForDuringTheCallWaitsForItsTime(t *testing.T) {
	l := asked(t, plain())
	same(t, "due", l.Due, wantsCall.CallbackAt)
	same(t, "retries spent", l.Retries, 0)
	l.books(attempt.Callback{Pending: true, Asked: 1})
}

func TestACallbackAskedForAfterTheCallWaitsForItsTime(t *testing.T) {
	rules := plain()
	rules.DispositionWait = time.Minute
	l := live(t, rules, append(toTalk(0), hungUp(70))...)
	l.wants(attempt.StateProcessing, attempt.FreeAgent, attempt.Await)
	l.do(dispose(90, wantsCall))
	l.wants(attempt.StateCallbackScheduled, attempt.Record)
	same(t, "due", l.Due, wantsCall.CallbackAt)
}

func TestACallbacksCallIsMarkedAsOne(t *testing.T) {
	l := asked(t, plain())
	same(t, "the first call is one", l.Call.Callback, false)
	l.do(lease(3600), dial(3600))
	same(t, "the second is one", l.Call.Callback, true)
}

func TestAnAnsweredCallbackIsCompleted(t *testing.T) {
	l := asked(t, plain())
	l.do(append(toTalk(3600), hungUp(3700))...)
	l.wants(attempt.StateCompleted, attempt.FreeAgent, attempt.Record)
	l.books(attempt.Callback{Asked: 1, Completed: 1})
}

func TestAnAnsweredCallbackIsCompletedBeforeItsDisposition(t *testing.T) {
	rules := plain()
	l := asked(t, rules)
	l.rules.DispositionWait = time.Minute
	l.do(append(toTalk(3600), hungUp(3700))...)
	l.wants(attempt.StateProcessing, attempt.FreeAgent, attempt.Await)
	l.books(attempt.Callback{Asked: 1, Completed: 1})
}

func TestAnUnansweredCallbackIsTriedAgainOnItsOwnBudget(t *testing.T) {
	rules := plain()
	rules.Retry[attempt.OutcomeNoAnswer].Max = 0 // binds retries, not callbacks
	l := asked(t, rules)
	l.do(fail(3600, "NO_ANSWER")...)
	l.wants(attempt.StateCallbackScheduled, attempt.FreeAgent, attempt.Record)
	same(t, "due", l.Due, sec(3610).Add(rules.CallbackDelay))
	same(t, "retries", l.Retries, 1)
	same(t, "spent per outcome", l.Spent, attempt.Spent{})
	l.books(attempt.Callback{Pending: true, Asked: 1, Tries: 1})
}

func TestACallbackIsExhaustedWithItsTries(t *testing.T) {
	l := asked(t, plain())
	for s := 3600; !l.State.Terminal(); s += 1000 {
		l.do(fail(s, "NO_ANSWER")...)
	}
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	same(t, "reason", l.Reason, attempt.ReasonCallbackSpent)
	same(t, "dials", l.Dials, 1+3) // the conversation, the callback and two tries
	l.books(attempt.Callback{Asked: 1, Exhausted: 1, Tries: 2})
}

func TestACallbackIsExhaustedWithTheContactsTotal(t *testing.T) {
	rules := plain()
	rules.Retries, rules.CallbackTries = 1, 10
	l := asked(t, rules)
	l.do(list(fail(3600, "NO_ANSWER"), fail(5000, "NO_ANSWER"))...)
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	l.books(attempt.Callback{Asked: 1, Exhausted: 1, Tries: 1})
}

func TestRetriesBeforeTheConversationCountAgainstTheCallbacksTotal(t *testing.T) {
	rules := plain()
	rules.Retries = 1
	l := live(t, rules, list(fail(0, "NO_ANSWER"), toTalk(400), []attempt.Event{dispose(420, wantsCall), hungUp(440)},
		fail(3600, "NO_ANSWER"))...)
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	l.books(attempt.Callback{Asked: 1, Exhausted: 1})
}

func TestANewRequestHasTriesOfItsOwn(t *testing.T) {
	l := asked(t, plain())
	l.do(list(fail(3600, "NO_ANSWER"), toTalk(5000),
		[]attempt.Event{dispose(5020, attempt.Disposition{Code: "again", CallbackAt: sec(9000)}), hungUp(5040)})...)
	l.wants(attempt.StateCallbackScheduled, attempt.FreeAgent, attempt.Record)
	l.books(attempt.Callback{Pending: true, Asked: 2, Completed: 1})
	same(t, "due", l.Due, sec(9000))
}

func TestARequestBeyondTheAllowedOnesIsExhaustedAtOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		wait time.Duration
		end  []attempt.Event
	}{
		{"asked during the call", 0, []attempt.Event{dispose(30, wantsCall), hungUp(40)}},
		{"asked after the call", time.Minute, []attempt.Event{hungUp(40), dispose(50, wantsCall)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := plain()
			rules.Callbacks, rules.DispositionWait = 0, c.wait
			l := live(t, rules, list(toTalk(0), c.end)...)
			same(t, "state", l.State, attempt.StateCompleted)
			l.books(attempt.Callback{Asked: 1, Exhausted: 1})
		})
	}
}

func TestAPendingCallbackEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []attempt.Event
		state  attempt.State
		reason attempt.Reason
		books  attempt.Callback
	}{
		{"cancelled by command", []attempt.Event{cancel(100)},
			attempt.StateCompleted, attempt.ReasonCallbackCancelled, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by command after its lease", []attempt.Event{lease(3600), cancel(3601)},
			attempt.StateCompleted, attempt.ReasonCallbackCancelled, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by the stop", []attempt.Event{stop(100)},
			attempt.StateManualStopped, attempt.ReasonStopped, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by the stop after its lease", []attempt.Event{lease(3600), stop(3601)},
			attempt.StateManualStopped, attempt.ReasonStopped, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by the stop while its call is up", []attempt.Event{lease(3600), dial(3600), stop(3601), hungUp(3602)},
			attempt.StateManualStopped, attempt.ReasonStopped, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by the window's end", []attempt.Event{closed(100)},
			attempt.StateWindowClosed, attempt.ReasonWindowClosed, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by the window's end while its call is up", append(fail(3600, "NO_ANSWER")[:2], closed(3601), unanswered(3610)),
			attempt.StateWindowClosed, attempt.ReasonWindowClosed, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"cancelled by a check", []attempt.Event{lease(3600), suppress(3600, attempt.ReasonDoNotCall)},
			attempt.StateExhausted, attempt.ReasonDoNotCall, attempt.Callback{Asked: 1, Cancelled: 1}},
		{"completed in spite of a stop, if answered", append(toAnswer(3600), stop(3610), hungUp(3611)),
			attempt.StateCompleted, attempt.ReasonStopped, attempt.Callback{Asked: 1, Completed: 1}},
		{"exhausted by an outcome that is not retried", fail(3600, "UNALLOCATED_NUMBER"),
			attempt.StateExhausted, attempt.ReasonNotRetryable, attempt.Callback{Asked: 1, Exhausted: 1}},
		{"completed by an abandoned call", append(toAnswer(3600), unserved(3610), hungUp(3612)),
			attempt.StateAbandoned, attempt.ReasonNone, attempt.Callback{Asked: 1, Completed: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := asked(t, plain())
			l.do(c.events...)
			same(t, "state", l.State, c.state)
			same(t, "reason", l.Reason, c.reason)
			l.books(c.books)
		})
	}
}

func TestARequestMadeWhileTheRunEndsIsCancelled(t *testing.T) {
	for name, end := range map[string]attempt.Event{"stop": stop(20), "drain": drain(20), "window's end": closed(20)} {
		t.Run(name+", asked during the call", func(t *testing.T) {
			l := live(t, plain(), append(toTalk(0), end, dispose(30, wantsCall), hungUp(40))...)
			l.wants(attempt.StateCompleted, attempt.FreeAgent, attempt.Record)
			l.books(attempt.Callback{Asked: 1, Cancelled: 1})
		})
		t.Run(name+", asked after the call", func(t *testing.T) {
			l := live(t, standard(), append(inTalk(), hungUp(15), end, dispose(30, wantsCall))...)
			l.wants(attempt.StateCompleted, attempt.Record)
			l.books(attempt.Callback{Asked: 1, Cancelled: 1})
		})
	}
}

func TestWhoeverWantsNoCallIsNotCalledAgain(t *testing.T) {
	t.Run("said in a conversation", func(t *testing.T) {
		l := live(t, plain(), append(toTalk(0), dispose(30, never), hungUp(40))...)
		l.wants(attempt.StateCompleted, attempt.FreeAgent, attempt.Record)
		same(t, "reason", l.Reason, attempt.ReasonDoNotCall)
	})
	t.Run("said in a callback", func(t *testing.T) {
		l := asked(t, plain())
		l.do(append(toTalk(3600), dispose(3630, never), hungUp(3640))...)
		same(t, "reason", l.Reason, attempt.ReasonDoNotCall)
		l.books(attempt.Callback{Asked: 1, Completed: 1})
	})
	t.Run("said, and then abandoned, where abandoned calls are retried", func(t *testing.T) {
		rules := plain()
		rules.Retry[attempt.OutcomeAbandoned] = attempt.RetryRule{Max: -1}
		l := live(t, rules, append(toAnswer(0), dispose(9, never), unserved(10), hungUp(12))...)
		l.wants(attempt.StateAbandoned, attempt.FreeAgent, attempt.Record)
		same(t, "reason", l.Reason, attempt.ReasonDoNotCall)
	})
}

func TestARefusedCallbackBacksOffInWallTime(t *testing.T) {
	l := asked(t, plain())
	l.do(lease(3600), dial(3600), refused(3601))
	l.wants(attempt.StateCallbackScheduled, attempt.FreeAgent, attempt.Record)
	same(t, "due", l.Due, sec(3611))
	l.books(attempt.Callback{Pending: true, Asked: 1})
}
