package attempt_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

// anyOf is an event of the kind, with what it needs.
func anyOf(k attempt.EventKind) attempt.Event {
	for _, e := range everyEvent {
		if e.Kind() == k {
			return e
		}
	}
	panic(k)
}

func TestAnIllegalMoveNamesStateAndEvent(t *testing.T) {
	l := in(t, attempt.StateRinging)
	_, _, err := attempt.Next(&l.rules, l.Attempt, lease(40))
	var illegal *attempt.IllegalMoveError
	if !errors.As(err, &illegal) {
		t.Fatalf("got %v", err)
	}
	same(t, "the error", *illegal, attempt.IllegalMoveError{State: attempt.StateRinging, Event: attempt.KindLease})
	same(t, "its words", err.Error(), "attempt: no move from state ringing on event lease")
}

func TestEveryPairMovesAsTheTableSaysOrIsIllegal(t *testing.T) {
	for _, s := range attempt.States() {
		for _, k := range attempt.Kinds() {
			l, rows := in(t, s), rowsOf(s, k)
			after, owed, err := attempt.Next(&l.rules, l.Attempt, anyOf(k))
			var illegal *attempt.IllegalMoveError
			switch {
			case err == nil:
				led := slices.ContainsFunc(rows, func(r attempt.Row) bool { return r.To == after.State })
				if !led {
					t.Errorf("%v, %v leads to %v: no row says so", s, k, after.State)
				}
			case len(rows) > 0 && rows[len(rows)-1].When == attempt.Always:
				t.Errorf("%v, %v has a row and is refused: %v", s, k, err)
			case !errors.As(err, &illegal) || illegal.State != s || illegal.Event != k:
				t.Errorf("%v, %v is refused with %v", s, k, err)
			case after != l.Attempt || owed != nil:
				t.Errorf("%v, %v is refused, yet something changed", s, k)
			}
		}
	}
}

func TestARefusedCancelChangesNothing(t *testing.T) {
	l := in(t, attempt.StateLeased) // no callback is pending
	after, owed, err := attempt.Next(&l.rules, l.Attempt, cancel(5))
	if err == nil || owed != nil {
		t.Errorf("owed %v, error %v", owed, err)
	}
	same(t, "attempt", after, l.Attempt)
}

func TestNoMoveTouchesIdentityAndVersion(t *testing.T) {
	for s := range paths {
		l := in(t, s)
		want := fresh()
		got := attempt.Attempt{Campaign: l.Campaign, Contact: l.Contact, Run: l.Run, Version: l.Version}
		same(t, fmt.Sprintf("identity of %v", s), got,
			attempt.Attempt{Campaign: want.Campaign, Contact: want.Contact, Run: want.Run, Version: want.Version})
	}
}

func TestSinceIsWhenTheStateWasEntered(t *testing.T) {
	l := live(t, plain(), toRinging(0)...)
	same(t, "since of ringing", l.Since, sec(2))
	l.do(drain(20))
	same(t, "since after a move within ringing", l.Since, sec(2))
	l.do(answered(25))
	same(t, "since of attaching", l.Since, sec(25))
}

func TestTheOwnerHoldsFromLeaseToTheEnd(t *testing.T) {
	for s := range paths {
		l := in(t, s)
		if held := l.Owner == worker; held != s.Held() {
			t.Errorf("%v: owned %v", s, held)
		}
	}
}

func TestAnEventThatComesTwiceChangesNothingTheSecondTime(t *testing.T) {
	for _, c := range []struct {
		name   string
		before []attempt.Event
		twice  attempt.Event
	}{
		{"lease", nil, lease(0)},
		{"dial", []attempt.Event{lease(0)}, dial(0)},
		{"accepted", []attempt.Event{lease(0), dial(0)}, accepted(1)},
		{"agent up", []attempt.Event{lease(0), dial(0)}, agentUp(1)},
		{"progress", []attempt.Event{lease(0), dial(0)}, progress(1)},
		{"answered", toRinging(0), answered(8)},
		{"screened as a person", toAnswer(0), screened(9, attempt.VerdictHuman)},
		{"screened as a machine", toAnswer(0), screened(9, attempt.VerdictMachine)},
		{"attached", paths[attempt.StateAttaching], attached(10)},
		{"unserved", paths[attempt.StateAttaching], unserved(11)},
		{"ended", toRinging(0), unanswered(30)},
		{"lost", toRinging(0), lost(30, time.Minute)},
		{"stop", toRinging(0), stop(20)},
		{"drain", toRinging(0), drain(20)},
		{"close", toRinging(0), closed(20)},
		{"disposition", inTalk(), dispose(30, sold)},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := live(t, standard(), append(slices.Clone(c.before), c.twice)...)
			after, owed, err := attempt.Next(&l.rules, l.Attempt, c.twice)
			var illegal *attempt.IllegalMoveError
			if err != nil && !errors.As(err, &illegal) {
				t.Errorf("refused with %v", err)
			}
			if len(owed) > 0 {
				t.Errorf("it owes %v again", owed)
			}
			same(t, "attempt", after, l.Attempt)
		})
	}
}

func TestALateProgressDoesNotUndoAnAnswer(t *testing.T) {
	l := live(t, plain(), lease(0), dial(0), answered(5))
	if _, _, err := attempt.Next(&l.rules, l.Attempt, progress(4)); err == nil {
		t.Error("it is taken")
	}
	l.wants(attempt.StateAttaching, attempt.Attach)
}

func TestTheFirstVerdictStands(t *testing.T) {
	l := live(t, standard(), append(toAnswer(0), screened(9, attempt.VerdictMachine))...)
	l.do(screened(12, attempt.VerdictHuman))
	l.wants(attempt.StateAMDScreening)
	same(t, "verdict", l.Call.Verdict, attempt.VerdictMachine)
	same(t, "time it took", l.Call.Screening(), time.Second)
}

func TestADrainAfterAStopPlacesNothingAgain(t *testing.T) {
	l := live(t, plain(), lease(0), dial(0), stop(1))
	l.wants(attempt.StateDialling, attempt.Hangup)
	l.do(drain(2))
	l.wants(attempt.StateDialling)
	same(t, "halt", l.Halt, attempt.HaltStop)
}

func TestAStopAfterADrainHangsUp(t *testing.T) {
	l := live(t, plain(), append(toRinging(0), drain(5))...)
	l.wants(attempt.StateRinging)
	l.do(stop(6))
	l.wants(attempt.StateRinging, attempt.Hangup)
}

func TestAStopOverridesTheWindowsEndAndNotTheOtherWayRound(t *testing.T) {
	l := live(t, plain(), append(toRinging(0), closed(5))...)
	same(t, "halt", l.Halt, attempt.HaltClose)
	l.do(stop(6))
	same(t, "halt", l.Halt, attempt.HaltStop)
	l.do(closed(7))
	same(t, "halt", l.Halt, attempt.HaltStop)
}

func TestEventsKnowTheirTime(t *testing.T) {
	for _, e := range everyEvent {
		if !e.When().Equal(t0) {
			t.Errorf("%v happened at %v", e.Kind(), e.When())
		}
	}
}
