package xmlrpc_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func TestRingingAndHangUpAreFoundByPolling(t *testing.T) {
	b := newBench(t)
	over := make(chan struct{})
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args), wait: over} })
	call := b.place(1)
	b.d.await("originate", 1)
	b.pass(time.Second)
	b.want(call, "")
	b.d.say("show", list(call.String()+" DOWN"))
	b.pass(time.Second)
	b.want(call, "Accepted")
	b.d.say("show", list(call.String()+" RINGING"))
	b.pass(time.Second)
	b.want(call, "Accepted Progress")
	b.d.say("show", list(call.String()+" ACTIVE"))
	close(over)
	b.replied()
	b.pass(10 * time.Second)
	b.want(call, "Accepted Progress Answered")
	b.d.say("show", `{"row_count": 0}`)
	b.pass(time.Second)
	b.want(call, "Accepted Progress Answered Ended")
}

func TestSwitchIsListedOnlyWhileThereAreCalls(t *testing.T) {
	b := newBench(t)
	b.pass(time.Minute)
	if lists, states := b.d.times("show"), b.d.times("status"); lists != 1 || states != 6 {
		t.Errorf("idle for a minute: %d lists, want the first; %d short questions, want 6", lists, states)
	}
	b.d.does("originate", func(string) answer { return answer{wait: make(chan struct{})} })
	b.place(1)
	b.pass(20 * time.Second)
	if lists := b.d.times("show"); lists < 20 || lists > 22 {
		t.Errorf("%d lists with a call in 20 s", lists)
	}
}

func TestLongListsAreFetchedLessOften(t *testing.T) {
	b := newBench(t)
	for size, want := range map[int]time.Duration{
		0: time.Second, 1100: time.Second, 256 << 10: time.Second, 512 << 10: 2 * time.Second, 16 << 20: 5 * time.Second,
	} {
		if got := b.Every(size); got != want {
			t.Errorf("after %d bytes: %s, want %s", size, got, want)
		}
	}
}

func TestSpoiltListIsMadeGoodByLooks(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	b.d.does("show", func(string) answer { return answer{raw: recorded(t, "oddities.txt")["fault_bad_xml"]} })
	b.pass(3 * time.Second)
	b.want(call, "Accepted Answered Ended")
	b.want(ports.ID{}, "")
	if b.Stats().Malformed == 0 {
		t.Error("nobody counted it")
	}
}

func TestAtMostTenCallsRingAndTheRestIsBusy(t *testing.T) {
	b := newBench(t)
	over := make(chan struct{})
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args), wait: over} })
	if r := b.Limits().Ringing; r != xmlrpc.DialSlots {
		t.Errorf("%d may ring, want %d", r, xmlrpc.DialSlots)
	}
	for n := range xmlrpc.DialSlots {
		b.place(n)
	}
	if err := b.Originate(dial(99)); !errors.Is(err, ports.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	b.d.await("originate", xmlrpc.DialSlots)
	killed := make(chan struct{})
	b.d.does("uuid_kill", func(string) answer { return answer{text: "+OK\n", wait: killed} })
	for range 50 { // and everything else goes on beside them
		if err := b.Hangup(id(3), ports.NormalClearing); err != nil {
			t.Fatal(err)
		}
	}
	b.d.await("uuid_kill", xmlrpc.Lanes)
	close(killed)
	b.rest()
	close(over)
	b.replied()
	if n := b.d.times("originate"); n != xmlrpc.DialSlots {
		t.Errorf("%d originates", n)
	}
	b.d.mu.Lock()
	defer b.d.mu.Unlock()
	if want := xmlrpc.DialSlots + xmlrpc.Lanes; b.d.peak != want {
		t.Errorf("%d requests at once, want %d", b.d.peak, want)
	}
}

func TestHangUpGoesBeforeLooks(t *testing.T) {
	b := newBench(t)
	hold := make(chan struct{})
	b.d.does("uuid_dump", func(string) answer { return answer{text: "-ERR No such channel!", wait: hold} })
	ids := make([]ports.ID, 0, 40)
	for n := range 40 {
		ids = append(ids, id(n))
	}
	if err := b.Adopt(ids); err != nil {
		t.Fatal(err)
	}
	b.d.await("uuid_dump", xmlrpc.Lanes)
	if err := b.Hangup(id(99), ports.NormalClearing); err != nil {
		t.Fatal(err)
	}
	asked := b.d.times("")
	hold <- struct{}{} // one lane is free
	if next := b.d.after(asked); !strings.HasPrefix(next, "uuid_kill") {
		t.Errorf("%q went before the hang-up", next)
	}
	close(hold)
	b.rest()
}

