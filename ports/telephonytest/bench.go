package telephonytest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// bench is one test with its lab.
type bench struct {
	*testing.T
	h     Harness
	lab   Lab
	ears  []*ear
	ids   int
	dials map[ports.ID]ports.Dial
}

func newBench(t *testing.T, h Harness, faulty bool) *bench {
	b := &bench{T: t, h: h, dials: map[ports.ID]ports.Dial{}}
	if faulty {
		b.lab = h.NewFaulty(t)
	} else {
		b.lab = h.New(t)
	}
	return b
}

// ear is a connection, and what has been heard on it.
type ear struct {
	ports.Telephony
	b     *bench
	heard []ports.Event
}

func (b *bench) connect() *ear {
	e := &ear{Telephony: b.lab.Connect(), b: b}
	b.ears = append(b.ears, e)
	return e
}

// listen takes what is at hand.
func (e *ear) listen() {
	if p, ok := e.Telephony.(ports.Poller); ok {
		e.heard = append(e.heard, p.Poll()...)
		return
	}
	for {
		select {
		case batch := <-e.Events():
			e.heard = append(e.heard, batch...)
		default:
			return
		}
	}
}

// number is an address where the far end does so; without one the test is skipped.
func (b *bench) number(far Far) string {
	n := b.lab.Number(far)
	if n == "" {
		b.Skipf("the lab has no far end that does %+v", far)
	}
	return n
}

// agent is one that does so; without one the test is skipped.
func (b *bench) agent(far Far) ports.Target {
	a := b.lab.Agent(far)
	if a == (ports.Target{}) {
		b.Skipf("the lab has no agent that does %+v", far)
	}
	return a
}

func (b *bench) newID() ports.ID {
	if b.h.NewID != nil {
		return b.h.NewID()
	}
	b.ids++
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s#%d", b.Name(), b.ids))
}

// ringTime is the ring time-out of the suite's dials.
const ringTime = 20 * time.Second

// dial is a call to a number, contact first.
func (b *bench) dial(number string) ports.Dial {
	d := ports.Dial{
		Call: b.newID(), Campaign: b.newID(), Contact: b.newID(), Run: 1, Number: 1,
		Address: number, RingTimeout: ringTime,
	}
	b.dials[d.Call] = d
	return d
}

// originate places the call, and fails the test if it is not taken.
func (e *ear) originate(d ports.Dial) ports.ID {
	e.b.Helper()
	e.must("Originate", e.Originate(d))
	return d.Call
}

// call places a call to a far end that does so.
func (e *ear) call(far Far) ports.ID {
	e.b.Helper()
	return e.originate(e.b.dial(e.b.number(far)))
}

func (e *ear) must(what string, err error) {
	e.b.Helper()
	if err != nil {
		e.b.Fatalf("%s: %v", what, err)
	}
}

// story is what was heard of a call, answers to Adopt left out.
func (e *ear) story(call ports.ID) (story []ports.Event) {
	for _, ev := range e.heard {
		if ev.Call == call && ev.Kind != ports.Stage {
			story = append(story, ev)
		}
	}
	return story
}

// count is how often something was heard of a call.
func (e *ear) count(call ports.ID, kind ports.EventKind) (n int) {
	for _, ev := range e.heard {
		if ev.Call == call && ev.Kind == kind {
			n++
		}
	}
	return n
}

// await lets time pass until something is heard of the call for the nth time.
func (e *ear) await(call ports.ID, kind ports.EventKind, nth int) ports.Event {
	e.b.Helper()
	e.b.lab.Settle(func() bool {
		e.listen()
		return e.count(call, kind) >= nth
	})
	n := 0
	for _, ev := range e.heard {
		if ev.Call == call && ev.Kind == kind {
			if n++; n == nth {
				return ev
			}
		}
	}
	e.b.Fatalf("call %s: no %s came for the %d. time; heard: %s", call, name(kind), nth, describe(e.heard, call))
	return ports.Event{}
}

// end lets time pass until the call has ended, and a little longer.
func (e *ear) end(call ports.ID) ports.Event {
	e.b.Helper()
	ev := e.await(call, ports.Ended, 1)
	e.linger()
	return ev
}

// linger lets time pass in which whatever should not come would have come.
func (e *ear) linger() { e.pass(3 * time.Second) }

// pass lets time pass and listens everywhere.
func (e *ear) pass(d time.Duration) {
	e.b.lab.Pass(d)
	for _, each := range e.b.ears {
		each.listen()
	}
}

// unheard fails the test if something was heard of the call.
func (e *ear) unheard(call ports.ID, kinds ...ports.EventKind) {
	e.b.Helper()
	for _, k := range kinds {
		if e.count(call, k) > 0 {
			e.b.Errorf("call %s: %s was told; heard: %s", call, name(k), describe(e.heard, call))
		}
	}
}

// wantOutcome fails the test unless the end of an unanswered call reads as wanted.
func (b *bench) wantOutcome(end ports.Event, want attempt.Outcome) {
	b.Helper()
	if !end.AnsweredAt.IsZero() {
		b.Errorf("nobody answered, and Ended says it was at %s", end.AnsweredAt)
	}
	if got := attempt.Classify(end.Cause, end.SIPStatus); got != want {
		b.Errorf("Ended with cause %q and SIP status %d, which reads as %s; want %s", end.Cause, end.SIPStatus, got, want)
	}
}
