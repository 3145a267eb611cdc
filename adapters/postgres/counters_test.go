package postgres

import (
	"reflect"
	"slices"
	"testing"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// fillInts gives every number in v another value.
func fillInts(v reflect.Value, next *int64) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillInts(v.Field(i), next)
		}
	case reflect.Array:
		for i := 1; i < v.Len(); i++ { // 0 is no state and no outcome
			fillInts(v.Index(i), next)
		}
	default:
		*next++
		v.SetInt(*next)
	}
}

func TestEveryCounterComesBack(t *testing.T) {
	var want campaign.Counters
	n := int64(0)
	fillInts(reflect.ValueOf(&want).Elem(), &n)
	sent := tallyOf(&want)
	back, err := readTally([]byte(sent.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got := back.counters(); got != want {
		t.Errorf("they come back as\n%+v, want\n%+v", got, want)
	}
}

func TestEveryStateAndOutcomeHasAPlace(t *testing.T) {
	for _, s := range attempt.States() {
		if !slices.Contains(countedStates, s) {
			t.Errorf("state %s has none", s)
		}
	}
	for o := attempt.Outcome(0); o < attempt.NumOutcomes; o++ {
		if !slices.Contains(countedOutcomes, o) {
			t.Errorf("outcome %s has none", o)
		}
	}
	if len(countedStates) > spentAt-statesAt || len(countedOutcomes) > sumsAt-outcomesAt {
		t.Error("a list has outgrown its part")
	}
}

// What is in a database stays where it is: this list only ever grows.
func TestPlacesOfCountersNeverChange(t *testing.T) {
	c := campaign.Counters{Attempted: 1, Dials: 2, StaleRecoveries: 3, Talk: 4}
	c.States[attempt.StatePending], c.Spent[attempt.StateRetryScheduled] = 5, 6
	c.States[attempt.StateManualStopped] = 7
	c.Outcomes[attempt.OutcomeAnswered], c.Outcomes[attempt.OutcomeGhost] = 8, 9
	got := tallyOf(&c)
	for at, want := range map[int]int64{72: 1, 74: 2, 83: 3, 81: 4, 0: 5, 26: 6, 16: 7, 48: 8, 60: 9} {
		if got[at] != want {
			t.Errorf("place %d has %d, want %d", at, got[at], want)
		}
	}
}

func TestATallyOfALaterReleaseIsRefused(t *testing.T) {
	var a array
	for range places + 1 {
		a.number(1)
	}
	if _, err := readTally([]byte(a.String())); err == nil {
		t.Error("it is read, and one counter would be lost")
	}
	if got, err := readTally([]byte("{7}")); err != nil || got[0] != 7 || got[1] != 0 {
		t.Errorf("a shorter one is read as %v, %v", got, err)
	}
}
