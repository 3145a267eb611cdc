package freeswitch

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Adopt asks what a call is now; [ports.Stage] answers, once for each time it
// was asked. From now on the call's events are taken, so that none is missed
// while the switch is asked.
func (b *Book) Adopt(call ports.ID) {
	e := b.calls[call]
	if e == nil {
		e = &entry{id: call, since: b.now()}
		b.add(e)
		delete(b.over, call)
	}
	e.asked++
	e.quiet = false // a look that is half done is too old to answer this
	b.look(e)
}

func (b *Book) look(e *entry) {
	if !e.looking {
		e.looking = true
		b.do(Deed{Kind: DeedLook, Call: e.id, Leg: e.id})
	}
}

// lookLater looks once what the switch may be about to tell has had its time.
func (b *Book) lookLater(e *entry) {
	if !e.looking {
		e.looking = true
		b.do(Deed{Kind: DeedLook, Call: e.id, Leg: e.id, Later: b.hears})
	}
}

// Looked puts in what a [DeedLook] has found: the channel's dump, or nil if
// there is no such channel.
func (b *Book) Looked(leg ports.ID, dump *Event) {
	switch e := b.calls[leg]; {
	case e != nil && dump != nil:
		e.looking = false
		b.present(e, dump)
		return
	case e != nil:
		// Agent first, there may be nobody but the agent yet, or any more.
		e.quiet = true
		agent := AgentLegID(e.id)
		b.peeks[agent] = e.id
		b.do(Deed{Kind: DeedLook, Call: e.id, Leg: agent})
		return
	}
	e := b.calls[b.peeks[leg]]
	delete(b.peeks, leg)
	if e == nil {
		if dump != nil {
			b.doubted(leg)
		}
		return
	}
	e.looking = false
	switch {
	case !e.quiet:
		b.look(e) // something was heard of it meanwhile
	case dump == nil:
		b.absent(e)
	default:
		b.agentAlone(e, leg, dump)
	}
}

// LookFailed puts in that a look had no answer. It is taken up again by the
// next audit; the question of Adopt is dropped, as its asker asks again.
func (b *Book) LookFailed(call ports.ID) {
	e := b.calls[call]
	if e == nil {
		return
	}
	e.looking = false
	delete(b.peeks, AgentLegID(call))
	if e.asked > 0 && e.told == 0 && !e.blocking {
		b.drop(e)
	}
	e.asked = 0
}

// LookUnread puts in that a look's answer could not be read, which says that
// the channel is there: the next list tells what it is.
func (b *Book) LookUnread(leg ports.ID) {
	e := b.calls[leg]
	if e == nil {
		e = b.calls[b.peeks[leg]]
	}
	if e == nil {
		b.doubted(leg)
		return
	}
	e.looking, e.blind = false, true
}

// present catches up with a call that lives.
func (b *Book) present(e *entry, dump *Event) {
	if b.moved(e, dump) {
		return
	}
	e.since, e.seen, e.waited = b.now(), true, false
	b.own(e, e.id, dump)
	b.joined(e, dump)
	if dump.Get("variable_originator") != "" && e.shape != attempt.AgentFirst && e.told == 0 {
		e.shape = attempt.AgentFirst
		b.setLeg(e, AgentLegID(e.id))
		b.do(Deed{Kind: DeedOwn, Call: e.id, Leg: e.agentLeg})
	}
	stage := stageOf(e, dump)
	if e.placed {
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	}
	if e.asked > 0 {
		b.know(e, implied(stage))
		if stage >= ports.StageAnswered && e.answeredAt.IsZero() {
			e.answeredAt = first(dump.AnsweredAt(), b.now())
		}
		if stage == ports.StageAttached {
			e.attach = attached
		}
		b.answer(e, stage)
		return
	}
	b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	if stage >= ports.StageRinging {
		b.tell(e, toldProgress, ports.Event{Kind: ports.Progress})
	}
	if stage >= ports.StageAnswered {
		b.answered(e, first(dump.AnsweredAt(), b.now()))
	}
}

// own takes a channel over: from now on its events show our name.
func (b *Book) own(e *entry, leg ports.ID, dump *Event) {
	switch owner := dump.Var(VarOwner); {
	case owner != b.owner:
		b.do(Deed{Kind: DeedOwn, Call: e.id, Leg: leg})
	case !b.hears:
		e.former = ""
	}
}

