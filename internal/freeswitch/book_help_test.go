package freeswitch_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// me and heir are two connections to one switch.
const (
	me   = "me"
	heir = "heir"
)

var (
	noon   = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	theOne = uuid.MustParse("caa40373-03f9-433d-8825-1af04c589110")
	agent1 = ports.Target{Agent: "1000"}
)

// desk is a book with a clock, and the switch's side of one call, theOne.
type desk struct {
	*freeswitch.Book
	t    testing.TB
	now  time.Time
	legs map[ports.ID]string // agents' legs in the order in which they were asked for
	last ports.ID            // the latest of them
}

func newDesk(t testing.TB, hears bool) *desk {
	d := &desk{t: t, now: noon, legs: map[ports.ID]string{}}
	d.Book = freeswitch.NewBook(me, hears, time.Minute, func() time.Time { return d.now })
	return d
}

// placed is a desk on which theOne has just been placed.
func placed(t testing.TB, shape attempt.Shape) *desk {
	d := newDesk(t, true)
	d.Place(ports.Dial{Call: theOne, Shape: shape, RingTimeout: 20 * time.Second, Screen: true}, false)
	return d
}

// answered is a desk on which theOne, contact first, waits for an agent.
func answered(t testing.TB) *desk {
	d := placed(t, attempt.ContactFirst)
	d.contact(freeswitch.EventCreate)
	d.contact(freeswitch.EventAnswer)
	d.tells("Accepted, Answered")
	return d
}

// event is an event of a channel, as the switch would send it now.
func event(now time.Time, name string, id ports.ID, more ...string) *freeswitch.Event {
	headers := map[string]string{
		"Event-Name": name, "Unique-ID": id.String(), "Event-Date-Timestamp": micros(now),
		"variable_outdial_owner": me,
	}
	for i := 0; i < len(more); i += 2 {
		headers[more[i]] = more[i+1]
	}
	return &freeswitch.Event{Headers: headers}
}

func micros(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// contact puts in an event of theOne's contact.
func (d *desk) contact(name string, more ...string) {
	more = append([]string{"variable_outdial_leg", "contact", "variable_outdial_call", theOne.String()}, more...)
	d.Event(event(d.now, name, theOne, more...))
}

// agent puts in an event of theOne's agent's leg: of the one that was asked for
// last, or of the one that agent first begins with.
func (d *desk) agent(name string, more ...string) {
	leg := d.last
	if leg == (ports.ID{}) {
		leg = freeswitch.AgentLegID(theOne)
	}
	more = append([]string{"variable_outdial_leg", "agent", "variable_outdial_call", theOne.String()}, more...)
	d.Event(event(d.now, name, leg, more...))
}

// dump is a channel's dump, as theOne's contact or agent.
func (d *desk) dump(more ...string) *freeswitch.Event {
	return event(d.now, "CHANNEL_DATA", theOne, more...)
}

// gone answers the looks that are asked for, and the second ones: there is no
// such channel.
func (d *desk) gone() {
	for range 2 {
		d.Looked(theOne, nil)
		d.Looked(freeswitch.AgentLegID(theOne), nil)
	}
}

// lists puts in the switch's list of channels: pairs of a channel and a state.
func (d *desk) lists(pairs ...any) {
	var channels []freeswitch.Channel
	for i := 0; i < len(pairs); i += 2 {
		channels = append(channels, freeswitch.Channel{ID: pairs[i].(ports.ID), State: pairs[i+1].(string)})
	}
	d.List(channels, 2*time.Second)
}

func (d *desk) wait(by time.Duration) { d.now = d.now.Add(by) }

// tells compares what the port hears with what it must.
func (d *desk) tells(want string) {
	d.t.Helper()
	var said []string
	for _, ev := range d.Take() {
		said = append(said, say(ev))
		if ev.At.IsZero() {
			d.t.Errorf("%s has no time", say(ev))
		}
	}
	if got := strings.Join(said, ", "); got != want {
		d.t.Errorf("told %q, want %q", got, want)
	}
}

// wants compares what is to be done at the switch with what must be.
func (d *desk) wants(want string) {
	d.t.Helper()
	var deeds []string
	for _, deed := range d.Deeds() {
		if deed.Kind == freeswitch.DeedRaise {
			d.last = deed.Leg
			d.legs[deed.Leg] = "leg" + strconv.Itoa(len(d.legs)+1)
		}
		deeds = append(deeds, d.deed(deed))
	}
	if got := strings.Join(deeds, ", "); got != want {
		d.t.Errorf("to be done: %q, want %q", got, want)
	}
}

// over sees that nothing is left of any call.
func (d *desk) over() {
	d.t.Helper()
	if d.Len() != 0 || d.Ringing() != 0 {
		d.t.Errorf("%d calls are left, %d of them ring", d.Len(), d.Ringing())
	}
}

func say(ev ports.Event) string {
	s := kinds[ev.Kind]
	switch ev.Kind {
	case ports.Ended, ports.Refused:
		s += "(" + ev.Cause
		if ev.SIPStatus != 0 {
			s += " " + strconv.Itoa(ev.SIPStatus)
		}
		s += ")"
	case ports.Stage:
		s += "(" + stages[ev.Stage] + ")"
	case ports.Screened:
		s += "(" + ev.Verdict.String() + ")"
	}
	return s
}

func (d *desk) deed(deed freeswitch.Deed) string {
	leg := d.legs[deed.Leg]
	switch deed.Leg {
	case theOne:
		leg = "contact"
	case freeswitch.AgentLegID(theOne):
		leg = "agent"
	}
	switch deed.Kind {
	case freeswitch.DeedKill:
		return fmt.Sprintf("kill %s %s", leg, deed.Cause)
	case freeswitch.DeedRaise:
		return fmt.Sprintf("raise %s as %s for %s", deed.To.Agent, leg, deed.Ring)
	case freeswitch.DeedTransfer:
		return "transfer to " + deed.To.Destination
	}
	return does[deed.Kind] + " " + leg
}

var (
	kinds = map[ports.EventKind]string{
		ports.Accepted: "Accepted", ports.Refused: "Refused", ports.AgentUp: "AgentUp", ports.Progress: "Progress",
		ports.Answered: "Answered", ports.Screened: "Screened", ports.Attached: "Attached", ports.Unserved: "Unserved",
		ports.Stage: "Stage", ports.Ended: "Ended",
	}
	stages = map[ports.CallStage]string{
		ports.StageAbsent: "absent", ports.StageDialling: "dialling", ports.StageRinging: "ringing",
		ports.StageAnswered: "answered", ports.StageAttached: "attached",
	}
	does = map[freeswitch.DeedKind]string{
		freeswitch.DeedBridge: "bridge", freeswitch.DeedMark: "mark", freeswitch.DeedOwn: "own", freeswitch.DeedLook: "look at",
	}
)
