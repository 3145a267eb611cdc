package attempt

import (
	"fmt"
	"time"
)

// IllegalMoveError says that an attempt in this state has no move on this
// event. The attempt is unchanged.
type IllegalMoveError struct {
	State State
	Event EventKind
}

// Error implements error.
func (e *IllegalMoveError) Error() string {
	return fmt.Sprintf("attempt: no move from state %s on event %s", e.State, e.Event)
}

// Next says what attempt a is after event e, and what the world is owed then.
// It changes nothing; on an error the returned attempt equals a. The errors
// are [*IllegalMoveError], and for dispositions [*DispositionError] and
// [ErrDisposed]; a disposition that equals the one recorded changes nothing.
func Next(r *Rules, a Attempt, e Event) (Attempt, []Effect, error) {
	if d, ok := e.(Dispose); ok {
		if known, err := known(&a, d.Disposition); known || err != nil {
			return a, nil, err
		}
	}
	b := a
	row, err := b.move(r, e)
	if err != nil {
		return a, nil, err
	}
	if b.State == a.State && !owesOther(&a, &b) {
		return b, row.Effects, nil
	}
	return b, join(row.Effects, b.owed()), nil
}

// move applies the event in place.
func (a *Attempt) move(r *Rules, e Event) (*Row, error) {
	from, kind := a.State, e.Kind()
	pair := index[from][kind]
	if pair.to == 0 {
		return nil, &IllegalMoveError{State: from, Event: kind}
	}
	note(r, a, e)
	at := e.When()
	for i := pair.from; i < pair.to; i++ {
		if row := &rows[i]; row.When.holds(r, a, at) {
			a.enter(r, row, e)
			return row, nil
		}
	}
	return nil, &IllegalMoveError{State: from, Event: kind}
}

// enter puts the attempt into the row's state.
func (a *Attempt) enter(r *Rules, row *Row, e Event) {
	a.settleCallback(row)
	if again := row.To.Waiting() && row.When != WhenAsked; again {
		switch end := e.(type) {
		case Ended:
			a.spend(r, end.At, end.Running, 0)
		case Lost:
			a.spend(r, end.At, end.Running, end.Horizon)
		}
	}
	if row.To.Terminal() {
		a.Reason = a.reason(r, row, e)
	}
	if row.To != row.From {
		a.State = row.To
		a.Since = e.When()
	}
	if !row.To.Held() {
		a.Owner = ID{}
	}
}

// settleCallback keeps the callback's books: each request ends in exactly one
// of completed, cancelled and exhausted.
func (a *Attempt) settleCallback(row *Row) {
	c := &a.Callback
	ends := row.On == KindEnded || row.On == KindLost
	if c.Pending && ends && a.Call.Outcome == OutcomeAnswered {
		c.Pending = false
		c.Completed++
	}
	switch {
	case row.When == WhenAsked:
		c.Pending, c.Tries = true, 0
		c.Asked++
		a.Due = a.Call.Disposed.CallbackAt
	case !row.To.Terminal():
	case c.Pending:
		c.Pending = false
		*c.counter(row) += 1
	case (ends || row.On == KindDispose) && a.asks():
		c.Asked++
		if a.Halt != HaltNone {
			c.Cancelled++
		} else {
			c.Exhausted++
		}
	}
}

// counter is where a pending callback goes when its attempt ends.
func (c *Callback) counter(row *Row) *int {
	switch {
	case row.To == StateExhausted && row.On != KindSuppress:
		return &c.Exhausted
	case row.To == StateAbandoned, row.To == StateAMDMachine:
		return &c.Completed
	}
	return &c.Cancelled
}

func (a *Attempt) reason(r *Rules, row *Row, e Event) Reason {
	switch row.To {
	case StateManualStopped:
		return ReasonStopped
	case StateWindowClosed:
		return ReasonWindowClosed
	case StateExhausted:
		return a.exhaustion(r, row)
	}
	switch {
	case a.Call.Disposed.DoNotCall && row.On != KindCancel:
		return ReasonDoNotCall
	case row.On == KindCancel:
		return ReasonCallbackCancelled
	case row.On == KindExpire:
		return ReasonNoDisposition
	case row.To != StateCompleted || a.Call.Spoke():
		return ReasonNone
	case a.stopped():
		return ReasonStopped
	}
	return ReasonHungUpEarly
}

func (a *Attempt) exhaustion(r *Rules, row *Row) Reason {
	switch {
	case row.On == KindSuppress:
		return a.Reason
	case a.Call.Disposed.DoNotCall:
		return ReasonDoNotCall
	case r.never(a.Call.Outcome):
		return ReasonNotRetryable
	case a.Call.Callback:
		return ReasonCallbackSpent
	}
	return ReasonRetriesSpent
}

// known deals with dispositions that never reach the table: bad ones, and the
// second one of a call.
func known(a *Attempt, d Disposition) (bool, error) {
	if err := d.Validate(); err != nil {
		return false, err
	}
	if a.Call.Disposed.IsZero() || !a.State.Held() {
		return false, nil
	}
	if a.Call.Disposed.Equal(d) {
		return true, nil
	}
	return false, fmt.Errorf("%w: %q was recorded at %s", ErrDisposed,
		a.Call.Disposed.Code, a.Call.DisposedAt.Format(time.RFC3339))
}

// owesOther reports whether a mark has changed what the same state owes.
func owesOther(before, after *Attempt) bool {
	x, y := before.owed(), after.owed()
	return len(y) > 0 && (len(x) == 0 || x[0] != y[0])
}

// join puts closing effects before the new state's. Only `_processing` is
// reached with both.
func join(closing, owed []Effect) []Effect {
	switch {
	case len(closing) == 0:
		return owed
	case len(owed) == 0:
		return closing
	}
	return freeAwait
}
