package attempt_test

import (
	"slices"
	"testing"

	"github.com/outdial/outdial/attempt"
)

func TestWhatAnAttemptOwesAfterACrash(t *testing.T) {
	for _, c := range []struct {
		name   string
		state  attempt.State
		events []attempt.Event
		want   []attempt.Effect
	}{
		{"dialling: whether it was placed, the switch knows", attempt.StateDialling, nil, []attempt.Effect{attempt.Ask}},
		{"dialling in a stopped run", attempt.StateDialling, []attempt.Event{stop(5)}, []attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"dialling in a drained run", attempt.StateDialling, []attempt.Event{drain(5)}, []attempt.Effect{attempt.Ask}},
		{"ringing", attempt.StateRinging, nil, []attempt.Effect{attempt.Ask}},
		{"ringing in a stopped run", attempt.StateRinging, []attempt.Event{stop(5)}, []attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"screening", attempt.StateAMDScreening, nil, []attempt.Effect{attempt.Ask}},
		{"screening, a machine", attempt.StateAMDScreening, []attempt.Event{screened(9, attempt.VerdictMachine)},
			[]attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"screening in a stopped run", attempt.StateAMDScreening, []attempt.Event{stop(9)},
			[]attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"attaching", attempt.StateAttaching, nil, []attempt.Effect{attempt.Ask, attempt.Attach}},
		{"attaching, nobody came", attempt.StateAttaching, []attempt.Event{unserved(11)},
			[]attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"attaching in a stopped run", attempt.StateAttaching, []attempt.Event{stop(11)},
			[]attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"in talk", attempt.StateInProgress, nil, []attempt.Effect{attempt.Ask}},
		{"in talk in a stopped run", attempt.StateInProgress, []attempt.Event{stop(20)},
			[]attempt.Effect{attempt.Ask, attempt.Hangup}},
		{"awaiting its disposition", attempt.StateProcessing, nil, []attempt.Effect{attempt.Await}},
		{"awaiting its disposition in a stopped run", attempt.StateProcessing, []attempt.Event{stop(80)},
			[]attempt.Effect{attempt.Await}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := in(t, c.state)
			l.do(c.events...)
			same(t, "pending", attempt.Pending(l.Attempt), c.want)
		})
	}
}

func TestAnAttemptWithoutACallOwesNothingAfterACrash(t *testing.T) {
	for _, s := range attempt.States() {
		if s.Line() || s == attempt.StateProcessing {
			continue
		}
		if owed := attempt.Pending(in(t, s).Attempt); len(owed) > 0 {
			t.Errorf("%v owes %v", s, owed)
		}
	}
}

func TestOnlyTheDialOwesAnOriginate(t *testing.T) {
	for s, path := range paths {
		l := live(t, standard())
		for _, e := range path {
			l.do(e)
			if owes := slices.Contains(l.owed, attempt.Originate); owes != (e.Kind() == attempt.KindDial) {
				t.Errorf("on the way to %v, %v owes an originate: %v", s, e.Kind(), owes)
			}
		}
	}
}
