package freeswitch_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

var busy = []string{"Hangup-Cause", "USER_BUSY", "variable_sip_term_status", "486"}

func TestAHangUpThatCameTooEarlyIsRepeatedWhenTheChannelSurfaces(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.Hangup(theOne, "ORIGINATOR_CANCEL")
	d.wants("kill contact ORIGINATOR_CANCEL")
	d.contact(freeswitch.EventCreate)
	d.wants("kill contact ORIGINATOR_CANCEL")
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "ORIGINATOR_CANCEL")
	d.tells("Accepted, Ended(ORIGINATOR_CANCEL)")
	d.over()
}

func TestAgentFirstAHangUpIsRepeatedForBothLegs(t *testing.T) {
	d := placed(t, attempt.AgentFirst)
	d.Hangup(theOne, "NORMAL_CLEARING")
	d.Deeds()
	d.agent(freeswitch.EventCreate)
	d.wants("kill contact NORMAL_CLEARING, kill agent NORMAL_CLEARING")
}

func TestAHangUpThatTakesTooLongIsRepeatedByTheAudit(t *testing.T) {
	d := answered(t)
	d.Hangup(theOne, "NORMAL_CLEARING")
	d.Deeds()
	d.wait(4 * time.Second)
	d.lists(theOne, "ACTIVE")
	d.wants("")
	d.wait(time.Second)
	d.lists(theOne, "ACTIVE")
	d.lists(theOne, "ACTIVE")
	d.wants("kill contact NORMAL_CLEARING")
}

func TestAHangUpOfWhatWasNeverMadeEndsItAsAsked(t *testing.T) {
	for name, fails := range map[string]func(*desk){
		"-ERR":      func(d *desk) { d.Reply(theOne, "-ERR DESTINATION_OUT_OF_ORDER") },
		"not sent":  func(d *desk) { d.NotSent(theOne, "NOT_CONNECTED") },
		"withdrawn": func(d *desk) { d.Withdraw(theOne, "ORIGINATOR_CANCEL") },
	} {
		t.Run(name, func(t *testing.T) {
			d := placed(t, attempt.ContactFirst)
			d.Hangup(theOne, "ORIGINATOR_CANCEL")
			fails(d)
			d.tells("Accepted, Ended(ORIGINATOR_CANCEL)")
			d.over()
		})
	}
}

func TestAHangUpOfTheAgentBeforeTheContactEndsAsAsked(t *testing.T) {
	d := placed(t, attempt.AgentFirst)
	d.agent(freeswitch.EventCreate)
	d.Hangup(theOne, "ORIGINATOR_CANCEL")
	d.wants("kill contact ORIGINATOR_CANCEL, kill agent ORIGINATOR_CANCEL")
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "ORIGINATOR_CANCEL")
	d.Reply(theOne, "-ERR ORIGINATOR_CANCEL")
	d.tells("Accepted, Ended(ORIGINATOR_CANCEL)")
	d.over()
}

func TestAHangUpOfAStrangerIsPassedOnForBothLegs(t *testing.T) {
	d := newDesk(t, true)
	d.Hangup(theOne, "NORMAL_CLEARING")
	d.wants("kill contact NORMAL_CLEARING, kill agent NORMAL_CLEARING")
	d.tells("")
}

func TestACallThatWasNotSentIsRefused(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.NotSent(theOne, "NOT_CONNECTED")
	d.NotSent(uuid.New(), "NOT_CONNECTED")
	d.tells("Refused(NOT_CONNECTED)")
	d.over()
}

func TestTheSwitchsOwnRefusalIsNoOutcome(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventDestroy) // bare: recorded with GATEWAY_DOWN
	d.tells("")
	d.Reply(theOne, "-ERR GATEWAY_DOWN\n")
	d.contact(freeswitch.EventDestroy)
	d.tells("Refused(GATEWAY_DOWN)")
	d.over()
}

func TestACarriersOutcomeIsToldOnceWhereverTheReplyComes(t *testing.T) {
	for name, order := range map[string]func(*desk){
		"reply last":  func(d *desk) { d.contact(freeswitch.EventHangup, busy...); d.Reply(theOne, "-ERR USER_BUSY") },
		"reply first": func(d *desk) { d.Reply(theOne, "-ERR USER_BUSY"); d.contact(freeswitch.EventHangup, busy...) },
	} {
		t.Run(name, func(t *testing.T) {
			d := placed(t, attempt.ContactFirst)
			d.contact(freeswitch.EventCreate)
			order(d)
			d.contact(freeswitch.EventDestroy, busy...)
			d.tells("Accepted, Ended(USER_BUSY 486)")
			d.over()
		})
	}
}

func TestACarriersCauseThatLooksLocalIsAnOutcomeOnceAChannelWasSeen(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventCreate)
	d.Reply(theOne, "-ERR DESTINATION_OUT_OF_ORDER")
	d.tells("Accepted")
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "DESTINATION_OUT_OF_ORDER")
	d.tells("Ended(DESTINATION_OUT_OF_ORDER)")
}

