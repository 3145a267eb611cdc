package esl_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/ports"
)

func TestTwoAdaptersOfADeploymentTellTheirOwnCallsOnly(t *testing.T) {
	l, one := labWith(t, fakeswitch.Config{})
	tellTheirOwn(t, l, one, l.Open())
}

func TestTwoDeploymentsOnASwitchTellTheirOwnCallsOnly(t *testing.T) {
	tags := []string{"east", "west"}
	l, one := labWith(t, fakeswitch.Config{}, func(c *esl.Config) { c.Tag, tags = tags[0], tags[1:] })
	tellTheirOwn(t, l, one, l.Open())
}

func tellTheirOwn(t *testing.T, l *lab.Lab, lines ...*lab.Line) {
	t.Helper()
	var calls [][]ports.ID
	for _, line := range lines {
		first := agentFirst(dialled("1002"), "user/1000")
		if err := line.Originate(first); err != nil {
			t.Fatal(err)
		}
		calls = append(calls, []ports.ID{place(t, line, "1002"), place(t, line, "9486"), first.Call})
	}
	l.Pass(10 * time.Second)
	for i, line := range lines {
		told := line.Poll()
		for _, ev := range told {
			if !slices.Contains(calls[i], ev.Call) {
				t.Errorf("adapter %d told %+v", i, ev)
			}
		}
		endedAs(t, told, calls[i][0], ports.Ended, ports.NormalClearing)
		endedAs(t, told, calls[i][1], ports.Ended, "USER_BUSY")
		endedAs(t, told, calls[i][2], ports.Ended, ports.NormalClearing)
	}
}

func TestADeploymentDoesNotHearAnothersEvents(t *testing.T) {
	tags := []string{"east", "west"}
	l, east := labWith(t, fakeswitch.Config{}, func(c *esl.Config) { c.Tag, tags = tags[0], tags[1:] })
	west := l.Open()
	before := stats(west).Events
	place(t, east, "1002")
	l.Pass(5 * time.Second)
	if got := stats(west).Events - before; got != 1 { // the job's result goes to all
		t.Errorf("%d events of another deployment's call came", got)
	}
}

func stats(line *lab.Line) esl.Stats { return lab.Unwrap(line).(*esl.Switch).Stats() }

func TestAJobOfAnotherClientIsIgnored(t *testing.T) {
	s := &tape{}
	s.originate = func(string) {
		for _, job := range []string{"7f4db0f0-0000-4000-8000-000000000000", "", "none"} {
			s.say(eventFrame(inJSON(map[string]string{
				"Event-Name": "BACKGROUND_JOB", "Job-UUID": job, "_body": "-ERR USER_BUSY\n",
			})))
		}
		s.cut(true)
	}
	sw := onTape(t, s)
	ready(t, sw)
	if err := sw.Originate(dialled("1002")); err != nil {
		t.Fatal(err)
	}
	if told := until(t, sw, ports.Down); len(told) != 1 {
		t.Errorf("told %+v", told)
	}
	if st := sw.Stats(); st.Events != 3 || st.Malformed != 0 {
		t.Errorf("%+v", st)
	}
}

func TestABeepIsToldOnceAsAMachine(t *testing.T) {
	for number, want := range map[string]int{"2000": 1, "1001": 0} {
		l, line := labWith(t, fakeswitch.Config{}, func(c *esl.Config) { c.Screening = true })
		d := dialled(number)
		d.Screen = true
		if err := line.Originate(d); err != nil {
			t.Fatal(err)
		}
		l.Pass(10 * time.Second)
		heard := 0
		for _, ev := range line.Poll() {
			if ev.Kind == ports.Screened {
				heard++
				if ev.Verdict != attempt.VerdictMachine || ev.Call != d.Call {
					t.Errorf("%s: %+v", number, ev)
				}
			}
		}
		if heard != want {
			t.Errorf("%s was screened %d times, want %d", number, heard, want)
		}
	}
}

func TestScreeningNeedsTheCallAndTheHostToAskForIt(t *testing.T) {
	for _, c := range []struct{ host, call bool }{{true, false}, {false, true}} {
		l, line := labWith(t, fakeswitch.Config{}, func(cfg *esl.Config) { cfg.Screening = c.host })
		d := dialled("2000")
		d.Screen = c.call
		if err := line.Originate(d); err != nil {
			t.Fatal(err)
		}
		l.Pass(10 * time.Second)
		if told := line.Poll(); slices.Contains(kinds(told), ports.Screened) {
			t.Errorf("%+v: %+v", c, told)
		}
	}
}

func TestTheSIPCallIDIsToldWithTheEnd(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{})
	call := place(t, line, "9486")
	l.Pass(time.Second)
	told := of(line.Poll(), call)
	if end := told[len(told)-1]; end.SIPCallID == "" || end.SIPStatus != 486 {
		t.Errorf("ended as %+v", end)
	}
}

func TestStatsAddUp(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{})
	place(t, line, "1002")
	place(t, line, "1800")
	if err := line.Hangup(place(t, line, "1001"), ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	l.Pass(5 * time.Second)
	st := stats(line)
	if !st.Connected || st.Connects != 1 || st.Calls != 1 || st.Originates != 3 || st.Malformed != 0 {
		t.Errorf("%+v", st)
	}
	if st.Commands <= st.Originates || st.Events < 3*2 {
		t.Errorf("%+v", st)
	}
	l.Switch.Cut()
	cutOff(t, line)
	l.Pass(10 * time.Second)
	if st := stats(line); st.Connects != 2 || st.Calls != 1 || st.Originates != 3 {
		t.Errorf("after a cut: %+v", st)
	}
}
