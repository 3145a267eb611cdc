package freeswitch_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// raised is a desk on which the agent is being called for theOne.
func raised(t testing.TB) *desk {
	d := answered(t)
	d.Attach(theOne, agent1)
	d.wants("raise 1000 as leg1 for 20s")
	return d
}

func TestAnAgentIsCalledThenJoinedThenToldOfOnce(t *testing.T) {
	d := raised(t)
	d.agent(freeswitch.EventCreate)
	d.agent(freeswitch.EventAnswer)
	d.Reply(d.last, "+OK "+d.last.String())
	d.wants("bridge leg1")
	d.tells("")
	d.Joined(theOne, d.last, "+OK "+d.last.String())
	d.contact(freeswitch.EventBridge)
	d.agent(freeswitch.EventBridge)
	d.wants("mark contact")
	d.tells("Attached")
}

func TestTheJoiningMayBeToldByTheEventAlone(t *testing.T) {
	d := raised(t)
	d.Reply(d.last, "+OK "+d.last.String())
	d.wants("bridge leg1")
	d.contact(freeswitch.EventBridge)
	d.Joined(theOne, d.last, "+OK "+d.last.String())
	d.wants("mark contact")
	d.tells("Attached")
}

func TestAnAgentWhoFailsLeavesTheContactUnserved(t *testing.T) {
	for name, fails := range map[string]func(*desk){
		"hung up":           func(d *desk) { d.agent(freeswitch.EventHangup, "Hangup-Cause", "NO_ANSWER") },
		"-ERR":              func(d *desk) { d.Reply(d.last, "-ERR NO_ANSWER") },
		"another's id":      func(d *desk) { d.Reply(d.last, "+OK "+theOne.String()) },
		"not sent":          func(d *desk) { d.NotSent(d.last, "NOT_CONNECTED") },
		"reply lost":        func(d *desk) { d.Lost(d.last) },
		"hung up, and -ERR": func(d *desk) { d.agent(freeswitch.EventHangup); d.Reply(d.last, "-ERR NO_ANSWER") },
		"-ERR, and hung up": func(d *desk) { d.Reply(d.last, "-ERR NO_ANSWER"); d.agent(freeswitch.EventHangup) },
	} {
		t.Run(name, func(t *testing.T) {
			d := raised(t)
			fails(d)
			d.tells("Unserved")
			d.wants("kill leg1 NORMAL_CLEARING")
			d.Attach(theOne, agent1)
			d.wants("raise 1000 as leg2 for 20s")
			if d.Len() != 1 {
				t.Error("the contact is gone")
			}
		})
	}
}

func TestAnAgentWhoFailedIsNotMistakenForTheNext(t *testing.T) {
	d := raised(t)
	failed := d.last
	d.Reply(failed, "-ERR NO_ANSWER")
	d.wants("kill leg1 NORMAL_CLEARING")
	d.Attach(theOne, agent1)
	d.wants("raise 1000 as leg2 for 20s")
	d.Event(event(d.now, freeswitch.EventHangup, failed))
	d.Reply(failed, "+OK "+failed.String())
	d.tells("Unserved")                  // once
	d.wants("kill leg1 NORMAL_CLEARING") // it has come up after all
}

func TestAnAgentWhoHangsUpBeforeTheJoiningLeavesTheContactUnserved(t *testing.T) {
	d := raised(t)
	d.agent(freeswitch.EventAnswer)
	d.wants("bridge leg1")
	d.agent(freeswitch.EventHangup)
	d.Joined(theOne, d.last, "-ERR no such channel")
	d.tells("Unserved")
}

func TestAJoiningThatTheSwitchRefusesLeavesTheContactUnserved(t *testing.T) {
	d := raised(t)
	d.agent(freeswitch.EventAnswer)
	d.wants("bridge leg1")
	d.Joined(theOne, d.last, "-ERR Invalid uuid")
	d.tells("Unserved")
	d.wants("kill leg1 NORMAL_CLEARING")
}

func TestAnAgentWhoIsOnTheWayIsHungUpOnWhenTheContactGoes(t *testing.T) {
	d := raised(t)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Ended(NORMAL_CLEARING)")
	d.wants("kill leg1 NORMAL_CLEARING")
	d.agent(freeswitch.EventAnswer) // the first one came before there was anything to hang up
	d.wants("kill leg1 NORMAL_CLEARING")
	d.Reply(d.last, "+OK "+d.last.String())
	d.wants("kill leg1 NORMAL_CLEARING")
	d.tells("")
	d.over()
}

func TestAnAttachedAgentWhoHangsUpIsNoNews(t *testing.T) {
	d := raised(t)
	d.contact(freeswitch.EventBridge)
	d.tells("Attached")
	d.agent(freeswitch.EventHangup)
	d.tells("")
}

