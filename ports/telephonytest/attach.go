package telephonytest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Attaching and playing.

func attachChecks() []check {
	return []check{
		{name: "attach connects the agent", body: attach},
		{name: "attaching again changes nothing", body: attachTwice},
		{name: "an agent that is not there leaves the call unserved", body: attachFails},
		{name: "a contact who hangs up before the agent comes ends the call", body: hungUpBeforeAttach},
		{name: "playing a file leaves the call up", body: playLeavesUp},
	}
}

func attach(b *bench) {
	e := b.connect()
	agent := b.agent(answers())
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	e.must("Attach", e.Attach(call, agent))
	e.await(call, ports.Attached, 1)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	if end := e.end(call); end.AnsweredAt.IsZero() {
		b.Error("Ended does not say when the call was answered")
	}
}

func attachTwice(b *bench) {
	e := b.connect()
	agent := b.agent(answers())
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	e.must("Attach", e.Attach(call, agent))
	e.must("Attach, while attaching", e.Attach(call, agent))
	e.await(call, ports.Attached, 1)
	e.must("Attach, when attached", e.Attach(call, agent))
	e.linger()
	e.unheard(call, ports.Ended, ports.Unserved)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}

func attachFails(b *bench) {
	e := b.connect()
	absent := b.agent(Far{Outcome: attempt.OutcomeFailed})
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	e.must("Attach", e.Attach(call, absent))
	e.await(call, ports.Unserved, 1)
	e.unheard(call, ports.Ended)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
	e.unheard(call, ports.Attached)
}

func hungUpBeforeAttach(b *bench) {
	e := b.connect()
	agent := b.agent(answers())
	call := e.call(chats())
	e.end(call)
	e.must("Attach", e.Attach(call, agent))
	e.linger()
	e.unheard(call, ports.Attached)
}

func playLeavesUp(b *bench) {
	e := b.connect()
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	e.must("Play", e.Play(call, "sorry.wav"))
	e.must("Play", e.Play(call, "sorry.wav"))
	e.must("Adopt", e.Adopt([]ports.ID{call}))
	e.await(call, ports.Stage, 1)
	e.unheard(call, ports.Ended)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}

// Screening.

func screeningChecks() []check {
	return []check{
		{name: "screening tells a person", needs: screening, body: screensPerson},
		{name: "screening tells a machine", needs: screening, body: screensMachine},
		{name: "nothing is screened unasked", body: screensUnasked},
	}
}

func (e *ear) screened(far Far) ports.Event {
	e.b.Helper()
	d := e.b.dial(e.b.number(far))
	d.Screen = true
	e.originate(d)
	verdict := e.await(d.Call, ports.Screened, 1)
	e.unheard(d.Call, ports.Ended)
	e.must("Hangup", e.Hangup(d.Call, ports.NormalClearing))
	e.end(d.Call)
	return verdict
}

func screensPerson(b *bench) {
	if v := b.connect().screened(answers()).Verdict; v != attempt.VerdictHuman {
		b.Errorf("the verdict on a person is %q", v)
	}
}

func screensMachine(b *bench) {
	far := Far{Outcome: attempt.OutcomeMachine, Ring: time.Second}
	if v := b.connect().screened(far).Verdict; v != attempt.VerdictMachine {
		b.Errorf("the verdict on a machine is %q", v)
	}
}

func screensUnasked(b *bench) {
	e := b.connect()
	call := e.call(Far{Outcome: attempt.OutcomeAnswered, Ring: time.Second, Talk: 5 * time.Second})
	e.end(call)
	e.unheard(call, ports.Screened)
}
