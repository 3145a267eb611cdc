package freeswitch_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// by says in an event whose call it is.
func by(owner string, more ...string) []string {
	return append([]string{"variable_outdial_owner", owner}, more...)
}

func TestAdoptionTellsTheStageAndTakesTheCallOver(t *testing.T) {
	rang := []string{"Answer-State", "ringing", "Caller-Channel-Progress-Time", micros(noon)}
	media := []string{"Answer-State", "early", "Caller-Channel-Progress-Media-Time", micros(noon)}
	talks := []string{"Answer-State", "answered", "variable_answer_uepoch", micros(noon)}
	for name, c := range map[string]struct {
		dump  []string
		stage string
		rest  string // what is still told
	}{
		"dialling":    {[]string{"Answer-State", "ringing"}, "dialling", "Progress, Answered, Ended(NORMAL_CLEARING)"},
		"ringing":     {rang, "ringing", "Answered, Ended(NORMAL_CLEARING)"},
		"early media": {media, "ringing", "Answered, Ended(NORMAL_CLEARING)"},
		"answered":    {talks, "answered", "Ended(NORMAL_CLEARING)"},
		"attached":    {append(talks, "variable_outdial_stage", "attached"), "attached", "Ended(NORMAL_CLEARING)"},
		"agent first": {append(talks, "variable_originator", "x"), "attached", "Ended(NORMAL_CLEARING)"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, true)
			d.Adopt(theOne)
			d.wants("look at contact")
			d.Looked(theOne, d.dump(by("gone", c.dump...)...))
			d.tells("Stage(" + c.stage + ")")
			if name == "agent first" {
				d.wants("own contact, own agent")
			} else {
				d.wants("own contact")
			}
			d.contact(freeswitch.EventProgress, by("gone")...) // it was on its way
			d.contact(freeswitch.EventAnswer)
			d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
			d.tells(c.rest)
			d.over()
		})
	}
}

func TestAdoptedAnswersKeepTheirTime(t *testing.T) {
	for name, c := range map[string]struct {
		dump []string
		want time.Time
	}{
		"told":   {[]string{"variable_answer_uepoch", micros(noon.Add(-time.Hour))}, noon.Add(-time.Hour)},
		"untold": {[]string{"Answer-State", "answered"}, noon},
	} {
		d := newDesk(t, true)
		d.Adopt(theOne)
		d.Looked(theOne, d.dump(c.dump...))
		d.contact(freeswitch.EventHangup)
		if evs := d.Take(); len(evs) != 2 || !evs[1].AnsweredAt.Equal(c.want) {
			t.Errorf("%s: told %+v", name, evs)
		}
	}
}

func TestAnAdoptedAgentWhoseContactIsNotCalledYetIsDialling(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump(by("gone", "variable_answer_uepoch", micros(noon))...))
	d.wants("look at contact, look at agent, own agent")
	d.tells("Stage(dialling)")
	d.agent(freeswitch.EventAnswer, by("gone")...) // known by now
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Refused(NORMAL_CLEARING)")
	d.over()
}

func TestAnAdoptedAgentWhoRingsIsToldOfWhenUp(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump(by("gone")...))
	d.Deeds()
	d.agent(freeswitch.EventAnswer)
	d.contact(freeswitch.EventCreate, by("gone")...) // whoever placed it named it
	d.wants("own contact")
	d.contact(freeswitch.EventAnswer)
	d.tells("Stage(dialling), AgentUp, Answered")
}

func TestAnAdoptedKeptAgentTellsTheOutcomeAtOnce(t *testing.T) {
	d := newDesk(t, false)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump(by("gone",
		"variable_current_application", "park", "variable_last_bridge_hangup_cause", "USER_BUSY")...))
	d.tells("Accepted, AgentUp, Ended(USER_BUSY), Stage(absent)")
	d.over()
}

