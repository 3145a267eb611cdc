package attempt

import "time"

// Guard chooses between rows that share a state and an event: the first row
// whose guard holds is taken. Guards read the attempt with the event's facts
// already noted.
type Guard uint8

// The guards.
const (
	// Always holds.
	Always Guard = iota
	// WhenStopped: the operator stopped the campaign.
	WhenStopped
	// WhenClosing: the single-day window has ended.
	WhenClosing
	// WhenCallback: a callback is pending.
	WhenCallback
	// WhenRetry: the next dial is a retry.
	WhenRetry
	// WhenLater: its due time has not come.
	WhenLater
	// WhenAgentFirst: the agent's leg was raised first.
	WhenAgentFirst
	// WhenScreening: the call is to be screened.
	WhenScreening
	// WhenMachine: screening said machine.
	WhenMachine
	// WhenAwaited: a conversation whose disposition is still to come.
	WhenAwaited
	// WhenAsked: the disposition asks for a callback that may be given.
	WhenAsked
	// WhenAnswered: answered, not by a machine and not abandoned.
	WhenAnswered
	// WhenMachineLast: a machine, and no retry follows.
	WhenMachineLast
	// WhenAbandonedLast: abandoned, and no retry follows.
	WhenAbandonedLast
	// WhenNever: an outcome that is not retried.
	WhenNever
	// WhenSpent: no retry is left.
	WhenSpent
)

var guardNames = []string{
	Always:            "",
	WhenStopped:       "stopped",
	WhenClosing:       "window ended",
	WhenCallback:      "callback pending",
	WhenRetry:         "retry",
	WhenLater:         "not due yet",
	WhenAgentFirst:    "agent first",
	WhenScreening:     "screening",
	WhenMachine:       "machine",
	WhenAwaited:       "disposition awaited",
	WhenAsked:         "callback asked",
	WhenAnswered:      "answered",
	WhenMachineLast:   "machine, no retry",
	WhenAbandonedLast: "abandoned, no retry",
	WhenNever:         "not retryable",
	WhenSpent:         "retries spent",
}

// String says the guard in words, empty for Always.
func (g Guard) String() string { return name(guardNames, g) }

func (g Guard) holds(r *Rules, a *Attempt, at time.Time) bool {
	switch g {
	case WhenStopped:
		return a.stopped()
	case WhenClosing:
		return a.Halt == HaltClose
	case WhenCallback:
		return a.Callback.Pending
	case WhenRetry:
		return a.Retry()
	case WhenLater:
		return a.Due.After(at)
	case WhenAgentFirst:
		return r.Shape == AgentFirst
	case WhenScreening:
		return a.Call.Screened
	case WhenMachine:
		return a.Call.Verdict == VerdictMachine
	default:
		return g.holdsAtEnd(r, a)
	}
}

func (g Guard) holdsAtEnd(r *Rules, a *Attempt) bool {
	o := a.Call.Outcome
	switch g {
	case WhenAwaited:
		return o == OutcomeAnswered && a.Call.Spoke() && r.DispositionWait > 0 && a.Call.Disposed.IsZero()
	case WhenAsked:
		return o == OutcomeAnswered && a.asks() && a.Halt == HaltNone && a.Callback.Asked < r.Callbacks
	case WhenAnswered:
		return o == OutcomeAnswered
	case WhenMachineLast:
		return o == OutcomeMachine && (a.stopped() || a.last(r))
	case WhenAbandonedLast:
		return o == OutcomeAbandoned && (a.stopped() || a.last(r))
	case WhenNever:
		return a.never(r)
	case WhenSpent:
		return !r.left(a, o)
	}
	return true
}

func (a *Attempt) stopped() bool { return a.Halt == HaltStop || a.Halt == HaltDrain }

// asks reports whether the disposition of the call in hand asks for a callback.
func (a *Attempt) asks() bool { return !a.Call.Disposed.CallbackAt.IsZero() }

func (a *Attempt) never(r *Rules) bool {
	return a.Call.Disposed.DoNotCall || r.never(a.Call.Outcome)
}

// last reports whether no dial follows the call that has just ended.
func (a *Attempt) last(r *Rules) bool { return a.never(r) || !r.left(a, a.Call.Outcome) }
