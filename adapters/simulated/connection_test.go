package simulated_test

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

// second is another worker's connection to the rig's world.
func (r *rig) second() *rig { return &rig{T: r.T, w: r.w, phone: r.w.Connect()} }

func TestAdoptedCallIsHeardOfByItsNewOwnerOnly(t *testing.T) {
	r := planned(t, answered())
	heir := r.second()
	r.originate(dial(1))
	r.advance(2 * time.Second)
	r.must(heir.phone.Adopt([]ports.ID{id(1)}))
	r.finish()
	heir.poll()
	r.tells("0 accepted; 1 rings")
	heir.tells("2 is ringing; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3")
}

func TestCallsOutliveTheirWorker(t *testing.T) {
	r := planned(t, answered())
	heir := r.second()
	r.originate(dial(1))
	r.phone.Close()
	r.advance(4 * time.Second)
	r.must(heir.phone.Adopt([]ports.ID{id(1)}))
	r.must(heir.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.finish()
	heir.poll()
	heir.tells("4 is answered; 5 attached; 65 ended NORMAL_CLEARING 200 answered 3")
	if len(r.heard) > 0 {
		t.Errorf("the dead worker heard %v", r.heard)
	}
}

func TestAdoptTellsEachStage(t *testing.T) {
	r := planned(t, answered())
	r.must(r.phone.Adopt([]ports.ID{id(1)}))
	r.originate(dial(1))
	for range 4 { // at 0, 2, 4 and 6 s
		r.must(r.phone.Adopt([]ports.ID{id(1)}))
		r.advance(2 * time.Second)
		r.must(r.phone.Attach(id(1), ports.Target{Destination: "9000"}))
	}
	r.must(r.phone.Hangup(id(1), ports.NormalClearing))
	r.must(r.phone.Adopt([]ports.ID{id(1)}))
	r.poll()
	r.tells("0 is absent; 0 accepted; 0 is dialling; 1 rings; 2 is ringing; 3 answered; 4 is answered; " +
		"5 attached; 6 is attached; 8 ended NORMAL_CLEARING 200 answered 3; 8 is absent")
}

func TestLostConnectionTakesNoCommand(t *testing.T) {
	r := planned(t, answered())
	r.phone.Down("network")
	for name, err := range map[string]error{
		"originate": r.phone.Originate(dial(1)),
		"attach":    r.phone.Attach(id(1), ports.Target{}),
		"play":      r.phone.Play(id(1), "sorry.wav"),
		"hang up":   r.phone.Hangup(id(1), ports.NormalClearing),
		"adopt":     r.phone.Adopt([]ports.ID{id(1)}),
	} {
		if !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", name, err)
		}
	}
}

func TestReconnectTellsWhichCallsEndedMeanwhile(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(2 * time.Second)
	r.phone.Down("network")
	r.phone.Down("network, still")
	r.advance(10 * time.Second)
	r.phone.Up()
	r.phone.Up()
	r.phone.Down("again")
	r.phone.Up()
	r.poll()
	r.tells("0 accepted; 1 rings; 2 down network; 12 up; 8 ended NORMAL_CLEARING 200 answered 3; 12 down again; 12 up")
}

func TestCallsThatOutliveAnOutageAreHeardOfAgain(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.phone.Down("network")
	r.advance(2 * time.Second)
	r.phone.Up()
	r.finish()
	r.tells("0 accepted; 0 down network; 2 up; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3")
}

func TestClosedConnectionIsAway(t *testing.T) {
	r := planned(t, answered())
	r.phone.Close()
	if err := r.phone.Originate(dial(1)); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	r.phone.Down("x")
	r.phone.Up()
	r.finish()
	r.tells("")
}

func TestSecondOriginateOfALiveCallIsRefused(t *testing.T) {
	for name, oracle := range map[string]bool{"with the oracle": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, simulated.Config{Carrier: scripted(answered()), Oracle: oracle})
			r.originate(dial(1))
			r.originate(dial(1))
			r.finish()
			r.tells("0 accepted; 0 refused DESTINATION_OUT_OF_ORDER; 1 rings; 3 answered; " +
				"8 ended NORMAL_CLEARING 200 answered 3")
		})
	}
}
