package xmlrpc_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/ports"
)

// The whole of each recorded reply, and what it tells.
func TestRecordedRepliesTellWhatBecameOfACall(t *testing.T) {
	for name, reply := range recorded(t, "originates.txt") {
		_, text, _ := bytes.Cut(reply, []byte("<string>"))
		text, _, _ = bytes.Cut(text, []byte("\n"))
		cause, failed := strings.CutPrefix(string(text), "-ERR ")
		want := "Accepted Ended(" + cause + ")"
		switch {
		case !failed && name[0] == 'm':
			want = "" // -USAGE: nothing is known, and asking finds nothing
		case !failed:
			want = "Accepted Answered"
		case local[cause]:
			want = "Refused(" + cause + ")"
		}
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.d.does("originate", func(args string) answer {
				if at := bytes.Index(reply, []byte("+OK ")); at >= 0 {
					copy(reply[at+4:], legOf(args))
				}
				return answer{raw: reply}
			})
			call := b.place(1)
			b.replied()
			b.want(call, want)
			if n := b.d.times("originate"); n != 1 {
				t.Errorf("%d originates were sent", n)
			}
		})
	}
}

// local are the causes that the switch gives without having asked the carrier.
var local = map[string]bool{
	"DESTINATION_OUT_OF_ORDER": true, "GATEWAY_DOWN": true, "INVALID_GATEWAY": true,
	"INVALID_PROFILE": true, "CHAN_NOT_IMPLEMENTED": true,
}

// unknowns are replies after which nobody knows whether the call was placed.
func unknowns(t *testing.T) map[string]answer {
	all := map[string]answer{
		"a closed connection":   {lose: true},
		"half a reply":          {raw: ok(response("+OK " + id(1).String()))[:150]},
		"an empty body":         {raw: ok("")},
		"another call's id":     {text: "+OK " + id(2).String()},
		"no id":                 {text: "+OK"},
		"usage":                 {text: "-USAGE: <call url>"},
		"a cause that is none":  {text: "-ERR no idea"},
		"text, not XML":         {raw: ok("+OK " + id(1).String())},
		"a CDATA section":       {raw: ok(strings.Replace(response("+OK x"), "+OK x", "<![CDATA[+OK "+id(1).String()+"]]>", 1))},
		"a comment in the text": {raw: ok(strings.Replace(response("+OK x"), "x", id(1).String()+"<!-- -->x", 1))},
		"a control character":   {raw: ok(strings.Replace(response("+OK x"), "x", id(1).String()+"\x01", 1))},
		"invalid UTF-8":         {raw: ok(strings.Replace(response("+OK x"), "x", id(1).String()+"\xff", 1))},
		"nested arrays":         {raw: ok("<methodResponse><params><param>" + strings.Repeat("<value><array><data>", 50_000))},
		"a huge reply":          {raw: ok(response(strings.Repeat("x", xmlrpc.ShortReply)))},
		"a huge announcement":   {raw: []byte("HTTP/1.1 200 OK\r\nContent-length: 9000000000000000000\r\n\r\n")},
		"a server's error":      {raw: []byte("HTTP/1.1 500 Internal Server Error\r\nContent-length: 0\r\n\r\n")},
		"a redirect":            {raw: []byte("HTTP/1.1 307 Temporary Redirect\r\nLocation: /RPC2\r\nContent-length: 0\r\n\r\n")},
	}
	for name, reply := range recorded(t, "oddities.txt") {
		all[name] = answer{raw: reply}
	}
	return all
}

func TestOddReplyLeavesACallUnknownAndAskedAbout(t *testing.T) {
	for name, reply := range unknowns(t) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.d.does("originate", func(string) answer { return reply })
			b.d.dumps(map[string]string{id(1).String(): `,"Answer-State":"answered"`})
			b.d.say("show", list(id(1).String()+" ACTIVE"))
			call := b.place(1)
			b.replied()
			b.want(call, "Accepted Progress Answered")
			if n := b.d.times("originate"); n != 1 {
				t.Errorf("%d originates were sent", n)
			}
			if b.Stats().Unknown != 1 {
				t.Errorf("%+v, want one unknown", b.Stats())
			}
		})
	}
}

