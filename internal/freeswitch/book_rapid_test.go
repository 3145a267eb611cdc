package freeswitch_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// TestEveryCallIsToldOnceInOrderWithOneEnd lives random lives, loses, doubles,
// delays and swaps what the switch says of them, interferes, and lets the book
// audit at the end.
func TestEveryCallIsToldOnceInOrderWithOneEnd(t *testing.T) {
	for range 10 { // of 100 each, unless -rapid.checks says otherwise
		rapid.Check(t, liveAndAudit)
	}
}

func liveAndAudit(t *rapid.T) {
	w := &world{
		t: t, now: noon, up: true, hears: rapid.Bool().Draw(t, "hears"),
		legs: map[ports.ID]*channel{}, of: map[ports.ID]*life{},
	}
	w.b = freeswitch.NewBook(me, w.hears, time.Minute, func() time.Time { return w.now })
	for range rapid.IntRange(1, 120).Draw(t, "actions") {
		w.act(rapid.IntRange(0, 99).Draw(t, "action"))
		w.settle()
	}
	w.finish()
}

// act does one thing: at the switch, on the wire, or to the book.
func (w *world) act(n int) {
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(w.t, "ms")) * time.Millisecond)
	switch {
	case n < 30:
		w.live()
	case n < 52:
		w.deliver()
	case n < 70:
		w.perform()
	case n < 76 && len(w.lives) < 5:
		w.place()
	case n < 80:
		w.list()
	case n < 82:
		w.outage()
	case len(w.lives) > 0 && w.up:
		w.interfere(n, rapid.SampledFrom(w.lives).Draw(w.t, "life"))
	}
}

func (w *world) place() {
	if w.chance(4) {
		w.born("gone")
	} else if w.up {
		w.born(me)
	}
}

// interfere does what an engine, or another worker, does to a call.
func (w *world) interfere(n int, l *life) {
	switch {
	case n < 86:
		w.b.Hangup(l.id, "ORIGINATOR_CANCEL")
	case n < 91:
		w.b.Attach(l.id, ports.Target{Agent: "1000"})
	case n < 92:
		w.b.Attach(l.id, ports.Target{Destination: "7000"})
	case n < 97:
		w.adopt(l.id)
	case n < 98:
		w.adopt(uuid.New())
	default:
		w.inherit(l)
	}
}

// inherit lets another worker adopt a call of ours. Between two owners the
// switch has caught up: the book tells only the last owner's events from ours.
func (w *world) inherit(l *life) {
	if l.contact.owner != me || len(w.wire) > 0 {
		return
	}
	for _, d := range w.todo {
		if d.Call == l.id && d.Kind == freeswitch.DeedOwn {
			return
		}
	}
	l.theirs, l.contact.owner = true, heir
	if l.agent != nil {
		l.agent.owner = heir
	}
}

func (w *world) adopt(call ports.ID) {
	before := w.b.Len()
	w.b.Adopt(call)
	l := w.of[call]
	w.book.adopted(call, w.b.Len() > before, l != nil && l.contact.alive)
}

// live lets the next thing happen to some call.
func (w *world) live() {
	if len(w.lives) == 0 {
		return
	}
	l := rapid.SampledFrom(w.lives).Draw(w.t, "life")
	if len(l.steps) > 0 {
		step := l.steps[0]
		l.steps = l.steps[1:]
		step()
	}
}

func (w *world) deliver() {
	if len(w.wire) > 0 && w.up {
		m := w.wire[0]
		w.wire = w.wire[1:]
		m.put()
	}
}

// outage loses the switch, or finds it again.
func (w *world) outage() {
	if w.up {
		for _, m := range w.wire {
			if m.lost != nil {
				m.lost()
			}
		}
		w.up, w.wire, w.todo = false, nil, nil
		w.b.Disconnected()
		w.book.forgive()
		return
	}
	w.up = true
	w.b.Reconnected()
	w.b.List(w.channels(), 0)
}

func (w *world) list() {
	if w.up {
		w.b.List(w.channels(), 2*time.Second)
	}
}

func (w *world) channels() []freeswitch.Channel {
	var list []freeswitch.Channel
	for _, l := range w.lives {
		for _, c := range []*channel{l.agent, l.contact} {
			if c != nil && c.alive {
				list = append(list, freeswitch.Channel{ID: c.id, State: c.state()})
			}
		}
	}
	return list
}

func (c *channel) state() string {
	switch {
	case !c.answered.IsZero():
		return "ACTIVE"
	case !c.progress.IsZero():
		return "RINGING"
	}
	return "DOWN"
}

// settle checks what the book has told, and queues what it wants done.
func (w *world) settle() {
	w.todo = append(w.todo, w.b.Deeds()...)
	w.book.enter(w.t, w.of, w.b.Take())
}

// finish ends every call without a word, and audits.
func (w *world) finish() {
	w.calm = true
	if !w.up {
		w.outage()
	}
	w.settle()
	w.up = false // what ends now is not told
	for _, c := range w.legs {
		c.alive = false
	}
	for _, l := range w.lives {
		l.steps = nil
		if !w.hears && l.placed && !l.replied {
			w.b.Lost(l.id)
		}
	}
	w.up = true
	w.drain()
	w.now = w.now.Add(10 * time.Second)
	w.list()
	w.drain()
	w.book.close(w.t, w.of)
	if w.b.Len() != 0 || w.b.Ringing() != 0 {
		w.t.Errorf("%d calls are left in the book, %d of them ringing: %v", w.b.Len(), w.b.Ringing(), w.book.story())
	}
}

func (w *world) drain() {
	w.settle()
	for range 10_000 {
		if len(w.wire)+len(w.todo) == 0 {
			return
		}
		w.deliver()
		w.settle()
		w.perform()
		w.settle()
	}
	w.t.Fatal("the book and the switch never come to rest")
}
