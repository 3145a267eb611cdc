package freeswitch_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// up is a desk on which theOne's agent, agent first, has answered.
func up(t testing.TB) *desk {
	d := placed(t, attempt.AgentFirst)
	d.agent(freeswitch.EventCreate)
	d.agent(freeswitch.EventAnswer)
	d.Reply(theOne, "+OK "+freeswitch.AgentLegID(theOne).String())
	d.tells("Accepted, AgentUp")
	return d
}

func TestAgentFirstTheContactsLegTellsTheEnd(t *testing.T) {
	d := up(t)
	d.contact(freeswitch.EventCreate)
	d.contact(freeswitch.EventProgress)
	d.contact(freeswitch.EventAnswer)
	d.agent(freeswitch.EventBridge)
	d.contact(freeswitch.EventBridge)
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING", "variable_sip_term_status", "200")
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Progress, Answered, Ended(NORMAL_CLEARING 200)")
	d.wants("")
	d.over()
}

func TestAnAgentWhoFailsFirstIsARefusal(t *testing.T) {
	for name, fails := range map[string]func(*desk){
		"hung up, and -ERR": func(d *desk) {
			d.agent(freeswitch.EventHangup, "Hangup-Cause", "USER_BUSY")
			d.Reply(theOne, "-ERR USER_BUSY")
		},
		"-ERR, and hung up": func(d *desk) {
			d.Reply(theOne, "-ERR USER_BUSY")
			d.agent(freeswitch.EventHangup, "Hangup-Cause", "USER_BUSY")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := placed(t, attempt.AgentFirst)
			d.agent(freeswitch.EventCreate)
			fails(d)
			d.tells("Accepted, Refused(USER_BUSY)")
			d.over()
		})
	}
}

func TestAgentFirstTheSwitchsOwnRefusalOfTheContactIsARefusal(t *testing.T) {
	d := up(t)
	d.contact(freeswitch.EventDestroy)
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING", "variable_originate_disposition", "GATEWAY_DOWN")
	d.tells("Refused(GATEWAY_DOWN)")
	d.over()
}

func TestAnAgentWhoGoesBeforeTheContactIsCalledIsARefusal(t *testing.T) {
	d := up(t)
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING")
	d.tells("Refused(NORMAL_CLEARING)")
}

func TestAContactWhoseEventsAreAllLostIsReadOffTheAgent(t *testing.T) {
	d := up(t)
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING",
		"variable_originate_disposition", "SUCCESS", "Caller-Channel-Bridged-Time", micros(noon))
	evs := d.Take()
	if len(evs) != 2 || evs[0].Kind != ports.Answered || say(evs[1]) != "Ended(NORMAL_CLEARING)" || !evs[1].AnsweredAt.Equal(noon) {
		t.Errorf("told %+v", evs)
	}
	d.over()
	d = up(t)
	d.agent(freeswitch.EventHangup, "Hangup-Cause", "NORMAL_CLEARING", "variable_last_bridge_hangup_cause", "USER_BUSY",
		"variable_last_bridge_proto_specific_hangup_cause", "sip:486")
	d.tells("Ended(USER_BUSY 486)")
	d = placed(t, attempt.AgentFirst) // not even the agent was heard of
	d.agent(freeswitch.EventHangup, "variable_answer_uepoch", micros(noon), "variable_originate_disposition", "USER_BUSY")
	d.tells("Accepted, Ended(USER_BUSY)")
}

func TestAnAgentWhoIsGoneWhileTheContactLivesIsLookedInto(t *testing.T) {
	d := up(t)
	d.contact(freeswitch.EventCreate)
	d.agent(freeswitch.EventHangup)
	d.wants("look at contact")
	d.contact(freeswitch.EventHangup, "Hangup-Cause", "ORIGINATOR_CANCEL")
	d.gone()
	d.tells("Ended(ORIGINATOR_CANCEL)")
	d.wants("")
}