func TestAHangUpOfAnAttachedCallTakesBothLegs(t *testing.T) {
	d := raised(t)
	d.contact(freeswitch.EventBridge)
	d.wants("mark contact")
	d.Hangup(theOne, "NORMAL_CLEARING")
	d.wants("kill contact NORMAL_CLEARING, kill leg1 NORMAL_CLEARING")
}

func TestAnAnsweredCallIsTransferredToAnExtension(t *testing.T) {
	d := answered(t)
	d.Attach(theOne, ports.Target{Destination: "7000"})
	d.wants("transfer to 7000")
	d.Joined(theOne, d.last, "+OK")
	d.wants("mark contact")
	d.tells("Attached")
}

func TestATransferThatIsRefusedLeavesTheContactUnserved(t *testing.T) {
	d := answered(t)
	d.Attach(theOne, ports.Target{Destination: "7000"})
	d.wants("transfer to 7000")
	d.Joined(theOne, d.last, "-ERR")
	d.tells("Unserved")
	d.wants("")
}

func TestATransferUnderWayHasNoAgentToHangUpOn(t *testing.T) {
	d := answered(t)
	d.Attach(theOne, ports.Target{Destination: "7000"})
	d.wants("transfer to 7000")
	d.contact(freeswitch.EventHangup)
	d.wants("")
}

func TestATransferThatAnOutageHidIsDoneAgain(t *testing.T) {
	d := answered(t)
	d.Attach(theOne, ports.Target{Destination: "7000"})
	d.wants("transfer to 7000")
	d.Disconnected()
	d.Reconnected()
	d.wants("look at contact")
	d.Looked(theOne, d.dump("Answer-State", "answered"))
	d.Attach(theOne, ports.Target{Destination: "7000"})
	d.wants("transfer to 7000")
}

func TestAttachingAgainChangesNothing(t *testing.T) {
	d := raised(t)
	d.Attach(theOne, agent1)
	d.wants("")
	d.agent(freeswitch.EventAnswer)
	d.Attach(theOne, agent1)
	d.wants("bridge leg1")
	d.contact(freeswitch.EventBridge)
	d.Attach(theOne, agent1)
	d.wants("mark contact")
	d.tells("Attached")
}

func TestAttachingWhatIsNotAnsweredDoesNothing(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.Attach(theOne, agent1)
	d.contact(freeswitch.EventProgress)
	d.Attach(theOne, agent1)
	d.wants("")
}

func TestAttachingAgentFirstOrAStrangerDoesNothing(t *testing.T) {
	d := placed(t, attempt.AgentFirst)
	d.contact(freeswitch.EventAnswer)
	d.Attach(theOne, agent1)
	d.Attach(uuid.New(), agent1)
	d.wants("")
}

func TestAnAdoptedCallsAgentRingsForTheDefaultTime(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, d.dump("Answer-State", "answered"))
	d.wants("look at contact")
	d.Attach(theOne, agent1)
	d.wants("raise 1000 as leg1 for " + (30 * time.Second).String())
}

func TestTwoConnectionsNeverNameTheSameAgentsLeg(t *testing.T) {
	legs := map[ports.ID]bool{}
	for _, owner := range []string{me, heir} {
		b := freeswitch.NewBook(owner, true, time.Minute, func() time.Time { return noon })
		b.Place(ports.Dial{Call: theOne}, false)
		b.Event(event(noon, freeswitch.EventAnswer, theOne, "variable_outdial_owner", owner))
		for range 2 {
			b.Attach(theOne, agent1)
			leg := b.Deeds()[0].Leg
			legs[leg] = true
			b.NotSent(leg, "NOT_CONNECTED")
			b.Deeds()
		}
	}
	if len(legs) != 4 {
		t.Errorf("%d names for four legs", len(legs))
	}
}

func TestAnAnswerThatWasMissedIsToldBeforeAttached(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.contact(freeswitch.EventBridge)
	d.tells("Accepted, Answered, Attached")
	d.contact(freeswitch.EventAnswer)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING", "variable_answer_uepoch", micros(d.now))
	d.tells("Ended(NORMAL_CLEARING), Stage(absent)")
}

func TestABeepIsAMachineOnce(t *testing.T) {
	d := answered(t)
	for range 2 {
		d.contact(freeswitch.EventCustom, "Event-Subclass", freeswitch.AvmdBeep)
	}
	d.tells("Screened(machine)")
}

func TestABeepTooEarlyOrTooLateIsNone(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventCustom, "Event-Subclass", freeswitch.AvmdBeep)
	d.tells("")
	d = answered(t)
	d.contact(freeswitch.EventCustom, "Event-Subclass", "conference::maintenance")
	d.tells("")
	d = raised(t)
	d.Reply(d.last, "-ERR USER_BUSY")
	d.contact(freeswitch.EventCustom, "Event-Subclass", freeswitch.AvmdBeep)
	d.tells("Unserved")
	d = raised(t)
	d.contact(freeswitch.EventBridge)
	d.contact(freeswitch.EventCustom, "Event-Subclass", freeswitch.AvmdBeep)
	d.tells("Attached")
}
