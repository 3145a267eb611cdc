package telephonytest

import (
	"errors"
	"sync"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Duties 1, 2 and 3: a call is placed once, and each has one end, in order.

func endChecks() (all []check) {
	for _, o := range []attempt.Outcome{
		attempt.OutcomeNoAnswer, attempt.OutcomeBusy, attempt.OutcomeRejected, attempt.OutcomeInvalidNumber,
		attempt.OutcomeCongestion, attempt.OutcomeFailed,
	} {
		all = append(all, check{name: "a call that nobody takes ends as " + o.String(), body: endsAs(o)})
	}
	return all
}

func callChecks() []check {
	return []check{
		{name: "an answered call ends answered", body: endsAnswered},
		{name: "a machine that answers has answered", body: machineAnswers},
		{name: "a call that the switch refuses is Refused and nothing more", body: refusedLocally},
		{name: "ringing stops at the dial's time-out", body: ringTimeout},
		{name: "many calls at once each have their own story", body: manyAtOnce},
		{name: "commands may come from many goroutines", body: manyGoroutines},
	}
}

func endsAs(o attempt.Outcome) func(*bench) {
	return func(b *bench) {
		e := b.connect()
		call := e.call(Far{Outcome: o, Ring: time.Second})
		b.wantOutcome(e.end(call), o)
		e.unheard(call, ports.Answered, ports.Attached)
		if e.count(call, ports.Accepted) != 1 {
			b.Errorf("the switch took the call and did not say so once: %s", describe(e.heard, call))
		}
	}
}

func endsAnswered(b *bench) {
	e := b.connect()
	call := e.call(chats())
	if end := e.end(call); end.AnsweredAt.IsZero() {
		b.Error("Ended does not say when the call was answered")
	}
	if e.count(call, ports.Answered) != 1 {
		b.Errorf("no Answered: %s", describe(e.heard, call))
	}
}

func machineAnswers(b *bench) {
	e := b.connect()
	call := e.call(Far{Outcome: attempt.OutcomeMachine, Ring: time.Second, Talk: time.Second})
	if end := e.end(call); end.AnsweredAt.IsZero() {
		b.Error("Ended does not say when the machine answered")
	}
}

func refusedLocally(b *bench) {
	e := b.connect()
	call := e.call(Far{Outcome: attempt.OutcomeRefused})
	if ev := e.await(call, ports.Refused, 1); ev.Cause == "" {
		b.Error("Refused gives no cause")
	}
	e.linger()
	e.unheard(call, ports.Ended, ports.Progress, ports.Answered)
}

func ringTimeout(b *bench) {
	e := b.connect()
	d := b.dial(b.number(rings()))
	d.RingTimeout = 4 * time.Second
	e.originate(d)
	begun := e.await(d.Call, ports.Accepted, 1).At
	took := e.end(d.Call).At.Sub(begun)
	if took < 2*time.Second || took > 6*time.Second {
		b.Errorf("a call with 4 s to ring ended after %s", took)
	}
}

// mixed are far ends of all kinds that come to an end by themselves.
func mixed() []Far {
	return []Far{
		chats(),
		{Outcome: attempt.OutcomeBusy},
		{Outcome: attempt.OutcomeRejected, Ring: time.Second},
		{Outcome: attempt.OutcomeInvalidNumber},
	}
}

// room is how many calls may be placed at once, at most n.
func (e *ear) room(n int) int {
	l := e.Limits()
	for _, limit := range []int{l.Ringing, l.PerSecond} {
		if limit > 0 {
			n = min(n, limit)
		}
	}
	return n
}

func manyAtOnce(b *bench) {
	e := b.connect()
	var calls []ports.ID
	for i := range e.room(100) {
		calls = append(calls, e.call(mixed()[i%len(mixed())]))
	}
	for _, call := range calls {
		e.await(call, ports.Ended, 1)
	}
	e.linger()
}

func manyGoroutines(b *bench) {
	e := b.connect()
	agent := b.agent(answers())
	var dials []ports.Dial
	for range e.room(24) {
		dials = append(dials, b.dial(b.number(answers())))
	}
	var all sync.WaitGroup
	for _, d := range dials {
		all.Go(func() {
			if err := e.Originate(d); err != nil {
				b.Errorf("Originate: %v", err)
			}
			_ = e.Adopt([]ports.ID{d.Call})
			_ = e.Attach(d.Call, agent)
			_ = e.Play(d.Call, "greeting.wav")
			_ = e.Limits()
		})
	}
	all.Wait()
	for _, d := range dials {
		e.await(d.Call, ports.Accepted, 1)
	}
	for _, d := range dials {
		all.Go(func() { _ = e.Hangup(d.Call, ports.NormalClearing) })
	}
	all.Wait()
	for _, d := range dials {
		e.await(d.Call, ports.Ended, 1)
	}
	e.linger()
}

func placeChecks() []check {
	return []check{
		{name: "a lost reply does not place the call twice", needs: counts, body: lostReply},
		{name: "an originate reaches the far end once", needs: counts, body: reachesOnce},
		{name: "calls up to the ringing limit are taken", body: ringingLimit},
		{name: "a call refused with ErrBusy was not sent", body: busyIsNotSent},
	}
}

func lostReply(b *bench) {
	e := b.connect()
	far := chats()
	far.ReplyLost = true
	d := b.dial(b.number(far))
	e.originate(d)
	e.linger()
	e.must("Adopt", e.Adopt([]ports.ID{d.Call}))
	e.await(d.Call, ports.Stage, 1)
	e.linger()
	if n := b.arrived(d.Address); n > 1 {
		b.Errorf("the far end was called %d times", n)
	}
}

func reachesOnce(b *bench) {
	e := b.connect()
	d := b.dial(b.number(chats()))
	e.originate(d)
	e.end(d.Call)
	if n := b.arrived(d.Address); n != 1 {
		b.Errorf("the far end was called %d times", n)
	}
}

func (b *bench) arrived(number string) int {
	c, ok := b.lab.(Counter)
	if !ok {
		b.Fatal("Counts is declared, but the lab is no Counter")
	}
	return c.Arrived(number)
}

func ringingLimit(b *bench) {
	e := b.connect()
	l := e.Limits()
	if l.Ringing < 0 || l.PerSecond < 0 || l.GhostHorizon < 0 {
		b.Errorf("the limits are %+v", l)
	}
	number, n := b.number(rings()), 20
	if l.Ringing > n && l.Ringing <= 1000 {
		n = l.Ringing
	}
	var calls []ports.ID
	for range e.room(n) {
		calls = append(calls, e.originate(b.dial(number)))
	}
	for _, call := range calls {
		e.await(call, ports.Accepted, 1)
		e.must("Hangup", e.Hangup(call, ports.NormalClearing))
	}
	for _, call := range calls {
		e.await(call, ports.Ended, 1)
	}
}

func busyIsNotSent(b *bench) {
	e := b.connect()
	limit := e.Limits().Ringing
	if limit == 0 || limit > 1000 {
		b.Skip("the adapter has no limit that could be reached")
	}
	number := b.number(rings())
	for range 2 * limit {
		d := b.dial(number)
		err := e.Originate(d)
		if err == nil {
			continue
		}
		if !errors.Is(err, ports.ErrBusy) {
			b.Fatalf("beyond the limit: %v, want ErrBusy", err)
		}
		e.linger()
		e.unheard(d.Call, ports.Accepted, ports.Refused, ports.Progress, ports.Ended)
		return
	}
	b.Skip("the adapter takes calls beyond its limit")
}
