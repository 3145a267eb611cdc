package simulated

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// begin starts the first leg of a call that the switch has taken.
func (w *World) begin(i uint32) {
	k := &w.calls[i]
	if k.is(agentFirst) {
		k.deadline = w.now + k.ring
		w.plot(i, phaseAgent, min(w.now+int64(k.plan.AgentRing), k.deadline))
		return
	}
	w.dialContact(i)
}

// dialContact starts the contact's leg.
func (w *World) dialContact(i uint32) {
	k := &w.calls[i]
	k.deadline = w.now + k.ring
	w.plot(i, phasePost, min(w.now+int64(k.plan.Post), k.deadline))
}

// step takes a call to its next phase. Whatever it does, the entry that led
// here is used up.
func (w *World) step(i uint32) {
	k := &w.calls[i]
	k.seq = 0
	switch k.phase {
	case phaseSurface:
		w.surface(i)
	case phaseAgent:
		w.agentLeg(i)
	case phasePost:
		w.posted(i)
	case phaseRing:
		w.rung(i)
	case phaseScreen:
		w.screened(i)
	case phaseAttach:
		w.attachment(i)
	case phaseEnd:
		w.end(i, ports.NormalClearing, 200)
	}
}

// surface lets a ghost be seen: from now on it is a call like any other.
func (w *World) surface(i uint32) {
	w.calls[i].flags &^= hidden
	w.load.opened()
	w.witness(i, Surfaced)
	w.begin(i)
}

// agentLeg ends the ringing of the agent's phone.
func (w *World) agentLeg(i uint32) {
	k := &w.calls[i]
	cause := k.plan.AgentCause
	if k.plan.Vanish && k.agent != none {
		w.roster.leave(k.agent, w.now+int64(w.cfg.Faults.Away))
	}
	if cause == "" && int64(k.plan.AgentRing) >= k.ring {
		cause = "NO_ANSWER"
	}
	if cause == "" && !w.engage(i) {
		cause = "USER_BUSY"
	}
	if cause != "" {
		w.refuse(i, cause)
		return
	}
	k.flags |= legUp
	w.tell(i, ports.Event{Kind: ports.AgentUp})
	w.witness(i, AgentUp)
	w.dialContact(i)
}

// posted is the far end's first sign, or that there is none.
func (w *World) posted(i uint32) {
	k := &w.calls[i]
	switch {
	case w.now >= k.deadline:
		w.end(i, "NO_ANSWER", cancelled)
		return
	case !endings[k.plan.Outcome].rings:
		w.end(i, k.plan.Cause, k.plan.SIPStatus)
		return
	}
	k.stage = ports.StageRinging
	w.tell(i, ports.Event{Kind: ports.Progress})
	w.witness(i, Ringing)
	until := k.deadline
	if k.plan.Outcome != attempt.OutcomeNoAnswer {
		until = min(until, w.now+int64(k.plan.Ring))
	}
	w.plot(i, phaseRing, until)
}

// rung ends the ringing.
func (w *World) rung(i uint32) {
	k := &w.calls[i]
	switch {
	case k.plan.Outcome == attempt.OutcomeNoAnswer:
		w.end(i, k.plan.Cause, k.plan.SIPStatus)
	case w.now >= k.deadline:
		w.end(i, "NO_ANSWER", cancelled)
	case k.plan.Outcome == attempt.OutcomeRejected:
		w.end(i, k.plan.Cause, k.plan.SIPStatus)
	default:
		w.answer(i)
	}
}

// answer lets somebody pick up.
func (w *World) answer(i uint32) {
	k := &w.calls[i]
	w.load.Answered++
	w.load.Ringing--
	k.answered = w.now
	k.stage = ports.StageAnswered
	w.tell(i, ports.Event{Kind: ports.Answered})
	w.witness(i, Answered)
	if k.is(agentFirst) {
		w.talk(i)
		return
	}
	k.giveUp = w.now + int64(k.plan.Patience)
	if verdict := w.now + int64(k.plan.Screening); k.is(screen) && verdict < k.giveUp {
		w.plot(i, phaseScreen, verdict)
		return
	}
	w.plot(i, phaseEnd, k.giveUp)
}

// screened tells the verdict. A machine is left on the line: what is done about
// it is the caller's business.
func (w *World) screened(i uint32) {
	k := &w.calls[i]
	w.tell(i, ports.Event{Kind: ports.Screened, Verdict: k.plan.Verdict})
	w.plot(i, phaseEnd, k.giveUp)
}

// attachment connects the agent, unless the contact has had enough or the agent is gone.
func (w *World) attachment(i uint32) {
	k := &w.calls[i]
	if w.now >= k.giveUp {
		w.end(i, ports.NormalClearing, 200)
		return
	}
	if k.plan.Vanish && k.agent != none {
		w.roster.leave(k.agent, w.now+int64(w.cfg.Faults.Away))
	}
	if k.plan.Vanish || !w.engage(i) {
		k.plan.Vanish = false
		k.agent = -1
		w.tell(i, ports.Event{Kind: ports.Unserved})
		w.witness(i, Unserved)
		w.plot(i, phaseEnd, k.giveUp)
		return
	}
	w.tell(i, ports.Event{Kind: ports.Attached})
	w.talk(i)
}

// engage puts the agent on the call. Endpoints that are no agent of the roster
// always have room.
func (w *World) engage(i uint32) bool {
	k := &w.calls[i]
	if k.agent == none || w.roster.take(k.agent, i) {
		return true
	}
	if a := &w.roster.agents[k.agent]; w.oracle != nil && a.call != 0 && !k.is(ghostly) {
		w.oracle.blame(w.now, AgentTwice, k.id, "%s is on call %s", a.name, w.calls[a.call].id)
	}
	return false
}

// talk is the conversation, in either shape.
func (w *World) talk(i uint32) {
	k := &w.calls[i]
	k.stage = ports.StageAttached
	k.flags |= talked
	k.attached = w.now
	w.load.Talking++
	w.load.Attached++
	w.witness(i, Attached)
	w.plot(i, phaseEnd, w.now+int64(k.plan.Talk))
}
