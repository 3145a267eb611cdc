package fakeswitch

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const hangUpAfter = "Connection: close"

func TestThirtiethReplyEndsTheConnection(t *testing.T) {
	lab := newRPCLab(t, nil)
	c := lab.dial()
	for n := 1; n <= 30; n++ {
		c.say(rpcPost("hostname", ""))
		resp, _ := c.response()
		if resp.Close != (n == 30) {
			t.Fatalf("response %d: %v", n, resp.Header)
		}
	}
	c.ends()
}

func TestIdleConnectionEndsAfterFiveSeconds(t *testing.T) {
	lab := newRPCLab(t, nil)
	silent, talker := lab.dial(), lab.dial()
	lab.clock.awaitTimers(t, 2, rpcIdle)
	lab.clock.advance(4 * time.Second)
	talker.say(rpcPost("hostname", ""))
	talker.response()
	lab.clock.advance(time.Second)
	silent.ends()
	talker.say(rpcPost("hostname", ""))
	talker.response()
	lab.clock.advance(5 * time.Second)
	talker.ends()
}

func TestPipelinedRequestIsDropped(t *testing.T) {
	lab := newRPCLab(t, nil)
	c := lab.dial()
	c.say(rpcPost("hostname", "") + rpcPost("hostname", ""))
	c.response()
	lab.clock.advance(rpcIdle)
	c.ends()
	if n := lab.stats.snapshot().Served["hostname"]; n != 1 {
		t.Errorf("%d requests served", n)
	}
}

func TestRequestMayComeInPieces(t *testing.T) {
	lab := newRPCLab(t, nil)
	c := lab.dial()
	request := rpcPost("hostname", "")
	c.say(request[:10])
	lab.clock.awaitTimers(t, 1, rpcStall)
	c.say(request[10:])
	if resp, _ := c.response(); resp.StatusCode != 200 {
		t.Error(resp.Status)
	}
}

func TestRequestThatStallsTimesOut(t *testing.T) {
	lab := newRPCLab(t, nil)
	c := lab.dial()
	request := rpcPost("hostname", "")
	c.say(request[:len(request)-1])
	lab.clock.awaitTimers(t, 1, rpcStall)
	lab.clock.advance(rpcStall)
	if resp, _ := c.response(); resp.StatusCode != http.StatusRequestTimeout {
		t.Error(resp.Status)
	}
	c.ends()
}

// fullRPCLab is a server whose 16 slots are taken by commands that print
// nothing before open is closed, and a 17th client that has sent a request.
func fullRPCLab(t *testing.T) (lab *rpcLab, taken []*rpcClient, late *rpcClient, open []chan struct{}) {
	t.Helper()
	open = make([]chan struct{}, rpcSlots)
	lab = newRPCLab(t, func(lab *rpcLab) {
		lab.api.answer = func(ctx context.Context, command, args string) string {
			if command != "wait" {
				lab.ghosts <- command
				return "vm"
			}
			select {
			case <-open[len(args)]:
			case <-ctx.Done():
			}
			return "vm"
		}
	})
	for i := range open {
		open[i] = make(chan struct{})
		c := lab.dial()
		c.say(rpcPost("wait", strings.Repeat("x", i), hangUpAfter))
		taken = append(taken, c)
	}
	late = lab.dial()
	late.say(rpcPost("hostname", "", hangUpAfter))
	lab.clock.awaitTimers(t, 1, rpcPoll)
	return lab, taken, late, open
}

func TestSeventeenthConnectionWaitsForTheNextPoll(t *testing.T) {
	lab, taken, late, open := fullRPCLab(t)
	for i, c := range taken {
		close(open[i])
		c.response()
		c.ends()
	}
	if got := lab.stats.snapshot(); got.Served["hostname"] != 0 || got.Waiting != 1 || got.Peak != 17 || got.Open != 1 {
		t.Errorf("before the poll: %+v", got)
	}
	lab.clock.advance(rpcPoll)
	late.response()
	late.ends()
	if got := lab.stats.snapshot(); got.Waiting != 0 || got.Peak != 17 || got.Accepted != 17 {
		t.Errorf("after the poll: %+v", got)
	}
}

func TestSlotSeenAtOnePollIsGivenAtTheNextWhileOthersAreBusy(t *testing.T) {
	lab, taken, late, open := fullRPCLab(t)
	close(open[3])
	taken[3].response()
	taken[3].ends()
	lab.clock.advance(rpcPoll)
	lab.clock.awaitTimers(t, 1, rpcPoll)
	if n := lab.stats.snapshot().Served["hostname"]; n != 0 {
		t.Errorf("%d served at the first poll", n)
	}
	lab.clock.advance(rpcPoll)
	late.response()
	for i, ch := range open {
		if i != 3 {
			close(ch)
		}
	}
}

