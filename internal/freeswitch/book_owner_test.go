package freeswitch_test

import (
	"testing"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
)

func TestTheFormerOwnerGoesSilentWhenTheCallMoves(t *testing.T) {
	for name, c := range map[string]struct {
		shape attempt.Shape
		moves func(*desk)
	}{
		"by an event":        {attempt.ContactFirst, func(d *desk) { d.contact(freeswitch.EventProgress, by(heir)...) }},
		"by the agent's leg": {attempt.AgentFirst, func(d *desk) { d.agent(freeswitch.EventAnswer, by(heir)...) }},
		"by a look":          {attempt.ContactFirst, func(d *desk) { d.Lost(theOne); d.Looked(theOne, d.dump(by(heir)...)) }},
		"by a look at the agent": {attempt.AgentFirst, func(d *desk) {
			d.Lost(theOne)
			d.Looked(theOne, nil)
			d.Looked(freeswitch.AgentLegID(theOne), d.dump(by(heir)...))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := placed(t, c.shape)
			c.moves(d)
			d.over()
			d.Deeds()
			d.contact(freeswitch.EventAnswer) // a straggler from before
			d.agent(freeswitch.EventAnswer)
			d.contact(freeswitch.EventHangup, by(heir)...)
			d.Reply(theOne, "-ERR USER_BUSY")
			d.lists(theOne, "ACTIVE")
			d.tells("")
			d.wants("")
			d.over()
		})
	}
}

func TestAnAgentOnTheWayIsNotLeftBehindWhenTheCallMoves(t *testing.T) {
	d := raised(t)
	d.contact(freeswitch.EventMedia, by(heir)...)
	d.wants("kill leg1 NORMAL_CLEARING")
	d.agent(freeswitch.EventCreate)
	d.wants("kill leg1 NORMAL_CLEARING")
	d.tells("")
	d.over()
}

func TestWithoutEventsALookShowsThatACallWentBack(t *testing.T) {
	d := newDesk(t, false)
	for _, owner := range []string{heir, me} {
		d.Adopt(theOne)
		d.Looked(theOne, d.dump(by(owner)...))
	}
	d.Lost(theOne)
	d.Looked(theOne, d.dump(by(heir)...))
	d.tells("Stage(dialling), Stage(dialling)")
	d.over()
}

func TestAMovedCallMayComeBack(t *testing.T) {
	d := answered(t)
	d.contact(freeswitch.EventMedia, by(heir)...)
	d.over()
	d.Adopt(theOne)
	d.Looked(theOne, d.dump(by(heir, "Answer-State", "answered")...))
	d.wants("look at contact, own contact")
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Stage(answered), Ended(NORMAL_CLEARING)")
}

func TestAnOwnershipThatWasNotTakenIsTakenAgain(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, d.dump(by("gone")...))
	d.wants("look at contact, own contact")
	d.Adopt(theOne)
	d.Looked(theOne, d.dump(by("gone")...))
	d.wants("look at contact, own contact")
	d.contact(freeswitch.EventProgress)
	d.contact(freeswitch.EventAnswer, by("gone")...) // it has gone back
	d.over()
}
