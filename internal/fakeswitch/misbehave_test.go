package fakeswitch

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

const parked = "api originate {origination_uuid=a}sofia/gateway/trunk/1100 &park()"

func TestCutLeavesTheCallsUp(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login()
	c.ask(parked)
	b.s.Cut()
	c.gone()
	if got := b.login().ask("api uuid_exists a"); got != "true" {
		t.Error(got)
	}
}

func TestCutMidFrameEndsInTheMiddleOfOne(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login()
	c.settle()
	whole := len(c.bytes())
	b.s.CutMidFrame()
	c.send("api hostname\n\n")
	c.gone()
	got := c.bytes()[whole:]
	if full := apiFrame("vm"); len(got) == 0 || len(got) >= len(full) || !bytes.HasPrefix(full, got) {
		t.Errorf("%q", got)
	}
	if got := b.login().ask("api hostname"); got != "vm" {
		t.Error("a later client:", got)
	}
}

func TestRefusedClientsAreTurnedAway(t *testing.T) {
	b := newBench(t, Config{})
	b.s.Refuse(true)
	c := b.dial()
	c.gone()
	if len(c.bytes()) > 0 {
		t.Errorf("%q", c.bytes())
	}
	b.s.Refuse(false)
	b.login()
}

func TestStalledSwitchAnswersLater(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event json CHANNEL_HANGUP")
	c.ask("api originate {origination_uuid=a}sofia/gateway/trunk/1002 &park()")
	b.s.Stall(true)
	_, read := b.s.Wire()
	c.send("api uuid_exists a\n\n")
	wait(b, read+int64(len("api uuid_exists a\n\n")))
	b.advance(5 * time.Second)
	c.settle()
	if f := c.pending(); len(f) > 0 {
		t.Error("something came:", f)
	}
	b.s.Stall(false)
	if got := c.next("api/response").body; got != "false" {
		t.Error(got)
	}
	if got := c.names(); got != "CHANNEL_HANGUP" {
		t.Error(got)
	}
}

func TestStalledSwitchKeepsXMLRPCWaiting(t *testing.T) {
	b := newBench(t, Config{})
	b.s.Stall(true)
	reply := make(chan string, 1)
	go func() { reply <- b.s.API(t.Context(), "hostname", "") }()
	for b.s.waiting() == 0 {
		yield()
	}
	if len(reply) > 0 {
		t.Error("it answered")
	}
	b.s.Stall(false)
	if got := <-reply; got != "vm" {
		t.Error(got)
	}
}

func (s *Switch) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiters)
}

func TestRestartForgetsWithoutAWord(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event json ALL")
	c.ask(parked)
	c.events()
	core := b.s.CoreUUID()
	blocked := make(chan string)
	go func() { blocked <- b.s.API(t.Context(), "originate", "sofia/gateway/trunk/1800 &park()") }()
	for b.s.Arrived("1800") == 0 {
		yield()
	}
	c.events()
	written := len(c.bytes())
	b.s.Restart()
	c.gone()
	if len(c.bytes()) != written {
		t.Errorf("last words: %s", c.bytes()[written:])
	}
	if got := <-blocked; got != "" {
		t.Error("a blocked command ended with", got)
	}
	if len(b.s.Channels()) > 0 || b.s.CoreUUID() == core {
		t.Error("nothing was forgotten")
	}
	b.advance(time.Hour)
	if got := b.login().ask("api uuid_exists a"); got != "false" {
		t.Error(got)
	}
}

func TestShutdownTakesItsLeave(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event json SHUTDOWN CHANNEL_HANGUP_COMPLETE")
	c.ask(parked)
	b.s.Shutdown()
	events := c.events()
	if len(events) != 2 || events[0]["Event-Name"] != "SHUTDOWN" || events[1]["Hangup-Cause"] != "SYSTEM_SHUTDOWN" {
		t.Error(events)
	}
	b.dial().gone()
	b.advance(2300 * time.Millisecond)
	if got := c.next("text/disconnect-notice").body; got != shutting {
		t.Error(got)
	}
	c.gone()
	b.s.Restart()
	b.login()
}

func TestShutdownNowIsARestart(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login()
	core := b.s.CoreUUID()
	c.send("api fsctl shutdown now\n\n")
	c.gone()
	if b.s.CoreUUID() == core {
		t.Error("the same process")
	}
}

