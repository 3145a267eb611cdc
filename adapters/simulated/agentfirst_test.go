package simulated_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

func agentFirst(n int, agent string) ports.Dial {
	d := dial(n)
	d.Shape = attempt.AgentFirst
	d.Agent.Agent = agent
	return d
}

func TestAgentFirstDialsTheContactOnceTheAgentIsUp(t *testing.T) {
	p := answered()
	p.AgentRing = 10 * time.Second
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.finish()
	r.tells("0 accepted; 10 agent up; 11 rings; 13 answered; 73 ended NORMAL_CLEARING 200 answered 13")
}

func TestAgentFirstEndsAsTheContactsLegDid(t *testing.T) {
	p := answered()
	p.AgentRing, p.Outcome = 10*time.Second, attempt.OutcomeBusy
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.finish()
	r.tells("0 accepted; 10 agent up; 11 ended USER_BUSY 486")
}

func TestRingTimeoutIsEachLegsOwn(t *testing.T) {
	p := answered()
	p.AgentRing, p.Outcome = 20*time.Second, attempt.OutcomeNoAnswer
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.finish()
	r.tells("0 accepted; 20 agent up; 21 rings; 50 ended NO_ANSWER 0")
}

func TestAgentWhoDoesNotPickUpIsARefusal(t *testing.T) {
	p := answered()
	p.AgentRing = time.Minute
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.finish()
	r.tells("0 accepted; 30 refused NO_ANSWER")
}

func TestAgentsLegFailsWithThePlansCause(t *testing.T) {
	p := answered()
	p.AgentRing, p.AgentCause = time.Second, "USER_NOT_REGISTERED"
	r := planned(t, p)
	r.originate(agentFirst(1, "sip:robot@example.org"))
	r.finish()
	r.tells("0 accepted; 1 refused USER_NOT_REGISTERED")
}

func TestAgentOnAnotherCallIsARefusal(t *testing.T) {
	p := answered()
	p.AgentRing = time.Second
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.advance(2 * time.Second)
	r.heard = nil
	r.originate(agentFirst(2, "agent-1"))
	r.advance(time.Second)
	r.tells("2 accepted; 3 refused USER_BUSY")
}

func TestAgentWhoseContactDidNotAnswerIsFreeAtOnce(t *testing.T) {
	p := answered()
	p.AgentRing, p.Outcome = time.Second, attempt.OutcomeBusy
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.advance(time.Second)
	wantIdle(t, r.w.Agents(), "agent-2")
	r.advance(time.Second)
	wantIdle(t, r.w.Agents(), "agent-2", "agent-1")
}

func TestAgentWhoVanishesWhileTheContactRingsCancelsTheCall(t *testing.T) {
	p := answered()
	p.AgentRing = time.Second
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.advance(3 * time.Second)
	r.w.Agents().Vanish("agent-1")
	r.finish()
	r.tells("0 accepted; 1 agent up; 2 rings; 3 ended ORIGINATOR_CANCEL 0")
}

func TestRefusalDuringAnOutageIsToldAfterIt(t *testing.T) {
	p := answered()
	p.AgentRing, p.AgentCause = time.Second, "USER_BUSY"
	r := planned(t, p)
	r.originate(agentFirst(1, "agent-1"))
	r.phone.Down("network")
	r.advance(5 * time.Second)
	r.phone.Up()
	r.finish()
	r.tells("0 accepted; 0 down network; 5 up; 1 refused USER_BUSY")
}
