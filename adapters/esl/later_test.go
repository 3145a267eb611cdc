package esl_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// halfOver is a call, agent first, whose contact rang when the agent's leg ended.
func halfOver(t *testing.T) (*esl.Switch, *fakeswitch.Clock, *tape, ports.ID) {
	t.Helper()
	call := agentFirst(dialled("1002"), "user/1000")
	said := make(chan struct{})
	s := &tape{}
	s.originate = func(string) {
		agent := freeswitch.AgentLegID(call.Call)
		s.say(legEvent(freeswitch.EventCreate, agent, "") + legEvent(freeswitch.EventAnswer, agent, "") +
			legEvent(freeswitch.EventCreate, call.Call, "") + legEvent(freeswitch.EventProgress, call.Call, "") +
			legEvent(freeswitch.EventHangup, agent, "SYSTEM_SHUTDOWN"))
		close(said)
	}
	sw, clock := timed(t, s)
	ready(t, sw)
	if err := sw.Originate(call); err != nil {
		t.Fatal(err)
	}
	<-said
	until(t, sw, ports.Progress)
	eventually(t, "the agent's end", func() bool { return sw.Stats().Events == 5 && sw.Idle() })
	return sw, clock, s, call.Call
}

func legEvent(name string, leg ports.ID, cause string) string {
	return eventFrame(inJSON(map[string]string{"Event-Name": name, "Unique-ID": leg.String(), "Hangup-Cause": cause}))
}

func TestTheContactsOwnEndIsWaitedForWhenTheAgentsHasCome(t *testing.T) {
	sw, clock, s, call := halfOver(t)
	clock.Advance(clock.Now().Add(400 * time.Millisecond))
	s.say(legEvent(freeswitch.EventHangup, call, "USER_BUSY"))
	endedAs(t, until(t, sw, ports.Ended), call, ports.Ended, "USER_BUSY")
	if dumps := s.asked("api uuid_dump"); len(dumps) > 0 {
		t.Errorf("asked %q", dumps)
	}
}

func TestTheContactIsLookedAtWhenItsEndDoesNotCome(t *testing.T) {
	sw, clock, s, call := halfOver(t)
	for n := 2; n <= 4; n += 2 { // the contact, then the agent; and both again
		clock.Advance(clock.Now().Add(600 * time.Millisecond))
		eventually(t, "the looks", func() bool { return len(s.asked("api uuid_dump")) == n && sw.Idle() })
	}
	endedAs(t, until(t, sw, ports.Ended), call, ports.Ended, "")
}
