package ports

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Telephony places calls. Commands queue and return; what became of them comes
// as events. All methods are safe for concurrent use.
//
// The duties of an adapter:
//
//  1. An Originate that returned nil is handed to the switch at most once, under
//     the call's own id. A reply that is lost is asked about, never repeated.
//  2. Each call that Originate took yields Accepted or Refused, or silence if
//     the switch is lost. After Accepted it yields exactly one end: Ended, or
//     Refused where the agent's leg failed before the contact was dialled.
//  3. Events of one call keep their order where the switch keeps it. Callers
//     bear with events that are lost, late, doubled or out of order.
//  4. Adopt answers each id with one State event, saying what the call is now;
//     from then on its events come here. Asking twice is fine.
//  5. Attach, Play and Hangup of a call that is over do nothing.
//  6. Down is sent when the switch is lost and Up when it is back; after Up the
//     adapter has found out which calls ended meanwhile and sends their Ended.
//  7. A call that the switch does not know answers Adopt with StageAbsent. It
//     may still surface for Limits().GhostHorizon, no longer.
//
// An error from a command means that nothing was sent: ErrBusy (try again
// soon) or ErrUnavailable (the switch is away).
type Telephony interface {
	Originate(d Dial) error
	Attach(call ID, to Target) error
	Play(call ID, file string) error
	Hangup(call ID, cause string) error
	Adopt(calls []ID) error
	Events() <-chan []Event
	Limits() Limits
}

// Poller is an optional ability of a Telephony: to hand out the events at hand
// without a goroutine. [outdial.Drive] needs it; Events is then not used. The
// slice is the adapter's own again at the next Poll.
type Poller interface {
	Poll() []Event
}

// SpecChecker is an optional ability of a Telephony: to say, before a campaign
// is accepted, what in its settings the switch could never be told. The error
// is a [campaign.InvalidError] with all faults. CheckSpec is also asked about
// specs that have other faults, such as settings out of their bounds: those are
// reported together with its own, so it need not find them, and must not fail over
// them. A Telephony without it is offered every spec that is valid by itself.
type SpecChecker interface {
	CheckSpec(spec *campaign.Spec) error
}

// DefaultTrunk is an optional ability of a Telephony: to name the gateway that
// carries the calls of campaigns that name none. Its limits then hold for them,
// and records say by which gateway each call went.
type DefaultTrunk interface {
	DefaultTrunk() string
}

// Limits are what the switch can take.
type Limits struct {
	// Ringing is how many calls may ring at once. 0: no limit.
	Ringing int
	// PerSecond is how many calls may start in any second. 0: no limit.
	PerSecond int
	// GhostHorizon is how long a call that the switch does not know may still surface.
	GhostHorizon time.Duration
}

// Dial is a call to place.
type Dial struct {
	Call     ID
	Campaign ID
	Run      int
	Contact  ID
	Number   int // of the call within the attempt

	Shape       attempt.Shape
	Address     string // checked by campaign.ParseAddress
	Trunk       string
	CallerID    string
	RingTimeout time.Duration // of each leg; always set
	// Agent is who takes the call; agent first it is dialled first.
	Agent Target
	// Screen asks for a Screened event after the answer.
	Screen    bool
	Variables map[string]string
}

// Target is who takes an answered call: an agent, or an extension in a dialplan.
type Target struct {
	Agent       string
	Destination string
	Dialplan    string
	Context     string
}

// NormalClearing is the hang-up cause of calls that we end.
const NormalClearing = "NORMAL_CLEARING"

// EventKind names what a switch tells.
type EventKind uint8

// What a switch tells.
const (
	// Accepted: the switch has taken the call.
	Accepted EventKind = iota + 1
	// Refused: the switch refused it itself, or the agent's leg failed.
	Refused
	// AgentUp: the agent's leg has answered (agent first).
	AgentUp
	// Progress: the far end rings, or sends early media.
	Progress
	// Answered: the far end has answered.
	Answered
	// Screened: screening's verdict.
	Screened
	// Attached: agent and contact are connected. Agent first, Answered says so.
	Attached
	// Unserved: the agent could not be attached.
	Unserved
	// Stage answers Adopt.
	Stage
	// Ended: the one end of a call.
	Ended
	// Down and Up: the switch cannot be reached, and can again.
	Down
	Up
)

// CallStage is what a call is now.
type CallStage uint8

// The stages, in order.
const (
	StageAbsent CallStage = iota
	StageDialling
	StageRinging
	StageAnswered
	StageAttached
)

// Event is what a switch tells of a call. Fields that do not belong to the
// kind are zero.
type Event struct {
	Kind EventKind
	Call ID
	At   time.Time

	Stage      CallStage       // with Stage
	Verdict    attempt.Verdict // with Screened
	Cause      string          // with Ended, Refused and Down
	SIPStatus  int             // with Ended
	SIPCallID  string          // with Ended
	AnsweredAt time.Time       // with Ended: when it was answered, if it was
}
