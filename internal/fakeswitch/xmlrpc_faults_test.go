package fakeswitch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestMisbehaviourOnCommand(t *testing.T) {
	// only commands on this number misbehave: the functions see both texts
	bad := func(command, args string) bool { return command == "originate" && args == "666" }
	tests := map[string]struct {
		faults   XMLRPCFaults
		executed int
		reply    func(resp *http.Response, body string, err error) bool
	}{
		"lost request": {XMLRPCFaults{LoseRequest: bad}, 0, noReply},
		"lost reply":   {XMLRPCFaults{LoseReply: bad}, 1, noReply},
		"failed request": {XMLRPCFaults{FailRequest: bad}, 0, func(resp *http.Response, _ string, _ error) bool {
			return resp != nil && resp.StatusCode == 500
		}},
		"failed reply": {XMLRPCFaults{FailReply: bad}, 1, func(resp *http.Response, _ string, _ error) bool {
			return resp != nil && resp.StatusCode == 500
		}},
		"cut reply": {XMLRPCFaults{CutReply: bad}, 1, func(resp *http.Response, body string, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && resp.StatusCode == 200 && strings.HasPrefix(body, "<?xml") && !strings.Contains(body, "</methodResponse>")
		}},
		"garbled reply": {XMLRPCFaults{Garble: bad}, 1, func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.StatusCode == 200 && strings.Contains(body, "<string>\x01\x02\x1b[0m+OK")
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lab := newRPCLab(t, func(lab *rpcLab) {
				lab.faults = test.faults
				lab.api.answer = func(context.Context, string, string) string { return "+OK\n" }
			})
			good, c := lab.dial(), lab.dial()
			good.say(rpcPost("originate", "100"))
			if resp, body := good.response(); resp.StatusCode != 200 || !strings.Contains(body, "<string>+OK") {
				t.Errorf("another number: %v %s", resp.Status, body)
			}
			c.say(rpcPost("originate", "666"))
			resp, body, err := tryResponse(c)
			if !test.reply(resp, body, err) {
				t.Errorf("got %v, %q, %v", resp, body, err)
			}
			if n := lab.stats.snapshot().Served["originate"]; n != 1+test.executed {
				t.Errorf("executed %d times", n-1)
			}
		})
	}
}

func noReply(_ *http.Response, _ string, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

func tryResponse(c *rpcClient) (*http.Response, string, error) {
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

func TestRequestsAndRepliesAreHeldByTheClock(t *testing.T) {
	wait := func(string, string) time.Duration { return 7 * time.Second }
	for name, test := range map[string]struct {
		faults XMLRPCFaults
		before int // executed while held
	}{
		"request": {XMLRPCFaults{HoldRequest: wait}, 0},
		"reply":   {XMLRPCFaults{DelayReply: wait}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			lab := newRPCLab(t, func(lab *rpcLab) { lab.faults = test.faults })
			c := lab.dial()
			c.say(rpcPost("hostname", ""))
			lab.clock.awaitTimers(t, 1, 7*time.Second)
			if n := lab.stats.snapshot().Served["hostname"]; n != test.before {
				t.Errorf("executed %d times while held", n)
			}
			lab.clock.advance(7 * time.Second)
			c.response()
			if n := lab.stats.snapshot().Served["hostname"]; n != 1 {
				t.Errorf("executed %d times", n)
			}
		})
	}
}
