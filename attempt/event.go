package attempt

import "time"

// Event is something that happened to an attempt. Each kind is a type of its
// own that carries its time; the set is closed.
type Event interface {
	// Kind names the event; the table's rows are keyed by it.
	Kind() EventKind
	// When is the time at which it happened.
	When() time.Time
	event()
}

// EventKind names a kind of event.
type EventKind uint8

// The kinds of events.
const (
	KindLease EventKind = iota + 1
	KindRelease
	KindDial
	KindUnsent
	KindRefused
	KindAccepted
	KindProgress
	KindAgentUp
	KindAnswered
	KindScreened
	KindAttached
	KindUnserved
	KindEnded
	KindLost
	KindDispose
	KindExpire
	KindStop
	KindClose
	KindCancel
	KindSuppress

	// NumEvents is one more than the last kind, for arrays.
	NumEvents = iota + 1
)

var eventNames = []string{
	KindLease:    "lease",
	KindRelease:  "release",
	KindDial:     "dial",
	KindUnsent:   "unsent",
	KindRefused:  "refused",
	KindAccepted: "accepted",
	KindProgress: "progress",
	KindAgentUp:  "agent_up",
	KindAnswered: "answered",
	KindScreened: "screened",
	KindAttached: "attached",
	KindUnserved: "unserved",
	KindEnded:    "ended",
	KindLost:     "lost",
	KindDispose:  "dispose",
	KindExpire:   "expire",
	KindStop:     "stop",
	KindClose:    "close",
	KindCancel:   "cancel",
	KindSuppress: "suppress",
}

// Kinds lists all kinds of events.
func Kinds() []EventKind {
	all := make([]EventKind, 0, NumEvents-1)
	for k := KindLease; k < NumEvents; k++ {
		all = append(all, k)
	}
	return all
}

// String returns the kind's name.
func (k EventKind) String() string { return name(eventNames, k) }

// Lease is a worker taking a waiting attempt.
type Lease struct {
	At    time.Time
	Owner ID
}

// Release is a worker giving a leased attempt back undialled, to be leased
// again after Delay (0: at once). Running is the campaign's running time.
type Release struct {
	At      time.Time
	Running time.Duration
	Delay   time.Duration
}

// Dial is the decision to place a call. The originate follows the write.
type Dial struct {
	At       time.Time
	Address  string
	Trunk    string
	CallerID string
	Agent    string // the agent held for the call, where one is
}

// Unsent is a call that was begun and never handed to the switch.
type Unsent struct {
	At      time.Time
	Running time.Duration
}

// Refused is a call that the switch refused itself, or whose agent leg failed.
// It spends no retry.
type Refused struct {
	At      time.Time
	Running time.Duration
	Cause   string
}

// Accepted is the switch taking the call.
type Accepted struct{ At time.Time }

// Progress is the first sign of the far end: ringing or early media.
type Progress struct{ At time.Time }

// AgentUp is the agent's leg answering, in the agent-first shape.
type AgentUp struct{ At time.Time }

// Answered is the far end answering.
type Answered struct{ At time.Time }

// Screened is screening's verdict, or its time-out (VerdictUnsure).
type Screened struct {
	At      time.Time
	Verdict Verdict
}

// Attached is the agent and the contact connected.
type Attached struct{ At time.Time }

// Unserved is an answered call for which no agent came within the threshold,
// or whose agent vanished.
type Unserved struct{ At time.Time }

// Ended is the one end of a call, with the facts that only its end knows.
type Ended struct {
	At        time.Time
	Running   time.Duration
	Cause     string
	SIPStatus int
	SIPCallID string
	// AnsweredAt is set where the switch says that the call was answered; it
	// tells the truth when the answer's own event was lost.
	AnsweredAt time.Time
}

// Lost is a call of which the switch knows nothing (any more).
type Lost struct {
	At      time.Time
	Running time.Duration
	// Horizon is how long a call may still surface after that.
	Horizon time.Duration
}

// Dispose is a valid disposition coming in.
type Dispose struct {
	At          time.Time
	Disposition Disposition
}

// Expire is the end of the time that a disposition had.
type Expire struct{ At time.Time }

// Stop is the operator stopping the campaign; with Drain live calls may finish.
type Stop struct {
	At    time.Time
	Drain bool
}

// Close is the end of a single-day campaign's window.
type Close struct{ At time.Time }

// Cancel is a command to give up the pending callback.
type Cancel struct{ At time.Time }

// Suppress is a check's refusal to dial the contact.
type Suppress struct {
	At     time.Time
	Reason Reason
}

// Kind implements Event.
func (Lease) Kind() EventKind    { return KindLease }
func (Release) Kind() EventKind  { return KindRelease }
func (Dial) Kind() EventKind     { return KindDial }
func (Unsent) Kind() EventKind   { return KindUnsent }
func (Refused) Kind() EventKind  { return KindRefused }
func (Accepted) Kind() EventKind { return KindAccepted }
func (Progress) Kind() EventKind { return KindProgress }
func (AgentUp) Kind() EventKind  { return KindAgentUp }
func (Answered) Kind() EventKind { return KindAnswered }
func (Screened) Kind() EventKind { return KindScreened }
func (Attached) Kind() EventKind { return KindAttached }
func (Unserved) Kind() EventKind { return KindUnserved }
func (Ended) Kind() EventKind    { return KindEnded }
func (Lost) Kind() EventKind     { return KindLost }
func (Dispose) Kind() EventKind  { return KindDispose }
func (Expire) Kind() EventKind   { return KindExpire }
func (Stop) Kind() EventKind     { return KindStop }
func (Close) Kind() EventKind    { return KindClose }
func (Cancel) Kind() EventKind   { return KindCancel }
func (Suppress) Kind() EventKind { return KindSuppress }

// When implements Event.
func (e Lease) When() time.Time    { return e.At }
func (e Release) When() time.Time  { return e.At }
func (e Dial) When() time.Time     { return e.At }
func (e Unsent) When() time.Time   { return e.At }
func (e Refused) When() time.Time  { return e.At }
func (e Accepted) When() time.Time { return e.At }
func (e Progress) When() time.Time { return e.At }
func (e AgentUp) When() time.Time  { return e.At }
func (e Answered) When() time.Time { return e.At }
func (e Screened) When() time.Time { return e.At }
func (e Attached) When() time.Time { return e.At }
func (e Unserved) When() time.Time { return e.At }
func (e Ended) When() time.Time    { return e.At }
func (e Lost) When() time.Time     { return e.At }
func (e Dispose) When() time.Time  { return e.At }
func (e Expire) When() time.Time   { return e.At }
func (e Stop) When() time.Time     { return e.At }
func (e Close) When() time.Time    { return e.At }
func (e Cancel) When() time.Time   { return e.At }
func (e Suppress) When() time.Time { return e.At }

// The set of events is closed.
func (Lease) event()    {}
func (Release) event()  {}
func (Dial) event()     {}
func (Unsent) event()   {}
func (Refused) event()  {}
func (Accepted) event() {}
func (Progress) event() {}
func (AgentUp) event()  {}
func (Answered) event() {}
func (Screened) event() {}
func (Attached) event() {}
func (Unserved) event() {}
func (Ended) event()    {}
func (Lost) event()     {}
func (Dispose) event()  {}
func (Expire) event()   {}
func (Stop) event()     {}
func (Close) event()    {}
func (Cancel) event()   {}
func (Suppress) event() {}
