package fakeswitch

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const refused = "-ERR DESTINATION_OUT_OF_ORDER\n"

func (b *bench) originate(vars, to string) string {
	return b.s.API(b.t.Context(), "originate", "{"+vars+"}sofia/gateway/"+to+" &park()")
}

func TestOneFewerThanTheLimitGetsThroughInASecond(t *testing.T) {
	b := newBench(t, Config{PerSecond: 4})
	for range 2 {
		through := 0
		for range 8 {
			if b.originate("", "trunk/1100") != refused {
				through++
			}
		}
		if through != 3 {
			t.Error(through)
		}
		b.advance(time.Second)
	}
}

func TestFullSwitchRefuses(t *testing.T) {
	b := newBench(t, Config{MaxSessions: 2})
	for i, want := range []string{"+OK 0\n", "+OK 1\n", refused} {
		if got := b.originate(fmt.Sprint("origination_uuid=", i), "trunk/1100"); got != want {
			t.Error(i, got)
		}
	}
	b.s.API(t.Context(), "uuid_kill", "0")
	if got := b.originate("origination_uuid=3", "trunk/1100"); got != "+OK 3\n" {
		t.Error(got)
	}
}

func TestDuplicateUUIDIsRefused(t *testing.T) {
	b := newBench(t, Config{})
	b.originate("origination_uuid=a", "trunk/1100")
	if got := b.originate("origination_uuid=a", "trunk/1100"); got != refused {
		t.Error(got)
	}
	if len(b.s.Channels()) != 1 || len(b.s.Invites()) != 1 {
		t.Error("the second one left a trace")
	}
}

func TestGatewayGoesDownAndUp(t *testing.T) {
	b := newBench(t, Config{})
	b.s.SetGateway("trunk", false)
	if got := b.originate("origination_uuid=a", "trunk/1100"); got != "-ERR GATEWAY_DOWN\n" {
		t.Error(got)
	}
	if got := b.s.API(t.Context(), "sofia", "status gateway trunk"); !strings.Contains(got, "Status  \tDOWN") {
		t.Error(got)
	}
	b.s.SetGateway("trunk", true)
	if got := b.originate("origination_uuid=a", "trunk/1100"); got != "+OK a\n" {
		t.Error(got)
	}
}

func TestPacedSwitchTakesOneAfterTheOther(t *testing.T) {
	b := newBench(t, Config{Pace: 10})
	c := b.login()
	for i := range 5 {
		c.ask(fmt.Sprintf("bgapi originate {origination_uuid=%d}sofia/gateway/trunk/1100 &park()", i))
	}
	for i := range 5 {
		if n := len(b.s.Channels()); n != i+1 {
			t.Error(n, "after", i)
		}
		b.advance(100 * time.Millisecond)
	}
}

func TestShownChannelsLag(t *testing.T) {
	b := newBench(t, Config{Faults: Faults{Lag: 300 * time.Millisecond}})
	shown := func() bool {
		return strings.Contains(b.s.API(t.Context(), "show", "channels as json"), `"uuid":"a"`)
	}
	b.originate("origination_uuid=a", "trunk/1100")
	if shown() {
		t.Error("at once")
	}
	b.advance(300 * time.Millisecond)
	if !shown() {
		t.Error("not even later")
	}
	b.s.API(t.Context(), "uuid_kill", "a")
	if b.s.API(t.Context(), "uuid_exists", "a") != "false" || !shown() {
		t.Error("forgotten at once")
	}
	b.advance(300 * time.Millisecond)
	if shown() {
		t.Error("for ever")
	}
}

func TestHeartbeatTellsTheLimits(t *testing.T) {
	b := newBench(t, Config{MaxSessions: 50, PerSecond: 7})
	c := b.login("event plain HEARTBEAT")
	b.originate("", "trunk/1100")
	b.advance(40 * time.Second)
	e := c.events()
	if len(e) != 2 || e[1]["Session-Count"] != "1" || e[1]["Max-Sessions"] != "50" || e[1]["Session-Per-Sec"] != "7" {
		t.Error(e)
	}
}
