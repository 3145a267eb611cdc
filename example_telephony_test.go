package outdial_test

import (
	"context"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// loopback is a whole ports.Telephony: everybody answers at once, and hangs up
// when an agent has been on the line for so long.
type loopback struct {
	talk   time.Duration
	events chan []ports.Event
	mu     sync.Mutex
	up     map[ports.ID]leg // calls that are not over
}

type leg struct {
	stage    ports.CallStage
	answered time.Time
}

var _ ports.Telephony = (*loopback)(nil)

func newLoopback(talk time.Duration) *loopback {
	return &loopback{talk: talk, events: make(chan []ports.Event, 1000), up: map[ports.ID]leg{}}
}

// tell must not block a command for long: a real adapter has a queue that grows.
func (l *loopback) tell(e ports.Event) {
	e.At = time.Now()
	l.events <- []ports.Event{e}
}

func (l *loopback) Originate(d ports.Dial) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up[d.Call] = leg{ports.StageAnswered, time.Now()}
	for _, k := range []ports.EventKind{ports.Accepted, ports.Progress, ports.Answered} {
		l.tell(ports.Event{Kind: k, Call: d.Call})
	}
	return nil
}

func (l *loopback) Attach(call ports.ID, _ ports.Target) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k := l.up[call]; k.stage == ports.StageAnswered { // else it is attached, or over
		l.up[call] = leg{ports.StageAttached, k.answered}
		l.tell(ports.Event{Kind: ports.Attached, Call: call})
		time.AfterFunc(l.talk, func() { _ = l.Hangup(call, ports.NormalClearing) })
	}
	return nil
}

func (l *loopback) Hangup(call ports.ID, cause string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k, up := l.up[call]; up {
		delete(l.up, call)
		l.tell(ports.Event{Kind: ports.Ended, Call: call, Cause: cause, AnsweredAt: k.answered})
	}
	return nil
}

func (l *loopback) Adopt(calls []ports.ID) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, call := range calls {
		l.tell(ports.Event{Kind: ports.Stage, Call: call, Stage: l.up[call].stage}) // 0 is absent
	}
	return nil
}

func (l *loopback) Play(ports.ID, string) error  { return nil }
func (l *loopback) Events() <-chan []ports.Event { return l.events }
func (l *loopback) Limits() ports.Limits         { return ports.Limits{GhostHorizon: time.Minute} }

// Any switch will do that keeps the duties of ports.Telephony: commands return
// at once, and what became of them comes as events.
func Example_bringYourOwnTelephony() {
	ctx := context.Background()
	d, err := outdial.New(outdial.Config{
		Store: memory.New(), Telephony: newLoopback(time.Millisecond), PollEvery: 10 * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	go func() { _ = d.Run(ctx) }()

	spec := campaign.Defaults()
	spec.Name = "Spring offer"
	spec.Destination = "1000" // the extension that takes the calls
	spec.AgentWait = 10 * time.Second
	c, _ := d.Create(ctx, spec)
	_, _ = d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+15550001"})
	_ = d.Start(ctx, c.ID)
	c, err = d.Wait(ctx, c.ID)
	fmt.Println(c.Status, err)
	fmt.Println(d.Shutdown(ctx))
	// Output:
	// completed <nil>
	// <nil>
}
