package engine

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// Decision returns what the engine last decided for a campaign; false if it
// does not know the campaign.
func (e *Engine) Decision(id ports.ID) (Decision, bool) {
	c := e.camps[id]
	if c == nil || c.decision.Limit == "" {
		return Decision{}, false
	}
	return c.decision, true
}

// Seeking reports whether a campaign could dial if it had agents.
func (e *Engine) Seeking(id ports.ID) bool {
	c := e.camps[id]
	return c != nil && c.decision.Limit == pacing.LimitAgents && c.unbound.IsZero()
}

// InFlight reports whether an operation of a kind waits for its result.
func (e *Engine) InFlight(k OpKind) bool { return e.flight[k] }

// Held is how many attempts this worker holds.
func (e *Engine) Held() int { return e.heldCount }

// Left reports whether a stopping worker has said good-bye to the store.
func (e *Engine) Left() bool { return e.left }

// Quiet reports whether nothing will happen any more unless somebody acts:
// nothing is held, nothing in flight but heartbeats and polls, and no campaign
// has a time to wait for.
func (e *Engine) Quiet() bool {
	busy := !e.loaded || e.kick || !e.idleHands() ||
		e.flight[OpSubmit] || e.flight[OpSweep] || e.flight[OpAdopt] || e.flight[OpChanges] ||
		len(e.toSubmit) > 0 || len(e.toGhost) > 0 || len(e.dead) > 0
	if busy {
		return false
	}
	for _, c := range e.order {
		if c.unswept || c.queued || c.wake != 0 {
			return false
		}
	}
	return true
}

func (e *Engine) noteAttempt(h *held, from attempt.State) {
	e.out.Notes = append(e.out.Notes, Note{
		Kind: NoteAttempt, At: h.a.Since, Campaign: h.a.Campaign, Run: h.a.Run, Contact: h.a.Contact,
		From: from, To: h.a.State, Call: h.a.Call,
	})
}

func (e *Engine) noteCall(h *held, call *attempt.Call) {
	e.out.Notes = append(e.out.Notes, Note{
		Kind: NoteCall, At: call.EndedAt, Campaign: h.a.Campaign, Run: h.a.Run, Contact: h.a.Contact,
		To: h.a.State, Call: *call,
	})
}
