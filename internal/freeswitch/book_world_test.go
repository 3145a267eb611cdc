package freeswitch_test

import (
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// channel is one leg as it truly is.
type channel struct {
	id                        ports.ID
	alive                     bool
	owner, leg, call          string
	progress, answered, joint time.Time
	parked, marked            bool
	cause, disposition        string
	originator                string
}

func (c *channel) event(now time.Time, name string, more ...string) *freeswitch.Event {
	ev := event(now, name, c.id, "variable_outdial_owner", c.owner, "variable_outdial_leg", c.leg,
		"variable_outdial_call", c.call, "variable_originator", c.originator,
		"variable_last_bridge_hangup_cause", c.cause, "variable_originate_disposition", c.disposition)
	for header, at := range map[string]time.Time{
		"variable_answer_uepoch": c.answered, "Caller-Channel-Progress-Time": c.progress, "Caller-Channel-Bridged-Time": c.joint,
	} {
		if !at.IsZero() {
			ev.Headers[header] = micros(at)
		}
	}
	if c.parked {
		ev.Headers["variable_current_application"] = "park"
	}
	if c.marked {
		ev.Headers["variable_outdial_stage"] = "attached"
	}
	for i := 0; i < len(more); i += 2 {
		ev.Headers[more[i]] = more[i+1]
	}
	return ev
}

// life is one call as it truly is.
type life struct {
	id             ports.ID
	shape          attempt.Shape
	contact, agent *channel
	placed         bool // by us, so that the originate's result comes to us
	replied        bool
	steps          []func() // what is still to happen
	theirs         bool     // another worker has it
}

// message is something on its way to the book.
type message struct {
	owner string
	put   func()
	lost  func() // if that is noticed
}

// world is a switch as it truly is, and what it has said so far.
type world struct {
	t     *rapid.T
	b     *freeswitch.Book
	hears bool
	up    bool
	now   time.Time
	lives []*life
	legs  map[ports.ID]*channel
	of    map[ports.ID]*life // by call, and by leg
	wire  []message
	todo  []freeswitch.Deed
	book  ledger
	calm  bool // nothing is lost any more
}

// chance draws whether one in n happens.
func (w *world) chance(n int) bool { return !w.calm && rapid.IntRange(1, n).Draw(w.t, "chance") == 1 }

// send puts a message on the wire, where it may be lost, doubled or overtaken.
func (w *world) send(owner string, put func()) {
	if !w.up || w.chance(8) {
		return
	}
	w.wire = append(w.wire, message{owner: owner, put: put})
	if w.chance(8) {
		w.wire = append(w.wire, message{owner: owner, put: put})
	}
	for i := len(w.wire) - 1; i > 0 && w.chance(4); i-- {
		if w.wire[i].owner == w.wire[i-1].owner { // one channel's events keep their order otherwise
			w.wire[i], w.wire[i-1] = w.wire[i-1], w.wire[i]
		}
	}
}

func (w *world) says(c *channel, name string, more ...string) {
	if !w.hears {
		return
	}
	ev := c.event(w.now, name, more...)
	w.send(c.owner, func() {
		w.t.Logf("%s of %s %s, owned by %s", name, c.leg, c.call, ev.Var(freeswitch.VarOwner))
		w.b.Event(ev)
	})
}

// replies sends the result of an originate; without events it comes on its own
// connection, and that it is lost is known.
func (w *world) replies(id ports.ID, text string) {
	if w.hears {
		w.send("", func() {
			w.t.Logf("reply to %s: %s", id, text)
			w.b.Reply(id, text)
		})
		return
	}
	lost := func() {
		w.b.Lost(id)
		w.b.Doubt(id, w.now.Add(time.Minute))
	}
	if w.up && !w.chance(6) {
		w.wire = append(w.wire, message{put: func() { w.b.Reply(id, text) }, lost: lost})
		return
	}
	lost()
}

func (w *world) channel(l *life, id ports.ID, leg, owner string) *channel {
	c := &channel{id: id, leg: leg, owner: owner, call: l.id.String()}
	w.legs[id] = c
	w.of[id] = l
	return c
}

// born starts a call that me or another worker has placed.
func (w *world) born(owner string) {
	l := &life{id: uuid.NewSHA1(theOne, []byte{byte(len(w.lives))}), placed: owner == me, theirs: owner != me}
	l.shape = rapid.SampledFrom([]attempt.Shape{attempt.ContactFirst, attempt.AgentFirst}).Draw(w.t, "shape")
	l.contact = w.channel(l, l.id, "contact", owner)
	if l.shape == attempt.AgentFirst {
		l.agent = w.channel(l, freeswitch.AgentLegID(l.id), "agent", owner)
		l.contact.originator = l.agent.id.String()
	}
	w.lives = append(w.lives, l)
	w.plot(l)
	if owner != me {
		return
	}
	w.b.Place(ports.Dial{Call: l.id, Shape: l.shape, Screen: true}, !w.hears)
	switch rapid.IntRange(1, 15).Draw(w.t, "sent") {
	case 14:
		l.steps = nil
		w.b.NotSent(l.id, "NOT_CONNECTED")
	case 15:
		l.steps = nil
		w.b.Withdraw(l.id, "ORIGINATOR_CANCEL")
	}
}