func TestAgentFirstContactsFateIsReadOffTheAgentsLeg(t *testing.T) {
	b := newBench(t)
	d := dial(1)
	d.Shape, d.Agent = attempt.AgentFirst, ports.Target{Agent: "user/1000"}
	agent := freeswitch.AgentLegID(d.Call)
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args)} })
	if err := b.Originate(d); err != nil {
		t.Fatal(err)
	}
	b.replied()
	b.want(d.Call, "Accepted AgentUp")
	b.d.say("show", list(agent.String()+" ACTIVE", d.Call.String()+" RINGING"))
	b.pass(time.Second)
	b.want(d.Call, "Accepted AgentUp Progress")
	b.d.say("show", list(agent.String()+" ACTIVE"))
	b.d.dumps(map[string]string{agent.String(): `,"variable_current_application":"park",` +
		`"variable_last_bridge_hangup_cause":"USER_BUSY","variable_last_bridge_proto_specific_hangup_cause":"sip:486"`})
	b.pass(3 * time.Second)
	b.want(d.Call, "Accepted AgentUp Progress Ended(USER_BUSY)")
	if last := b.told[len(b.told)-1]; last.SIPStatus != 486 {
		t.Errorf("SIP status %d, want 486", last.SIPStatus)
	}
	if !b.asks("uuid_kill " + agent.String() + " NORMAL_CLEARING") {
		t.Error("the agent's leg lives on")
	}
}

func TestAdoptTellsTheStageByADump(t *testing.T) {
	b := newBench(t)
	b.d.dumps(map[string]string{
		id(1).String(): `,"Answer-State":"ringing"`,
		id(2).String(): `,"Answer-State":"ringing","Caller-Channel-Progress-Time":"1795213167055150"`,
		id(3).String(): `,"Answer-State":"answered","variable_outdial_owner":"another"`,
	})
	if err := b.Adopt([]ports.ID{id(1), id(2), id(3), id(4)}); err != nil {
		t.Fatal(err)
	}
	b.rest()
	for n, want := range map[int]string{1: "Stage(1)", 2: "Stage(2)", 3: "Stage(3)", 4: "Stage(0)"} {
		b.want(id(n), want)
	}
	b.d.mu.Lock()
	owned := b.d.timesLocked("uuid_setvar " + id(3).String() + " " + freeswitch.VarOwner)
	b.d.mu.Unlock()
	if owned != 1 {
		t.Error("the adopted call does not carry our name")
	}
}

func TestAbsentCallThatSurfacesIsTold(t *testing.T) {
	b := newBench(t)
	if err := b.Adopt([]ports.ID{id(1)}); err != nil {
		t.Fatal(err)
	}
	b.rest()
	b.want(id(1), "Stage(0)")
	b.d.say("show", list(id(1).String()+" RINGING"))
	b.pass(time.Second)
	if got := b.story(id(1)); !strings.HasPrefix(got, "Stage(0) Accepted") {
		t.Errorf("told: %q", got)
	}
}

func TestLookThatIsOvertakenByTheReplyIsTakenAgain(t *testing.T) {
	b := newBench(t)
	over, dumped, seen := make(chan struct{}), make(chan struct{}), make(chan struct{}, 9)
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args), wait: over} })
	b.d.does("uuid_dump", func(string) answer {
		seen <- struct{}{}
		return answer{text: "-ERR No such channel!", wait: dumped}
	})
	call := b.place(1)
	b.d.await("originate", 1)
	if err := b.Adopt([]ports.ID{call}); err != nil {
		t.Fatal(err)
	}
	<-seen
	b.d.dumps(map[string]string{call.String(): `,"Answer-State":"answered"`})
	close(over)
	b.until("the reply is in", func() bool { return b.story(call) == "Accepted Answered" })
	close(dumped)
	b.rest()
	b.want(call, "Accepted Answered Stage(3)")
}

func TestFileIsPlayedToTheContact(t *testing.T) {
	b := newBench(t)
	if err := b.Play(id(1), "hold/music.wav"); err != nil {
		t.Fatal(err)
	}
	b.rest()
	if !b.asks("uuid_broadcast " + id(1).String() + " hold/music.wav aleg") {
		t.Error("nothing is played")
	}
	if err := b.Play(id(1), "shell_stream:///bin/sh"); err == nil {
		t.Error("a program is played")
	}
}
