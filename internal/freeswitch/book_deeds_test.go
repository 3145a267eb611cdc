package freeswitch_test

import (
	"github.com/outdial/outdial/internal/freeswitch"
)

// perform does the first deed that waits.
func (w *world) perform() {
	if len(w.todo) == 0 || !w.up {
		return
	}
	d := w.todo[0]
	w.todo = w.todo[1:]
	c := w.legs[d.Leg]
	w.t.Logf("%s %s of %s", does[d.Kind], d.Leg, d.Call)
	switch d.Kind {
	case freeswitch.DeedKill:
		if c != nil {
			w.ends(c, d.Cause)
		}
	case freeswitch.DeedRaise:
		w.raise(d)
	case freeswitch.DeedBridge:
		w.join(d, c != nil && c.alive)
	case freeswitch.DeedTransfer:
		w.join(d, !w.chance(3))
	case freeswitch.DeedMark:
		w.of[d.Call].contact.marked = true
	case freeswitch.DeedOwn:
		if c != nil && c.alive {
			c.owner = me
			w.of[d.Call].theirs = false
		}
	case freeswitch.DeedLook:
		w.look(d, c)
	}
}

func (w *world) look(d freeswitch.Deed, c *channel) {
	switch {
	case w.chance(10):
		w.b.LookFailed(d.Call)
		delete(w.book.asked(), d.Call)
	case c == nil || !c.alive:
		w.b.Looked(d.Leg, nil)
	default:
		w.b.Looked(d.Leg, c.event(w.now, "CHANNEL_DATA"))
	}
}

// raise calls an agent for a parked contact.
func (w *world) raise(d freeswitch.Deed) {
	c := w.channel(w.of[d.Call], d.Leg, "agent", me)
	w.makes(c)
	if w.chance(3) {
		w.ends(c, "NO_ANSWER")
		w.replies(c.id, "-ERR NO_ANSWER")
		return
	}
	w.answers(c)
	w.replies(c.id, "+OK "+c.id.String())
}

func (w *world) join(d freeswitch.Deed, agent bool) {
	contact := w.of[d.Call].contact
	if !agent || !contact.alive {
		w.b.Joined(d.Call, d.Leg, "-ERR no such channel")
		return
	}
	w.says(contact, freeswitch.EventBridge)
	w.b.Joined(d.Call, d.Leg, "+OK "+d.Leg.String())
}
