package telephonytest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// With faults, events may be lost, late, doubled and out of order, calls may be
// refused, and calls that the switch does not know may surface. Nothing else:
// what is told must have happened.

func faultChecks() []check {
	return []check{
		{name: "a faulty switch does no worse than it may", faulty: true, body: noWorse},
		{name: "a faulty switch tells the truth when asked", faulty: true, body: truthWhenAsked},
	}
}

// unluckily places calls to mixed far ends, attaches what answers, and returns
// the calls in order, and which has which far end.
func (e *ear) unluckily(n int) (calls []ports.ID, fars map[ports.ID]Far) {
	fars = map[ports.ID]Far{}
	kinds := append(mixed(), answers(), rings())
	for i := range n {
		far := kinds[i%len(kinds)]
		d := e.b.dial(e.b.number(far))
		if e.persist(d) {
			calls = append(calls, d.Call)
			fars[d.Call] = far
		}
	}
	agent, seen := e.b.agent(answers()), 0
	for range 40 {
		e.pass(time.Second)
		for ; seen < len(e.heard); seen++ {
			if ev := e.heard[seen]; ev.Kind == ports.Answered {
				_ = e.Attach(ev.Call, agent)
			}
		}
	}
	return calls, fars
}

// persist places a call as often as the adapter is busy; nothing was sent then.
func (e *ear) persist(d ports.Dial) bool {
	for range 50 {
		err := e.Originate(d)
		if err == nil {
			return true
		}
		if !errors.Is(err, ports.ErrBusy) {
			e.b.Fatalf("Originate: %v", err)
		}
		e.pass(time.Second)
	}
	return false
}

func noWorse(b *bench) {
	e := b.connect()
	_, fars := e.unluckily(60)
	first := map[ports.ID]map[ports.EventKind]ports.Event{}
	for _, ev := range e.heard {
		far, placed := fars[ev.Call]
		switch {
		case ev.Kind == ports.Down || ev.Kind == ports.Up:
			continue
		case !placed:
			b.Fatalf("%s was told of call %s, which nobody placed", name(ev.Kind), ev.Call)
		case ev.Kind == ports.Stage || ev.Kind == ports.Unserved:
			continue
		}
		known := first[ev.Call]
		if known == nil {
			known = map[ports.EventKind]ports.Event{}
			first[ev.Call] = known
		}
		if told, again := known[ev.Kind]; again && !sameFacts(told, ev) {
			b.Errorf("call %s: %s was told twice, and differently: %+v, then %+v", ev.Call, name(ev.Kind), told, ev)
		}
		known[ev.Kind] = ev
		b.wantTrue(ev, far)
	}
	for call, known := range first {
		_, refused := known[ports.Refused]
		if _, ended := known[ports.Ended]; ended && refused {
			b.Errorf("call %s was Refused and Ended", call)
		}
	}
}

// sameFacts reports whether two tellings of one thing agree.
func sameFacts(a, b ports.Event) bool {
	return a.Cause == b.Cause && a.SIPStatus == b.SIPStatus && a.Verdict == b.Verdict &&
		a.AnsweredAt.Equal(b.AnsweredAt)
}

// wantTrue fails the test if an event says what can't have happened.
func (b *bench) wantTrue(ev ports.Event, far Far) {
	b.Helper()
	answers := far.Outcome == attempt.OutcomeAnswered
	switch {
	case !answers && (ev.Kind == ports.Answered || ev.Kind == ports.Attached || !ev.AnsweredAt.IsZero()):
		b.Errorf("call %s: %s says that it was answered; the far end is %s", ev.Call, name(ev.Kind), far.Outcome)
	case ev.Kind == ports.Ended && !answers:
		if attempt.Classify(ev.Cause, ev.SIPStatus) != attempt.OutcomeUnknown { // an honest gap
			b.wantOutcome(ev, far.Outcome)
		}
	case ev.Kind == ports.Screened:
		b.Errorf("call %s was screened unasked", ev.Call)
	}
}

// truthWhenAsked asks about every call, as often as answers are lost, and hangs
// up what lives, until the switch knows none of them any more.
func truthWhenAsked(b *bench) {
	e := b.connect()
	calls, fars := e.unluckily(30)
	absent, hungUp := map[ports.ID]time.Time{}, map[ports.ID]bool{}
	seen := 0
	for range 60 {
		_ = e.Adopt(calls)
		e.pass(time.Second)
		for ; seen < len(e.heard); seen++ {
			ev := e.heard[seen]
			switch {
			case ev.Kind != ports.Stage:
			case ev.Stage != ports.StageAbsent:
				hungUp[ev.Call] = true
				_ = e.Hangup(ev.Call, ports.NormalClearing)
			case absent[ev.Call].IsZero():
				absent[ev.Call] = ev.At
				if fars[ev.Call] == answers() && !hungUp[ev.Call] {
					e.notWhileTalking(ev)
				}
			}
		}
	}
	e.pass(e.Limits().GhostHorizon)
	for _, call := range calls {
		if absent[call].IsZero() {
			b.Errorf("call %s was hung up and never known to be absent: %s", call, describe(e.heard, call))
		}
	}
	e.noneSurfaces(absent)
}

// notWhileTalking fails the test if a call that nobody has hung up is said to be
// absent after it was answered.
func (e *ear) notWhileTalking(absent ports.Event) {
	e.b.Helper()
	for _, ev := range e.story(absent.Call) {
		if ev.Kind == ports.Answered && ev.At.Before(absent.At) {
			e.b.Errorf("call %s is talking, and said to be absent: %s", ev.Call, describe(e.heard, ev.Call))
		}
	}
}

// noneSurfaces fails the test if anything happens to a call longer after it was
// absent than the ghost horizon.
func (e *ear) noneSurfaces(absent map[ports.ID]time.Time) {
	e.b.Helper()
	horizon := e.Limits().GhostHorizon
	for _, ev := range e.heard {
		gone := absent[ev.Call]
		if ev.Kind != ports.Stage && !gone.IsZero() && ev.At.After(gone.Add(horizon)) {
			e.b.Errorf("call %s: %s surfaced %s after it was absent", ev.Call, name(ev.Kind), ev.At.Sub(gone))
		}
	}
}
