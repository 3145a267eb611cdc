package esl_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// timed is a tape with a clock that the test moves.
func timed(t *testing.T, s *tape) (*esl.Switch, *fakeswitch.Clock) {
	t.Helper()
	clock := fakeswitch.NewClock(morning)
	return onTape(t, s, func(c *esl.Config) { c.Clock = clock }), clock
}

// waiting waits until the adapter has given up a try, and returns how long it
// pauses.
func waiting(t *testing.T, sw *esl.Switch, clock *fakeswitch.Clock) time.Duration {
	t.Helper()
	eventually(t, "the pause before the next try", func() bool { return !sw.Stats().Connected && sw.Idle() && !clock.Next().IsZero() })
	return clock.Next().Sub(clock.Now())
}

func TestASwitchThatIsAwayIsToldDownOnceAndUpWhenItComes(t *testing.T) {
	s := &tape{away: true}
	sw, clock := timed(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := sw.Ready(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Ready says %v", err)
	}
	for range 5 {
		clock.Advance(clock.Now().Add(waiting(t, sw, clock)))
	}
	waiting(t, sw, clock)
	if err := sw.Originate(dialled("1002")); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("Originate says %v", err)
	}
	s.cut(false)
	clock.Advance(clock.Now().Add(waiting(t, sw, clock)))
	ready(t, sw)
	if got := kinds(until(t, sw, ports.Up)); !slices.Equal(got, []ports.EventKind{ports.Down, ports.Up}) {
		t.Errorf("told %v", got)
	}
	if err := sw.Originate(dialled("1002")); err != nil {
		t.Errorf("Originate says %v", err)
	}
}

func TestCommandsAreUnavailableWhileTheSwitchIsAway(t *testing.T) {
	sw, clock := timed(t, &tape{away: true})
	waiting(t, sw, clock)
	call := dialled("1002").Call
	for name, err := range map[string]error{
		"Attach": sw.Attach(call, ports.Target{Agent: "user/1000"}),
		"Play":   sw.Play(call, "hold.wav"),
		"Hangup": sw.Hangup(call, ports.NormalClearing),
		"Adopt":  sw.Adopt([]ports.ID{call}),
	} {
		if !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("%s says %v", name, err)
		}
	}
}

func TestAWrongPasswordIsToldAndTriedAgain(t *testing.T) {
	s := &tape{password: "another"}
	sw, clock := timed(t, s)
	clock.Advance(clock.Now().Add(waiting(t, sw, clock)))
	waiting(t, sw, clock)
	down := until(t, sw, ports.Down)
	if down[0].Cause != "the event socket refused the login" {
		t.Errorf("Down because of %q", down[0].Cause)
	}
	if n := len(s.asked("auth ")); n != 2 {
		t.Errorf("%d logins", n)
	}
}

func TestPausesGrowAndBeginAnewAfterAConnection(t *testing.T) {
	s := &tape{away: true}
	sw, clock := timed(t, s)
	for i, most := 0, 250*time.Millisecond; i < 9; i, most = i+1, min(2*most, 15*time.Second) {
		pause := waiting(t, sw, clock)
		if pause > most || pause < most/2 {
			t.Errorf("pause %d is %s, want %s to %s", i, pause, most/2, most)
		}
		clock.Advance(clock.Now().Add(pause))
	}
	waiting(t, sw, clock)
	s.cut(false)
	clock.Advance(clock.Next())
	ready(t, sw)
	eventually(t, "its channels", func() bool { return len(s.asked("api show channels")) == 1 && sw.Idle() })
	s.cut(true)
	eventually(t, "the loss", func() bool { return !sw.Stats().Connected })
	if pause := waiting(t, sw, clock); pause > 250*time.Millisecond {
		t.Errorf("after a connection the pause is %s", pause)
	}
}

