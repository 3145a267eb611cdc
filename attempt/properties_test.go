package attempt_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/outdial/outdial/attempt"
)

func TestNextIsPure(t *testing.T) {
	walks(t, func(w *walk) {
		input, rules := w.before, w.rules
		a, owed, err := attempt.Next(&rules, input, w.event)
		if input != w.before || rules != w.rules {
			w.t.Fatalf("%v changed what it was given", w.event.Kind())
		}
		same(w.t, "attempt, the second time", a, w.a)
		same(w.t, "effects, the second time", owed, w.owed)
		if (err == nil) != (w.err == nil) || err != nil && err.Error() != w.err.Error() {
			w.t.Fatalf("error %v, the second time %v", w.err, err)
		}
	})
}

func TestAnErrorLeavesTheAttemptAsItWas(t *testing.T) {
	walks(t, func(w *walk) {
		if w.err == nil {
			return
		}
		if w.a != w.before || w.owed != nil {
			w.t.Fatalf("%v in %v is refused (%v), yet something changed", w.event.Kind(), w.before.State, w.err)
		}
		var illegal *attempt.IllegalMoveError
		known := errors.As(w.err, &illegal) || errors.Is(w.err, attempt.ErrDisposition) || errors.Is(w.err, attempt.ErrDisposed)
		if !known {
			w.t.Fatalf("an error of no known kind: %v", w.err)
		}
	})
}

func TestAnAttemptIsAlwaysInOneOfTheSeventeenStates(t *testing.T) {
	walks(t, func(w *walk) {
		if !slices.Contains(attempt.States(), w.a.State) {
			w.t.Fatalf("state %d", w.a.State)
		}
	})
}

func TestATerminalStateStays(t *testing.T) {
	walks(t, func(w *walk) {
		if w.before.State.Terminal() && w.a != w.before {
			w.t.Fatalf("%v moved on %v", w.before.State, w.event.Kind())
		}
	})
}

func TestEveryExhaustedAttemptSaysWhy(t *testing.T) {
	walks(t, func(w *walk) {
		if w.a.State == attempt.StateExhausted && w.a.Reason == attempt.ReasonNone {
			w.t.Fatal("it does not")
		}
		if !w.a.State.Terminal() && w.a.Reason != attempt.ReasonNone {
			w.t.Fatalf("%v has the reason %v and has not ended", w.a.State, w.a.Reason)
		}
	})
}

func TestIdentityAndVersionAreNeverTouched(t *testing.T) {
	walks(t, func(w *walk) {
		f := fresh()
		if w.a.Campaign != f.Campaign || w.a.Contact != f.Contact || w.a.Run != f.Run || w.a.Version != f.Version {
			w.t.Fatalf("after %v", w.event.Kind())
		}
	})
}

func TestAnOwnerIsSetExactlyWhileTheAttemptIsHeld(t *testing.T) {
	walks(t, func(w *walk) {
		if owned := w.a.Owner != (attempt.ID{}); owned != w.a.State.Held() {
			w.t.Fatalf("%v: owned %v", w.a.State, owned)
		}
	})
}

func TestBudgetsAreKept(t *testing.T) {
	walks(t, func(w *walk) {
		a, r := &w.a, &w.rules
		if a.Retries > r.Retries {
			w.t.Fatalf("%d retries of %d", a.Retries, r.Retries)
		}
		if most := 1 + a.Retries + a.Callback.Asked; a.Dials > most {
			w.t.Fatalf("%d dials, %d retries, %d callbacks asked", a.Dials, a.Retries, a.Callback.Asked)
		}
		if a.Callback.Tries > r.CallbackTries {
			w.t.Fatalf("%d tries of %d", a.Callback.Tries, r.CallbackTries)
		}
		for o, spent := range a.Spent {
			if limit := r.Retry[o].Max; limit >= 0 && int(spent) > limit {
				w.t.Fatalf("%d retries on %v of %d", spent, attempt.Outcome(o), limit)
			}
		}
	})
}

func TestCountsAddUp(t *testing.T) {
	walks(t, func(w *walk) {
		a, unsent := &w.a, 0
		for _, n := range w.unsent {
			unsent += n
		}
		for _, n := range []int{a.Calls, a.Dials, a.Refused, a.Retries, a.Callback.Asked, a.Callback.Tries} {
			if n < 0 {
				w.t.Fatalf("a count is negative: %+v", *a)
			}
		}
		if a.Calls != a.Dials+a.Refused+unsent {
			w.t.Fatalf("%d calls, %d dials, %d refused, %d unsent", a.Calls, a.Dials, a.Refused, unsent)
		}
	})
}

