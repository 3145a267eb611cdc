package xmlrpc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func TestContactIsConnectedToAnAgent(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	b.d.say("show", list(call.String()+" ACTIVE"))
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	b.replied()
	b.want(call, "Accepted Answered Attached")
	if !b.asks("uuid_setvar " + call.String() + " " + freeswitch.VarStage + " " + freeswitch.StageMark) {
		t.Error("whoever adopts the call will not know")
	}
}

func TestAgentWhoIsNotReachedLeavesTheContactUnserved(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	for _, reply := range []answer{{text: "-ERR USER_BUSY"}, {lose: true}} {
		b.told = nil
		b.d.does("originate", func(string) answer { return reply })
		if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
			t.Fatal(err)
		}
		b.replied()
		b.want(call, "Unserved")
	}
}

func TestAgentsLegThatSurfacesLateIsHungUp(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	leg := ""
	b.d.does("originate", func(args string) answer { leg = legOf(args); return answer{lose: true} })
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	b.replied()
	before := b.d.times("uuid_kill " + leg)
	b.d.say("show", list(call.String()+" ACTIVE", leg+" ACTIVE"))
	b.pass(time.Second)
	if b.d.times("uuid_kill "+leg) == before {
		t.Error("the agent's leg lives on")
	}
}

func TestAgentsLegOfNoUseIsHungUp(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	over, leg := make(chan struct{}), make(chan string, 1)
	b.d.does("originate", func(args string) answer {
		leg <- legOf(args)
		return answer{text: "+OK " + legOf(args), wait: over}
	})
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	agents := <-leg
	b.pass(3 * time.Second) // the contact has gone
	b.want(call, "Accepted Answered Ended")
	before := b.d.times("uuid_kill " + agents)
	close(over)
	b.replied()
	if b.d.times("uuid_kill "+agents) == before {
		t.Error("the agent sits in a call with nobody")
	}
	if b.d.times("uuid_bridge") != 0 {
		t.Error("and is connected to nobody")
	}
}

func TestAgentWaitsForASlotNoLongerThanASecond(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	b.d.say("show", list(call.String()+" ACTIVE"))
	over := make(chan struct{})
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args), wait: over} })
	for n := range xmlrpc.DialSlots {
		b.place(n + 10)
	}
	b.d.await("originate", 1+xmlrpc.DialSlots)
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	if r := b.Limits().Ringing; r != xmlrpc.DialSlots-1 {
		t.Errorf("%d may ring beside an agent's leg, want %d", r, xmlrpc.DialSlots-1)
	}
	b.pass(time.Second)
	b.want(call, "Accepted Answered Unserved")
	if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
		t.Fatal(err)
	}
	close(over)
	b.replied()
	b.want(call, "Accepted Answered Unserved Attached")
}

func TestContactIsTransferredToAnExtension(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	if err := b.Attach(call, ports.Target{Destination: "7000"}); err != nil {
		t.Fatal(err)
	}
	b.rest()
	b.want(call, "Accepted Answered Attached")
	if !b.asks("uuid_transfer " + call.String() + " 7000 XML default") {
		t.Error("it was not transferred")
	}
}

// Bridging those who are bridged would part them.
func TestBridgeWhoseReplyIsLostIsAskedAboutAndNotRepeated(t *testing.T) {
	for name, connected := range map[string]bool{"connected": true, "not connected": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			call := b.answered(1)
			b.d.say("show", list(call.String()+" ACTIVE"))
			b.d.does("uuid_bridge", func(args string) answer {
				more := ""
				if _, leg, _ := strings.Cut(args, " "); connected {
					more = `,"variable_signal_bond":"` + leg + `"`
				}
				b.d.dumps(map[string]string{call.String(): more})
				return answer{raw: ok("\x01\x02")}
			})
			if err := b.Attach(call, ports.Target{Agent: "user/1000"}); err != nil {
				t.Fatal(err)
			}
			b.replied()
			want := "Accepted Answered Unserved"
			if connected {
				want = "Accepted Answered Attached"
			}
			b.want(call, want)
			if n := b.d.times("uuid_bridge"); n != 1 {
				t.Errorf("it was bridged %d times", n)
			}
		})
	}
}
