package esl_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/ports"
)

// labWith is a double behind the lab's numbers, and an adapter to it.
func labWith(t *testing.T, cfg fakeswitch.Config, change ...func(*esl.Config)) (*lab.Lab, *lab.Line) {
	t.Helper()
	cfg.Far, cfg.User = fakeswitch.LabFar, willing
	l := lab.New(t, cfg, func(site lab.Site) (lab.Adapter, error) {
		c := esl.Config{
			Addr: site.ESL, Password: lab.Password, Clock: site.Clock, Dial: site.Dial,
			Gateways: []string{lab.Trunk, lab.Down},
		}
		for _, f := range change {
			f(&c)
		}
		return esl.New(c)
	})
	return l, l.Open()
}

// place originates a call that must be taken.
func place(t *testing.T, line ports.Telephony, address string) ports.ID {
	t.Helper()
	d := dialled(address)
	d.RingTimeout = time.Minute
	if err := line.Originate(d); err != nil {
		t.Fatal(err)
	}
	return d.Call
}

// endedAs checks that the last thing told of a call is such an end.
func endedAs(t *testing.T, told []ports.Event, call ports.ID, kind ports.EventKind, cause string) {
	t.Helper()
	mine := of(told, call)
	if len(mine) == 0 || mine[len(mine)-1].Kind != kind || mine[len(mine)-1].Cause != cause {
		t.Errorf("told %+v, want kind %d with %q", mine, kind, cause)
	}
}

func TestTheHeartbeatSaysHowManyMoreMayRing(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{MaxSessions: 5})
	l.Pass(21 * time.Second)
	if got := line.Limits().Ringing; got != 5 {
		t.Errorf("%d may ring on an empty switch, want 5", got)
	}
	place(t, line, "1001") // is answered
	place(t, line, "1800") // rings
	l.Pass(time.Second)
	if got := line.Limits().Ringing; got != 4 {
		t.Errorf("%d may ring beside an answered call, want 4", got)
	}
	l.Pass(21 * time.Second)
	if got := line.Limits().Ringing; got != 4 {
		t.Errorf("%d may ring after another heartbeat, want 4", got)
	}
}

func TestTheHostsOwnRateGoesBeforeTheSwitchs(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{PerSecond: 30}, func(c *esl.Config) { c.PerSecond = 7 })
	l.Pass(21 * time.Second)
	if got := line.Limits().PerSecond; got != 7 {
		t.Errorf("%d a second, want 7", got)
	}
}

func TestTheSwitchsRateIsTheDefault(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{PerSecond: 30})
	l.Pass(21 * time.Second)
	if got := line.Limits().PerSecond; got < 29 || got > 30 {
		t.Errorf("%d a second, want those of the switch, 30", got)
	}
}

func TestAGhostMayComeForAsLongAsTheHostSays(t *testing.T) {
	_, line := labWith(t, fakeswitch.Config{}, func(c *esl.Config) { c.GhostHorizon = 3 * time.Minute })
	if got := line.Limits().GhostHorizon; got != 3*time.Minute {
		t.Errorf("the horizon is %s", got)
	}
}

func TestAFullSwitchIsOfferedOneCallAndThenNone(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{MaxSessions: 2})
	first := place(t, line, "1001")
	place(t, line, "1001")
	l.Pass(100 * time.Millisecond)
	refused := place(t, line, "1001")
	l.Pass(100 * time.Millisecond)
	endedAs(t, line.Poll(), refused, ports.Refused, "DESTINATION_OUT_OF_ORDER")
	for range 50 {
		if err := line.Originate(dialled("1001")); !errors.Is(err, ports.ErrBusy) {
			t.Fatalf("a full switch's adapter says %v", err)
		}
	}
	if err := line.Hangup(first, ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	l.Pass(2 * time.Second)
	again := place(t, line, "1001")
	l.Pass(time.Second)
	told := of(line.Poll(), again)
	if len(told) != 2 || told[1].Kind != ports.Answered {
		t.Errorf("with room again: %+v", told)
	}
}

func TestAFullSwitchIsAskedLessAndLess(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{MaxSessions: 1})
	place(t, line, "1001")
	l.Pass(time.Second)
	offered := 0
	for range 60 * 4 {
		if line.Originate(dialled("1001")) == nil {
			offered++
		}
		l.Pass(time.Second / 4)
	}
	if offered < 3 || offered > 9 {
		t.Errorf("%d calls were offered to a full switch in a minute", offered)
	}
}

func TestAPausedSwitchIsBusyUntilItGoesOn(t *testing.T) {
	l, line := labWith(t, fakeswitch.Config{})
	l.Switch.API(context.Background(), "fsctl", "pause outbound")
	refused := place(t, line, "1001")
	l.Pass(100 * time.Millisecond)
	endedAs(t, line.Poll(), refused, ports.Refused, "DESTINATION_OUT_OF_ORDER")
	if err := line.Originate(dialled("1001")); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("a paused switch's adapter says %v", err)
	}
	l.Switch.API(context.Background(), "fsctl", "resume outbound")
	l.Pass(2 * time.Second)
	taken := place(t, line, "1002")
	l.Pass(5 * time.Second)
	endedAs(t, line.Poll(), taken, ports.Ended, ports.NormalClearing)
}
