package simulated

import (
	"cmp"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// call is a call on the carrier, from its start to its end. Places in the
// world's slice are used again.
type call struct {
	id    ports.ID
	seq   uint64 // its entry in the queue; older ones are void
	luck  chance
	owner *Switch // who hears of it
	plan  Plan

	phase phase
	stage ports.CallStage
	flags flags
	agent int32  // in the roster, or none
	asked uint32 // questions about it
	next  uint32 // free list

	deadline int64 // the leg's ring time-out
	ring     int64 // RingTimeout of each leg
	answered int64 // when it was; 0: not
	giveUp   int64 // when the contact has had enough of silence
	attached int64

	campaign, contact ports.ID
	run               int32
	trunk             string
	swapped           uint32 // 1 + the event held back until the call's next
}

// phase is what the call's entry in the queue means.
type phase uint8

const (
	phaseSurface phase = iota + 1 // a ghost surfaces
	phaseAgent                    // the agent's leg is up, or has failed
	phasePost                     // the far end rings, or is found not to
	phaseRing                     // somebody decides, or the ring time-out
	phaseScreen                   // screening's verdict
	phaseAttach                   // the agent is connected
	phaseEnd                      // the contact hangs up
)

// flags are a call's marks.
type flags uint8

const (
	agentFirst flags = 1 << iota
	screen
	hidden  // a ghost that has not surfaced
	ghostly // has been a ghost
	talked  // agent and contact have been connected
	legUp   // the agent's leg has answered
)

// person reports whether somebody is called who can be kept waiting.
func (k *call) person() bool {
	return k.plan.Outcome == attempt.OutcomeAnswered && !k.is(agentFirst)
}

func (k *call) is(f flags) bool { return k.flags&f != 0 }

// defaultRing is the ring time-out of dials that have none.
const defaultRing = 60 * time.Second

// open gives a call its place.
func (w *World) open(d *ports.Dial, owner *Switch, c chance, p *Plan) uint32 {
	i := w.freeCall
	if i == 0 {
		w.calls = append(w.calls, call{})
		i = uint32(len(w.calls) - 1)
	} else {
		w.freeCall = w.calls[i].next
	}
	k := &w.calls[i]
	*k = call{
		id: d.Call, luck: c, owner: owner, plan: *p, agent: none, stage: ports.StageDialling,
		ring: int64(cmp.Or(d.RingTimeout, defaultRing)), campaign: d.Campaign, contact: d.Contact, run: int32(d.Run), trunk: d.Trunk,
	}
	if d.Shape == attempt.AgentFirst {
		k.flags |= agentFirst
	}
	if d.Screen {
		k.flags |= screen
	}
	if p.Ghost {
		k.flags |= hidden | ghostly
	}
	w.byID[d.Call] = i
	return i
}

// close forgets a call.
func (w *World) close(i uint32) {
	k := &w.calls[i]
	delete(w.byID, k.id)
	*k = call{next: w.freeCall}
	w.freeCall = i
}

// find returns the call of that id if the switch knows it.
func (w *World) find(id ports.ID) (uint32, *call) {
	i := w.byID[id]
	if i == 0 || w.calls[i].is(hidden) {
		return 0, nil
	}
	return i, &w.calls[i]
}

// plot schedules the call's next phase after d.
func (w *World) plot(i uint32, p phase, at int64) {
	k := &w.calls[i]
	k.phase = p
	k.seq = w.schedule(at, onCall, i)
}
