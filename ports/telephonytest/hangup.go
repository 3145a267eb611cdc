package telephonytest

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Duty 5, and what hanging up does to calls that are not over.

func hangupChecks() []check {
	return []check{
		{name: "hanging up while it rings ends it cancelled", body: hangupRinging},
		{name: "hanging up while it talks ends it answered", body: hangupTalking},
		{name: "hanging up at once still ends it once", body: hangupAtOnce},
		{name: "commands for a call that is over do nothing", body: commandsAfterEnd},
		{name: "commands for a call that never was do nothing", body: commandsForNobody},
	}
}

func hangupRinging(b *bench) {
	e := b.connect()
	call := e.call(rings())
	e.await(call, ports.Progress, 1)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	b.wantOutcome(e.end(call), attempt.OutcomeCancelled)
}

func hangupTalking(b *bench) {
	e := b.connect()
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	if end := e.end(call); end.AnsweredAt.IsZero() {
		b.Error("Ended does not say when the call was answered")
	}
}

func hangupAtOnce(b *bench) {
	e := b.connect()
	call := e.call(chats())
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}

// poke sends every command for a call, and expects each to be taken.
func (e *ear) poke(call ports.ID, agent ports.Target) {
	e.b.Helper()
	e.must("Attach", e.Attach(call, agent))
	e.must("Play", e.Play(call, "sorry.wav"))
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
}

func commandsAfterEnd(b *bench) {
	e := b.connect()
	agent := b.agent(answers())
	call := e.call(chats())
	e.end(call)
	before := len(e.story(call))
	e.poke(call, agent)
	e.linger()
	if after := e.story(call); len(after) != before {
		b.Errorf("after its end the call was heard of again: %s", describe(after, call))
	}
}

func commandsForNobody(b *bench) {
	e := b.connect()
	call := b.newID()
	e.poke(call, b.agent(answers()))
	e.linger()
	if len(e.story(call)) > 0 {
		b.Errorf("a call that never was told %s", describe(e.heard, call))
	}
}
