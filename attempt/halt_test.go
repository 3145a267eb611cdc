package attempt_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

// halts are the three ways in which a run halts.
var halts = map[attempt.Halt]attempt.Event{
	attempt.HaltStop:  stop(100),
	attempt.HaltDrain: drain(100),
	attempt.HaltClose: closed(100),
}

// haltedAs is where a halt leads what waits.
func haltedAs(h attempt.Halt) (attempt.State, attempt.Reason) {
	if h == attempt.HaltClose {
		return attempt.StateWindowClosed, attempt.ReasonWindowClosed
	}
	return attempt.StateManualStopped, attempt.ReasonStopped
}

func TestAHaltEndsWhatHasNoCall(t *testing.T) {
	for _, s := range attempt.States() {
		if !s.Waiting() && s != attempt.StateLeased {
			continue
		}
		for h, e := range halts {
			t.Run(s.String()+", "+h.String(), func(t *testing.T) {
				l := in(t, s)
				l.do(e)
				state, reason := haltedAs(h)
				l.wants(state)
				same(t, "reason", l.Reason, reason)
				same(t, "since", l.Since, sec(100))
			})
		}
	}
}

func TestAHaltLeavesACallWhereItIs(t *testing.T) {
	for _, s := range attempt.States() {
		if !s.Line() && s != attempt.StateProcessing {
			continue
		}
		for h, e := range halts {
			t.Run(s.String()+", "+h.String(), func(t *testing.T) {
				l := in(t, s)
				since := l.Since
				l.do(e)
				if h == attempt.HaltStop && s.Line() {
					l.wants(s, attempt.Hangup)
				} else {
					l.wants(s)
				}
				same(t, "halt", l.Halt, h)
				same(t, "since", l.Since, since)
			})
		}
	}
}

func TestAHaltFindsNothingThatHasEnded(t *testing.T) {
	for _, s := range attempt.States() {
		for h, e := range halts {
			if !s.Terminal() {
				continue
			}
			l := in(t, s)
			if _, _, err := attempt.Next(&l.rules, l.Attempt, e); err == nil {
				t.Errorf("%v takes a %v", s, h)
			}
		}
	}
}

func TestACallInAHaltedRunEnds(t *testing.T) {
	ringing, answered := toRinging(0), toAnswer(0)
	type want struct{ stop, drain, close attempt.State }
	const (
		completed, stopped     = attempt.StateCompleted, attempt.StateManualStopped
		windowClosed, leftover = attempt.StateWindowClosed, attempt.StateAbandoned
	)
	for _, c := range []struct {
		name          string
		rules         attempt.Rules
		before, after []attempt.Event
		want          want
	}{
		{"dialling, unanswered", plain(), []attempt.Event{lease(0), dial(0)}, []attempt.Event{hungUp(101)},
			want{stopped, stopped, windowClosed}},
		{"ringing, unanswered", plain(), ringing, []attempt.Event{hungUp(101)},
			want{stopped, stopped, windowClosed}},
		{"ringing, not retryable", plain(), ringing, []attempt.Event{ended(101, "UNALLOCATED_NUMBER")},
			want{stopped, stopped, attempt.StateExhausted}},
		{"ringing, lost", plain(), ringing, []attempt.Event{lost(101, time.Hour)},
			want{stopped, stopped, windowClosed}},
		{"ringing, then answered, then hung up", plain(), ringing, []attempt.Event{attempt.Answered{At: sec(101)}, hungUp(102)},
			want{completed, completed, completed}},
		{"ringing, its answer known at the end", plain(), ringing,
			[]attempt.Event{attempt.Ended{At: sec(102), AnsweredAt: sec(99)}}, want{completed, leftover, leftover}},
		{"dialling, refused", plain(), []attempt.Event{lease(0), dial(0)}, []attempt.Event{refused(101)},
			want{stopped, stopped, windowClosed}},
		{"dialling, unsent", plain(), []attempt.Event{lease(0), dial(0)}, []attempt.Event{unsent(101)},
			want{stopped, stopped, windowClosed}},
		{"screening, hung up", standard(), answered, []attempt.Event{hungUp(101)}, want{completed, completed, completed}},
		{"attaching, hung up", plain(), answered, []attempt.Event{hungUp(101)}, want{completed, completed, completed}},
		{"in talk", plain(), toTalk(0), []attempt.Event{hungUp(101)}, want{completed, completed, completed}},
		{"in talk, agent first", agentFirst(), answered, []attempt.Event{hungUp(101)}, want{completed, completed, completed}},
		{"awaiting its disposition", standard(), append(inTalk(), hungUp(70)), []attempt.Event{dispose(102, sold)},
			want{completed, completed, completed}},
		{"awaiting a disposition that never comes", standard(), append(inTalk(), hungUp(70)), []attempt.Event{expire(110)},
			want{completed, completed, completed}},
	} {
		for h, state := range map[attempt.Halt]attempt.State{
			attempt.HaltStop: c.want.stop, attempt.HaltDrain: c.want.drain, attempt.HaltClose: c.want.close,
		} {
			t.Run(c.name+", "+h.String(), func(t *testing.T) {
				l := live(t, c.rules, list(slices.Clone(c.before), []attempt.Event{halts[h]}, c.after)...)
				same(t, "state", l.State, state)
			})
		}
	}
}

func TestWhatWouldRetryAfterTheWindowIsWindowClosed(t *testing.T) {
	rules := standard()
	rules.Retry[attempt.OutcomeMachine] = attempt.RetryRule{Max: -1}
	for name, call := range map[string][]attempt.Event{
		"no answer":           append(toRinging(0), closed(9), unanswered(30)),
		"a machine, opted in": append(toAnswer(0), closed(9), screened(10, attempt.VerdictMachine), hungUp(12)),
	} {
		t.Run(name, func(t *testing.T) {
			l := live(t, rules, call...)
			l.wants(attempt.StateWindowClosed, attempt.FreeAgent, attempt.Record)
			same(t, "retries", l.Retries, 0)
		})
	}
}

func TestAMachineFoundWhileTheRunEndsKeepsItsState(t *testing.T) {
	rules := standard()
	rules.Retry[attempt.OutcomeMachine] = attempt.RetryRule{Max: -1}
	for name, halt := range map[string]attempt.Event{"stop": stop(9), "drain": drain(9)} {
		t.Run(name, func(t *testing.T) {
			l := live(t, rules, append(toAnswer(0), halt, screened(10, attempt.VerdictMachine), hungUp(12))...)
			l.wants(attempt.StateAMDMachine, attempt.FreeAgent, attempt.Record)
		})
	}
}

func TestAStoppedCallIsHungUpWhereverItGetsTo(t *testing.T) {
	l := live(t, standard(), lease(0), dial(0), stop(1))
	l.wants(attempt.StateDialling, attempt.Hangup)
	for _, c := range []struct {
		event attempt.Event
		state attempt.State
	}{
		{progress(2), attempt.StateRinging},
		{attempt.Answered{At: sec(3)}, attempt.StateAMDScreening},
		{screened(4, attempt.VerdictHuman), attempt.StateAttaching},
		{attached(5), attempt.StateInProgress},
	} {
		l.do(c.event)
		l.wants(c.state, attempt.Hangup)
	}
}

func TestADrainedCallGoesOn(t *testing.T) {
	l := live(t, plain(), append(toRinging(0), drain(5), answered(9))...)
	l.wants(attempt.StateAttaching, attempt.Attach)
	l.do(attached(10), hungUp(60))
	l.wants(attempt.StateCompleted, attempt.FreeAgent, attempt.Record)
	same(t, "reason", l.Reason, attempt.ReasonNone)
}
