package attempt

// Outcome is what the network did with one call. The machine decides it; what
// the conversation was is the [Disposition].
type Outcome uint8

// The outcomes.
const (
	// OutcomeAnswered was answered, by a person as far as is known.
	OutcomeAnswered Outcome = iota + 1
	// OutcomeBusy was busy.
	OutcomeBusy
	// OutcomeNoAnswer rang out, or the phone could not be reached.
	OutcomeNoAnswer
	// OutcomeRejected was declined by the far end or its network.
	OutcomeRejected
	// OutcomeInvalidNumber does not exist. It is not retried unless asked for.
	OutcomeInvalidNumber
	// OutcomeCongestion met a network without room.
	OutcomeCongestion
	// OutcomeFailed failed in any other way.
	OutcomeFailed
	// OutcomeMachine was answered by a machine.
	OutcomeMachine
	// OutcomeAbandoned was answered by a person for whom no agent was free.
	OutcomeAbandoned
	// OutcomeCancelled was ended by us before it was answered.
	OutcomeCancelled
	// OutcomeRefused never left the switch, or its agent's leg failed: it
	// spends no retry.
	OutcomeRefused
	// OutcomeUnknown is an honest gap: the truth could not be learnt.
	OutcomeUnknown
	// OutcomeGhost is an unknown call that surfaced later and was hung up.
	OutcomeGhost

	// NumOutcomes is one more than the last outcome, for arrays.
	NumOutcomes = iota + 1
)

var outcomeNames = []string{
	OutcomeAnswered:      "answered",
	OutcomeBusy:          "busy",
	OutcomeNoAnswer:      "no_answer",
	OutcomeRejected:      "rejected",
	OutcomeInvalidNumber: "invalid_number",
	OutcomeCongestion:    "congestion",
	OutcomeFailed:        "failed",
	OutcomeMachine:       "machine",
	OutcomeAbandoned:     "abandoned",
	OutcomeCancelled:     "cancelled",
	OutcomeRefused:       "refused",
	OutcomeUnknown:       "unknown",
	OutcomeGhost:         "ghost",
}

// Outcomes lists all outcomes in the order of the constants.
func Outcomes() []Outcome {
	all := make([]Outcome, 0, NumOutcomes-1)
	for o := OutcomeAnswered; o < NumOutcomes; o++ {
		all = append(all, o)
	}
	return all
}

// Retryable reports whether a retry rule may name the outcome: it describes a
// call that went out and reached nobody an agent could talk to.
func (o Outcome) Retryable() bool {
	switch o {
	case OutcomeBusy, OutcomeNoAnswer, OutcomeRejected, OutcomeInvalidNumber, OutcomeCongestion,
		OutcomeFailed, OutcomeMachine, OutcomeAbandoned, OutcomeCancelled, OutcomeUnknown:
		return true
	}
	return false
}

// String returns the wire name, empty for no outcome yet.
func (o Outcome) String() string { return name(outcomeNames, o) }

// ParseOutcome reads a wire name.
func ParseOutcome(s string) (Outcome, error) { return parse[Outcome]("outcome", outcomeNames, s) }

// MarshalText implements encoding.TextMarshaler with the wire name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; empty text is no outcome.
func (o *Outcome) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*o = 0
		return nil
	}
	*o, err = ParseOutcome(string(b))
	return err
}