// ring makes n calls and returns what a client hears of them, in order.
func ring(t *testing.T, f Faults, n int) string {
	b := newBench(t, Config{Faults: f})
	c := b.login("event json CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY BACKGROUND_JOB")
	for i := range n {
		c.ask(fmt.Sprintf("bgapi originate {origination_uuid=%d}sofia/gateway/trunk/1002 &park()", i))
	}
	b.advance(time.Minute)
	var heard []string
	for _, e := range c.events() {
		id := e["Unique-ID"]
		if id == "" {
			id = strings.TrimSpace(strings.TrimPrefix(e["_body"], "+OK "))
		}
		heard = append(heard, e["Event-Name"]+":"+id)
	}
	return strings.Join(heard, " ")
}

func TestFaultsStrikeEvents(t *testing.T) {
	plain := strings.Fields(ring(t, Faults{}, 20))
	for name, test := range map[string]struct {
		faults Faults
		ok     func(got []string) bool
	}{
		"drop":      {Faults{Drop: 0.5}, func(got []string) bool { return len(got) < len(plain) && len(got) > 0 }},
		"duplicate": {Faults{Duplicate: 0.5}, func(got []string) bool { return len(got) > len(plain) }},
		"delay":     {Faults{Delay: 0.5, DelayFor: 5 * time.Second}, func(got []string) bool { return shuffled(got, plain) }},
		"reorder":   {Faults{Reorder: 0.5}, func(got []string) bool { return shuffled(got, plain) }},
		"vary":      {Faults{Vary: true}, func(got []string) bool { return shuffled(got, plain) }},
		"only": {Faults{Drop: 1, Only: []string{"CHANNEL_DESTROY"}}, func(got []string) bool {
			return len(got) == len(plain)-20 && !strings.Contains(strings.Join(got, " "), "DESTROY")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := ring(t, test.faults, 20)
			if !test.ok(strings.Fields(got)) {
				t.Error(got)
			}
			if again := ring(t, test.faults, 20); again != got {
				t.Error("another run differs")
			}
			test.faults.Seed = 7
			if other := ring(t, test.faults, 20); other == got && name != "only" {
				t.Error("the seed makes no difference")
			}
		})
	}
}

// shuffled reports the same events in another order.
func shuffled(got, plain []string) bool {
	same := strings.Join(got, " ") == strings.Join(plain, " ")
	return !same && strings.Join(sorted(append([]string(nil), got...)), " ") == strings.Join(sorted(append([]string(nil), plain...)), " ")
}

func TestJobAndHangupComeInEitherOrder(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(30) {
		b := newBench(t, Config{Faults: Faults{Vary: true, Seed: seed}})
		c := b.login("event json CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY BACKGROUND_JOB")
		c.ask("bgapi originate {originate_timeout=2}sofia/gateway/trunk/1800 &park()")
		b.advance(time.Minute)
		orders[c.names()] = true
	}
	if len(orders) < 3 {
		t.Error(orders)
	}
}

func TestTwoRunsAreTheSameByteForByte(t *testing.T) {
	run := func() []byte {
		b := newBench(t, Config{Faults: Faults{Vary: true, Drop: 0.1, Seed: 3}})
		c := b.login("event json ALL")
		for _, n := range []string{"1002", "9486", "1201", "1800"} {
			c.ask("bgapi originate {originate_timeout=5}sofia/gateway/trunk/" + n + " &bridge(sofia/gateway/trunk/1002)")
		}
		b.advance(time.Minute)
		c.settle()
		return c.bytes()
	}
	if a, b := run(), run(); !bytes.Equal(a, b) {
		t.Error("they differ")
	}
}

func TestCloseEndsEverything(t *testing.T) {
	s := New(Config{Clock: NewClock(epoch)})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.ServeESL(l) }()
	blocked := make(chan string)
	go func() { blocked <- s.API(t.Context(), "originate", "sofia/gateway/trunk/1800 &park()") }()
	for s.Arrived("1800") == 0 {
		yield()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got, err := <-blocked, <-served; got != "" || err != nil {
		t.Error(got, err)
	}
	if got := s.API(t.Context(), "hostname", ""); got != "" {
		t.Error(got)
	}
}
