package campaign

import "errors"

// Status is where a campaign stands; the names are the operator page's.
type Status string

// The statuses.
const (
	Draft     Status = "draft"
	Running   Status = "running"
	Paused    Status = "paused"
	Completed Status = "completed"
	Failed    Status = "failed"
)

// Statuses lists all statuses.
func Statuses() []Status { return []Status{Draft, Running, Paused, Completed, Failed} }

// Action is what an operator asks of a campaign, or what the engine concludes.
type Action string

// The operator's actions.
const (
	Start   Action = "start"
	Pause   Action = "pause"
	Resume  Action = "resume"
	Stop    Action = "stop"
	Restart Action = "restart"
	Clone   Action = "clone"
	Edit    Action = "edit"
	// AddContacts is listed with the actions, as statuses allow or refuse it.
	AddContacts Action = "add_contacts"
)

// The host's own actions, which no operator's page offers: [OperatorActions] and
// [Available] leave them out.
const (
	// Discard ends a draft that is not to be started, as a stop would end it.
	Discard Action = "discard"
	// Archive marks a campaign that is over as put away: [Campaign.Archived].
	Archive Action = "archive"
)

// The engine's conclusions.
const (
	// Finish: every contact has reached a terminal state.
	Finish Action = "finish"
	// Fail: the switch took no call for too long.
	Fail Action = "fail"
	// Close: the single-day window has ended.
	Close Action = "close"
)

// OperatorActions lists what an operator may ask for.
func OperatorActions() []Action {
	return []Action{Start, Pause, Resume, Stop, Restart, Clone, Edit, AddContacts}
}

// Row is one move: in status From, action On leads to status To.
type Row struct {
	From Status
	On   Action
	To   Status
}

// rows is the whole table: the operator page's availability, the host's, and the
// engine's.
var rows = []Row{
	{Draft, Start, Running},
	// Not on the operator page, which lets a draft stay one. A host that ends
	// campaigns in any status, as the guide's DELETE does, would else have to
	// start a draft so that it can stop it, and might dial in between.
	{Draft, Discard, Completed},
	{Draft, Clone, Draft},
	{Draft, Edit, Draft},
	{Draft, AddContacts, Draft},

	{Running, Pause, Paused},
	{Running, Stop, Completed},
	{Running, Clone, Running},
	{Running, AddContacts, Running},
	{Running, Finish, Completed},
	{Running, Fail, Failed},
	{Running, Close, Running},

	{Paused, Start, Running},
	{Paused, Resume, Running},
	{Paused, Stop, Completed},
	{Paused, Clone, Paused},
	{Paused, AddContacts, Paused},
	{Paused, Finish, Completed},
	{Paused, Fail, Failed},
	{Paused, Close, Paused},

	{Completed, Restart, Draft},
	{Completed, Clone, Completed},
	// Not on the operator page either, which lists every campaign. A host whose
	// list leaves out what was put away needs to know it after a restart of its
	// process, and beside other processes.
	{Completed, Archive, Completed},

	{Failed, Restart, Draft},
	{Failed, Clone, Failed},
	{Failed, Archive, Failed},
}

// Rows returns a copy of the table.
func Rows() []Row { return append([]Row(nil), rows...) }

// Errors of moves.
var (
	// ErrAction is what every [*ActionError] wraps: the status does not allow
	// the action.
	ErrAction = errors.New("the campaign's status does not allow this")
	// ErrChanged refuses an event that was meant for another version of the
	// campaign: it has changed since. Read it again, and decide anew.
	ErrChanged = errors.New("the campaign has changed since")
	// ErrWindowOver refuses to start a single-day campaign after its end.
	ErrWindowOver = errors.New("the campaign's single-day window is over")
	// ErrCallsUp refuses what must know how calls end that are still up: to
	// restart with those not completed, and to edit after a restart.
	ErrCallsUp = errors.New("calls of the campaign are still up")
	// ErrOpenContacts refuses to finish a run that has contacts to call, or none at all.
	ErrOpenContacts = errors.New("the run is not finished")
)

// ActionError says that this status does not allow this action.
type ActionError struct {
	Status Status
	Action Action
}

// Error implements error.
func (e *ActionError) Error() string {
	return "campaign: " + string(e.Action) + " is not available in status " + string(e.Status)
}

// Is makes errors.Is(err, ErrAction) hold.
func (e *ActionError) Is(target error) bool { return target == ErrAction }

// Allowed reports where an action leads from a status.
func Allowed(s Status, a Action) (Status, error) {
	for _, row := range rows {
		if row.From == s && row.On == a {
			return row.To, nil
		}
	}
	return s, &ActionError{Status: s, Action: a}
}

// Available lists the operator's actions that a status allows.
func Available(s Status) []Action {
	var out []Action
	for _, a := range OperatorActions() {
		if _, err := Allowed(s, a); err == nil {
			out = append(out, a)
		}
	}
	return out
}

// Diagram renders the table as a Mermaid state diagram; the README shows it.
func Diagram() string {
	out := "stateDiagram-v2\n    [*] --> draft\n"
	for _, row := range rows {
		if row.From != row.To {
			out += "    " + string(row.From) + " --> " + string(row.To) + ": " + string(row.On) + "\n"
		}
	}
	return out
}
