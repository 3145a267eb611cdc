package xmlrpc_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/ports"
)

// cutter is a wire that can be cut.
type cutter struct{ cut atomic.Bool }

func (c *cutter) config(cfg *xmlrpc.Config) {
	cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if c.cut.Load() {
			return nil, errors.New("the wire is cut")
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
}

func TestLostSwitchIsToldOnceAndSoIsItsReturn(t *testing.T) {
	var wire cutter
	b := newBench(t, wire.config)
	call := b.answered(1)
	wire.cut.Store(true)
	b.pass(time.Minute)
	b.want(ports.ID{}, "Down(Post \""+b.d.URL+"/RPC2\": the wire is cut)")
	for what, err := range map[string]error{
		"Originate": b.Originate(dial(2)), "Attach": b.Attach(call, ports.Target{Agent: "user/1000"}),
		"Play": b.Play(call, "a.wav"), "Hangup": b.Hangup(call, ports.NormalClearing), "Adopt": b.Adopt([]ports.ID{call}),
	} {
		if !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", what, err)
		}
	}
	wire.cut.Store(false)
	b.pass(15 * time.Second)
	if !strings.HasSuffix(b.story(ports.ID{}), ") Up") {
		t.Errorf("told: %q, want Down and Up", b.story(ports.ID{}))
	}
	b.want(call, "Accepted Answered Ended") // the double knows no such channel
}

func TestOneLostReplyIsNotAnOutage(t *testing.T) {
	b := newBench(t)
	first := true
	b.d.does("show", func(string) answer {
		lose := first
		first = false
		return answer{text: `{"row_count": 0}`, lose: lose}
	})
	b.d.does("originate", func(string) answer { return answer{wait: make(chan struct{})} })
	b.place(1)
	b.pass(5 * time.Second)
	b.want(ports.ID{}, "")
}

func TestSwitchThatIsAwayAtTheStartIsDown(t *testing.T) {
	var wire cutter
	wire.cut.Store(true)
	var log bytes.Buffer
	b := openBench(t, newDouble(t), wire.config, func(c *xmlrpc.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	b.pass(time.Minute)
	if !strings.HasPrefix(b.story(ports.ID{}), "Down(") {
		t.Errorf("told: %q, want Down", b.story(ports.ID{}))
	}
	wire.cut.Store(false)
	b.pass(15 * time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := b.Ready(ctx); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil { // and nobody writes the log
		t.Error(err)
	}
	if !strings.Contains(log.String(), "Failed to connect to campaign XML-RPC") {
		t.Errorf("the log does not say so: %s", &log)
	}
}

func TestRefusedLoginIsDownAndNamesNoPassword(t *testing.T) {
	d := newDouble(t)
	refusal := recorded(t, "oddities.txt")["unauthorized"]
	d.does("show", func(string) answer { return answer{raw: refusal} })
	var log bytes.Buffer
	b := openBench(t, d, func(c *xmlrpc.Config) {
		c.URL = strings.Replace(c.URL, "http://", "http://fsadmin:s3cret@", 1)
		c.Username, c.Password = "", ""
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	b.rest()
	b.want(ports.ID{}, "Down(the XML-RPC interface refused the login)")
	d.say("show", `{"row_count": 0}`)
	b.pass(15 * time.Second)
	b.want(ports.ID{}, "Down(the XML-RPC interface refused the login) Up")
	if !d.auths["fsadmin:s3cret"] || len(d.auths) != 1 {
		t.Errorf("the double saw %v", d.auths)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if log.Len() == 0 || strings.Contains(log.String(), "s3cret") {
		t.Errorf("the log shows the password, or nothing: %s", &log)
	}
}

func TestWhatDoesNotListChannelsIsNoSwitch(t *testing.T) {
	for name, a := range map[string]answer{
		"a web server":       {raw: ok("<html>hello</html>")},
		"another service":    {raw: recorded(t, "oddities.txt")["fault_unknown_method"]},
		"an unknown command": {text: "ERROR!"},
		"the wrong path":     {raw: recorded(t, "oddities.txt")["wrong_path"]},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDouble(t)
			d.does("show", func(string) answer { return a })
			b := openBench(t, d)
			b.rest()
			if !strings.HasPrefix(b.story(ports.ID{}), "Down(") || b.Stats().Connected {
				t.Errorf("told: %q, want Down", b.story(ports.ID{}))
			}
		})
	}
}

func TestHungSwitchIsDownAfterTwoTimeouts(t *testing.T) {
	b := newBench(t, func(c *xmlrpc.Config) { c.Poll = time.Hour })
	b.d.does("uuid_broadcast", func(string) answer { return answer{wait: make(chan struct{})} })
	if err := b.Play(id(1), "a.wav"); err != nil {
		t.Fatal(err)
	}
	b.d.await("uuid_broadcast", 1)
	b.clock.Advance(b.clock.Now().Add(10 * time.Second))
	b.d.await("uuid_broadcast", 2)
	b.hear()
	b.want(ports.ID{}, "")
	b.clock.Advance(b.clock.Now().Add(10 * time.Second))
	b.until("the switch is down", func() bool { return b.story(ports.ID{}) != "" })
	b.want(ports.ID{}, "Down(no reply in time)")
}

func TestOriginateUnderWaySurvivesAnOutage(t *testing.T) {
	var wire cutter
	b := newBench(t, wire.config)
	over := make(chan struct{})
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args), wait: over} })
	call := b.place(1)
	b.d.await("originate", 1)
	wire.cut.Store(true)
	b.pass(10 * time.Second)
	wire.cut.Store(false)
	b.pass(15 * time.Second)
	close(over)
	b.replied()
	b.want(call, "Accepted Answered")
	if n := b.d.times("originate"); n != 1 {
		t.Errorf("%d originates were sent", n)
	}
}

func TestReplyThatIsLostInAnOutageIsAskedAboutAfterIt(t *testing.T) {
	var wire cutter
	b := newBench(t, wire.config)
	over := make(chan struct{})
	b.d.does("originate", func(string) answer { return answer{wait: over, lose: true} })
	call := b.place(1)
	b.d.await("originate", 1)
	wire.cut.Store(true)
	b.pass(5 * time.Second)
	close(over)
	b.replied()
	b.d.say("show", list(call.String()+" RINGING"))
	wire.cut.Store(false)
	b.pass(15 * time.Second)
	b.want(call, "Accepted Progress")
}

func TestAttachingIsBegunAnewAfterAnOutage(t *testing.T) {
	var wire cutter
	b := newBench(t, wire.config)
	call := b.answered(1)
	b.d.say("show", list(call.String()+" ACTIVE"))
	leg := make(chan string, 1)
	b.d.does("originate", func(args string) answer {
		leg <- legOf(args)
		return answer{wait: make(chan struct{})}
	})
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	agents := <-leg
	wire.cut.Store(true)
	b.pass(5 * time.Second)
	wire.cut.Store(false)
	b.pass(15 * time.Second)
	if !b.asks("uuid_kill " + agents + " NORMAL_CLEARING") {
		t.Error("the agent's leg of before the outage lives on")
	}
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args)} })
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	b.until("the agent is attached", func() bool { return strings.HasSuffix(b.story(call), "Attached") })
}