func TestOddReplyToACallThatIsNotThereIsSilence(t *testing.T) {
	for name, reply := range unknowns(t) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.d.does("originate", func(string) answer { return reply })
			call := b.place(1)
			b.replied()
			b.want(call, "")
			b.want(ports.ID{}, "")
			if !b.asks("uuid_dump " + call.String() + " json") {
				t.Error("nobody asked for the call")
			}
		})
	}
}

func TestLateReplyIsNotWaitedForLongerThanItMayRing(t *testing.T) {
	b := newBench(t)
	b.d.does("originate", func(string) answer { return answer{wait: make(chan struct{})} })
	call := b.place(1)
	b.d.await("originate", 1)
	b.pass(41 * time.Second) // it rings for 30 s, and 2 s for rounding
	if b.Stats().Dialling != 1 {
		t.Error("given up too soon")
	}
	b.pass(2 * time.Second)
	b.replied()
	b.want(call, "")
	if b.Stats().Unknown != 1 || b.d.times("originate") != 1 {
		t.Errorf("%+v, want one unknown", b.Stats())
	}
}

func TestOriginateThatWasNeverSentIsRefused(t *testing.T) {
	var cut atomic.Bool
	b := newBench(t, func(c *xmlrpc.Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if cut.Load() {
				return nil, errors.New("cut")
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
	})
	cut.Store(true)
	call := b.place(1)
	b.replied()
	b.want(call, "Refused(NOT_CONNECTED)")
	if !strings.HasPrefix(b.story(ports.ID{}), "Down(") {
		t.Errorf("the switch is away, and %q was told", b.story(ports.ID{}))
	}
}

func TestGhostThatSurfacesIsTold(t *testing.T) {
	b := newBench(t)
	b.d.does("originate", func(string) answer { return answer{lose: true} })
	call := b.place(1)
	b.replied()
	b.pass(5 * time.Minute)
	b.want(call, "")
	b.d.say("show", list(call.String()+" ACTIVE"))
	b.pass(time.Second)
	b.want(call, "Accepted Answered")
	if err := b.Hangup(call, ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	b.rest()
	if !b.asks("uuid_kill " + call.String() + " NORMAL_CLEARING") {
		t.Error("the ghost lives on")
	}
}

func TestGhostsAreLookedForAsLongAsTheyMaySurface(t *testing.T) {
	b := newBench(t, func(c *xmlrpc.Config) { c.GhostHorizon = time.Minute })
	b.d.does("originate", func(string) answer { return answer{lose: true} })
	b.place(1)
	b.replied()
	b.pass(time.Minute)
	lists := b.d.times("show")
	if lists < 58 {
		t.Errorf("%d lists in a minute", lists)
	}
	b.pass(time.Minute)
	if n := b.d.times("show"); n > lists+1 {
		t.Errorf("%d lists after nothing can surface", n-lists)
	}
}

func TestFullSwitchIsGivenAPause(t *testing.T) {
	b := newBench(t)
	b.d.say("originate", "-ERR DESTINATION_OUT_OF_ORDER\n")
	call := b.place(1)
	b.replied()
	b.want(call, "Refused(DESTINATION_OUT_OF_ORDER)")
	if err := b.Originate(dial(2)); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	b.pass(time.Second)
	b.place(3)
	b.replied()
}

func TestNumberThatCannotBeSaidIsAnErrorAndNotSent(t *testing.T) {
	b := newBench(t)
	d := dial(1)
	d.Address = "1001 &system(reboot)"
	if err := b.Originate(d); err == nil || !strings.Contains(err.Error(), "Address") {
		t.Errorf("%v, want an error that names the address", err)
	}
	b.rest()
	if b.d.times("originate") != 0 {
		t.Error("it was sent")
	}
}

func TestACallIsNotPlacedTwiceUnderOneID(t *testing.T) {
	b := newBench(t)
	b.answered(1)
	if err := b.Originate(dial(1)); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("an originate of a call that is up returned %v, want ErrBusy", err)
	}
	if n := b.d.times("originate"); n != 1 {
		t.Errorf("%d originates were sent", n)
	}
}
