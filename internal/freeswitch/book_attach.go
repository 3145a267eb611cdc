package freeswitch

import (
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// ringDefault is how long an agent's leg rings for a call whose ring time-out
// is not known, as it was placed by another worker: the guide's default.
const ringDefault = 30 * time.Second

// Attach asks that an answered contact be connected: to an agent, whose leg is
// called and then joined to the contact's, or to an extension. Asking again
// while it is under way or done changes nothing.
func (b *Book) Attach(call ports.ID, to ports.Target) {
	e := b.calls[call]
	if e == nil || e.attach != unattached || e.shape == attempt.AgentFirst || e.told&toldAnswered == 0 {
		return
	}
	if to.Agent == "" {
		e.attach = joining
		b.do(Deed{Kind: DeedTransfer, Call: call, To: to})
		return
	}
	e.attach = raising
	delete(b.legs, e.agentLeg)
	e.raised++
	mine := uuid.NewSHA1(call, []byte(b.owner)) // another worker may have raised some too
	b.setLeg(e, AttachLegID(mine, e.raised))
	ring := e.ring
	if ring == 0 {
		ring = ringDefault
	}
	b.do(Deed{Kind: DeedRaise, Call: call, Leg: e.agentLeg, To: to, Ring: ring})
}

// raised takes the result of calling the agent.
func (b *Book) raised(e *entry, up bool, at time.Time) {
	switch {
	case e.attach != raising:
	case up:
		e.attach = joining
		b.do(Deed{Kind: DeedBridge, Call: e.id, Leg: e.agentLeg})
	default:
		b.unserved(e, at)
	}
}

// attachEvent takes an event of an agent's leg that is called for a parked
// contact.
func (b *Book) attachEvent(e *entry, ev *Event) {
	switch ev.Name() {
	case EventAnswer:
		b.raised(e, true, ev.At())
	case EventBridge:
		b.bridged(e, ev.At())
	case EventHangup:
		if e.attach == raising || e.attach == joining {
			b.unserved(e, ev.At())
		}
	}
}

// letGo hangs up an agent's leg that is on its way, and forgets it.
func (b *Book) letGo(e *entry) {
	b.giveUp(e)
	b.shed.add(e.agentLeg, b.now())
	delete(b.legs, e.agentLeg)
	e.attach, e.agentLeg, e.unsure = unattached, ports.ID{}, false
}

// joined finds out, by the contact's dump, what became of a bridge whose result
// was lost with the switch.
func (b *Book) joined(e *entry, dump *Event) {
	if !e.unsure || e.attach != joining {
		return
	}
	done := dump.Transferred()
	if e.agentLeg != (ports.ID{}) {
		done = dump.With(e.agentLeg)
	}
	if done {
		e.unsure = false
		b.bridged(e, time.Time{})
		return
	}
	b.letGo(e)
}

// giveUp hangs up an agent's leg that is on its way to a parked contact.
func (b *Book) giveUp(e *entry) {
	on := e.attach == raising || e.attach == joining
	if on && e.shape != attempt.AgentFirst && e.agentLeg != (ports.ID{}) {
		b.do(Deed{Kind: DeedKill, Call: e.id, Leg: e.agentLeg, Cause: ports.NormalClearing})
	}
}

// Joined puts in the result of [DeedBridge] or [DeedTransfer], of that call and
// leg.
func (b *Book) Joined(call, leg ports.ID, reply string) {
	e := b.calls[call]
	if e == nil || e.attach != joining || e.agentLeg != leg {
		return
	}
	if !ParseReply(reply).OK {
		b.unserved(e, time.Time{})
		return
	}
	b.bridged(e, time.Time{})
}

// bridged notes that contact and agent are connected. Agent first, the
// contact's answer has said so.
func (b *Book) bridged(e *entry, at time.Time) {
	if e.shape == attempt.AgentFirst || e.attach == attached {
		return
	}
	e.attach = attached
	b.do(Deed{Kind: DeedMark, Call: e.id, Leg: e.id})
	b.answered(e, first(at, b.now()))
	b.tell(e, toldAttached, ports.Event{Kind: ports.Attached, At: at})
}

// unserved tells that the agent could not be attached, and hangs up what there
// may be of the agent's leg.
func (b *Book) unserved(e *entry, at time.Time) {
	if e.agentLeg != (ports.ID{}) {
		b.do(Deed{Kind: DeedKill, Call: e.id, Leg: e.agentLeg, Cause: ports.NormalClearing})
		delete(b.legs, e.agentLeg)
		b.shed.add(e.agentLeg, b.now())
		e.agentLeg = ports.ID{}
	}
	e.attach = unattached
	b.know(e, toldUnserved)
	b.emit(ports.Event{Kind: ports.Unserved, Call: e.id, At: at})
}
