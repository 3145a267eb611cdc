package freeswitch

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Reply puts in the result of an originate: of a call, by the call's id, or of
// an agent's leg that [DeedRaise] asked for, by that leg's.
func (b *Book) Reply(id ports.ID, reply string) {
	r := ParseReply(reply)
	if e := b.legs[id]; e != nil && e.shape != attempt.AgentFirst {
		b.raised(e, r.OK && r.Text == id.String(), time.Time{})
		return
	}
	if r.OK && b.shed.has(id) {
		b.do(Deed{Kind: DeedKill, Leg: id, Cause: ports.NormalClearing})
		return
	}
	e := b.calls[id]
	if e == nil {
		return
	}
	e.blocking, e.quiet, e.since = false, false, b.now()
	up := id // the leg that the originate calls first
	if e.shape == attempt.AgentFirst {
		up = e.agentLeg
	}
	switch {
	case !r.OK:
		b.notPlaced(e, r.Text)
	case r.Text != up.String():
		b.look(e) // it says something, and not that our call is up
	case e.shape == attempt.AgentFirst:
		b.tell(e, toldAgentUp, ports.Event{Kind: ports.AgentUp})
	default:
		e.seen = true
		b.answered(e, e.since)
	}
}

// notPlaced takes an originate's failure. What a carrier said is told by the
// channel's own end with more detail, before this or after it, where events
// come at all.
func (b *Book) notPlaced(e *entry, cause string) {
	switch {
	case cause == Unclear:
		b.look(e)
	case e.shape == attempt.AgentFirst && !e.seen:
		b.refused(e, cause, time.Time{})
	case !e.seen && LocalRefusal(cause):
		b.refused(e, cause, time.Time{})
	case b.hears:
		e.failed = cause // and the next audit looks, should the end not come
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	default:
		b.end(e, ports.Event{Kind: ports.Ended, Cause: cause})
	}
}

// Lost puts in that the reply to an originate was lost: the truth has to be
// found out.
func (b *Book) Lost(id ports.ID) {
	if e := b.legs[id]; e != nil && e.shape != attempt.AgentFirst {
		b.raised(e, false, time.Time{})
		return
	}
	if e := b.calls[id]; e != nil {
		e.blocking = false
		b.look(e)
	}
}
