package telephonytest

import (
	"fmt"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// rank is the order in which things happen to a call. Unserved and Attached may
// follow each other.
var rank = map[ports.EventKind]int{
	ports.Accepted: 1, ports.AgentUp: 2, ports.Progress: 3, ports.Answered: 4,
	ports.Screened: 5, ports.Unserved: 6, ports.Attached: 6, ports.Ended: 7, ports.Refused: 7,
}

// checkStories checks, at the end of a test, every call on every connection.
func (b *bench) checkStories() {
	for _, e := range b.ears {
		for call := range b.dials {
			b.checkStory(e, call)
		}
		for _, ev := range e.heard {
			if _, known := b.dials[ev.Call]; !known && ev.Kind != ports.Down && ev.Kind != ports.Up && ev.Kind != ports.Stage {
				b.Errorf("%s was told of call %s, which nobody placed", name(ev.Kind), ev.Call)
			}
		}
	}
}

// checkStory sees that what was heard of one call makes sense.
func (b *bench) checkStory(e *ear, call ports.ID) {
	story := e.story(call)
	last, seen := 0, map[ports.EventKind]int{}
	for _, ev := range story {
		seen[ev.Kind]++
		switch r := rank[ev.Kind]; {
		case r == 0:
			b.Errorf("call %s: an event of kind %d", call, ev.Kind)
		case r < last:
			b.Errorf("call %s: %s came too late: %s", call, name(ev.Kind), describe(e.heard, call))
		default:
			last = r
		}
		if ev.At.IsZero() {
			b.Errorf("call %s: %s has no time", call, name(ev.Kind))
		}
		if seen[ev.Kind] > 1 && ev.Kind != ports.Unserved {
			b.Errorf("call %s: %s was told %d times: %s", call, name(ev.Kind), seen[ev.Kind], describe(e.heard, call))
		}
	}
	if seen[ports.Ended] > 0 && seen[ports.Refused] > 0 {
		b.Errorf("call %s: Refused and Ended: %s", call, describe(e.heard, call))
	}
	if first := len(story) > 0 && story[0].Kind == ports.Accepted; first {
		b.checkWhole(e, call, story)
	}
}

// checkWhole looks at a story that was heard from its beginning.
func (b *bench) checkWhole(e *ear, call ports.ID, story []ports.Event) {
	end := story[len(story)-1]
	if end.Kind != ports.Ended {
		return
	}
	answers := e.count(call, ports.Answered)
	switch {
	case answers > 0 && end.AnsweredAt.IsZero():
		b.Errorf("call %s was answered, and Ended does not say so: %s", call, describe(e.heard, call))
	case answers == 0 && !end.AnsweredAt.IsZero() && !e.wasDown():
		b.Errorf("call %s ended answered without Answered: %s", call, describe(e.heard, call))
	}
	for _, ev := range story {
		if off := ev.At.Sub(end.AnsweredAt).Abs(); ev.Kind == ports.Answered && off > 2*time.Second {
			b.Errorf("call %s: Answered at %s, but Ended says %s", call, ev.At, end.AnsweredAt)
		}
	}
}

func (e *ear) wasDown() bool {
	for _, ev := range e.heard {
		if ev.Kind == ports.Down {
			return true
		}
	}
	return false
}

var names = map[ports.EventKind]string{
	ports.Accepted: "Accepted", ports.Refused: "Refused", ports.AgentUp: "AgentUp", ports.Progress: "Progress",
	ports.Answered: "Answered", ports.Screened: "Screened", ports.Attached: "Attached", ports.Unserved: "Unserved",
	ports.Stage: "Stage", ports.Ended: "Ended", ports.Down: "Down", ports.Up: "Up",
}

func name(k ports.EventKind) string { return names[k] }

// describe says what was heard of a call, in order.
func describe(heard []ports.Event, call ports.ID) string {
	var parts []string
	for _, ev := range heard {
		if ev.Call != call && ev.Kind != ports.Down && ev.Kind != ports.Up {
			continue
		}
		s := name(ev.Kind)
		switch ev.Kind {
		case ports.Stage:
			s += fmt.Sprintf("(%d)", ev.Stage)
		case ports.Screened:
			s += fmt.Sprintf("(%s)", ev.Verdict)
		case ports.Ended, ports.Refused, ports.Down:
			s += fmt.Sprintf("(%s)", ev.Cause)
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// answers is a far end that picks up soon and stays until it is hung up on.
func answers() Far { return Far{Outcome: attempt.OutcomeAnswered, Ring: time.Second} }

// chats is a far end that picks up soon, and hangs up soon after.
func chats() Far {
	return Far{Outcome: attempt.OutcomeAnswered, Ring: time.Second, Talk: time.Second}
}

// rings is a far end that rings until the time-out.
func rings() Far { return Far{Outcome: attempt.OutcomeNoAnswer} }
