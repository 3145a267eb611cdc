package freeswitch_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// ghost is a desk on which theOne's originate was cut off, nothing was found,
// and it may still surface within a minute.
func ghost(t testing.TB, hears bool) *desk {
	d := newDesk(t, hears)
	d.Place(ports.Dial{Call: theOne}, true)
	d.Lost(theOne)
	d.wants("look at contact")
	d.gone()
	d.Deeds()
	d.tells("")
	d.over()
	d.Doubt(theOne, d.now.Add(time.Minute))
	return d
}

func TestAGhostThatSurfacesInTheListIsACallAgain(t *testing.T) {
	d := ghost(t, false)
	d.lists(uuid.New(), "ACTIVE", theOne, "RINGING")
	d.tells("Accepted, Progress")
	d.wait(2 * time.Second)
	d.lists()
	d.gone()
	d.tells("Ended()")
	d.lists(theOne, "RINGING") // an old list
	d.tells("")
	d.over()
}

func TestAGhostWhoseAgentSurfacesIsAgentFirst(t *testing.T) {
	d := ghost(t, false)
	d.lists(freeswitch.AgentLegID(theOne), "ACTIVE")
	d.tells("Accepted")
	d.wait(2 * time.Second)
	d.lists(freeswitch.AgentLegID(theOne), "ACTIVE")
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump("variable_current_application", "park", "variable_originate_disposition", "GATEWAY_DOWN"))
	d.tells("AgentUp, Refused(GATEWAY_DOWN)")
	d.over()
}

func TestAGhostsAgentWhoIsLeftOverIsNoNewCall(t *testing.T) {
	d := ghost(t, true)
	d.contact(freeswitch.EventAnswer)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Accepted, Answered, Ended(NORMAL_CLEARING)")
	d.lists(freeswitch.AgentLegID(theOne), "ACTIVE")
	d.agent(freeswitch.EventAnswer)
	d.tells("")
	d.over()
}

func TestAGhostIsOneCallWithBothLegs(t *testing.T) {
	for _, pairs := range [][]any{
		{theOne, "RINGING", freeswitch.AgentLegID(theOne), "ACTIVE"},
		{freeswitch.AgentLegID(theOne), "ACTIVE", theOne, "RINGING"},
	} {
		d := ghost(t, false)
		d.lists(pairs...)
		if d.Len() != 1 || d.Ringing() != 1 {
			t.Errorf("%d calls, %d ring", d.Len(), d.Ringing())
		}
	}
}

func TestAfterItsHorizonAGhostIsAStranger(t *testing.T) {
	d := ghost(t, false)
	d.wait(time.Minute)
	d.lists(theOne, "RINGING")
	d.tells("")
	d.over()
	if d.Doubts() {
		t.Error("there is still doubt")
	}
}

func TestThereIsDoubtUntilTheHorizon(t *testing.T) {
	d := ghost(t, false)
	d.wait(time.Minute - 1)
	if !d.Doubts() {
		t.Error("there is no doubt")
	}
}

func TestAGhostThatSurfacesInAnEventIsACallAgain(t *testing.T) {
	for _, name := range []string{freeswitch.EventCreate, freeswitch.EventProgress, freeswitch.EventMedia, freeswitch.EventAnswer} {
		d := ghost(t, true)
		d.contact(name)
		if evs := d.Take(); len(evs) == 0 || evs[0].Kind != ports.Accepted || d.Len() != 1 {
			t.Errorf("%s: told %+v", name, evs)
		}
	}
}

func TestAGhostsAgentMaySurfaceFirst(t *testing.T) {
	d := ghost(t, true)
	d.agent(freeswitch.EventCreate)
	d.agent(freeswitch.EventAnswer)
	d.contact(freeswitch.EventCreate)
	d.contact(freeswitch.EventHangup, busy...)
	d.tells("Accepted, AgentUp, Ended(USER_BUSY 486)")
	d.over()
}

func TestAnAgentsLegWithoutItsCallIsNobody(t *testing.T) {
	d := newDesk(t, true)
	d.agent(freeswitch.EventCreate, "variable_outdial_call", "?")
	d.agent(freeswitch.EventCreate, "variable_outdial_call", freeswitch.AgentLegID(theOne).String())
	d.tells("")
	d.over()
}

func TestWhatIsHeardBetweenTwoLooksIsLookedIntoAgain(t *testing.T) {
	for name, c := range map[string]struct {
		shape attempt.Shape
		hears func(*desk)
		tells string
	}{
		"a reply":        {attempt.ContactFirst, func(d *desk) { d.Reply(theOne, "+OK "+theOne.String()) }, "Accepted, Answered"},
		"an agent's leg": {attempt.AgentFirst, func(d *desk) { d.agent(freeswitch.EventCreate) }, "Accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			d := placed(t, c.shape)
			d.Lost(theOne)
			d.Looked(theOne, nil)
			c.hears(d)
			d.Looked(freeswitch.AgentLegID(theOne), nil)
			d.wants("look at contact, look at agent, look at contact")
			d.tells(c.tells)
		})
	}
}

