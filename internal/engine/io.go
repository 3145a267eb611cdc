package engine

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// Input is what has happened since the last step.
type Input struct {
	Now     time.Time
	Events  []ports.Event
	Results []Result
	// Unsent are originates that the switch's adapter did not take.
	Unsent []Unsent
	// Agents answers the seeks of the last output.
	Agents []Offer
	// Limits are the switch's, as they are now.
	Limits ports.Limits
	// Kick says that something was submitted: ask the store for changes now.
	Kick bool
	// Stop says that the worker shall take no new work.
	Stop bool
	// Notes asks for notes in the output.
	Notes bool
}

// Unsent is an originate that the adapter did not take.
type Unsent struct {
	Call ports.ID
	Err  error
}

// Offer are agents that are idle for a campaign.
type Offer struct {
	Campaign ports.ID
	Agents   []string
}

// Output is what to do. Its slices are valid until the next step, those inside
// an operation until its result has been brought back.
type Output struct {
	Acts []Act
	Ops  []Op
	// Seek lists campaigns that could dial if they had agents.
	Seek []Seek
	// Notes is what happened, for subscribers.
	Notes []Note
	// Wake is when to step again, at the latest.
	Wake time.Time
}

// Seek asks for at most Max idle agents of a campaign.
type Seek struct {
	Campaign ports.ID
	Max      int
}

// ActKind names an act.
type ActKind uint8

// The acts.
const (
	ActOriginate ActKind = iota + 1
	ActAttach
	ActHangup
	ActAsk
	ActHold
	ActRelease
)

// Act is something to do at once at the switch or the agents.
type Act struct {
	Kind   ActKind
	Dial   ports.Dial    // ActOriginate
	Call   ports.ID      // ActAttach, ActHangup, ActAsk
	Target ports.Target  // ActAttach
	Agent  string        // ActHold, ActRelease
	WrapUp time.Duration // ActRelease
}

// OpKind names a store operation. At most one of a kind is in flight.
type OpKind uint8

// The operations.
const (
	OpSave OpKind = iota + 1
	OpLease
	OpBeat
	OpChanges
	OpAdopt
	OpSweep
	OpSubmit
	OpGhosts

	numOps = iota + 1
)

// Op is a store operation to perform.
type Op struct {
	Kind     OpKind
	Save     []ports.Transition
	Lease    []ports.LeaseRequest
	Worker   ports.Worker // OpBeat: mine; OpAdopt: the dead one
	Since    int64        // OpChanges
	Campaign ports.ID     // OpSweep
	Command  ports.Command
	Ghosts   []ports.ID
	Max      int // OpAdopt, OpSweep
	At       time.Time
}

// Result is what became of an operation.
type Result struct {
	Kind     OpKind
	Err      error
	Refusals []ports.Refusal
	Leased   []ports.Leased
	Workers  []ports.Worker
	Changes  ports.Changes
	Items    []ports.Item
	More     bool
}

// NoteKind names a note.
type NoteKind uint8

// The notes.
const (
	NoteCampaign NoteKind = iota + 1
	NoteAttempt
	NoteCall
	NoteDecision
)

// Note is something that a subscriber may want to know.
type Note struct {
	Kind     NoteKind
	At       time.Time
	Campaign ports.ID
	Run      int
	Contact  ports.ID
	Status   campaign.Status // NoteCampaign
	From, To attempt.State   // NoteAttempt
	Call     attempt.Call    // NoteCall: the final record; NoteAttempt: so far
	Decision Decision        // NoteDecision
}

// Decision is what the engine last decided for a campaign.
type Decision struct {
	Limit pacing.Limit
	// Lines is how many lines it had open or was opening.
	Lines int
	// At is when this limit began to bind.
	At time.Time
	// Until is when it is known to change; zero if unknown.
	Until time.Time
}
