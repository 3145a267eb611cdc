package campaign

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
)

// ID names a campaign.
type ID = attempt.ID

// Scope is which contacts a restart takes into its new run.
type Scope string

// The scopes.
const (
	// All contacts.
	All Scope = "all"
	// NotCompleted: those whose attempt in the last run did not end completed.
	NotCompleted Scope = "not_completed"
)

// EndReason says why a run ended.
type EndReason string

// The reasons.
const (
	EndFinished EndReason = "finished"
	EndStopped  EndReason = "stopped"
	EndWindow   EndReason = "window"
	EndFailed   EndReason = "failed"
)

// Campaign is a campaign as it stands: settings, status and the present run.
type Campaign struct {
	ID      ID
	Spec    Spec
	Status  Status
	Created time.Time
	// ClonedFrom is the campaign that it was copied from, where it was.
	ClonedFrom ID
	// Archived is when the host put the campaign away, which it can once the
	// campaign is over; zero: it did not, or a restart has brought it back. It is a
	// mark for the host's own lists; nothing goes by it here.
	Archived time.Time
	// Version is 1 in a new campaign and raised by every event. Contacts and calls
	// don't raise it.
	Version int64
	// Run is the present run, or the last one.
	Run Run
}

// Run is one pass over the contacts. Runs are numbered from 1.
type Run struct {
	Number int
	// Scope is which contacts the run took from the one before.
	Scope Scope
	// Started is when the run was first started; zero before, and in one that was
	// discarded.
	Started time.Time
	// Ended is when the run was completed, discarded or failed; zero before.
	Ended     time.Time
	EndReason EndReason
	// FailReason says why a failed run failed.
	FailReason string
	// Halt is the decision that ends all attempts that wait; their rows follow.
	Halt attempt.Halt
	// HaltCalls is what live calls are told: as Halt, but a stop that comes
	// after the window's end counts.
	HaltCalls attempt.Halt
	// HaltedAt is when Halt was decided.
	HaltedAt time.Time
	// Ran is the running time up to RunningSince.
	Ran time.Duration
	// RunningSince is when the run was last started or resumed; zero while it
	// does not run.
	RunningSince time.Time
	// Purged is when the run's attempts and call records began to be forgotten;
	// zero: they are kept. Its figures are kept in any case.
	Purged time.Time `json:"purged,omitzero"`
}

// Running is the run's running time at t: pauses are not in it. Retries are
// due in it.
func (r *Run) Running(t time.Time) time.Duration {
	if r.RunningSince.IsZero() || t.Before(r.RunningSince) {
		return r.Ran
	}
	return r.Ran + t.Sub(r.RunningSince)
}

// WallTime is when the running time will be d, if nothing pauses the run; zero
// while it does not run.
func (r *Run) WallTime(d time.Duration) time.Time {
	if r.RunningSince.IsZero() {
		return time.Time{}
	}
	return r.RunningSince.Add(d - r.Ran)
}

// New makes a draft. The spec is a valid one.
func New(id ID, spec Spec, at time.Time) Campaign {
	return Campaign{ID: id, Spec: spec.Clone(), Status: Draft, Created: at, Version: 1, Run: Run{Number: 1, Scope: All}}
}

// Event is an action with its time and its particulars.
type Event struct {
	Action Action
	At     time.Time
	// Version is the one that the event is meant for: [ErrChanged] if the campaign
	// has another. 0: any.
	Version int64
	// Drain lets live calls finish when the action is Stop.
	Drain bool
	// Scope chooses the contacts when the action is Restart. Default All.
	Scope Scope
	// Reason says why, when the action is Fail.
	Reason string
	// Spec is the new setting when the action is Edit.
	Spec Spec
}

// Next says what campaign c is after event e. It changes nothing; on an error
// the returned campaign equals c. Errors are [ErrChanged], before all others,
// [*ActionError] and [ErrWindowOver].
func Next(c Campaign, e Event) (Campaign, error) {
	if e.Version != 0 && e.Version != c.Version {
		return c, fmt.Errorf("campaign: version %d, not %d: %w", c.Version, e.Version, ErrChanged)
	}
	to, err := Allowed(c.Status, e.Action)
	if err != nil {
		return c, err
	}
	before := c
	switch e.Action {
	case Start, Resume:
		schedule := c.Spec.Schedule()
		if end, ok := schedule.End(); ok && !e.At.Before(end) {
			return before, ErrWindowOver
		}
		c.Run.start(e.At)
	case Pause:
		c.Run.halt(e.At)
	case Stop:
		c.Run.end(e.At, EndStopped)
		c.Run.decide(e.At, stopHalt(e.Drain))
	case Discard: // no call of this run is up; those of an earlier one go by its own halt
		c.Run.end(e.At, EndStopped)
		c.Run.decide(e.At, attempt.HaltStop)
	case Finish:
		c.Run.end(e.At, c.Run.finishReason())
	case Fail:
		c.Run.end(e.At, EndFailed)
		c.Run.FailReason = e.Reason
	case Close:
		c.Run.decide(e.At, attempt.HaltClose)
	case Restart:
		c.Run = Run{Number: c.Run.Number + 1, Scope: scopeOr(e.Scope)}
		c.Archived = time.Time{}
	case Archive:
		if c.Archived.IsZero() {
			c.Archived = e.At
		}
	case Edit:
		c.Spec = e.Spec.Clone()
	}
	c.Status = to
	c.Version++
	return c, nil
}

func (r *Run) start(at time.Time) {
	if r.Started.IsZero() {
		r.Started = at
	}
	r.RunningSince = at
}

// halt stops the running time.
func (r *Run) halt(at time.Time) {
	r.Ran = r.Running(at)
	r.RunningSince = time.Time{}
}

func (r *Run) end(at time.Time, why EndReason) {
	r.halt(at)
	r.Ended = at
	r.EndReason = why
}

// decide takes the first decision that ends the waiting attempts; a later one
// finds none. Live calls go by the last one that concerns them.
func (r *Run) decide(at time.Time, h attempt.Halt) {
	if r.HaltCalls == attempt.HaltNone || h != attempt.HaltClose {
		r.HaltCalls = h
	}
	if r.Halt == attempt.HaltNone {
		r.Halt, r.HaltedAt = h, at
	}
}

func (r *Run) finishReason() EndReason {
	if r.Halt == attempt.HaltClose {
		return EndWindow
	}
	return EndFinished
}

func stopHalt(drain bool) attempt.Halt {
	if drain {
		return attempt.HaltDrain
	}
	return attempt.HaltStop
}

func scopeOr(s Scope) Scope {
	if s == "" {
		return All
	}
	return s
}
