package engine

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// emit hands out an operation; its kind is in flight until its result is here.
func (e *Engine) emit(op Op) {
	op.At = e.now
	e.flight[op.Kind] = true
	e.since[op.Kind] = e.now
	e.out.Ops = append(e.out.Ops, op)
}

// can reports whether an operation of the kind may be handed out.
func (e *Engine) can(k OpKind) bool { return !e.flight[k] && !e.now.Before(e.again[k]) }

func (e *Engine) result(r *Result) {
	wasSlow := e.slow(r.Kind)
	e.flight[r.Kind] = false
	if r.Failed() {
		e.again[r.Kind] = e.now.Add(retryStore)
		e.failing = true
		e.failedOp(r)
		return
	}
	switch r.Kind {
	case OpSave:
		e.saved(r)
	case OpLease:
		e.leased(r)
	case OpBeat:
		e.beaten(r)
	case OpChanges:
		e.changed(&r.Changes)
	case OpAdopt:
		e.adopted(r)
	case OpSweep:
		e.swept(r)
	case OpSubmit:
		e.submitted(r)
	case OpGhosts:
		e.toGhost, e.nextGhosts = append(e.toGhost[:0], e.nextGhosts...), e.nextGhosts[:0]
	}
	if wasSlow {
		e.touchAll()
	}
}

// Failed reports whether the store has not done its part: its operation is tried
// again. A refusal is an answer.
func (r *Result) Failed() bool { return r.Err != nil && !refusal(r.Err) }

