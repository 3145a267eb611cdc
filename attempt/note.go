package attempt

import "time"

// note writes an event's facts into the attempt; the state that follows is the
// table's business. The calls are direct, not through the interface, so that
// the attempt need not move to the heap: a million calls pass here.
func note(r *Rules, a *Attempt, e Event) {
	switch e := e.(type) {
	case Lease:
		e.note(r, a)
	case Release:
		e.note(r, a)
	case Dial:
		e.note(r, a)
	case Unsent:
		e.note(r, a)
	case Refused:
		e.note(r, a)
	case Progress:
		e.note(r, a)
	case AgentUp:
		e.note(r, a)
	case Answered:
		e.note(r, a)
	case Screened:
		e.note(r, a)
	case Attached:
		e.note(r, a)
	case Unserved:
		e.note(r, a)
	case Ended:
		e.note(r, a)
	case Lost:
		e.note(r, a)
	case Dispose:
		e.note(r, a)
	case Stop:
		e.note(r, a)
	case Close:
		e.note(r, a)
	case Suppress:
		e.note(r, a)
	case Accepted, Expire, Cancel: // nothing but the move
	}
}

func (e Lease) note(_ *Rules, a *Attempt) {
	a.Call = Call{QueuedAt: a.Since}
	a.Owner = e.Owner
}

func (e Release) note(_ *Rules, a *Attempt) {
	a.Call = Call{}
	if e.Delay > 0 {
		a.hold(e.At, e.Running, e.Delay)
	}
}

func (e Dial) note(r *Rules, a *Attempt) {
	a.Calls++
	a.Dials++
	a.Doubt, a.DoubtUntil = ID{}, time.Time{}
	a.Call = Call{
		ID:        CallID(a.Contact, a.Run, a.Calls),
		Number:    a.Calls,
		Address:   e.Address,
		Trunk:     e.Trunk,
		CallerID:  e.CallerID,
		Agent:     e.Agent,
		Callback:  a.Callback.Pending,
		Screened:  r.Screening && r.Shape == ContactFirst,
		QueuedAt:  a.Call.QueuedAt,
		DialledAt: e.At,
	}
}

func (e Unsent) note(_ *Rules, a *Attempt) {
	a.Dials--
	a.Call = Call{}
}

func (e Refused) note(r *Rules, a *Attempt) {
	a.Dials--
	a.Refused++
	a.Call.EndedAt = e.At
	a.Call.Outcome = OutcomeRefused
	a.Call.Cause = e.Cause
	a.hold(e.At, e.Running, r.Backoff<<min(a.Refused-1, 5))
}

func (e Progress) note(_ *Rules, a *Attempt) { a.Call.RingingAt = e.At }

func (e AgentUp) note(_ *Rules, a *Attempt) { a.Call.AgentAt = e.At }

func (e Answered) note(r *Rules, a *Attempt) { a.answer(r, e.At) }

func (e Screened) note(_ *Rules, a *Attempt) {
	if a.Call.Verdict != VerdictNone {
		return // the first one stands: a machine is being hung up by now
	}
	a.Call.ScreenedAt = e.At
	a.Call.Verdict = e.Verdict
	a.Answered = a.Answered || a.Call.Live()
}

func (e Attached) note(_ *Rules, a *Attempt) { a.Call.AttachedAt = e.At }

func (e Unserved) note(_ *Rules, a *Attempt) { a.Call.Unserved = true }

func (e Ended) note(r *Rules, a *Attempt) {
	attachAsked := a.State == StateAttaching
	if a.Call.AnsweredAt.IsZero() && !e.AnsweredAt.IsZero() {
		a.answer(r, e.AnsweredAt)
	}
	a.Call.EndedAt = e.At
	a.Call.Cause = e.Cause
	a.Call.SIPStatus = e.SIPStatus
	a.Call.SIPCallID = e.SIPCallID
	a.Call.Outcome = outcome(a, attachAsked)
}

func (e Lost) note(_ *Rules, a *Attempt) {
	attachAsked := a.State == StateAttaching
	a.Call.EndedAt = e.At
	a.Call.Outcome = OutcomeUnknown
	if !a.Call.AnsweredAt.IsZero() {
		a.Call.Outcome = outcome(a, attachAsked)
	} else {
		a.Doubt, a.DoubtUntil = a.Call.ID, e.At.Add(e.Horizon)
	}
}

func (e Dispose) note(_ *Rules, a *Attempt) {
	a.Call.Disposed = e.Disposition
	a.Call.DisposedAt = e.At
}

func (e Stop) note(_ *Rules, a *Attempt) {
	if e.Drain && !a.hanging() { // what is being hung up can't be drained
		a.Halt = HaltDrain
		return
	}
	a.Halt = HaltStop
}

func (e Close) note(_ *Rules, a *Attempt) {
	if a.Halt == HaltNone {
		a.Halt = HaltClose
	}
}

func (e Suppress) note(_ *Rules, a *Attempt) { a.Reason = e.Reason }

// answer notes that the far end answered. With the agent on the line first,
// that is a conversation already.
func (a *Attempt) answer(r *Rules, at time.Time) {
	a.Call.AnsweredAt = at
	if r.Shape == AgentFirst {
		a.Call.AttachedAt = at
	}
	a.Answered = a.Answered || a.Call.Live()
}

// outcome says what the call in hand, which has ended, was.
func outcome(a *Attempt, attachAsked bool) Outcome {
	c := &a.Call
	switch {
	case c.AnsweredAt.IsZero():
		return Classify(c.Cause, c.SIPStatus)
	case c.Verdict == VerdictMachine:
		return OutcomeMachine
	case c.Spoke():
		return OutcomeAnswered
	case c.Unserved:
		return OutcomeAbandoned // a stop that comes after does not undo it
	case a.hanging():
		return OutcomeAnswered
	case c.Screened && c.Verdict == VerdictNone:
		return OutcomeAnswered // hung up while it was being screened
	case !attachAsked:
		return OutcomeAbandoned
	}
	return OutcomeAnswered // hung up while its agent was being attached
}

// spend takes a retry from the budgets and sets when it is due. A callback's
// re-dial is due in wall-clock time, any other retry in running time; floor is
// how long a call in doubt may still surface.
func (a *Attempt) spend(r *Rules, at time.Time, running, floor time.Duration) {
	a.Retries++
	if a.Callback.Pending {
		a.Callback.Tries++
		a.Due = at.Add(max(r.CallbackDelay, floor))
		return
	}
	o := a.Call.Outcome
	a.Spent[o]++
	a.Due = time.Time{}
	a.DueRunning = running + max(r.Retry[o].Delay, floor)
}

// hold keeps the attempt from being dialled for a while, in the time that its
// waiting state is counted in.
func (a *Attempt) hold(at time.Time, running, d time.Duration) {
	if a.Retry() && !a.Callback.Pending {
		a.DueRunning = max(a.DueRunning, running+d)
		return
	}
	if due := at.Add(d); due.After(a.Due) {
		a.Due = due
	}
}
