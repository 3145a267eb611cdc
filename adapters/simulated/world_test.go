package simulated_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

func TestWorldStandsStillUntilItIsAdvanced(t *testing.T) {
	w := simulated.New(simulated.Config{})
	if !w.Now().Equal(simulated.DefaultStart) || !w.Next().IsZero() {
		t.Errorf("a new world is at %s, next %s", w.Now(), w.Next())
	}
	w.Advance(w.Now().Add(time.Hour))
	w.Advance(w.Now().Add(-time.Hour))
	if want := simulated.DefaultStart.Add(time.Hour); !w.Now().Equal(want) {
		t.Errorf("after an hour it is %s, want %s", w.Now(), want)
	}
}

func TestScriptsRunInOrderOfTimeAndThenOfScheduling(t *testing.T) {
	w := simulated.New(simulated.Config{})
	t0 := w.Now()
	var got []int
	note := func(n int, at time.Duration) {
		w.At(t0.Add(at), func() {
			got = append(got, n)
			if want := max(at, 0); w.Now().Sub(t0) != want {
				t.Errorf("script %d runs at %s, want %s", n, w.Now().Sub(t0), want)
			}
		})
	}
	note(3, 2*time.Second)
	note(1, time.Second)
	note(4, 2*time.Second)
	note(2, time.Second)
	note(0, -time.Hour)
	if !w.Next().Equal(t0) {
		t.Errorf("what is overdue is next, at %s", w.Next())
	}
	w.Advance(t0.Add(time.Minute))
	if !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
		t.Errorf("ran %v", got)
	}
}

func TestScriptMayScheduleMoreForTheSameMoment(t *testing.T) {
	w := simulated.New(simulated.Config{})
	var got []string
	w.At(w.Now(), func() {
		got = append(got, "first")
		w.At(w.Now(), func() { got = append(got, "second") })
	})
	w.Advance(w.Now())
	if !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("ran %q", got)
	}
}

func TestPollIsEmptyWhenNothingIsTold(t *testing.T) {
	r := planned(t, answered())
	if got := r.phone.Poll(); len(got) != 0 {
		t.Errorf("a new connection has heard %v", got)
	}
	r.originate(dial(1))
	r.phone.Poll()
	if got := r.phone.Poll(); len(got) != 0 {
		t.Errorf("told again: %v", got)
	}
}

func TestPolledEventsAreGoodUntilTheNextPoll(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	first := r.phone.Poll()
	r.originate(dial(2))
	if first[0].Call != id(1) {
		t.Error("an event was written over before the next poll")
	}
}

func TestTimersFireOnceInVirtualTime(t *testing.T) {
	w := simulated.New(simulated.Config{})
	c := w.Clock()
	_, fires := c.NewTimer(time.Second)
	w.Advance(c.Now().Add(999 * time.Millisecond))
	select {
	case at := <-fires:
		t.Fatalf("fired at %s", at)
	default:
	}
	w.Advance(w.Now().Add(time.Hour))
	if at := <-fires; !at.Equal(simulated.DefaultStart.Add(time.Second)) {
		t.Errorf("fired at %s", at)
	}
	if !w.Next().IsZero() {
		t.Error("it will fire again")
	}
}

func TestStoppedTimerDoesNotFire(t *testing.T) {
	w := simulated.New(simulated.Config{})
	timer, fires := w.Clock().NewTimer(time.Second)
	if !timer.Stop() {
		t.Error("Stop of a running timer says that it did nothing")
	}
	if timer.Stop() {
		t.Error("the second Stop says that it did something")
	}
	if !w.Next().IsZero() {
		t.Error("a stopped timer is still next")
	}
	other, otherFires := w.Clock().NewTimer(2 * time.Second) // takes the first one's place
	w.Advance(w.Now().Add(time.Minute))
	if len(fires) != 0 || len(otherFires) != 1 {
		t.Errorf("fired: stopped %d, other %d", len(fires), len(otherFires))
	}
	if other.Stop() {
		t.Error("Stop of a timer that has fired says that it did something")
	}
}

func TestTimerOfNothingFiresAtTheNextAdvance(t *testing.T) {
	w := simulated.New(simulated.Config{})
	_, fires := w.Clock().NewTimer(-time.Second)
	w.Advance(w.Next())
	<-fires
}

func TestLimitsAreThoseConfigured(t *testing.T) {
	l := ports.Limits{Ringing: 3, PerSecond: 4, GhostHorizon: time.Minute}
	if got := simulated.New(simulated.Config{Limits: l}).Connect().Limits(); got != l {
		t.Errorf("got %+v", got)
	}
	if got := simulated.New(simulated.Config{}).Connect().Limits(); got != (ports.Limits{GhostHorizon: 30 * time.Second}) {
		t.Errorf("by default %+v", got)
	}
}
