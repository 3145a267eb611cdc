package attempt_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

// TestMain lets OUTDIAL_SEEDS say how many seeds each property tries.
func TestMain(m *testing.M) {
	flag.Parse()
	if seeds := os.Getenv("OUTDIAL_SEEDS"); seeds != "" {
		if err := flag.Set("rapid.checks", seeds); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var (
	t0       = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	campaign = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	contact  = uuid.MustParse("22222222-2222-4222-8222-222222222222")
	worker   = uuid.MustParse("33333333-3333-4333-8333-333333333333")
)

// sec is so many seconds after the test's beginning, in wall time.
func sec(s int) time.Time { return t0.Add(ran(s)) }

// ran is so many seconds of running time.
func ran(s int) time.Duration { return time.Duration(s) * time.Second }

// standard are the rules that tests start from: all abilities in use.
func standard() attempt.Rules {
	r := attempt.Rules{
		Screening:       true,
		DispositionWait: 30 * time.Second,
		Retries:         3,
		Callbacks:       2,
		CallbackTries:   2,
		CallbackDelay:   10 * time.Minute,
		Backoff:         10 * time.Second,
	}
	for o := range r.Retry {
		r.Retry[o] = attempt.RetryRule{Delay: 5 * time.Minute, Max: -1}
	}
	for _, o := range []attempt.Outcome{attempt.OutcomeInvalidNumber, attempt.OutcomeMachine, attempt.OutcomeAbandoned} {
		r.Retry[o].Never = true
	}
	return r
}

// plain are the standard rules without screening and without dispositions.
func plain() attempt.Rules {
	r := standard()
	r.Screening, r.DispositionWait = false, 0
	return r
}

// agentFirst are the plain rules in the other call shape.
func agentFirst() attempt.Rules {
	r := plain()
	r.Shape = attempt.AgentFirst
	return r
}

// fresh is an attempt that nothing has happened to.
func fresh() attempt.Attempt {
	return attempt.Attempt{
		Campaign: campaign, Contact: contact, Run: 1, Version: 7, State: attempt.StatePending, Since: t0,
	}
}

// life is an attempt on its way through a test.
type life struct {
	attempt.Attempt
	tb    testing.TB
	rules attempt.Rules
	owed  []attempt.Effect // by the last event
}

func live(tb testing.TB, rules attempt.Rules, events ...attempt.Event) *life {
	tb.Helper()
	l := &life{Attempt: fresh(), tb: tb, rules: rules}
	l.do(events...)
	return l
}

// do lets events happen, each of which has to be a legal move.
func (l *life) do(events ...attempt.Event) {
	l.tb.Helper()
	for _, e := range events {
		a, owed, err := attempt.Next(&l.rules, l.Attempt, e)
		if err != nil {
			l.tb.Fatalf("%v in state %v: %v", e.Kind(), l.State, err)
		}
		l.Attempt, l.owed = a, owed
	}
}

// wants checks where the attempt stands and what the last event owed.
func (l *life) wants(state attempt.State, owed ...attempt.Effect) {
	l.tb.Helper()
	if l.State != state {
		l.tb.Errorf("state is %v, want %v", l.State, state)
	}
	if len(owed)+len(l.owed) > 0 {
		same(l.tb, "effects owed", l.owed, owed)
	}
}

// reporter is a test, or a rapid one.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// same compares, and says what it is that differs.
func same(tb reporter, what string, got, want any) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Events at so many seconds. Running time is wall time where a test does not say otherwise.

func lease(s int) attempt.Event { return attempt.Lease{At: sec(s), Owner: worker} }

func dial(s int) attempt.Event {
	return attempt.Dial{At: sec(s), Address: "+15551234567", Trunk: "trunk", CallerID: "+15550000000", Agent: "agent-1"}
}
func accepted(s int) attempt.Event { return attempt.Accepted{At: sec(s)} }
func progress(s int) attempt.Event { return attempt.Progress{At: sec(s)} }
func agentUp(s int) attempt.Event  { return attempt.AgentUp{At: sec(s)} }
func answered(s int) attempt.Event { return attempt.Answered{At: sec(s)} }
func attached(s int) attempt.Event { return attempt.Attached{At: sec(s)} }
func unserved(s int) attempt.Event { return attempt.Unserved{At: sec(s)} }
func expire(s int) attempt.Event   { return attempt.Expire{At: sec(s)} }
func cancel(s int) attempt.Event   { return attempt.Cancel{At: sec(s)} }
func stop(s int) attempt.Event     { return attempt.Stop{At: sec(s)} }
func drain(s int) attempt.Event    { return attempt.Stop{At: sec(s), Drain: true} }
func closed(s int) attempt.Event   { return attempt.Close{At: sec(s)} }
func unsent(s int) attempt.Event   { return attempt.Unsent{At: sec(s), Running: ran(s)} }

func refused(s int) attempt.Event {
	return attempt.Refused{At: sec(s), Running: ran(s), Cause: "DESTINATION_OUT_OF_ORDER"}
}

func release(s int, delay time.Duration) attempt.Event {
	return attempt.Release{At: sec(s), Running: ran(s), Delay: delay}
}

func screened(s int, v attempt.Verdict) attempt.Event {
	return attempt.Screened{At: sec(s), Verdict: v}
}

func ended(s int, cause string) attempt.Event {
	return attempt.Ended{At: sec(s), Running: ran(s), Cause: cause}
}
func unanswered(s int) attempt.Event { return ended(s, "NO_ANSWER") }
func hungUp(s int) attempt.Event     { return ended(s, "NORMAL_CLEARING") }

func lost(s int, horizon time.Duration) attempt.Event {
	return attempt.Lost{At: sec(s), Running: ran(s), Horizon: horizon}
}

func suppress(s int, why attempt.Reason) attempt.Event {
	return attempt.Suppress{At: sec(s), Reason: why}
}

func dispose(s int, d attempt.Disposition) attempt.Event {
	return attempt.Dispose{At: sec(s), Disposition: d}
}

// sold, wantsCall and never are dispositions: a plain one, one that asks for
// a call in an hour, and one that asks for none ever.
var (
	sold      = attempt.Disposition{Code: "sold"}
	wantsCall = attempt.Disposition{Code: "call_me", CallbackAt: sec(3600)}
	never     = attempt.Disposition{Code: "go_away", DoNotCall: true}
)

func list(groups ...[]attempt.Event) []attempt.Event {
	var all []attempt.Event
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// toRinging, toAnswer and toTalk lead a waiting attempt to a call that rings,
// is answered, is a conversation; the call is dialled at second s.
func toRinging(s int) []attempt.Event {
	return []attempt.Event{lease(s), dial(s), accepted(s), progress(s + 2)}
}
func toAnswer(s int) []attempt.Event { return append(toRinging(s), answered(s+8)) }
func toTalk(s int) []attempt.Event   { return append(toAnswer(s), attached(s+9)) }

// paths lead a fresh attempt under the standard rules to each state.
var paths = map[attempt.State][]attempt.Event{
	attempt.StatePending:           nil,
	attempt.StateScheduled:         {lease(0), dial(0), refused(1)},
	attempt.StateRetryScheduled:    append(toRinging(0), unanswered(30)),
	attempt.StateCallbackScheduled: append(inTalk(), hungUp(70), dispose(75, wantsCall)),
	attempt.StateLeased:            {lease(0)},
	attempt.StateDialling:          {lease(0), dial(0)},
	attempt.StateRinging:           toRinging(0),
	attempt.StateAMDScreening:      toAnswer(0),
	attempt.StateAttaching:         append(toAnswer(0), screened(9, attempt.VerdictHuman)),
	attempt.StateInProgress:        inTalk(),
	attempt.StateProcessing:        append(inTalk(), hungUp(70)),
	attempt.StateCompleted:         append(inTalk(), hungUp(70), dispose(75, sold)),
	attempt.StateExhausted:         append(toRinging(0), ended(5, "UNALLOCATED_NUMBER")),
	attempt.StateAbandoned:         append(toAnswer(0), screened(9, attempt.VerdictHuman), unserved(11), hungUp(12)),
	attempt.StateAMDMachine:        append(toAnswer(0), screened(9, attempt.VerdictMachine), hungUp(10)),
	attempt.StateWindowClosed:      {closed(10)},
	attempt.StateManualStopped:     {stop(10)},
}

// inTalk is a conversation after screening.
func inTalk() []attempt.Event {
	return append(toAnswer(0), screened(9, attempt.VerdictHuman), attached(10))
}

// in leads a fresh attempt under the standard rules to a state.
func in(tb testing.TB, s attempt.State) *life {
	tb.Helper()
	l := live(tb, standard(), paths[s]...)
	if l.State != s {
		tb.Fatalf("the path to %v leads to %v", s, l.State)
	}
	return l
}
