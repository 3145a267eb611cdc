package simulated

import "github.com/outdial/outdial/ports"

// end is the one end of a call.
func (w *World) end(i uint32, cause string, sip int) {
	k := &w.calls[i]
	e := ports.Event{Kind: ports.Ended, Cause: cause, SIPStatus: sip, SIPCallID: sipCallID(k)}
	if k.answered != 0 {
		e.AnsweredAt = stamp(k.answered)
	}
	w.tell(i, e)
	w.over(i, Ended, cause)
}

// refuse ends a call whose agent's leg has failed. Nothing follows.
func (w *World) refuse(i uint32, cause string) {
	w.tell(i, ports.Event{Kind: ports.Refused, Cause: cause})
	w.over(i, Refused, cause)
}

// over frees what the call used.
func (w *World) over(i uint32, what Sight, cause string) {
	k := &w.calls[i]
	w.load.closed(k, w.now)
	w.witnessEnd(i, what, cause)
	if k.agent != none {
		w.dismiss(i)
	}
	w.close(i)
}

// dismiss frees the agent of a call that is over. After a conversation it wraps
// up, and then says what came of it.
func (w *World) dismiss(i uint32) {
	k, a := &w.calls[i], &w.cfg.Agents
	if !k.is(talked) || w.roster.agents[k.agent].call != i {
		w.roster.hungUp(k.agent, i, 0)
		return
	}
	k.luck.fill(&k.plan.WrapUp, a.WrapUp, ofWrapUp)
	w.roster.hungUp(k.agent, i, k.plan.WrapUp)
	w.load.WrapUp += k.plan.WrapUp
	if a.Dispose != nil {
		at := w.now + int64(k.plan.WrapUp)
		row := w.opinions.next()
		w.opinions.put(w.schedule(at, onOpinion, row), a.opine(k.id, k.luck, at))
	}
}

// DropCalls ends every call at once with the given cause, as a switch does that
// is restarted. Connections that are down learn of it when they are up again.
func (w *World) DropCalls(cause string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.present()
	for i := range w.calls {
		if k := &w.calls[i]; k.owner != nil && !k.is(hidden) {
			w.end(uint32(i), cause, 0)
		}
	}
}

// desert ends a call whose agent has vanished.
func (w *World) desert(i uint32) {
	if w.calls[i].answered == 0 {
		w.end(i, "ORIGINATOR_CANCEL", cancelled)
		return
	}
	w.end(i, ports.NormalClearing, 200)
}

const hexDigits = "0123456789abcdef"

// sipCallID is the network's own name for a call: not its id.
func sipCallID(k *call) string {
	var b [16]byte
	for i, x := 0, uint64(k.luck); i < len(b); i, x = i+1, x>>4 {
		b[i] = hexDigits[x&15]
	}
	return string(b[:])
}
