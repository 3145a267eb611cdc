package esl_test

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/internal/fakeswitch/recorded"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func TestRecordingsAreToldThroughTheWire(t *testing.T) {
	each(t, func(t *testing.T, session *recorded.Session, story recorded.Story) {
		for _, fault := range story.Faults(tellTape(t, session)) {
			t.Error(fault)
		}
	})
}

func TestTheDoubleTellsTheRecordingsStories(t *testing.T) {
	each(t, func(t *testing.T, session *recorded.Session, story recorded.Story) {
		if why := unsaid[path.Base(session.Name)]; why != "" {
			t.Skip(why)
		}
		told := tellDouble(t, session)
		for _, fault := range story.Faults(told) {
			t.Error(fault)
		}
		if got, want := gist(told), gist(tellTape(t, session)); !slices.Equal(got, want) {
			t.Errorf("the double tells\n%v, the recording\n%v", got, want)
		}
	})
}

// unsaid are recordings of commands that the adapter does not give.
var unsaid = map[string]string{
	"contact_noanswer_call_timeout.plain":                "the contact's limit is its own leg_timeout",
	"contact_noanswer_originate_timeout_in_bridge.plain": "the contact's limit is its own leg_timeout",
}

// each runs over the recordings of originates.
func each(t *testing.T, body func(*testing.T, *recorded.Session, recorded.Story)) {
	t.Helper()
	for _, pattern := range []string{"esl/json/*", "bridge/*"} {
		names, err := recorded.Names(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%d recordings: %v", len(names), err)
		}
		for _, name := range names {
			t.Run(name, func(t *testing.T) {
				session, err := recorded.Load(name)
				if err != nil {
					t.Fatal(err)
				}
				story, ok := recorded.StoryOf(name)
				if !ok {
					t.Fatal("it has no story")
				}
				body(t, session, story)
			})
		}
	}
}

// gist is what two tellings of a call have in common.
func gist(told []ports.Event) []string {
	var out []string
	for _, ev := range told {
		out = append(out, fmt.Sprintln(ev.Kind, ev.Cause, ev.SIPStatus, ev.SIPCallID != "", !ev.AnsweredAt.IsZero()))
	}
	return out
}

// tellTape plays a recording to an adapter and returns what it tells of the call.
func tellTape(t *testing.T, session *recorded.Session) []ports.Event {
	t.Helper()
	call := callOf(t, session)
	s := &tape{}
	s.originate = func(job string) {
		for _, frame := range frames(session, call.Call, job) {
			s.say(frame)
		}
		s.cut(false)
	}
	sw := onTape(t, s)
	ready(t, sw)
	if err := sw.Originate(call); err != nil {
		t.Fatal(err)
	}
	return of(until(t, sw, ports.Up), call.Call)
}

// frames are a recording's events as the adapter subscribes to them: in JSON,
// those that it asks for, and with the names that it has chosen.
func frames(session *recorded.Session, call ports.ID, job string) []string {
	ids := session.IDs()
	names := []string{ids.Job, job}
	if ids.Contact != "" {
		names = append(names, ids.Contact, call.String())
	}
	if ids.Agent != "" {
		names = append(names, ids.Agent, freeswitch.AgentLegID(call).String())
	}
	rename := strings.NewReplacer(names...)
	var out []string
	for _, f := range session.Frames {
		ev := f.Event()
		if !slices.Contains(subscribed, ev["Event-Name"]) {
			continue
		}
		body := f.Body
		if f.Type() != "text/event-json" {
			body = inJSON(ev)
		}
		out = append(out, eventFrame(rename.Replace(body)))
	}
	return out
}

// subscribed are the events that the adapter asks for.
var subscribed = []string{
	freeswitch.EventJob, freeswitch.EventCreate, freeswitch.EventProgress, freeswitch.EventMedia,
	freeswitch.EventAnswer, freeswitch.EventBridge, freeswitch.EventHangup,
}

func inJSON(headers map[string]string) string {
	body, err := json.Marshal(headers)
	if err != nil {
		panic(err) // a map of strings
	}
	return string(body)
}

// tellDouble places a recording's call at the double.
func tellDouble(t *testing.T, session *recorded.Session) []ports.Event {
	t.Helper()
	l := lab.New(t, fakeswitch.Config{Far: recordedFar}, openWide)
	l.Switch.SetGateway("trunk_dead", true)
	l.Switch.SetGateway("trunk_down", true)
	l.Switch.SetGateway("trunk_down", false)
	line := l.Open()
	call := callOf(t, session)
	if err := line.Originate(call); err != nil {
		t.Fatal(err)
	}
	var told []ports.Event
	if cause := killed(session); cause != "" {
		l.Pass(2500 * time.Millisecond)
		told = line.Poll()
		if err := line.Hangup(call.Call, cause); err != nil {
			t.Fatal(err)
		}
	}
	l.Pass(45 * time.Second)
	return of(append(told, line.Poll()...), call.Call)
}

func recordedFar(gateway, number string) fakeswitch.Far {
	if gateway == "trunk_dead" {
		return fakeswitch.Far{SIP: 503} // a closed port looks like that
	}
	return fakeswitch.LabFar(gateway, number)
}

// openWide is open with the gateways of the recordings.
func openWide(site lab.Site) (lab.Adapter, error) {
	return esl.New(esl.Config{
		Addr: site.ESL, Password: lab.Password, Clock: site.Clock, Dial: site.Dial,
		Gateways: []string{"trunk", "trunk_dead", "trunk_down", "nosuch"},
	})
}

var (
	dialString = regexp.MustCompile(`sofia/gateway/\w+/\w+`)
	ringFor    = regexp.MustCompile(`(originate|leg)_timeout=(\d+)`)
	killedWith = regexp.MustCompile(`api uuid_kill \S+ ?(\w*)`)
)

// callOf is the call that a recording is of: contact first the only leg, agent
// first the agent's and then the contact's.
func callOf(t *testing.T, session *recorded.Session) ports.Dial {
	t.Helper()
	command := ""
	for _, sent := range session.Sent {
		if strings.HasPrefix(sent, "bgapi originate") {
			command = sent
		}
	}
	legs := dialString.FindAllString(command, -1)
	if len(legs) == 0 {
		t.Fatalf("no originate: %q", session.Sent)
	}
	call := dialled(legs[len(legs)-1])
	if len(legs) == 2 {
		call = agentFirst(call, legs[0])
	}
	call.RingTimeout = 20 * time.Second
	for _, m := range ringFor.FindAllStringSubmatch(command, -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		call.RingTimeout = min(call.RingTimeout, time.Duration(n-1)*time.Second)
	}
	return call
}

// killed is the cause with which the recording's client hung up, if it did.
func killed(session *recorded.Session) string {
	for _, sent := range session.Sent {
		switch m := killedWith.FindStringSubmatch(sent); {
		case m == nil:
		case m[1] == "":
			return ports.NormalClearing
		default:
			return m[1]
		}
	}
	return ""
}