func TestEachCallbackRequestEndsInExactlyOneWay(t *testing.T) {
	walks(t, func(w *walk) {
		c := w.a.Callback
		pending := 0
		if c.Pending {
			pending = 1
		}
		if c.Asked != pending+c.Completed+c.Cancelled+c.Exhausted {
			w.t.Fatalf("after %v: %+v", w.event.Kind(), c)
		}
		if w.a.State == attempt.StateCallbackScheduled && !c.Pending || w.a.State.Terminal() && c.Pending {
			w.t.Fatalf("%v with a callback pending: %v", w.a.State, c.Pending)
		}
	})
}

func TestRecoveryOwesWhatTheLivePathOwes(t *testing.T) {
	walks(t, func(w *walk) {
		var want []attempt.Effect
		if w.a.State.Line() {
			want = append(want, attempt.Ask)
		}
		for _, e := range w.standing {
			if e != attempt.Originate {
				want = append(want, e)
			}
		}
		same(w.t, "pending in "+w.a.State.String(), attempt.Pending(w.a), want)
	})
}

func TestEachCallIsPlacedOnce(t *testing.T) {
	walks(t, func(w *walk) {
		for n := 1; n <= w.a.Calls; n++ {
			if w.placed[n] != 1 {
				w.t.Fatalf("call %d was placed %d times", n, w.placed[n])
			}
		}
		if w.placed[0] > 0 || len(w.placed) != w.a.Calls {
			w.t.Fatalf("placed: %v, calls %d", w.placed, w.a.Calls)
		}
	})
}

func TestEachCallFreesItsAgentOnceItHasNoLine(t *testing.T) {
	walks(t, func(w *walk) {
		for n := 1; n <= w.a.Calls; n++ {
			want := 1
			if n == w.a.Calls && w.a.State.Line() {
				want = 0
			}
			if w.freed[n] != want {
				w.t.Fatalf("in %v, call %d of %d has freed its agent %d times", w.a.State, n, w.a.Calls, w.freed[n])
			}
		}
	})
}

func TestEachCallThatWasPlacedHasOneFinalRecord(t *testing.T) {
	walks(t, func(w *walk) {
		for n := 1; n <= w.a.Calls; n++ {
			want := 1
			inHand := n == w.a.Calls && (w.a.State.Line() || w.a.State == attempt.StateProcessing)
			if inHand || w.unsent[n] > 0 {
				want = 0
			}
			if w.recorded[n] != want {
				w.t.Fatalf("in %v, call %d of %d was recorded %d times", w.a.State, n, w.a.Calls, w.recorded[n])
			}
		}
	})
}

func TestARecordedCallHasItsOutcomeAndEnd(t *testing.T) {
	walks(t, func(w *walk) {
		if !slices.Contains(w.owed, attempt.Record) {
			return
		}
		if c := w.a.Call; c.Outcome == 0 || c.EndedAt.IsZero() || c.ID != attempt.CallID(contact, 1, c.Number) {
			w.t.Fatalf("%+v", c)
		}
	})
}

func TestNobodyIsAbandonedWhereTheAgentIsCalledFirst(t *testing.T) {
	walks(t, func(w *walk) {
		if w.rules.Shape == attempt.AgentFirst && w.a.Call.Outcome == attempt.OutcomeAbandoned {
			w.t.Fatalf("in %v", w.a.State)
		}
	})
}

func TestAnAbandonedCallWasAnsweredLive(t *testing.T) {
	walks(t, func(w *walk) {
		if c := w.a.Call; c.Outcome == attempt.OutcomeAbandoned && !c.Live() {
			w.t.Fatal("it is missing in the denominator of the abandonment rate")
		}
	})
}

func TestAContactCountsAsAnsweredFromItsFirstLiveAnswerOn(t *testing.T) {
	walks(t, func(w *walk) {
		if w.a.Answered != (w.before.Answered || w.a.Call.Live()) {
			w.t.Fatalf("after %v: answered %v, live %v", w.event.Kind(), w.a.Answered, w.a.Call.Live())
		}
	})
}

func TestNoAgentIsAttachedToACallThatIsBeingHungUp(t *testing.T) {
	hung := map[attempt.ID]bool{}
	walks(t, func(w *walk) {
		if w.event.Kind() == attempt.KindDial && w.err == nil {
			clear(hung)
		}
		if slices.Contains(w.owed, attempt.Attach) && hung[w.a.Call.ID] {
			w.t.Fatalf("%v attaches one", w.event.Kind())
		}
		if slices.Contains(w.owed, attempt.Hangup) {
			hung[w.a.Call.ID] = true
		}
	})
}

func TestADoubtStandsUntilTheNextDial(t *testing.T) {
	walks(t, func(w *walk) {
		if w.before.Doubt != (attempt.ID{}) && w.a.Doubt != w.before.Doubt && w.event.Kind() != attempt.KindDial {
			w.t.Fatalf("%v cleared it", w.event.Kind())
		}
	})
}
