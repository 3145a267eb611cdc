package telephonytest

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

func agentFirstChecks() []check {
	return []check{
		{name: "agent first, the contact is called once the agent is up", needs: agentFirst, body: agentThenContact},
		{name: "agent first, the end is that of the contact's leg", needs: agentFirst, body: agentFirstBusy},
		{name: "agent first, an agent who does not answer is a refusal", needs: agentFirst, body: agentFails},
	}
}

// raise places a call agent first.
func (e *ear) raise(agent ports.Target, far Far) ports.ID {
	e.b.Helper()
	d := e.b.dial(e.b.number(far))
	d.Shape = attempt.AgentFirst
	d.Agent = agent
	return e.originate(d)
}

func agentThenContact(b *bench) {
	e := b.connect()
	call := e.raise(b.agent(answers()), chats())
	if end := e.end(call); end.AnsweredAt.IsZero() {
		b.Error("Ended does not say when the contact answered")
	}
	if e.count(call, ports.AgentUp) != 1 || e.count(call, ports.Answered) != 1 {
		b.Errorf("want AgentUp and Answered: %s", describe(e.heard, call))
	}
}

func agentFirstBusy(b *bench) {
	e := b.connect()
	call := e.raise(b.agent(answers()), Far{Outcome: attempt.OutcomeBusy})
	b.wantOutcome(e.end(call), attempt.OutcomeBusy)
	e.unheard(call, ports.Answered)
}

func agentFails(b *bench) {
	e := b.connect()
	call := e.raise(b.agent(Far{Outcome: attempt.OutcomeFailed}), answers())
	if ev := e.await(call, ports.Refused, 1); ev.Cause == "" {
		b.Error("Refused gives no cause")
	}
	e.linger()
	e.unheard(call, ports.AgentUp, ports.Progress, ports.Answered, ports.Ended)
}
