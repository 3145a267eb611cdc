package attempt_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

func TestALostCallThatNobodyAnsweredIsUnknown(t *testing.T) {
	for _, s := range []attempt.State{attempt.StateDialling, attempt.StateRinging} {
		t.Run(s.String(), func(t *testing.T) {
			l := in(t, s)
			call := l.Call.ID
			l.do(lost(40, 0))
			l.wants(attempt.StateRetryScheduled, attempt.FreeAgent, attempt.Record)
			same(t, "outcome", l.Call.Outcome, attempt.OutcomeUnknown)
			same(t, "doubt", l.Doubt, call)
			same(t, "retries", l.Retries, 1)
		})
	}
}

func TestALostCallThatWasAnsweredIsWhatItWas(t *testing.T) {
	for _, c := range []struct {
		in   attempt.State
		want attempt.State
	}{
		{attempt.StateAMDScreening, attempt.StateCompleted},
		{attempt.StateAttaching, attempt.StateCompleted},
		{attempt.StateInProgress, attempt.StateProcessing},
	} {
		t.Run(c.in.String(), func(t *testing.T) {
			l := in(t, c.in)
			l.do(lost(80, time.Hour))
			if l.State != c.want || l.Call.Outcome != attempt.OutcomeAnswered {
				t.Errorf("%v with outcome %v, want %v", l.State, l.Call.Outcome, c.want)
			}
			same(t, "doubt", l.Doubt, attempt.ID{})
		})
	}
}

func TestALostMachineIsAMachine(t *testing.T) {
	l := live(t, standard(), append(toAnswer(0), screened(9, attempt.VerdictMachine), lost(20, 0))...)
	l.wants(attempt.StateAMDMachine, attempt.FreeAgent, attempt.Record)
}

func TestALostCallWithoutAnAgentIsAbandoned(t *testing.T) {
	l := live(t, plain(), append(toAnswer(0), unserved(10), lost(20, 0))...)
	l.wants(attempt.StateAbandoned, attempt.FreeAgent, attempt.Record)
}

func TestTheNextDialWaitsUntilALostCallCannotSurface(t *testing.T) {
	for _, c := range []struct {
		name          string
		horizon, want time.Duration
	}{
		{"a horizon beyond the delay", 20 * time.Minute, 20 * time.Minute},
		{"a horizon within the delay", time.Minute, 5 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := live(t, plain(), lease(0), dial(0), lost(40, c.horizon))
			same(t, "due", l.DueRunning, ran(40)+c.want)
		})
	}
}

func TestALostCallbackWaitsInWallTime(t *testing.T) {
	l := in(t, attempt.StateCallbackScheduled)
	l.do(lease(3600), dial(3600), lost(3640, time.Hour))
	l.wants(attempt.StateCallbackScheduled, attempt.FreeAgent, attempt.Record)
	same(t, "due", l.Due, sec(3640).Add(time.Hour))
}

func TestTheNextDialClearsTheDoubt(t *testing.T) {
	l := live(t, plain(), lease(0), dial(0), lost(40, 0), lease(400))
	if l.Doubt == (attempt.ID{}) {
		t.Error("the lease clears it already: nobody would ask")
	}
	l.do(dial(401))
	same(t, "doubt", l.Doubt, attempt.ID{})
}

func TestAnUnknownOutcomeMayBeTheLast(t *testing.T) {
	rules := plain()
	rules.Retries = 0
	l := live(t, rules, lease(0), dial(0), lost(40, time.Hour))
	l.wants(attempt.StateExhausted, attempt.FreeAgent, attempt.Record)
	same(t, "reason", l.Reason, attempt.ReasonRetriesSpent)
}

func TestTheEndTellsOfAnAnswerWhoseEventWasLost(t *testing.T) {
	late := attempt.Ended{At: sec(60), Running: ran(60), Cause: "NORMAL_CLEARING", AnsweredAt: sec(9)}
	for _, c := range []struct {
		name    string
		rules   attempt.Rules
		outcome attempt.Outcome
		state   attempt.State
		live    bool
	}{
		{"contact first: nobody attached an agent", plain(), attempt.OutcomeAbandoned, attempt.StateAbandoned, true},
		{"screened: whether a person, nobody knows", standard(), attempt.OutcomeAnswered, attempt.StateCompleted, false},
		{"agent first: the agent was there", agentFirst(), attempt.OutcomeAnswered, attempt.StateCompleted, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, before := range [][]attempt.Event{{lease(0), dial(0)}, toRinging(0)} {
				l := live(t, c.rules, append(before, late)...)
				l.wants(c.state, attempt.FreeAgent, attempt.Record)
				same(t, "outcome", l.Call.Outcome, c.outcome)
				same(t, "answered at", l.Call.AnsweredAt, sec(9))
				same(t, "counted as a live answer", l.Call.Live(), c.live)
			}
		})
	}
}

func TestTheEndDoesNotMoveAnAnswerThatIsKnown(t *testing.T) {
	l := live(t, plain(), append(toTalk(0),
		attempt.Ended{At: sec(60), Running: ran(60), Cause: "NORMAL_CLEARING", AnsweredAt: sec(7)})...)
	same(t, "answered at", l.Call.AnsweredAt, sec(8))
}

func TestTheEndWritesWhatOnlyItKnows(t *testing.T) {
	l := live(t, plain(), append(toRinging(0),
		attempt.Ended{At: sec(30), Running: ran(30), Cause: "USER_BUSY", SIPStatus: 486, SIPCallID: "abc@host"})...)
	got := []any{l.Call.EndedAt, l.Call.Cause, l.Call.SIPStatus, l.Call.SIPCallID, l.Call.Outcome}
	same(t, "the call's end", got, []any{sec(30), "USER_BUSY", 486, "abc@host", attempt.OutcomeBusy})
}
