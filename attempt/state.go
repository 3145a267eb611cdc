package attempt

// State is where an attempt stands. The wire names are those of the CXB
// Dialler operator page, `_processing` included, as it is written there.
type State uint8

// The seventeen states. The first five wait or are held without a line, the
// next five hold a line, `_processing` waits for the disposition without one,
// and the last six are terminal.
const (
	// StatePending is ready for its first dial.
	StatePending State = iota + 1
	// StateScheduled waits for its first time: a contact's not-before, or the
	// pause after a dial that the switch refused.
	StateScheduled
	// StateRetryScheduled waits for a retry's delay, counted in the campaign's
	// running time, so that a pause freezes it.
	StateRetryScheduled
	// StateCallbackScheduled waits for the time that the customer asked for,
	// in wall-clock time. Dialled before anything else once due.
	StateCallbackScheduled
	// StateLeased is taken by a worker. It is work, not a line.
	StateLeased
	// StateDialling has a call begun, and from here to its end a line in use.
	StateDialling
	// StateRinging has heard from the far end.
	StateRinging
	// StateAMDScreening is answered and being told apart: person or machine.
	StateAMDScreening
	// StateAttaching is answered and on its way to an agent.
	StateAttaching
	// StateInProgress is a conversation.
	StateInProgress
	// StateProcessing has no line; it waits for the host's disposition.
	StateProcessing

	// StateCompleted had its conversation.
	StateCompleted
	// StateExhausted will not be dialled again: retries used up, an outcome
	// that is not retried, or a rule; its Reason says which.
	StateExhausted
	// StateAbandoned was answered by a person for whom no agent was free.
	StateAbandoned
	// StateAMDMachine was answered by a machine and hung up.
	StateAMDMachine
	// StateWindowClosed was still waiting when a single-day campaign's window ended.
	StateWindowClosed
	// StateManualStopped was still waiting when the operator stopped the campaign.
	StateManualStopped

	// NumStates is one more than the last state, for arrays indexed by state.
	NumStates = iota + 1
)

var stateNames = []string{
	StatePending:           "pending",
	StateScheduled:         "scheduled",
	StateRetryScheduled:    "retry_scheduled",
	StateCallbackScheduled: "callback_scheduled",
	StateLeased:            "leased",
	StateDialling:          "dialling",
	StateRinging:           "ringing",
	StateAMDScreening:      "amd_screening",
	StateAttaching:         "attaching",
	StateInProgress:        "in_progress",
	StateProcessing:        "_processing",
	StateCompleted:         "completed",
	StateExhausted:         "exhausted",
	StateAbandoned:         "abandoned",
	StateAMDMachine:        "amd_machine",
	StateWindowClosed:      "window_closed",
	StateManualStopped:     "manual_stopped",
}

// States lists all states in the order of the constants.
func States() []State {
	all := make([]State, 0, NumStates-1)
	for s := StatePending; s < NumStates; s++ {
		all = append(all, s)
	}
	return all
}

// Waiting reports whether nobody holds the attempt and it may be leased once
// its time has come.
func (s State) Waiting() bool { return s >= StatePending && s <= StateCallbackScheduled }

// Held reports whether a worker owns the attempt.
func (s State) Held() bool { return s >= StateLeased && s <= StateProcessing }

// Line reports whether the attempt uses a line.
func (s State) Line() bool { return s >= StateDialling && s <= StateInProgress }

// Terminal reports whether the attempt has ended; there is no way out.
func (s State) Terminal() bool { return s >= StateCompleted && s < NumStates }

// String returns the wire name.
func (s State) String() string { return name(stateNames, s) }

// ParseState reads a wire name.
func ParseState(s string) (State, error) { return parse[State]("attempt state", stateNames, s) }

// MarshalText implements encoding.TextMarshaler with the wire name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *State) UnmarshalText(b []byte) (err error) {
	*s, err = ParseState(string(b))
	return err
}
