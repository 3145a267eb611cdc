package attempt

// Reason says why an attempt ended as it did, for the report's column "reason
// not called" and for the operator who asks about one contact.
type Reason uint8

// The reasons.
const (
	// ReasonNone belongs to attempts that have not ended, and to plain
	// conversations.
	ReasonNone Reason = iota
	// ReasonRetriesSpent used up the contact's retries.
	ReasonRetriesSpent
	// ReasonNotRetryable met an outcome that is not retried.
	ReasonNotRetryable
	// ReasonDoNotCall was asked for by the person called.
	ReasonDoNotCall
	// ReasonSuppressed was refused by a check before the dial.
	ReasonSuppressed
	// ReasonStopped was ended by the operator's stop.
	ReasonStopped
	// ReasonWindowClosed was ended by the end of a single-day window.
	ReasonWindowClosed
	// ReasonCallbackCancelled had its pending callback cancelled.
	ReasonCallbackCancelled
	// ReasonCallbackSpent used up its callback's tries.
	ReasonCallbackSpent
	// ReasonNoDisposition had its conversation, but no disposition came in time.
	ReasonNoDisposition
	// ReasonHungUpEarly was hung up by the far end before an agent was on the line.
	ReasonHungUpEarly
)

var reasonNames = []string{
	ReasonNone:              "",
	ReasonRetriesSpent:      "retries_spent",
	ReasonNotRetryable:      "not_retryable",
	ReasonDoNotCall:         "do_not_call",
	ReasonSuppressed:        "suppressed",
	ReasonStopped:           "stopped",
	ReasonWindowClosed:      "window_closed",
	ReasonCallbackCancelled: "callback_cancelled",
	ReasonCallbackSpent:     "callback_spent",
	ReasonNoDisposition:     "no_disposition",
	ReasonHungUpEarly:       "hung_up_early",
}

// Reasons lists all reasons but the empty one.
func Reasons() []Reason {
	all := make([]Reason, 0, len(reasonNames)-1)
	for r := ReasonNone + 1; int(r) < len(reasonNames); r++ {
		all = append(all, r)
	}
	return all
}

// String returns the wire name, empty for none.
func (r Reason) String() string { return name(reasonNames, r) }

// ParseReason reads a wire name; the empty string is no reason.
func ParseReason(s string) (Reason, error) {
	if s == "" {
		return ReasonNone, nil
	}
	return parse[Reason]("reason", reasonNames, s)
}

// MarshalText implements encoding.TextMarshaler with the wire name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Reason) UnmarshalText(b []byte) (err error) {
	*r, err = ParseReason(string(b))
	return err
}