func TestAnAgentIsNotToldOfAfterTheContact(t *testing.T) {
	d := newDesk(t, false)
	d.Adopt(theOne)
	d.lists(theOne, "ACTIVE")
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump(by("gone",
		"variable_current_application", "park", "variable_last_bridge_hangup_cause", "NORMAL_CLEARING")...))
	d.tells("Accepted, Answered, Ended(NORMAL_CLEARING), Stage(absent)")
}

func TestAnAdoptedStrangerIsAbsent(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.gone()
	d.wants("look at contact, look at agent")
	d.tells("Stage(absent)")
	d.over()
}

func TestEachAdoptionIsAnsweredByOneLook(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Adopt(theOne)
	d.wants("look at contact")
	d.Looked(theOne, d.dump())
	d.tells("Stage(dialling), Stage(dialling)")
	d.Adopt(theOne)
	d.Looked(theOne, d.dump())
	d.tells("Stage(dialling)")
}

func TestAdoptingOnesOwnCallTellsTheStageOnly(t *testing.T) {
	d := answered(t)
	d.Adopt(theOne)
	d.wants("look at contact")
	d.Looked(theOne, d.dump("Answer-State", "answered"))
	d.tells("Stage(answered)")
	d.wants("")
}

func TestOnesOwnCallIsAcceptedBeforeItsStageIsTold(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.Adopt(theOne)
	d.Looked(theOne, d.dump())
	d.contact(freeswitch.EventCreate)
	d.tells("Accepted, Stage(dialling)")
	d = placed(t, attempt.AgentFirst)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump())
	d.tells("Accepted, Stage(dialling)")
}

func TestAStageIsNeverBehindWhatHasBeenTold(t *testing.T) {
	d := placed(t, attempt.ContactFirst)
	d.Adopt(theOne)
	old := d.dump("Answer-State", "ringing")
	d.contact(freeswitch.EventAnswer)
	d.Looked(theOne, old)
	d.tells("Accepted, Answered, Stage(answered)")
}

func TestEventsDuringAnAdoptionAreTakenFromTheFormerOwner(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.contact(freeswitch.EventProgress, by("gone")...)
	d.contact(freeswitch.EventAnswer, by("gone")...)
	d.Looked(theOne, d.dump(by("gone", "Answer-State", "answered")...))
	d.contact(freeswitch.EventHangup, by("gone", "Hangup-Cause", "NORMAL_CLEARING")...)
	d.tells("Accepted, Progress, Answered, Stage(answered), Ended(NORMAL_CLEARING)")
}

func TestACallThatEndsDuringItsAdoptionEndsAndIsAbsent(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.contact(freeswitch.EventHangup, by("gone", "Hangup-Cause", "USER_BUSY")...)
	d.gone()
	d.tells("Accepted, Ended(USER_BUSY), Stage(absent)")
	d.over()
}

func TestAnAdoptedDeadCallIsAskedAboutAgain(t *testing.T) {
	d := answered(t)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.Adopt(theOne)
	d.gone()
	d.tells("Ended(NORMAL_CLEARING), Stage(absent)")
}

func TestALookMayBeAheadOfOlderEvents(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, d.dump(by("gone")...))
	d.Adopt(theOne)
	d.Looked(theOne, d.dump(by(me)...))
	d.contact(freeswitch.EventProgress, by("gone")...) // from before it was ours
	d.tells("Stage(dialling), Stage(dialling), Progress")
}

func TestAQuestionIsNotAnsweredByALookThatIsOlder(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.Adopt(theOne)
	d.Looked(freeswitch.AgentLegID(theOne), nil)
	d.tells("")
	d.Looked(theOne, d.dump())
	d.tells("Stage(dialling), Stage(dialling)")
}

func TestALookThatFailsDropsTheQuestion(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.LookFailed(theOne)
	d.tells("")
	d.over()
	d.Adopt(theOne)
	d.Looked(theOne, d.dump())
	d.tells("Stage(dialling)")
}