func TestClosingEndsReadyAndTheWaitForTheSwitch(t *testing.T) {
	sw, clock := timed(t, &tape{away: true})
	waiting(t, sw, clock)
	if err := sw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sw.Ready(context.Background()); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("Ready says %v", err)
	}
	if !clock.Next().IsZero() {
		t.Error("a timer is left")
	}
}

func TestASilentSwitchIsLeftAndReachedAgain(t *testing.T) {
	sw, clock := timed(t, &tape{})
	ready(t, sw)
	for range 6 {
		eventually(t, "rest", sw.Idle)
		clock.Advance(clock.Now().Add(10 * time.Second))
	}
	eventually(t, "rest", sw.Idle)
	if st := sw.Stats(); !st.Connected || st.Connects != 1 {
		t.Fatalf("after a minute: %+v", st)
	}
	clock.Advance(clock.Now().Add(5 * time.Second))
	told := make(chan []ports.Event, 1)
	go func() { told <- until(t, sw, ports.Up) }()
	eventually(t, "the return", func() bool { // whoever watches may have read the clock just before
		if sw.Idle() {
			clock.Advance(clock.Now().Add(time.Second / 10))
		}
		return len(told) > 0
	})
	if down := (<-told)[0]; down.Kind != ports.Down || down.Cause != "guard: the switch has fallen silent: for 1m5s" {
		t.Errorf("told first %+v", down)
	}
}

// busyLab is a double with a call that has been answered, one that rings and
// one of an agent first that is up.
func busyLab(t *testing.T) (*lab.Lab, *lab.Line, []ports.ID) {
	t.Helper()
	l := lab.New(t, fakeswitch.Config{Far: fakeswitch.LabFar, User: willing}, openWide)
	line := l.Open()
	calls := []ports.Dial{dialled("1001"), dialled("1800"), agentFirst(dialled("1100"), "user/1000")}
	var ids []ports.ID
	for _, d := range calls {
		d.RingTimeout = time.Minute
		if err := line.Originate(d); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, d.Call)
	}
	l.Pass(time.Second)
	told := line.Poll()
	if n := len(l.Switch.Channels()); n != 4 {
		t.Fatalf("%d channels; %+v", n, told)
	}
	return l, line, ids
}

// willing is an agent's phone that answers.
func willing(string) fakeswitch.Far { return fakeswitch.Far{SIP: 200} }

// cutOff waits until the adapter has noticed that its connections are gone: that
// is the sockets' doing, and time must not pass before. It is not back before time
// passes.
func cutOff(t *testing.T, line *lab.Line) {
	t.Helper()
	eventually(t, "the loss", func() bool { return !stats(line).Connected })
}

// ends checks that each call ends once, and how.
func ends(t *testing.T, told []ports.Event, calls []ports.ID, cause string) {
	t.Helper()
	for _, id := range calls {
		if mine := of(told, id); len(mine) != 1 || mine[0].Kind != ports.Ended || mine[0].Cause != cause {
			t.Errorf("told %+v, want one end with %q", mine, cause)
		}
	}
}

func TestCallsThatARestartForgotEndOnceAfterUp(t *testing.T) {
	l, line, calls := busyLab(t)
	l.Switch.Restart()
	cutOff(t, line)
	l.Pass(10 * time.Second)
	told := line.Poll()
	ends(t, told, calls, "")
	up := slices.Index(kinds(told), ports.Up)
	first := slices.Index(kinds(told), ports.Ended)
	if told[0].Kind != ports.Down || up < 0 || up > first {
		t.Errorf("told %+v", told)
	}
	l.Pass(2 * time.Minute)
	if late := line.Poll(); len(late) > 0 {
		t.Errorf("told later %+v", late)
	}
}

