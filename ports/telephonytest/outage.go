package telephonytest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Duty 6: outages are told, and made good for.

func outageChecks() []check {
	return []check{
		{name: "a lost connection is told once, and so is its return", needs: outages, body: downAndUp},
		{name: "commands on a lost connection are refused", needs: outages, body: commandsDown},
		{name: "after an outage calls that ended are told to have ended", needs: outages, body: endedMeanwhile},
		{name: "after an outage calls that live are heard of", needs: outages, body: livedOn},
	}
}

func (b *bench) breaker() Breaker {
	br, ok := b.lab.(Breaker)
	if !ok {
		b.Fatal("Outages is declared, but the lab is no Breaker")
	}
	return br
}

// cut loses the connection and waits until that is told.
func (e *ear) cut() {
	e.b.Helper()
	nth := e.count(ports.ID{}, ports.Down) + 1
	e.b.breaker().Cut(e.Telephony)
	e.await(ports.ID{}, ports.Down, nth)
}

// mend restores the connection and waits until that is told.
func (e *ear) mend() {
	e.b.Helper()
	nth := e.count(ports.ID{}, ports.Up) + 1
	e.b.breaker().Mend(e.Telephony)
	e.await(ports.ID{}, ports.Up, nth)
}

func downAndUp(b *bench) {
	e := b.connect()
	for range 2 {
		e.cut()
		e.mend()
	}
	e.linger()
	down, up := e.count(ports.ID{}, ports.Down), e.count(ports.ID{}, ports.Up)
	if down != 2 || up != 2 {
		b.Errorf("two outages were told as %d Down and %d Up", down, up)
	}
	e.call(chats()) // it works again
	e.linger()
}

func commandsDown(b *bench) {
	e := b.connect()
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	d := b.dial(b.number(answers()))
	e.cut()
	for what, err := range map[string]error{
		"Originate": e.Originate(d),
		"Hangup":    e.Hangup(call, ports.NormalClearing),
		"Adopt":     e.Adopt([]ports.ID{call}),
	} {
		if !errors.Is(err, ports.ErrUnavailable) {
			b.Errorf("%s while the switch is away: %v, want ErrUnavailable", what, err)
		}
	}
	e.mend()
	e.linger()
	e.unheard(d.Call, ports.Accepted, ports.Progress, ports.Ended)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}

func endedMeanwhile(b *bench) {
	e := b.connect()
	busy := e.call(Far{Outcome: attempt.OutcomeRejected, Ring: 2 * time.Second})
	call := e.call(Far{Outcome: attempt.OutcomeAnswered, Ring: 2 * time.Second, Talk: time.Second})
	e.await(call, ports.Accepted, 1)
	e.await(busy, ports.Accepted, 1)
	e.cut()
	e.pass(8 * time.Second) // they end
	e.unheard(call, ports.Ended)
	e.mend()
	e.end(call)
	e.end(busy)
}

func livedOn(b *bench) {
	e := b.connect()
	call := e.call(answers())
	e.await(call, ports.Answered, 1)
	e.cut()
	e.mend()
	e.wantStage(call, ports.StageAnswered)
	e.unheard(call, ports.Ended)
	e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	e.end(call)
}
