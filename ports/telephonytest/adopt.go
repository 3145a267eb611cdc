package telephonytest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Duties 4 and 7: a question about a call has one answer, and its events come here.

func adoptChecks() []check {
	return []check{
		{name: "adopt tells what the call is now", body: adoptTellsStage},
		{name: "adopt tells that a call is unknown", body: adoptUnknown},
		{name: "adopt tells that a call is over", body: adoptOver},
		{name: "adopt answers each question once", body: adoptTwice},
		{name: "adopt answers many questions", body: adoptMany},
		{name: "an adopted call is heard of by its new owner only", needs: adoption, body: adoptMoves},
		{name: "a call is answered and attached for its new owner", needs: adoption, body: adoptServes},
	}
}

// stage asks about a call and returns the answer.
func (e *ear) stage(call ports.ID) ports.CallStage {
	e.b.Helper()
	asked := e.count(call, ports.Stage)
	e.must("Adopt", e.Adopt([]ports.ID{call}))
	return e.await(call, ports.Stage, asked+1).Stage
}

func adoptTellsStage(b *bench) {
	e := b.connect()
	agent := b.agent(answers())
	// It rings long enough to be asked about while it does.
	call := e.call(Far{Outcome: attempt.OutcomeAnswered, Ring: 5 * time.Second})
	e.await(call, ports.Progress, 1)
	e.wantStage(call, ports.StageRinging)
	e.await(call, ports.Answered, 1)
	e.wantStage(call, ports.StageAnswered)
	e.must("Attach", e.Attach(call, agent))
	e.await(call, ports.Attached, 1)
	e.wantStage(call, ports.StageAttached)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}

func (e *ear) wantStage(call ports.ID, want ports.CallStage) {
	e.b.Helper()
	if got := e.stage(call); got != want {
		e.b.Errorf("the call's stage is %d, want %d; heard: %s", got, want, describe(e.heard, call))
	}
}

func adoptUnknown(b *bench) {
	e := b.connect()
	call := b.newID()
	e.wantStage(call, ports.StageAbsent)
	e.linger()
	if n := e.count(call, ports.Stage); n != 1 || len(e.story(call)) > 0 {
		b.Errorf("one question, and heard: %s", describe(e.heard, call))
	}
}

func adoptOver(b *bench) {
	e := b.connect()
	call := e.call(Far{Outcome: attempt.OutcomeBusy})
	e.end(call)
	e.wantStage(call, ports.StageAbsent)
	e.linger()
}

func adoptTwice(b *bench) {
	e := b.connect()
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	for range 3 {
		e.wantStage(call, ports.StageAnswered)
	}
	e.linger()
	if n := e.count(call, ports.Stage); n != 3 {
		b.Errorf("3 questions had %d answers", n)
	}
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}

func adoptMany(b *bench) {
	e := b.connect()
	live := e.call(answers())
	e.await(live, ports.Answered, 1)
	ids := []ports.ID{live}
	for range 250 {
		ids = append(ids, b.newID())
	}
	e.must("Adopt", e.Adopt(ids))
	for _, id := range ids[1:] {
		if s := e.await(id, ports.Stage, 1).Stage; s != ports.StageAbsent {
			b.Errorf("a call that never was has stage %d", s)
		}
	}
	if s := e.await(live, ports.Stage, 1).Stage; s != ports.StageAnswered {
		b.Errorf("the live call among them has stage %d, want %d", s, ports.StageAnswered)
	}
	e.must("Adopt of nothing", e.Adopt(nil))
	e.must("Hangup", e.Hangup(live, ports.NormalClearing))
	e.end(live)
}

func adoptMoves(b *bench) {
	old, heir := b.connect(), b.connect()
	call := old.call(Far{Outcome: attempt.OutcomeAnswered, Ring: 5 * time.Second, Talk: time.Second})
	old.await(call, ports.Progress, 1)
	heir.wantStage(call, ports.StageRinging)
	old.listen()
	before := len(old.heard)
	heir.end(call)
	if n := heir.count(call, ports.Answered); n != 1 {
		b.Errorf("the new owner heard %d answers: %s", n, describe(heir.heard, call))
	}
	if len(old.heard) != before {
		b.Errorf("the old owner went on hearing: %s", describe(old.heard, call))
	}
}

func adoptServes(b *bench) {
	old, heir := b.connect(), b.connect()
	agent := b.agent(answers())
	call := old.call(answers())
	old.await(call, ports.Answered, 1)
	heir.wantStage(call, ports.StageAnswered)
	heir.must("Attach", heir.Attach(call, agent))
	heir.await(call, ports.Attached, 1)
	heir.must("Hangup", heir.Hangup(call, ports.NormalClearing))
	if end := heir.end(call); end.AnsweredAt.IsZero() {
		b.Error("Ended does not say when the call was answered")
	}
	old.unheard(call, ports.Attached, ports.Ended)
}
