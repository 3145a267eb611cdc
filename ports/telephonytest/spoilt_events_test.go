package telephonytest_test

import (
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Switches that do right and tell wrong.

func one(e ports.Event) []ports.Event { return []ports.Event{e} }

func doubled(k ports.EventKind) func(ports.Event) []ports.Event {
	return func(e ports.Event) []ports.Event {
		if e.Kind == k {
			return []ports.Event{e, e}
		}
		return one(e)
	}
}

func lost(k ports.EventKind) func(ports.Event) []ports.Event {
	return func(e ports.Event) []ports.Event {
		if e.Kind == k {
			return nil
		}
		return one(e)
	}
}

func noAnswerTime(e ports.Event) []ports.Event {
	e.AnsweredAt = time.Time{}
	return one(e)
}

// endsFirst keeps answers back until the call has ended.
func endsFirst() func(ports.Event) []ports.Event {
	kept := map[ports.ID]ports.Event{}
	return func(e ports.Event) []ports.Event {
		if e.Kind == ports.Answered {
			kept[e.Call] = e
			return nil
		}
		if a, ok := kept[e.Call]; ok && e.Kind == ports.Ended {
			delete(kept, e.Call)
			return []ports.Event{e, a}
		}
		return one(e)
	}
}

func oneCause(e ports.Event) []ports.Event {
	if e.Kind == ports.Ended {
		e.Cause, e.SIPStatus = "NORMAL_UNSPECIFIED", 0
	}
	return one(e)
}

func noTimes(e ports.Event) []ports.Event {
	e.At = time.Time{}
	return one(e)
}

func endsRefused(e ports.Event) []ports.Event {
	if e.Kind == ports.Refused {
		return []ports.Event{e, {Kind: ports.Ended, Call: e.Call, At: e.At, Cause: e.Cause}}
	}
	return one(e)
}

func strangers(e ports.Event) []ports.Event {
	if e.Kind == ports.Answered {
		return []ports.Event{e, {Kind: ports.Progress, Call: uuid.Max, At: e.At}}
	}
	return one(e)
}

// pretends says that every agent came.
func pretends(e ports.Event) []ports.Event {
	if e.Kind == ports.Unserved {
		e.Kind = ports.Attached
	}
	return one(e)
}

func allHuman(e ports.Event) []ports.Event {
	if e.Kind == ports.Screened {
		e.Verdict = attempt.VerdictHuman
	}
	return one(e)
}

func contactAnyway(e ports.Event) []ports.Event {
	if e.Kind == ports.Refused {
		return []ports.Event{{Kind: ports.Progress, Call: e.Call, At: e.At}, e}
	}
	return one(e)
}

func lostAbsent(e ports.Event) []ports.Event {
	if e.Kind == ports.Stage && e.Stage == ports.StageAbsent {
		return nil
	}
	return one(e)
}

func allRinging(e ports.Event) []ports.Event {
	if e.Kind == ports.Stage && e.Stage != ports.StageAbsent {
		e.Stage = ports.StageRinging
	}
	return one(e)
}

func allAbsent(e ports.Event) []ports.Event {
	if e.Kind == ports.Stage {
		e.Stage = ports.StageAbsent
	}
	return one(e)
}

// noReconcile loses the ends that come with Up.
func noReconcile() func(ports.Event) []ports.Event {
	var up ports.Event
	return func(e ports.Event) []ports.Event {
		if e.Kind == ports.Up {
			up = e
		}
		if e.Kind == ports.Ended && e.At.Before(up.At) {
			return nil
		}
		return one(e)
	}
}

// madeUp tells busy calls as answered.
func madeUp(e ports.Event) []ports.Event {
	if e.Kind == ports.Ended && e.Cause == "USER_BUSY" {
		e.AnsweredAt = e.At
	}
	return one(e)
}