func TestAContactThatIsHeardOfProvesTheAgentUp(t *testing.T) {
	d := placed(t, attempt.AgentFirst)
	d.contact(freeswitch.EventProgress)
	d.agent(freeswitch.EventAnswer)
	d.Reply(theOne, "+OK "+freeswitch.AgentLegID(theOne).String())
	d.tells("Accepted, AgentUp, Progress")
}

// kept is a desk without events on which theOne's agent has answered.
func kept(t testing.TB) *desk {
	d := newDesk(t, false)
	d.Place(ports.Dial{Call: theOne, Shape: attempt.AgentFirst}, true)
	d.lists() // nobody yet: its reply tells
	d.wants("")
	d.Reply(theOne, "+OK "+freeswitch.AgentLegID(theOne).String())
	d.tells("Accepted, AgentUp")
	return d
}

// leaves answers the looks with an agent who is parked after the bridge.
func (d *desk) leaves(more ...string) {
	d.wait(2 * time.Second)
	d.lists(freeswitch.AgentLegID(theOne), "ACTIVE")
	d.wants("look at contact")
	d.Looked(theOne, nil)
	d.wants("look at agent")
	more = append([]string{"variable_current_application", "park"}, more...)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump(more...))
	d.wants("kill agent NORMAL_CLEARING")
	d.over()
}

func TestAKeptAgentTellsTheContactsOutcome(t *testing.T) {
	d := kept(t)
	d.leaves("variable_last_bridge_hangup_cause", "USER_BUSY", "variable_last_bridge_proto_specific_hangup_cause", "sip:486")
	d.tells("Ended(USER_BUSY 486)")
}

func TestAKeptAgentTellsThatTheContactAnswered(t *testing.T) {
	d := kept(t)
	d.leaves("variable_last_bridge_hangup_cause", "NORMAL_CLEARING", "Caller-Channel-Bridged-Time", micros(noon))
	d.tells("Answered, Ended(NORMAL_CLEARING)")
}

func TestAKeptAgentTellsTheSwitchsOwnRefusal(t *testing.T) {
	d := kept(t)
	d.leaves("variable_originate_disposition", "INVALID_GATEWAY")
	d.tells("Refused(INVALID_GATEWAY)")
}

func TestAKeptAgentWhoseContactWasSeenTellsAnOutcome(t *testing.T) {
	d := kept(t)
	d.lists(theOne, "RINGING")
	d.leaves("variable_last_bridge_hangup_cause", "GATEWAY_DOWN")
	d.tells("Progress, Ended(GATEWAY_DOWN)")
}

func TestAKeptAgentOfAHungUpCallEndsAsAsked(t *testing.T) {
	d := kept(t)
	d.Hangup(theOne, "ORIGINATOR_CANCEL")
	d.Deeds()
	d.leaves("variable_originate_disposition", "INVALID_GATEWAY")
	d.tells("Ended(ORIGINATOR_CANCEL)")
}

func TestAKeptAgentWhoIsStillBridgingIsLeftAlone(t *testing.T) {
	d := kept(t)
	d.wait(2 * time.Second)
	d.lists(freeswitch.AgentLegID(theOne), "ACTIVE")
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump("variable_current_application", "bridge"))
	d.wants("look at contact, look at agent")
	d.tells("")
}

func TestAnAgentWhoRingsIsSeenInTheList(t *testing.T) {
	d := newDesk(t, false)
	d.Place(ports.Dial{Call: theOne, Shape: attempt.AgentFirst}, true)
	d.wait(2 * time.Second)
	d.lists(freeswitch.AgentLegID(theOne), "RINGING")
	d.Looked(theOne, nil)
	d.Looked(freeswitch.AgentLegID(theOne), d.dump())
	d.tells("Accepted")
	d.Reply(theOne, "-ERR NO_ANSWER")
	d.tells("Refused(NO_ANSWER)")
}