func TestAnOutcomeWhoseEventsAreLostIsToldByTheReply(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.Reply(theOne, "-ERR USER_BUSY")
	d.tells("Accepted")
	d.wait(2 * time.Second)
	d.lists()
	d.wants("look at contact")
	d.gone()
	d.tells("Ended(USER_BUSY)")
	d.over()
}

func TestWithoutEventsTheReplyEndsTheCall(t *testing.T) {
	d := newDesk(t, false)
	d.Place(ports.Dial{Call: theOne}, true)
	d.lists()
	d.wants("") // the reply is awaited, whatever the list says
	d.lists(theOne, "EARLY")
	d.Reply(theOne, "-ERR USER_BUSY")
	d.tells("Accepted, Progress, Ended(USER_BUSY)")
	d.over()
}

func TestAReplyThatSaysNothingIsLookedInto(t *testing.T) {
	for _, reply := range []string{"", "ERROR!", "-USAGE: <call url>", "+OK", "+OK " + uuid.NewString()} {
		d := placed(t, attempt.ContactFirst)
		d.Reply(theOne, reply)
		d.wants("look at contact")
		d.tells("")
	}
}

func TestADestroyStandsInForAHangUpThatWasLost(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventCreate)
	d.contact(freeswitch.EventDestroy, busy...)
	d.tells("Accepted, Ended(USER_BUSY 486)")
}

func TestAnEndSaysWhatWasMissed(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING", "variable_answer_uepoch", micros(noon))
	evs := d.Take()
	if len(evs) != 3 || evs[1].Kind != ports.Answered || !evs[1].At.Equal(noon) || !evs[2].AnsweredAt.Equal(noon) {
		t.Errorf("told %+v", evs)
	}
}

func TestAnEndThatForgetsTheAnswerStillHasItsTime(t *testing.T) {
	d := answered(t)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	if evs := d.Take(); len(evs) != 1 || !evs[0].AnsweredAt.Equal(noon) {
		t.Errorf("told %+v", evs)
	}
}

func TestStatusesThatTheSwitchMakesUpAreNone(t *testing.T) {
	for status, want := range map[string]int{"486": 486, "904": 0, "": 0, "99": 0, "4x6": 0, "-12": 0, "0486": 0} {
		d := placed(t, attempt.ContactFirst)
		d.contact(freeswitch.EventHangup, "variable_sip_term_status", status, "variable_sip_call_id", "x@y")
		evs := d.Take()
		if end := evs[len(evs)-1]; end.SIPStatus != want || end.SIPCallID != "x@y" {
			t.Errorf("%q is told as %+v", status, end)
		}
	}
}

func TestNothingIsToldAfterTheEnd(t *testing.T) {
	d := answered(t)
	d.contact(freeswitch.EventHangup)
	d.Take()
	for _, name := range []string{
		freeswitch.EventCreate, freeswitch.EventProgress, freeswitch.EventMedia, freeswitch.EventAnswer,
		freeswitch.EventBridge, freeswitch.EventHangup, freeswitch.EventDestroy,
	} {
		d.contact(name)
		d.agent(name)
	}
	d.Reply(theOne, "+OK "+theOne.String())
	d.Joined(theOne, d.last, "+OK")
	d.Looked(theOne, d.dump())
	d.Looked(theOne, nil)
	d.Attach(theOne, agent1)
	d.Lost(theOne)
	d.LookFailed(theOne)
	d.Withdraw(theOne, "NORMAL_CLEARING")
	d.lists(theOne, "ACTIVE")
	d.tells("")
	d.wants("")
	d.over()
}

func TestProgressIsToldOnceAndNotAfterTheAnswer(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventProgress)
	d.contact(freeswitch.EventMedia)
	d.tells("Accepted, Progress")
	d = answered(t)
	d.contact(freeswitch.EventProgress)
	d.lists(theOne, "EARLY")
	d.tells("")
}

func TestEventsOfOthersChangeNothing(t *testing.T) {
	d := newDesk(t, true)
	d.Event(&freeswitch.Event{})
	d.Event(event(noon, freeswitch.EventCreate, theOne, "Unique-ID", "conference-7"))
	d.Event(event(noon, freeswitch.EventCreate, uuid.New(), "variable_outdial_owner", heir))
	d.Event(event(noon, freeswitch.EventHangup, uuid.New()))
	d.Reply(uuid.New(), "+OK")
	d.tells("")
	d.over()
}

func TestTheDeadAreForgottenInTheEnd(t *testing.T) {
	d := newDesk(t, true)
	d.Place(ports.Dial{Call: theOne}, false)
	d.contact(freeswitch.EventHangup)
	d.wait(3 * time.Minute)
	for range 1023 { // the 1024th clears away
		id := uuid.New()
		d.Place(ports.Dial{Call: id}, false)
		d.Event(event(d.now, freeswitch.EventHangup, id))
	}
	d.Take()
	d.contact(freeswitch.EventCreate)
	d.tells("Accepted") // it would not be, were it still known to be dead
}
