package simulated_test

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

// faulty is a rig whose calls follow the answered plan, and go wrong.
func faulty(t *testing.T, f simulated.Faults) *rig {
	return newRig(t, simulated.Config{
		Carrier: scripted(answered()), Faults: f, Agents: simulated.Agents{Count: 1}, Oracle: true,
	})
}

const promptly = "0 accepted; 1 rings; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3"

func TestLostEventsAreNotToldButTheCallGoesOn(t *testing.T) {
	r := faulty(t, simulated.Faults{Lose: 1})
	r.originate(dial(1))
	r.finish()
	r.tells("")
	if s := r.w.Stats(); s.Answered != 1 || s.Ended != 1 {
		t.Errorf("the carrier saw %+v", s)
	}
}

func TestDoubledEventsAreToldAgainLater(t *testing.T) {
	r := faulty(t, simulated.Faults{Double: 1, Delay: simulated.Fixed(1500 * time.Millisecond)})
	r.originate(dial(1))
	r.finish()
	r.tells("0 accepted; 1 rings; 0 accepted; 1 rings; 3 answered; 3 answered; " +
		"8 ended NORMAL_CLEARING 200 answered 3; 8 ended NORMAL_CLEARING 200 answered 3")
}

func TestLateEventsSayWhenTheyHappened(t *testing.T) {
	r := faulty(t, simulated.Faults{Late: 1, Delay: simulated.Fixed(time.Hour)})
	r.originate(dial(1))
	r.advance(59 * time.Minute)
	r.tells("")
	r.finish()
	r.tells(promptly)
}

func TestSwappedEventsComeAfterTheNextOfTheirCall(t *testing.T) {
	r := faulty(t, simulated.Faults{Swap: 1})
	r.originate(dial(1))
	r.finish()
	r.tells("1 rings; 0 accepted; 8 ended NORMAL_CLEARING 200 answered 3; 3 answered")
}

func TestSwappingLosesNothing(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		told := func(swap float64) int {
			r := newRig(t, simulated.Config{
				Seed: seed, Carrier: scripted(answered()), Faults: simulated.Faults{Lose: 0.5, Swap: swap},
			})
			for n := range 20 {
				r.originate(dial(n))
			}
			r.finish()
			return len(r.heard)
		}
		if in, out := told(0), told(1); in != out {
			t.Errorf("%d events are told in order, %d out of it", in, out)
		}
	})
}

func TestEventsOfOneCallGoWrongEachForItself(t *testing.T) {
	r := faulty(t, simulated.Faults{Lose: 0.5})
	told := map[ports.ID]int{}
	for n := range 20 {
		r.originate(dial(n))
	}
	r.finish()
	for _, e := range r.heard {
		told[e.Call]++
	}
	for _, n := range told {
		if n > 0 && n < 4 {
			return
		}
	}
	t.Errorf("of each call all events are lost or none: %v", told)
}

func TestRefusedCallsNeverReachTheCarrier(t *testing.T) {
	r := faulty(t, simulated.Faults{Refuse: 1})
	r.originate(dial(1))
	r.finish()
	r.tells("0 refused DESTINATION_OUT_OF_ORDER")
}

func TestBusyAdapterTakesTheCallInAnotherSecond(t *testing.T) {
	r := faulty(t, simulated.Faults{Busy: 0.5})
	busy := 0
	for n := range 100 {
		for r.phone.Originate(dial(n)) != nil {
			busy++
			r.advance(time.Second)
		}
	}
	if busy < 50 || busy > 200 {
		t.Errorf("busy %d times for 100 calls", busy)
	}
	if v := r.w.Violations(); len(v) > 0 {
		t.Errorf("a call that was not sent counts as sent: %v", v[0])
	}
}

func TestBusyIsErrBusy(t *testing.T) {
	r := faulty(t, simulated.Faults{Busy: 1})
	if err := r.phone.Originate(dial(1)); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("got %v", err)
	}
}

func TestGhostIsUnknownUntilItSurfaces(t *testing.T) {
	p := answered()
	p.Ghost, p.Surface = true, 20*time.Second
	r := planned(t, p)
	r.originate(dial(1))
	r.must(r.phone.Adopt([]ports.ID{id(1)}))
	r.must(r.phone.Hangup(id(1), ports.NormalClearing))
	r.advance(22 * time.Second)
	r.must(r.phone.Hangup(id(1), ports.NormalClearing))
	r.finish()
	r.tells("0 is absent; 21 rings; 22 ended NORMAL_CLEARING 0")
}

func TestGhostSurfacesToWhoeverAskedForItLast(t *testing.T) {
	p := answered()
	p.Ghost, p.Surface = true, 20*time.Second
	r := planned(t, p)
	r.originate(dial(1))
	heir := r.second()
	r.must(heir.phone.Adopt([]ports.ID{id(1)}))
	r.finish()
	heir.poll()
	r.tells("")
	heir.tells("0 is absent; 21 rings; 23 answered; 28 ended NORMAL_CLEARING 200 answered 23")
}

func TestGhostsSurfaceWithinTheHorizon(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		horizon := 10 * time.Second
		r := newRig(t, simulated.Config{
			Seed: seed, Faults: simulated.Faults{Ghost: 1}, Limits: ports.Limits{GhostHorizon: horizon},
		})
		surfaced := 0
		r.w.Observe(func(o simulated.Observation) {
			if o.What == simulated.Surfaced {
				surfaced++
				if o.At.Sub(simulated.DefaultStart) >= horizon {
					t.Errorf("call %s surfaced at %s", o.Call, o.At)
				}
			}
		})
		for n := range 50 {
			r.originate(dial(n))
		}
		r.finish()
		if surfaced != 50 {
			t.Errorf("%d of 50 ghosts surfaced", surfaced)
		}
	})
}

func TestVanishedAgentComesBack(t *testing.T) {
	r := faulty(t, simulated.Faults{Vanish: 1, Away: time.Minute})
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second)
	r.tells("0 accepted; 1 rings; 3 answered; 4 unserved")
	wantIdle(t, r.w.Agents())
	r.advance(time.Minute)
	wantIdle(t, r.w.Agents(), "agent-1")
}

func TestAnswersAboutUnknownCallsMayBeLostAndAskedForAgain(t *testing.T) {
	r := faulty(t, simulated.Faults{Lose: 0.5})
	for range 100 {
		r.must(r.phone.Adopt([]ports.ID{id(1)}))
	}
	r.poll()
	if n := len(r.heard); n < 30 || n > 70 {
		t.Errorf("%d of 100 answers came, want about half", n)
	}
}

func TestEventsAreWholeWhereNothingGoesWrong(t *testing.T) {
	r := faulty(t, simulated.Faults{})
	r.originate(dial(1))
	r.finish()
	r.tells(promptly)
}