func TestALostReplyToALiveCallIsMadeGoodFor(t *testing.T) {
	d := newDesk(t, false)
	d.Place(ports.Dial{Call: theOne}, true)
	d.Lost(theOne)
	d.Looked(theOne, d.dump("variable_answer_uepoch", micros(noon)))
	d.tells("Accepted, Progress, Answered")
	d.Lost(uuid.New())
	d.wants("look at contact")
}

func TestAfterAnOutageTheDeadEndOnceAndTheLivingAreCaughtUpWith(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventCreate)
	other := uuid.New()
	d.Place(ports.Dial{Call: other}, false)
	d.Event(event(d.now, freeswitch.EventAnswer, other))
	d.Take()
	d.Disconnected()
	d.Reconnected()
	d.List([]freeswitch.Channel{{ID: theOne, State: "ACTIVE"}}, 0)
	for range 2 {
		d.Looked(other, nil)
		d.Looked(freeswitch.AgentLegID(other), nil)
	}
	d.tells("Answered, Ended()")
	d.contact(freeswitch.EventAnswer)
	d.Event(event(d.now, freeswitch.EventHangup, other))
	d.tells("")
	if d.Len() != 1 || d.Ringing() != 0 {
		t.Errorf("%d calls are left, %d ring", d.Len(), d.Ringing())
	}
}

func TestWhatWasToBeDoneIsDroppedWithTheConnection(t *testing.T) {
	d := answered(t)
	d.Hangup(theOne, "NORMAL_CLEARING")
	d.Disconnected()
	d.wants("")
	d.Reconnected()
	d.wait(5 * time.Second)
	d.lists(theOne, "ACTIVE") // but the wish is remembered
	d.wants("kill contact NORMAL_CLEARING")
}

func TestALookIsAskedForAnewAfterAnOutage(t *testing.T) {
	d := answered(t)
	d.wait(2 * time.Second)
	d.lists()
	d.Disconnected()
	d.Reconnected()
	d.lists()
	d.wants("look at contact")
}

func TestAnAdoptionDuringAnOutageIsDropped(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Disconnected()
	d.tells("")
	d.over()
}

func TestAnAgentBeingCalledIsLetGoByAnOutage(t *testing.T) {
	d := raised(t)
	d.Disconnected()
	d.Reconnected()
	d.wants("kill leg1 NORMAL_CLEARING")
	d.agent(freeswitch.EventHangup)
	d.tells("")
	d.Attach(theOne, agent1)
	d.wants("raise 1000 as leg2 for 20s")
}

func TestAnAgentBeingConnectedIsAskedAboutAfterAnOutage(t *testing.T) {
	d := raised(t)
	d.agent(freeswitch.EventAnswer)
	d.Disconnected()
	d.Reconnected()
	d.wants("look at contact")
	d.Looked(theOne, d.dump("Answer-State", "answered", "variable_signal_bond", d.last.String()))
	d.tells("Attached")
	d.wants("mark contact")
}

func TestAnAgentWhoWasNotConnectedBeforeAnOutageIsLetGo(t *testing.T) {
	d := raised(t)
	d.agent(freeswitch.EventAnswer)
	d.Disconnected()
	d.Reconnected()
	d.wants("look at contact")
	d.Looked(theOne, d.dump("Answer-State", "answered"))
	d.tells("")
	d.wants("kill leg1 NORMAL_CLEARING")
	d.Attach(theOne, agent1)
	d.wants("raise 1000 as leg2 for 20s")
}

func TestAHealthyAttachmentOutlivesAnOutage(t *testing.T) {
	d := raised(t)
	d.contact(freeswitch.EventBridge)
	d.Disconnected()
	d.Reconnected()
	d.Attach(theOne, agent1)
	d.tells("Attached")
	d.wants("mark contact") // should the mark have been lost
}

func TestAnOldListSaysNothingOfWhatIsYoung(t *testing.T) {
	d := answered(t)
	d.wait(2*time.Second - 1)
	d.lists()
	d.wants("")
}

func TestAChannelThatIsDownInTheListIsAccepted(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.lists(theOne, "DOWN")
	d.lists(theOne, "HELD")
	d.tells("Accepted, Answered")
}

func TestAnOriginateThatNeverCameAboutIsSilent(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.wait(2 * time.Second)
	d.lists()
	d.gone()
	d.tells("")
	d.over()
}

func TestAGhostOfAWorkerThatDiedIsTakenUpByWhoAskedAboutIt(t *testing.T) {
	for name, sign := range map[string]func(*desk){
		"an event": func(d *desk) { d.contact(freeswitch.EventProgress, by(heir)...) },
		"a list":   func(d *desk) { d.lists(theOne, "RINGING") },
		"a look":   func(d *desk) { d.LookForDoubts(); d.Looked(theOne, d.dump()) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, true)
			d.Adopt(theOne)
			d.gone()
			d.tells("Stage(absent)")
			sign(d)
			if told := d.Take(); len(told) == 0 || told[0].Kind != ports.Accepted {
				t.Errorf("told %+v, want Accepted first", told)
			}
		})
	}
}

func TestDoubtsAreForgottenAfterTheHorizon(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.gone()
	d.tells("Stage(absent)")
	d.wait(time.Minute)
	d.contact(freeswitch.EventProgress, by(heir)...)
	d.tells("")
	if d.Doubts() {
		t.Error("it is still in doubt")
	}
}
