package esl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/fakeswitch/recorded"
	"github.com/outdial/outdial/ports"
)

// cuts are short sessions, and what each of their frames tells.
var cuts = map[string][]ports.EventKind{
	"esl/json/answer_farend_bye": {ports.Accepted, ports.Answered, 0, ports.Ended},
	"esl/json/busy_486":          {ports.Accepted, ports.Ended, 0},
}

// After the cut the adapter finds a switch that knows no channels.
func TestACutAtAnyByteLosesNothingThatCameAndInventsNothing(t *testing.T) {
	for name, tells := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cutEverywhere(t, name, tells)
		})
	}
}

func cutEverywhere(t *testing.T, name string, tells []ports.EventKind) {
	session, err := recorded.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	s, at, total := &tape{}, 0, 0
	call := dialled("1002")
	s.originate = func(job string) {
		stream := strings.Join(reduced(session, call.Call, job), "")
		total = len(stream)
		s.say(stream[:at])
		s.cut(false)
	}
	sw := onTape(t, s)
	ready(t, sw)
	var told []ports.Event
	var wants []want
	for ; at <= total; at++ {
		call = dialled("1002")
		if err := sw.Originate(call); err != nil {
			t.Fatal(err)
		}
		now := until(t, sw, ports.Down)
		down := slices.Index(kinds(now), ports.Down)
		w := wanted(tells, reduced(session, call.Call, call.Call.String()), at)
		w.call, w.name = call.Call, fmt.Sprintf("cut at byte %d", at)
		if got := kinds(of(now[:down], w.call)); !slices.Equal(got, w.before) {
			t.Fatalf("%s: before Down %v was told, want %v", w.name, got, w.before)
		}
		wants = append(wants, w)
		told = append(told, now...)
		if !slices.Contains(kinds(now), ports.Up) {
			told = append(told, until(t, sw, ports.Up)...)
		}
	}
	// A last one, which is told after all that was found out of the others.
	at = total
	call = dialled("1002")
	if err := sw.Originate(call); err != nil {
		t.Fatal(err)
	}
	told = append(told, until(t, sw, ports.Down)...)
	check(t, told, wants)
	t.Logf("%d bytes", total)
}

// want is what is to be told of a call before the connection is lost, and all in all.
type want struct {
	call        ports.ID
	name        string
	before, all []ports.EventKind
}

// wanted is what frames tell of which the first so many bytes arrive.
func wanted(tells []ports.EventKind, frames []string, bytes int) want {
	var w want
	for i, f := range frames {
		if bytes -= len(f); bytes < 0 {
			break
		}
		if tells[i] != 0 {
			w.before = append(w.before, tells[i])
		}
	}
	w.all = w.before
	if n := len(w.all); n > 0 && w.all[n-1] != ports.Ended {
		w.all = append(slices.Clone(w.all), ports.Ended)
	}
	return w
}

func check(t *testing.T, told []ports.Event, wants []want) {
	t.Helper()
	calls := map[ports.ID][]ports.Event{}
	for _, ev := range told {
		calls[ev.Call] = append(calls[ev.Call], ev)
	}
	for _, w := range wants {
		if got := kinds(calls[w.call]); !slices.Equal(got, w.all) {
			t.Errorf("%s: %v was told, want %v", w.name, got, w.all)
		}
	}
}

// reduced are the events of a recording without the headers that nobody reads.
func reduced(session *recorded.Session, call ports.ID, job string) []string {
	rename := strings.NewReplacer(session.IDs().Contact, call.String(), session.IDs().Job, job)
	var out []string
	for _, f := range session.Frames {
		all := f.Event()
		if !slices.Contains(subscribed, all["Event-Name"]) {
			continue
		}
		kept := map[string]string{}
		for _, name := range read {
			if v, ok := all[name]; ok {
				kept[name] = v
			}
		}
		out = append(out, eventFrame(rename.Replace(inJSON(kept))))
	}
	return out
}

// read are the headers that decide what is told of these sessions.
var read = []string{"Event-Name", "Unique-ID", "Job-UUID", "_body", "Hangup-Cause"}