// implied is what a stage says, so that it is not told again.
func implied(s ports.CallStage) told {
	t := toldAccepted
	if s >= ports.StageRinging {
		t |= toldAgentUp | toldProgress
	}
	if s >= ports.StageAnswered {
		t |= toldAnswered
	}
	if s >= ports.StageAttached {
		t |= toldAttached
	}
	return t
}

// stageOf reads a dump of the contact's channel. Its Answer-State is "ringing"
// from the start, so that the time of the 180 or 183 decides.
func stageOf(e *entry, dump *Event) ports.CallStage {
	switch {
	case e.told&toldAnswered != 0, !dump.AnsweredAt().IsZero(), dump.Get("Answer-State") == "answered":
		if e.shape != attempt.AgentFirst && !dump.Served() && e.attach != attached {
			return ports.StageAnswered
		}
		return ports.StageAttached
	case e.told&toldProgress != 0,
		!dump.micros("Caller-Channel-Progress-Time").IsZero(),
		!dump.micros("Caller-Channel-Progress-Media-Time").IsZero():
		return ports.StageRinging
	}
	return ports.StageDialling
}

// absent takes it that neither leg exists.
func (b *Book) absent(e *entry) {
	switch {
	case e.told != 0 && b.hears && !e.waited:
		e.waited = true // its end, which says more, may be under way
		b.lookLater(e)
	case e.told != 0 && e.blocking:
		// its reply is about to tell how it ended; who asks hears of that, too
	case e.told != 0:
		b.end(e, ports.Event{Kind: ports.Ended, Cause: firstText(e.failed, e.kill), AnsweredAt: e.answeredAt})
	case e.blocking:
		b.answer(e, ports.StageAbsent) // its originate is still on its way
	default:
		b.drop(e)
		b.Doubt(e.id, b.now().Add(b.horizon))
		b.answer(e, ports.StageAbsent)
	}
}

// agentAlone looks at a call of which only the agent's leg exists: the contact
// is still to be called, or is gone.
func (b *Book) agentAlone(e *entry, leg ports.ID, dump *Event) {
	if b.moved(e, dump) {
		return
	}
	e.since, e.shape = b.now(), attempt.AgentFirst
	b.setLeg(e, leg)
	b.own(e, leg, dump)
	if dump.Var("current_application") == "park" {
		b.agentLeft(e, dump)
		return
	}
	if e.placed {
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	}
	if e.asked > 0 {
		b.know(e, toldAccepted)
		if !dump.AnsweredAt().IsZero() {
			b.know(e, toldAgentUp)
		}
		b.answer(e, ports.StageDialling)
		return
	}
	b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	if !dump.AnsweredAt().IsZero() {
		b.tell(e, toldAgentUp, ports.Event{Kind: ports.AgentUp})
	}
}

// agentLeft reads the contact's end off the agent's leg, which was kept for
// that ([Site.OriginateKept]), and lets the agent go.
func (b *Book) agentLeft(e *entry, dump *Event) {
	b.do(Deed{Kind: DeedKill, Call: e.id, Leg: e.agentLeg, Cause: ports.NormalClearing})
	b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	b.tell(e, toldAgentUp, ports.Event{Kind: ports.AgentUp})
	b.contactOver(e, dump)
}

// contactOver tells the contact's end as the agent's leg knows it.
func (b *Book) contactOver(e *entry, leg *Event) {
	cause := bridgeCause(leg)
	if cause == "SUCCESS" { // the contact answered, and the agent's leg ended it
		cause = firstText(leg.Get(varCause), ports.NormalClearing)
	}
	joined := leg.micros("Caller-Channel-Bridged-Time")
	if joined.IsZero() && !e.seen && LocalRefusal(cause) {
		b.refused(e, cause, leg.At())
		return
	}
	sip := leg.Var("last_bridge_proto_specific_hangup_cause")
	b.end(e, ports.Event{
		Kind: ports.Ended, At: leg.At(), Cause: cause, AnsweredAt: first(e.answeredAt, joined),
		SIPStatus: sipStatus(after(sip, "sip:")),
	})
}

// bridgeCause is the contact's cause on an agent's leg; "" before the contact
// was called.
func bridgeCause(leg *Event) string {
	return firstText(leg.Var("last_bridge_hangup_cause"), leg.Var("originate_disposition"))
}

// answer answers Adopt.
func (b *Book) answer(e *entry, s ports.CallStage) {
	for ; e.asked > 0; e.asked-- {
		b.emit(ports.Event{Kind: ports.Stage, Call: e.id, Stage: s})
	}
}
