package attempt

// Effect is what the world is owed after a move. Effects are performed by
// whoever made the move; all but Originate are repeatable.
type Effect uint8

// The effects.
const (
	// Originate: place the call in hand, once its row is written, once.
	Originate Effect = iota + 1
	// Ask: ask the switch about the call in hand; it may not know it.
	Ask
	// Attach: connect the answered call to its agent.
	Attach
	// Hangup: end the call in hand.
	Hangup
	// Await: start the time that the disposition has.
	Await
	// FreeAgent: the call's agent is done with it.
	FreeAgent
	// Record: the call in hand is over; write its final record.
	Record
)

var effectNames = []string{
	Originate: "originate",
	Ask:       "ask",
	Attach:    "attach",
	Hangup:    "hang up",
	Await:     "await disposition",
	FreeAgent: "free agent",
	Record:    "record call",
}

// String says the effect in words.
func (e Effect) String() string { return name(effectNames, e) }

// Closing effects, as the table's rows name them, and what states owe. They
// are shared, so that a move allocates nothing: nobody may write to them.
var (
	free   = []Effect{FreeAgent}
	record = []Effect{Record}
	finish = []Effect{FreeAgent, Record}

	originate = []Effect{Originate}
	attach    = []Effect{Attach}
	hangup    = []Effect{Hangup}
	await     = []Effect{Await}
	freeAwait = []Effect{FreeAgent, Await}
)

// owed is what an attempt owes because of the state and marks it stands in,
// however it got there: the live path and recovery both ask here.
func (a *Attempt) owed() []Effect {
	switch a.State {
	case StateDialling:
		if a.hanging() {
			return hangup
		}
		return originate
	case StateAMDScreening:
		if a.hanging() || a.Call.Verdict == VerdictMachine {
			return hangup
		}
	case StateAttaching:
		if a.hanging() || a.Call.Unserved {
			return hangup
		}
		return attach
	case StateRinging, StateInProgress:
		if a.hanging() {
			return hangup
		}
	case StateProcessing:
		return await
	}
	return nil
}

// Pending says what an attempt found in a store still owes, after a crash or
// an adoption. A call that may or may not have been placed is asked about,
// never placed again.
func Pending(a Attempt) []Effect {
	owed := a.owed()
	if !a.State.Line() {
		return owed
	}
	pending := []Effect{Ask}
	for _, e := range owed {
		if e != Originate {
			pending = append(pending, e)
		}
	}
	return pending
}
