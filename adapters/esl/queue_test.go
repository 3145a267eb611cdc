package esl_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/ports"
)

// held is an adapter whose first question the switch has not answered yet:
// whatever comes waits in the queue until goOn.
func held(t *testing.T) (sw *esl.Switch, clock *fakeswitch.Clock, s *tape, goOn func()) {
	t.Helper()
	asked, free := make(chan struct{}), make(chan struct{})
	first := true
	s = &tape{answer: func(command string) (string, bool) {
		if command == "api show channels as json" && first {
			first = false
			close(asked)
			<-free
		}
		return "", false
	}}
	sw, clock = timed(t, s)
	ready(t, sw)
	<-asked
	goOn = sync.OnceFunc(func() { close(free) })
	t.Cleanup(goOn)
	return sw, clock, s, goOn
}

func TestAnOriginateThatWaitedOverASecondIsNotSent(t *testing.T) {
	sw, clock, s, goOn := held(t)
	late := dialled("1002")
	if err := sw.Originate(late); err != nil {
		t.Fatal(err)
	}
	clock.Advance(clock.Now().Add(1100 * time.Millisecond))
	goOn()
	told := until(t, sw, ports.Refused)
	if len(told) != 1 || told[0].Call != late.Call || told[0].Cause != "NOT_SENT_IN_TIME" {
		t.Errorf("told %+v", told)
	}
	eventually(t, "rest", sw.Idle)
	if sent := s.asked("bgapi"); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

func TestAnOriginateThatWaitedLessIsSent(t *testing.T) {
	sw, clock, s, goOn := held(t)
	if err := sw.Originate(dialled("1002")); err != nil {
		t.Fatal(err)
	}
	clock.Advance(clock.Now().Add(900 * time.Millisecond))
	goOn()
	eventually(t, "the originate", func() bool { return len(s.asked("bgapi originate")) == 1 })
}

func TestAHangupBeforeTheOriginateWasSentSendsNeither(t *testing.T) {
	sw, _, s, goOn := held(t)
	call := dialled("1002")
	if err := sw.Originate(call); err != nil {
		t.Fatal(err)
	}
	if err := sw.Hangup(call.Call, "ORIGINATOR_CANCEL"); err != nil {
		t.Fatal(err)
	}
	told := until(t, sw, ports.Ended)
	if got := kinds(told); !slices.Equal(got, []ports.EventKind{ports.Accepted, ports.Ended}) || told[1].Cause != "ORIGINATOR_CANCEL" {
		t.Errorf("told %+v", told)
	}
	goOn()
	eventually(t, "rest", sw.Idle)
	if sent := slices.Concat(s.asked("bgapi"), s.asked("api uuid_kill")); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

func TestOriginatesThatWaitWhenTheSwitchIsLostAreRefused(t *testing.T) {
	sw, _, s, _ := held(t)
	call := dialled("1002")
	if err := sw.Originate(call); err != nil {
		t.Fatal(err)
	}
	s.cut(true)
	told := until(t, sw, ports.Down)
	endedAs(t, told, call.Call, ports.Refused, "NOT_CONNECTED")
	if sent := s.asked("bgapi"); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

func TestAStandingQueueTakesNoMoreCalls(t *testing.T) {
	sw, clock, _, _ := held(t)
	if err := sw.Originate(dialled("1002")); err != nil {
		t.Fatal(err)
	}
	clock.Advance(clock.Now().Add(600 * time.Millisecond))
	if err := sw.Originate(dialled("1002")); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("a queue that has stood for 0.6 s: %v", err)
	}
}

func TestTheQueueHoldsAThousandOriginates(t *testing.T) {
	sw, _, _, _ := held(t)
	for range 1000 {
		if err := sw.Originate(dialled("1002")); err != nil {
			t.Fatal(err)
		}
	}
	if err := sw.Originate(dialled("1002")); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("the 1001st: %v", err)
	}
}

func TestHangupsGoBeforeNewCalls(t *testing.T) {
	sw, _, s, goOn := held(t)
	if err := sw.Originate(dialled("1002")); err != nil {
		t.Fatal(err)
	}
	up := dialled("1002").Call // somebody else's, as far as the adapter knows
	if err := sw.Hangup(up, ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	goOn()
	eventually(t, "the originate", func() bool { return len(s.asked("bgapi originate")) == 1 })
	s.mu.Lock()
	defer s.mu.Unlock()
	kill := slices.Index(s.commands, "api uuid_kill "+up.String()+" NORMAL_CLEARING")
	if kill < 0 || kill > slices.IndexFunc(s.commands, func(c string) bool { return len(c) > 5 && c[:5] == "bgapi" }) {
		t.Errorf("sent %q", s.commands)
	}
}