// refusal reports whether an error is the store's answer, not its absence.
func refusal(err error) bool {
	for _, known := range []error{
		ports.ErrAlive, ports.ErrNotFound, ports.ErrState, campaign.ErrAction,
		campaign.ErrOpenContacts, campaign.ErrWindowOver,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// failedOp keeps what an operation that failed was for; it is tried again.
func (e *Engine) failedOp(r *Result) {
	switch r.Kind {
	case OpSave:
		e.saved(r)
	case OpLease:
		for _, c := range e.lease {
			c.leasing = false
			e.wakeAt(c, e.again[OpLease])
		}
		e.forgotten.begin(e.now)
	case OpAdopt:
		if !e.forgotten.inFlight {
			e.forgotten.begin(e.now)
		}
		e.forgotten.inFlight = false
	}
	e.touchAll()
}

// wantLease asks for n rows of the campaign; with 0 only for its figures.
func (e *Engine) wantLease(c *camp, n int) {
	if c.leasing || c.wanting {
		return
	}
	c.wanting = true
	if n > 0 {
		// Ask for more than one when rows go fast, so that each dial does not
		// cost a round trip of its own.
		if e.now.Sub(c.leasedAt) < time.Second {
			c.batch = min(c.batch*2, maxLease, c.c.Spec.MaxConcurrent)
		} else {
			c.batch /= 2
		}
		c.batch = max(c.batch, 1)
		n = min(max(n, c.batch), maxLease)
	}
	c.want = n
	e.wantRows = append(e.wantRows, c)
}

func (e *Engine) emitLease() {
	if !e.can(OpLease) || len(e.wantRows) == 0 || e.forgotten.inFlight {
		return
	}
	e.lease, e.wantRows = append(e.lease[:0], e.wantRows...), e.wantRows[:0]
	e.leaseReqs = e.leaseReqs[:0]
	for _, c := range e.lease {
		c.leasing, c.wanting, c.touchedIn = true, false, false
		e.leaseReqs = append(e.leaseReqs, ports.LeaseRequest{
			Campaign: c.c.ID, Run: c.c.Run.Number, Now: e.now, Running: c.running(e.now), Max: c.want,
		})
	}
	e.emit(Op{Kind: OpLease, Lease: e.leaseReqs})
}

func (e *Engine) leased(r *Result) {
	for i, c := range e.lease {
		c.leasing = false
		if i < len(r.Leased) {
			e.took(c, e.leaseReqs[i].Run, &r.Leased[i])
		}
		e.touch(c)
	}
}

// took takes the answer to a lease that was asked for in a run.
func (e *Engine) took(c *camp, run int, l *ports.Leased) {
	for _, it := range l.Items {
		c.ready = append(c.ready, e.hold(c, it))
	}
	if len(l.Items) > 0 {
		c.leasedAt = e.now
	}
	// A lease of no rows does not say whether some are due; if they were before
	// it, they still are. Nor whether to ask again for some that are locked.
	fewer, next := len(l.Items) < c.want, l.NextDue
	if c.want == 0 {
		fewer = !e.due(c)
		if !c.nextDue.IsZero() && (next.IsZero() || c.nextDue.Before(next)) {
			next = c.nextDue
		}
	}
	c.blocked = l.Blocked
	c.nextDue, c.nextRetry = next, l.NextRetry
	c.open, c.total = l.Open, l.Total
	c.recheck = e.now.Add(e.cfg.PollEvery)
	c.dry = !c.touchedIn && !l.Blocked && fewer
	// A restart that was told meanwhile makes it an answer about the run before.
	c.checked = !c.touchedIn && !l.Blocked && run == c.c.Run.Number
	if !c.trouble.IsZero() && !c.troubleKnown {
		c.troubleKnown, c.troubleDials = true, l.Dials-c.dialling()
	}
}

// dialling counts this worker's calls that the store counts as dials and whose
// fate is open.
func (c *camp) dialling() int {
	n := 0
	for _, h := range c.held {
		if h.facts.State == attempt.StateDialling {
			n++
		}
	}
	return n
}

// changed takes over what commands have changed.
func (e *Engine) changed(ch *ports.Changes) {
	e.cursor, e.loaded = ch.Seq, true
	for i := range ch.Campaigns {
		e.changedCampaign(&ch.Campaigns[i])
	}
	for _, a := range ch.Attempts {
		e.changedAttempt(a)
	}
	if len(e.orphans) > 0 {
		items := e.orphans
		e.orphans = nil
		e.adopt(items)
	}
}

func (e *Engine) changedCampaign(ch *ports.Change) {
	c := e.camps[ch.Campaign.ID]
	if c == nil {
		id := ch.Campaign.ID
		c = &camp{nextRetry: -1, lineKey: "campaign/" + id.String() + "/lines", rateKey: "campaign/" + id.String() + "/rate"}
		e.camps[id] = c
		e.order = append(e.order, c)
	}
	before := c.c.Status
	c.set(ch.Campaign)
	c.trunk = e.trunks[e.trunkOf(&ch.Campaign.Spec)]
	c.setShares()
	c.unswept = ch.Unswept
	c.checked = false
	if e.notes && before != c.c.Status {
		e.out.Notes = append(e.out.Notes, Note{
			Kind: NoteCampaign, At: e.now, Campaign: c.c.ID, Run: c.c.Run.Number, Status: c.c.Status,
		})
	}
	c.earlier = ch.Earlier
	e.haltHeld(c)
	e.touch(c)
}

// haltHeld tells the attempts in hand that their run has halted. Leased ones
// are given back when the campaign is paced.
func (e *Engine) haltHeld(c *camp) {
	if !c.closing() && len(c.earlier) == 0 {
		return
	}
	for _, h := range c.held {
		if !h.intent && h.a.State != attempt.StateLeased {
			e.haltOne(h)
		}
	}
}

func (e *Engine) haltOne(h *held) {
	halt := h.camp.haltOf(h.a.Run)
	if halt == h.a.Halt {
		return // it knows, or there is none
	}
	if h.a.State.Line() && (h.suspect != sure || e.lapsed()) {
		e.suspect(h, silent)
	}
	switch halt {
	case attempt.HaltStop, attempt.HaltDrain:
		e.apply(h, attempt.Stop{At: e.now, Drain: halt == attempt.HaltDrain})
	case attempt.HaltClose:
		e.apply(h, attempt.Close{At: e.now})
	}
}

func (e *Engine) changedAttempt(a attempt.Attempt) {
	call := a.Call.ID
	if call == (ports.ID{}) { // nobody's row any more has no call in hand
		call = attempt.CallID(a.Contact, a.Run, a.Calls)
	}
	h := e.calls[call]
	if h == nil || h.saving || h.a.Contact != a.Contact || a.Version <= h.a.Version {
		return // not ours, or the save in flight will say so
	}
	if a.Owner == e.cfg.Worker && a.State.Held() {
		e.rebase(h, a)
		return
	}
	h.camp.hint(&a)
	if e.notes && h.a.State == attempt.StateProcessing {
		e.noteDisposed(h, a)
	}
	e.lost(h)
}

// noteDisposed tells of a conversation whose disposition the store has taken:
// the row has moved on and its call has its record without this worker.
func (e *Engine) noteDisposed(h *held, a attempt.Attempt) {
	from := h.a.State
	h.a = a
	e.noteAttempt(h, from)
	e.noteCall(h, &a.Call)
}

func (e *Engine) swept(r *Result) {
	c := e.sweeping
	if r.Err != nil || c == nil {
		return
	}
	c.unswept = r.More
	c.moreWork()
	e.touch(c)
}