func TestIdleConnectionsHoldTheirSlots(t *testing.T) {
	lab := newRPCLab(t, nil)
	idle := make([]*rpcClient, rpcSlots)
	for i := range idle {
		idle[i] = lab.dial()
		idle[i].say(rpcPost("hostname", ""))
		idle[i].response()
	}
	late := lab.dial()
	late.say(rpcPost("version", ""))
	for range 2 {
		lab.clock.awaitTimers(t, 1, rpcPoll)
		lab.clock.advance(rpcPoll)
	}
	lab.clock.awaitTimers(t, 1, rpcPoll)
	lab.clock.advance(time.Second)
	for _, c := range idle {
		c.ends()
	}
	if n := lab.stats.snapshot().Served["version"]; n != 0 {
		t.Error("served before the third poll")
	}
	lab.clock.advance(time.Second)
	late.response()
}

func TestRequestOfAClientThatLeftWhileWaitingIsExecuted(t *testing.T) {
	lab, taken, late, open := fullRPCLab(t)
	_ = late.Close()
	for i, c := range taken {
		close(open[i])
		c.response()
		c.ends()
	}
	lab.clock.advance(rpcPoll)
	if command := <-lab.ghosts; command != "hostname" {
		t.Errorf("executed %q", command)
	}
}

func TestCommandOfAClientThatLeftGoesOn(t *testing.T) {
	recorded := readRPCRecording(t, "xmlrpc_disconnect.txt")[0].request
	started, left, done := make(chan context.Context, 1), make(chan struct{}), make(chan error, 1)
	lab := newRPCLab(t, func(lab *rpcLab) {
		lab.api.answer = func(ctx context.Context, command, args string) string {
			started <- ctx
			<-left
			done <- ctx.Err()
			return "+OK\n"
		}
	})
	c := lab.dial()
	c.say(recorded)
	<-started
	_ = c.Close()
	close(left)
	if err := <-done; err != nil {
		t.Errorf("the originate was cancelled: %v", err)
	}
}

func TestClosingTheListenerEndsCommandsWithoutAReply(t *testing.T) {
	started := make(chan struct{}, 1)
	lab := newRPCLab(t, func(lab *rpcLab) {
		lab.api.answer = func(ctx context.Context, _, _ string) string {
			started <- struct{}{}
			<-ctx.Done()
			return "+OK\n"
		}
	})
	c := lab.dial()
	c.say(rpcPost("originate", "x"))
	<-started
	lab.stop()
	if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
		t.Errorf("got %q, %v", rest, err)
	}
	if got := lab.stats.snapshot(); got.Open != 0 {
		t.Errorf("left open: %+v", got)
	}
}

func TestSwitchThatDiesMeanwhileSendsNoReply(t *testing.T) {
	lab := newRPCLab(t, func(lab *rpcLab) {
		lab.api.answer = func(context.Context, string, string) string {
			lab.api.dead.Store(true)
			return ""
		}
	})
	c := lab.dial()
	c.say(rpcPost("originate", "x"))
	c.ends()
	late := lab.dial()
	late.say(rpcPost("originate", "x"))
	late.ends()
	if n := lab.stats.snapshot().Served["originate"]; n != 1 {
		t.Errorf("executed %d times", n)
	}
}

func TestHeldRequestDiesWithTheSwitch(t *testing.T) {
	lab := newRPCLab(t, func(lab *rpcLab) {
		lab.faults.HoldRequest = func(string, string) time.Duration { return time.Minute }
	})
	c := lab.dial()
	c.say(rpcPost("originate", "x"))
	lab.clock.awaitTimers(t, 1, time.Minute)
	lab.api.dead.Store(true)
	lab.clock.advance(time.Minute)
	c.ends()
	if n := lab.stats.snapshot().Served["originate"]; n != 0 {
		t.Errorf("executed %d times", n)
	}
}

func TestBytesAreCounted(t *testing.T) {
	lab := newRPCLab(t, nil)
	c := lab.dial()
	request := rpcPost("hostname", "", hangUpAfter)
	c.say(request)
	reply, err := io.ReadAll(c.r)
	if err != nil {
		t.Fatal(err)
	}
	got := lab.stats.snapshot()
	if got.BytesRead != int64(len(request)) || got.BytesWritten != int64(len(reply)) {
		t.Errorf("%+v, want %d read and %d written", got, len(request), len(reply))
	}
}
