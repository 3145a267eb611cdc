package xmlrpc_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/ports"
)

// heard collects what a line of a lab tells of a call until it is enough.
func heard(t *testing.T, l *lab.Lab, line *lab.Line, enough func([]ports.Event) bool) {
	t.Helper()
	var all []ports.Event
	if !l.Settle(func() bool { all = append(all, line.Poll()...); return enough(all) }) {
		t.Fatalf("heard only %v", all)
	}
}

func has(kind ports.EventKind) func([]ports.Event) bool {
	return func(evs []ports.Event) bool {
		return slices.ContainsFunc(evs, func(ev ports.Event) bool { return ev.Kind == kind })
	}
}

// Who adopts a call is told all that happens to it. That its former owner, if
// it still lives, is told no more is what polling can't promise: a list of
// channels does not show whose they are, and one that is gone shows nothing.
func TestCallMovesToWhoAdoptsIt(t *testing.T) {
	l := newLab(t, fakeswitch.Config{Far: fakeswitch.LabFar, User: func(string) fakeswitch.Far { return fakeswitch.Far{SIP: 200} }})
	old, heir := l.Open(), l.Open()
	d := dial(1)
	d.Address = "1001"
	if err := old.Originate(d); err != nil {
		t.Fatal(err)
	}
	heard(t, l, old, has(ports.Answered))
	if err := heir.Adopt([]ports.ID{d.Call}); err != nil {
		t.Fatal(err)
	}
	heard(t, l, heir, func(evs []ports.Event) bool {
		return slices.ContainsFunc(evs, func(ev ports.Event) bool {
			return ev.Kind == ports.Stage && ev.Stage == ports.StageAnswered
		})
	})
	if err := heir.Attach(d.Call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	heard(t, l, heir, has(ports.Attached))
	if err := heir.Hangup(d.Call, ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	heard(t, l, heir, func(evs []ports.Event) bool {
		return slices.ContainsFunc(evs, func(ev ports.Event) bool {
			return ev.Kind == ports.Ended && !ev.AnsweredAt.IsZero()
		})
	})
}

// Whatever becomes of the reply, the call is placed once, and heard of.
func TestLostReplyPlacesACallOnce(t *testing.T) {
	originates := func(command, _ string) bool { return command == "originate" }
	for name, faults := range map[string]fakeswitch.XMLRPCFaults{
		"lost":    {LoseReply: originates},
		"failed":  {FailReply: originates},
		"cut":     {CutReply: originates},
		"garbled": {Garble: originates},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, fakeswitch.Config{Far: fakeswitch.LabFar})
			line := l.Open()
			l.Switch.SetXMLRPCFaults(faults)
			d := dial(1)
			d.Address = "1002"
			if err := line.Originate(d); err != nil {
				t.Fatal(err)
			}
			heard(t, l, line, has(ports.Ended))
			if n := l.Switch.Arrived("1002"); n != 1 {
				t.Errorf("%d calls arrived", n)
			}
		})
	}
}

func TestLostRequestPlacesNoCall(t *testing.T) {
	l := newLab(t, fakeswitch.Config{Far: fakeswitch.LabFar})
	line := l.Open()
	l.Switch.SetXMLRPCFaults(fakeswitch.XMLRPCFaults{
		LoseRequest: func(command, _ string) bool { return command == "originate" },
	})
	d := dial(1)
	d.Address = "1002"
	if err := line.Originate(d); err != nil {
		t.Fatal(err)
	}
	l.Pass(time.Minute)
	if evs := line.Poll(); len(evs) > 0 || l.Switch.Arrived("1002") > 0 {
		t.Errorf("told %v, %d calls arrived", evs, l.Switch.Arrived("1002"))
	}
}
