package freeswitch

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Book keeps the calls that one connection looks after. What the switch says is
// put in; what the port must hear ([Book.Take]) and what must be done about it
// ([Book.Deeds]) comes out. Each thing is told once and in order, and each call
// that the switch took ends once, however often, late or disordered the switch
// speaks. Not safe for concurrent use.
type Book struct {
	owner string
	now   func() time.Time
	// hears says that events come: a call's own end is worth waiting for.
	hears   bool
	horizon time.Duration

	calls   map[ports.ID]*entry
	legs    map[ports.ID]*entry   // agents' legs
	peeks   map[ports.ID]ports.ID // agents' legs that are looked at, to their calls
	ringing int
	over    graves
	// shed are agents' legs that were let go, perhaps before they existed.
	shed graves
	// doubts are calls that were not there when they were asked about, and may
	// still surface until then.
	doubts map[ports.ID]doubt

	out   []ports.Event
	deeds []Deed
}

// NewBook returns an empty book of the connection called owner ([VarOwner]).
// Hears says whether the switch tells events; if not, replies and looks are all
// there is. Horizon is how long a call that was not there may still surface.
func NewBook(owner string, hears bool, horizon time.Duration, now func() time.Time) *Book {
	return &Book{
		owner: owner, hears: hears, horizon: horizon, now: now,
		doubts: map[ports.ID]doubt{}, peeks: map[ports.ID]ports.ID{},
		calls: map[ports.ID]*entry{}, legs: map[ports.ID]*entry{}, over: graves{}, shed: graves{},
	}
}

// Take returns the events since it was last called.
func (b *Book) Take() []ports.Event {
	out := b.out
	b.out = nil
	return out
}

// Deeds returns what is to be done since it was last called.
func (b *Book) Deeds() []Deed {
	deeds := b.deeds
	b.deeds = nil
	return deeds
}

// Len is how many calls are in the book.
func (b *Book) Len() int { return len(b.calls) }

// Has reports whether a call is in the book.
func (b *Book) Has(call ports.ID) bool { return b.calls[call] != nil }

// Ringing is how many calls have neither been answered nor ended.
func (b *Book) Ringing() int { return b.ringing }

// Place notes a call before its originate is sent. Blocking says that the
// originate's reply tells its end.
func (b *Book) Place(d ports.Dial, blocking bool) {
	e := &entry{
		id: d.Call, shape: d.Shape, ring: d.RingTimeout, screen: d.Screen,
		blocking: blocking, since: b.now(), placed: true,
	}
	if d.Shape == attempt.AgentFirst {
		b.setLeg(e, AgentLegID(d.Call))
	}
	b.add(e)
}

func (b *Book) add(e *entry) {
	b.calls[e.id] = e
	b.ringing++
}

// NotSent tells that an originate, of a call or of an agent's leg, was not
// carried out, for certain.
func (b *Book) NotSent(leg ports.ID, why string) {
	if e := b.calls[leg]; e != nil {
		b.refused(e, why, time.Time{})
		return
	}
	if e := b.legs[leg]; e != nil && e.shape != attempt.AgentFirst {
		b.raised(e, false, time.Time{})
	}
}

// Withdraw ends a call, as was asked, whose originate had not been sent.
func (b *Book) Withdraw(call ports.ID, cause string) {
	if e := b.calls[call]; e != nil {
		b.end(e, ports.Event{Kind: ports.Ended, Cause: cause})
	}
}

func (b *Book) setLeg(e *entry, leg ports.ID) {
	e.agentLeg = leg
	b.legs[leg] = e
}

// drop forgets a call without a word.
func (b *Book) drop(e *entry) {
	if b.calls[e.id] != e {
		return
	}
	delete(b.calls, e.id)
	delete(b.legs, e.agentLeg)
	if e.told&toldAnswered == 0 {
		b.ringing--
	}
}

// know notes that the port knows so much.
func (b *Book) know(e *entry, what told) {
	if what&toldAnswered != 0 && e.told&toldAnswered == 0 {
		b.ringing--
	}
	e.told |= what
}

// Hangup notes that a call is to be hung up on: its agent's leg too, as the
// contact's may not exist yet.
func (b *Book) Hangup(call ports.ID, cause string) {
	e := b.calls[call]
	if e == nil {
		// Not ours, as far as we know; whoever asks knows better.
		b.do(Deed{Kind: DeedKill, Call: call, Leg: call, Cause: cause})
		b.do(Deed{Kind: DeedKill, Call: call, Leg: AgentLegID(call), Cause: cause})
		return
	}
	e.kill = cause
	b.kill(e)
}

func (b *Book) kill(e *entry) {
	b.do(Deed{Kind: DeedKill, Call: e.id, Leg: e.id, Cause: e.kill})
	if e.agentLeg != (ports.ID{}) {
		b.do(Deed{Kind: DeedKill, Call: e.id, Leg: e.agentLeg, Cause: e.kill})
	}
}

func (b *Book) do(d Deed) { b.deeds = append(b.deeds, d) }

// tell passes an event on, once. What must have happened before it and was
// missed is told first.
func (b *Book) tell(e *entry, what told, ev ports.Event) {
	if e.told&(what|overtaking(what)) != 0 {
		return
	}
	if what != toldAccepted {
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted, At: ev.At})
	}
	if e.shape == attempt.AgentFirst && what&(toldProgress|toldAnswered) != 0 {
		b.tell(e, toldAgentUp, ports.Event{Kind: ports.AgentUp, At: ev.At})
	}
	b.know(e, what)
	ev.Call = e.id
	b.emit(ev)
}

// overtaking is what makes an event stale that is told after it.
func overtaking(what told) told {
	switch what {
	case toldAgentUp:
		return toldProgress | toldAnswered
	case toldProgress:
		return toldAnswered
	}
	return 0
}

func (b *Book) emit(ev ports.Event) {
	if ev.At.IsZero() {
		ev.At = b.now()
	}
	b.out = append(b.out, ev)
}

// end tells the end of a call and forgets it.
func (b *Book) end(e *entry, ev ports.Event) {
	if ev.Kind == ports.Ended {
		if !ev.AnsweredAt.IsZero() {
			b.answered(e, ev.AnsweredAt)
		}
		if e.told&toldAnswered != 0 && ev.AnsweredAt.IsZero() {
			ev.AnsweredAt = e.answeredAt
		}
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted, At: ev.At})
	}
	ev.Call = e.id
	b.emit(ev)
	b.bury(e)
}

// bury forgets a call that is over, and remembers that it is: the switch may
// go on speaking of it.
func (b *Book) bury(e *entry) {
	b.leave(e)
	b.answer(e, ports.StageAbsent)
}

// leave forgets a call whose later events are none of ours. An agent's leg that
// was on its way is of no use now.
func (b *Book) leave(e *entry) {
	b.giveUp(e)
	b.drop(e)
	b.over.add(e.id, b.now())
	if e.shape != attempt.AgentFirst && (e.attach == raising || e.attach == joining) {
		b.shed.add(e.agentLeg, b.now())
		return
	}
	b.over.add(e.agentLeg, b.now())
}

func (b *Book) answered(e *entry, at time.Time) {
	if e.told&toldAnswered == 0 {
		e.answeredAt = at
	}
	b.tell(e, toldAnswered, ports.Event{Kind: ports.Answered, At: at})
}