func TestASwitchThatIsShutDownEndsItsCallsItself(t *testing.T) {
	l, line, calls := busyLab(t)
	l.Switch.Shutdown()
	l.Pass(time.Minute)
	cutOff(t, line)
	told := line.Poll()
	ends(t, told, calls, "SYSTEM_SHUTDOWN")
	if last := told[len(told)-1]; last.Kind != ports.Down {
		t.Errorf("told last %+v", last)
	}
	l.Switch.Restart()
	l.Pass(time.Minute)
	if late := line.Poll(); !slices.Equal(kinds(late), []ports.EventKind{ports.Up}) {
		t.Errorf("told later %+v", late)
	}
}

func TestASwitchThatAnswersNoCommandIsLeftAndReachedAgain(t *testing.T) {
	l, line, calls := busyLab(t)
	l.Stall(true)
	_, before := l.Switch.Wire()
	if err := line.Hangup(calls[0], ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the command", func() bool {
		_, read := l.Switch.Wire()
		return read > before
	})
	l.Clock.Advance(l.Clock.Now().Add(11 * time.Second)) // of the 65 that events may be silent for
	cutOff(t, line)
	l.Stall(false)
	l.Pass(time.Minute)
	told := line.Poll()
	if got := kinds(told); got[0] != ports.Down || !slices.Contains(got, ports.Up) {
		t.Errorf("told %+v", told)
	}
	if !strings.Contains(told[0].Cause, "no reply within 10s") {
		t.Errorf("Down because of %q", told[0].Cause)
	}
	if mine := of(told, calls[0]); len(mine) != 1 || mine[0].Kind != ports.Ended {
		t.Errorf("the call that was hung up: %+v", mine)
	}
}

func TestALostDoubleIsReachedAgainAndItsCallsLiveOn(t *testing.T) {
	l, line, calls := busyLab(t)
	l.Switch.Cut()
	cutOff(t, line)
	l.Pass(10 * time.Second)
	if told := line.Poll(); !slices.Equal(kinds(told), []ports.EventKind{ports.Down, ports.Up}) {
		t.Errorf("told %+v", told)
	}
	for _, id := range calls {
		if err := line.Hangup(id, ports.NormalClearing); err != nil {
			t.Fatal(err)
		}
	}
	l.Pass(time.Second)
	ends(t, line.Poll(), calls, ports.NormalClearing)
}

func TestPausesGrowForASwitchThatLetsUsInAndDropsUs(t *testing.T) {
	s := &tape{answer: func(command string) (string, bool) {
		return "no frame at all\n\n", strings.HasPrefix(command, "api ")
	}}
	sw, clock := timed(t, s)
	var pause time.Duration
	for range 8 {
		pause = waiting(t, sw, clock)
		clock.Advance(clock.Now().Add(pause))
	}
	if pause < 7*time.Second {
		t.Errorf("the eighth pause is %s", pause)
	}
}

func TestAReplyToAnOriginateThatSaysNothingLeavesTheCallInDoubt(t *testing.T) {
	s := &tape{answer: func(command string) (string, bool) {
		return "Content-Type: command/reply\n\n", strings.HasPrefix(command, "bgapi ")
	}}
	sw, _ := timed(t, s)
	ready(t, sw)
	d := dialled("1002")
	if err := sw.Originate(d); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the question", func() bool { return len(s.asked("api uuid_dump "+d.Call.String())) == 1 && sw.Idle() })
	s.say(eventFrame(inJSON(map[string]string{
		"Event-Name": freeswitch.EventProgress, "Unique-ID": d.Call.String(), "variable_outdial_leg": freeswitch.LegContact,
	})))
	told := until(t, sw, ports.Progress)
	for _, ev := range told {
		if ev.Kind == ports.Refused || ev.Kind == ports.Ended {
			t.Errorf("told %+v of a call that lives", ev)
		}
	}
}

func TestACallIsNotPlacedTwiceUnderOneID(t *testing.T) {
	s := &tape{}
	sw, _ := timed(t, s)
	ready(t, sw)
	d := dialled("1002")
	if err := sw.Originate(d); err != nil {
		t.Fatal(err)
	}
	if err := sw.Originate(d); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("the second originate returned %v, want ErrBusy", err)
	}
}
