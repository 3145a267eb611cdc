package attempt

import "time"

// Shape is who is called first.
type Shape uint8

// The two call shapes.
const (
	// ContactFirst dials the contact and attaches the answered call to an agent.
	ContactFirst Shape = iota
	// AgentFirst raises the agent's leg and bridges it to the contact.
	AgentFirst
)

var shapeNames = []string{"contact_first", "agent_first"}

// String returns the wire name.
func (s Shape) String() string { return name(shapeNames, s) }

// ParseShape reads a wire name.
func ParseShape(s string) (Shape, error) { return parse[Shape]("call shape", shapeNames, s) }

// MarshalText implements encoding.TextMarshaler with the wire name.
func (s Shape) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Shape) UnmarshalText(b []byte) (err error) {
	*s, err = ParseShape(string(b))
	return err
}

// Rules are the campaign's settings that the machine reads. They are made from
// a campaign's spec; nothing in them changes during a run.
type Rules struct {
	Shape Shape
	// Screening asks the switch to tell person from machine on answer.
	Screening bool
	// DispositionWait is how long `_processing` waits. Zero: not at all.
	DispositionWait time.Duration
	// Retries is the contact's total per run, over all outcomes.
	Retries int
	// Retry holds one rule per outcome.
	Retry [NumOutcomes]RetryRule
	// Callbacks is how many callback requests one contact may make in a run.
	Callbacks int
	// CallbackTries is how often a callback that is not answered is re-dialled;
	// each re-dial also spends one of Retries.
	CallbackTries int
	// CallbackDelay is the wall-clock time between such re-dials.
	CallbackDelay time.Duration
	// Backoff is how long an attempt waits whose dial the switch refused. It
	// doubles with each further refusal, up to 32 times.
	Backoff time.Duration
}

// RetryRule is what follows one outcome.
type RetryRule struct {
	// Never ends the attempt on this outcome.
	Never bool
	// Delay is the time until the retry, from the end of the call, in the
	// campaign's running time.
	Delay time.Duration
	// Max is how many retries this outcome may spend, under the contact's
	// total. Negative: no maximum of its own.
	Max int
}

// never reports whether the outcome ends the attempt whatever is left.
func (r *Rules) never(o Outcome) bool { return r.Retry[o].Never }

// left reports whether the contact may be dialled again after its last call
// ended with outcome o. One total stands above all other budgets.
func (r *Rules) left(a *Attempt, o Outcome) bool {
	if a.Retries >= r.Retries {
		return false
	}
	if a.Callback.Pending {
		return a.Callback.Tries < r.CallbackTries
	}
	rule := &r.Retry[o]
	return rule.Max < 0 || int(a.Spent[o]) < rule.Max
}
