package freeswitch_test

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
)

// plot draws what will happen to a call if nobody interferes.
func (w *world) plot(l *life) {
	then := func(f func()) { l.steps = append(l.steps, f) }
	if l.shape == attempt.AgentFirst {
		then(func() { w.makes(l.agent) })
		if w.chance(5) {
			then(func() { w.ends(l.agent, "USER_BUSY") })
			return
		}
		then(func() {
			w.answers(l.agent)
			w.reply(l, "+OK "+l.agent.id.String())
		})
	}
	if w.chance(6) {
		then(func() { w.refuses(l) })
		return
	}
	then(func() { w.makes(l.contact) })
	if !w.chance(3) {
		then(func() {
			l.contact.progress = w.now
			w.says(l.contact, freeswitch.EventProgress)
		})
	}
	if w.chance(3) {
		then(func() { w.ends(l.contact, "NO_USER_RESPONSE") })
		return
	}
	then(func() { w.picksUp(l) })
	then(func() { w.says(l.contact, freeswitch.EventCustom, "Event-Subclass", freeswitch.AvmdBeep) })
	then(func() {})
	then(func() { w.ends(l.contact, "NORMAL_CLEARING") })
}

func (w *world) makes(c *channel) {
	c.alive = true
	w.says(c, freeswitch.EventCreate)
}

func (w *world) answers(c *channel) {
	c.answered = w.now
	w.says(c, freeswitch.EventAnswer)
}

func (w *world) picksUp(l *life) {
	w.answers(l.contact)
	if l.agent == nil {
		w.reply(l, "+OK "+l.id.String())
		return
	}
	l.agent.joint, l.agent.disposition = w.now, "SUCCESS"
	w.says(l.agent, freeswitch.EventBridge)
}

// refuses is the switch's own refusal to dial the contact.
func (w *world) refuses(l *life) {
	w.says(&channel{id: l.id}, freeswitch.EventDestroy, "variable_outdial_owner", "")
	if l.agent == nil {
		w.reply(l, "-ERR GATEWAY_DOWN")
		return
	}
	l.agent.disposition = "GATEWAY_DOWN"
	w.letGo(l)
}

// letGo ends the agent's leg after the contact's, or parks it where it is kept.
func (w *world) letGo(l *life) {
	if w.hears {
		w.ends(l.agent, "NORMAL_CLEARING")
		return
	}
	l.agent.parked = true
}

// ends ends a leg and with it, where they belong together, the other one.
func (w *world) ends(c *channel, cause string) {
	if !c.alive {
		return
	}
	c.alive = false
	l := w.of[c.id]
	early := w.chance(2)
	if early && c == l.contact {
		w.reply(l, "-ERR "+cause)
	}
	w.says(c, freeswitch.EventHangup, "Hangup-Cause", cause)
	w.says(c, freeswitch.EventDestroy, "Hangup-Cause", cause)
	switch {
	case c == l.contact && l.agent != nil && l.agent.alive:
		l.steps = nil
		l.agent.cause = cause
		w.letGo(l)
	case c == l.contact:
		l.steps = nil
		w.reply(l, "-ERR "+cause)
	case c == l.agent:
		l.steps = nil
		w.reply(l, "-ERR "+cause)
		w.ends(l.contact, "ORIGINATOR_CANCEL")
	}
}

// reply answers the originate, once.
func (w *world) reply(l *life, text string) {
	if l.placed && !l.replied {
		l.replied = true
		w.replies(l.id, text)
	}
}
