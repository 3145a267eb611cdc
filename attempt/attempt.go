package attempt

import "time"

// Halt says that the run will dial no more, and how its attempts end.
type Halt uint8

// The ways a run halts.
const (
	// HaltNone: the run goes on.
	HaltNone Halt = iota
	// HaltStop: the operator stopped it; live calls are hung up.
	HaltStop
	// HaltDrain: the operator stopped it; live calls may finish.
	HaltDrain
	// HaltClose: a single-day window ended; live calls may finish.
	HaltClose
)

var haltNames = []string{"", "stop", "drain", "close"}

// String returns the wire name, empty for none.
func (h Halt) String() string { return name(haltNames, h) }

// ParseHalt reads a wire name; the empty string is no halt.
func ParseHalt(s string) (Halt, error) {
	if s == "" {
		return HaltNone, nil
	}
	return parse[Halt]("halt", haltNames, s)
}

// MarshalText implements encoding.TextMarshaler with the wire name.
func (h Halt) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Halt) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHalt(string(b))
	return err
}

// Callback is what the customer asked for, and how callbacks of this attempt
// have gone. A request ends up in exactly one of the three counters.
type Callback struct {
	// Pending is set from the request until it is answered, given up or cancelled.
	Pending bool `json:"pending,omitzero"`
	// Asked counts the requests.
	Asked int `json:"asked,omitzero"`
	// Tries counts the re-dials of the pending request.
	Tries int `json:"tries,omitzero"`

	Completed int `json:"completed,omitzero"`
	Cancelled int `json:"cancelled,omitzero"`
	Exhausted int `json:"exhausted,omitzero"`
}

// Attempt is the life of one contact in one run: which state it is in, what it
// has spent, and the call in hand. It is named by contact and run together.
type Attempt struct {
	Campaign ID  `json:"campaign"`
	Contact  ID  `json:"contact"`
	Run      int `json:"run"`

	// Version is raised by every write of the row; a write names the version
	// it was made from, and is refused if another came first.
	Version int64 `json:"version"`
	// Owner is the worker that holds the attempt; zero while nobody does.
	Owner ID `json:"owner,omitzero"`

	State State     `json:"state"`
	Since time.Time `json:"since"` // when it entered the state

	// Due is the wall-clock time before which it is not dialled: not-before,
	// callback time, or the pause after a refusal. Zero: at once.
	Due time.Time `json:"due,omitzero"`
	// DueRunning is a retry's due time in the campaign's running time.
	DueRunning time.Duration `json:"due_running,omitzero"`

	Calls    int   `json:"calls"`             // calls begun; the last one's number
	Dials    int   `json:"dials"`             // calls that the switch did not refuse
	Refused  int   `json:"refused,omitzero"`  // calls that it refused
	Retries  int   `json:"retries,omitzero"`  // retries spent, of the contact's total
	Spent    Spent `json:"spent,omitzero"`    // retries spent per outcome
	Answered bool  `json:"answered,omitzero"` // a person has answered at least once

	Callback Callback `json:"callback,omitzero"`
	Halt     Halt     `json:"halt,omitzero"`
	Reason   Reason   `json:"reason,omitzero"`

	// Doubt is the last call whose end is not known. The attempt is not
	// dialled before the switch has said that the call is not there.
	Doubt ID `json:"doubt,omitzero"`
	// DoubtUntil is how long that call may still surface.
	DoubtUntil time.Time `json:"doubt_until,omitzero"`

	// Call is the call in hand from `dialling` until it has its final record.
	Call Call `json:"call,omitzero"`
}

// Spent counts retries per outcome.
type Spent [NumOutcomes]uint8

// Retry reports whether the next dial is a retry.
func (a *Attempt) Retry() bool { return a.Retries > 0 }

// hanging reports whether the call in hand is to be hung up whatever it does.
func (a *Attempt) hanging() bool { return a.Halt == HaltStop }