func TestALookThatFailsLeavesAKnownCallToTheNextAudit(t *testing.T) {
	d := answered(t)
	d.Adopt(theOne)
	d.LookFailed(theOne)
	d.wait(2 * time.Second)
	d.lists()
	d.wants("look at contact, look at contact")
	d.gone()
	d.tells("Ended()")
	d.over()
}

func TestALookThatFailsLeavesWhatWasHeardFromTheFormerOwner(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.contact(freeswitch.EventAnswer, by("gone")...)
	d.LookFailed(theOne)
	d.contact(freeswitch.EventHangup, by("gone", "Hangup-Cause", "NORMAL_CLEARING")...)
	d.tells("Accepted, Answered, Ended(NORMAL_CLEARING)")
}

func TestASwitchIsNotAskedTwiceAtATime(t *testing.T) {
	d := answered(t)
	d.wait(2 * time.Second)
	d.lists()
	d.lists()
	d.Adopt(theOne)
	d.wants("look at contact")
	d.gone()
	d.tells("Ended(), Stage(absent)")
}

func TestACallThatSurfacesBetweenTwoLooksIsNotAbsent(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.contact(freeswitch.EventCreate)
	d.Looked(freeswitch.AgentLegID(theOne), nil)
	d.wants("look at contact, look at agent, look at contact")
	d.Looked(theOne, d.dump())
	d.tells("Accepted, Stage(dialling)")
	if d.Len() != 1 {
		t.Error("the call is gone")
	}
}

func TestACallThatIsListedBetweenTwoLooksIsNotAbsent(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.lists(theOne, "DOWN")
	d.Looked(freeswitch.AgentLegID(theOne), nil)
	d.wants("look at contact, look at agent, look at contact")
	d.tells("Accepted")
}

func TestAnAdoptedCallThatIsAttachedIsNotAttachedAgain(t *testing.T) {
	d := newDesk(t, true)
	d.Adopt(theOne)
	d.Looked(theOne, d.dump("Answer-State", "answered", "variable_outdial_stage", "attached"))
	d.wants("look at contact")
	d.Attach(theOne, agent1)
	d.contact(freeswitch.EventBridge)
	d.wants("")
	d.tells("Stage(attached)")
}

func TestAdoptionOfACallWhoseOriginateIsOutLeavesItToTheReply(t *testing.T) {
	d := newDesk(t, false)
	d.Place(ports.Dial{Call: theOne}, true)
	d.Adopt(theOne)
	d.gone()
	d.tells("Stage(absent)")
	d.Reply(theOne, "+OK "+theOne.String())
	d.tells("Accepted, Answered")
}

func TestAnEndUnderWayGoesBeforeAnAnswerThatOvertookIt(t *testing.T) {
	d := answered(t)
	d.Adopt(theOne)
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), nil)
	d.tells("") // it is asked for again, later
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Ended(NORMAL_CLEARING), Stage(absent)")
}

func TestACallServedByAWorkerThatDiedBeforeItsMarkIsAttached(t *testing.T) {
	for _, sign := range []string{"variable_signal_bond", "variable_transfer_source"} {
		d := newDesk(t, true)
		d.Adopt(theOne)
		d.Looked(theOne, d.dump("Answer-State", "answered", sign, "somewhere"))
		d.tells("Stage(attached)")
		d.Take()
	}
}

func TestAnAdoptedCallWhoseDumpCannotBeReadIsAnsweredByTheList(t *testing.T) {
	d := newDesk(t, false)
	d.Adopt(theOne)
	d.LookUnread(theOne)
	d.tells("")
	d.lists(theOne, "ACTIVE")
	d.tells("Stage(answered)")
}

func TestWhereNeitherDumpNorListCanBeReadACallIsStillThere(t *testing.T) {
	d := newDesk(t, false)
	d.Adopt(theOne)
	d.LookUnread(theOne)
	d.List(nil, 0)
	d.tells("Stage(dialling)")
}
