package fakeswitch

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// newXMLRPCSwitch is a switch with XML-RPC that ends with the test.
func newXMLRPCSwitch(t *testing.T, users map[string]string) (*Switch, *Clock, *rpcLab) {
	t.Helper()
	clock := NewClock(time.Date(2026, 11, 20, 22, 19, 3, 0, time.UTC))
	s := New(Config{Clock: clock, Users: users})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.ServeXMLRPC(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-ended; err != nil {
			t.Errorf("ServeXMLRPC: %v", err)
		}
	})
	return s, clock, &rpcLab{t: t, l: l}
}

func TestSwitchTakesCallsOverXMLRPC(t *testing.T) {
	s, _, lab := newXMLRPCSwitch(t, map[string]string{"fsadmin": "testpass"})
	c := lab.dial()
	c.say(rpcPost("originate", "{origination_uuid=one}sofia/gateway/trunk/1100 &park()"))
	if _, body := c.response(); !strings.Contains(body, "<string>+OK one\n</string>") {
		t.Error(body)
	}
	s.SetXMLRPCFaults(XMLRPCFaults{LoseReply: func(command, _ string) bool { return command == "originate" }})
	c.say(rpcPost("originate", "{origination_uuid=two}sofia/gateway/trunk/1100 &park()"))
	c.ends()
	if n := s.Arrived("1100"); n != 2 {
		t.Errorf("%d calls", n)
	}
	if got := s.XMLRPCStats(); got.Served["originate"] != 2 || got.Accepted != 1 || got.Peak != 1 {
		t.Errorf("%+v", got)
	}
}

func TestUnknownCommandsAnswerErrorOverXMLRPC(t *testing.T) {
	_, _, lab := newXMLRPCSwitch(t, map[string]string{"fsadmin": "testpass"})
	c := lab.dial()
	c.say(rpcPost("nosuchcommand", "x"))
	if _, body := c.response(); !strings.Contains(body, "<string>ERROR!</string>") {
		t.Error(body)
	}
}

func TestDisconnectingDoesNotCancelAnOriginate(t *testing.T) {
	s, clock, lab := newXMLRPCSwitch(t, map[string]string{"fsadmin": "testpass"})
	recorded := readRPCRecording(t, "xmlrpc_disconnect.txt")[0].request
	c := lab.dial()
	c.say(recorded)
	for asker := lab.dial(); ; {
		asker.say(rpcPost("uuid_exists", "8c0dc4dc-d79d-4a48-93c3-63c4bfc64ca9"))
		resp, body := asker.response()
		if strings.Contains(body, "<string>true</string>") {
			break
		}
		if resp.Close {
			asker = lab.dial()
		}
	}
	_ = c.Close()
	clock.Advance(clock.Now().Add(2100 * time.Millisecond))
	if got := s.Channels(); len(got) != 1 || !got[0].Answered {
		t.Errorf("channels: %+v", got)
	}
}

func TestUsersOfADomainAreNotUsersOfXMLRPC(t *testing.T) {
	for name, test := range map[string]struct {
		users  map[string]string
		user   string
		secret string
		status int
	}{
		"own":       {map[string]string{"fsadmin": "testpass", "agent@lab": "x"}, "fsadmin", "testpass", 200},
		"domain's":  {map[string]string{"fsadmin": "testpass", "agent@lab": "x"}, "agent@lab", "x", 401},
		"default":   {map[string]string{"agent@lab": "x"}, "freeswitch", "works", 200},
		"overruled": {map[string]string{"fsadmin": "testpass"}, "freeswitch", "works", 401},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, lab := newXMLRPCSwitch(t, test.users)
			req, err := http.NewRequest(http.MethodGet, "http://"+lab.l.Addr().String()+"/txtapi/status", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.SetBasicAuth(test.user, test.secret)
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != test.status {
				t.Error(resp.Status)
			}
		})
	}
}

func TestRestartEndsConnectionsWithoutTheirReplies(t *testing.T) {
	s, _, lab := newXMLRPCSwitch(t, map[string]string{"fsadmin": "testpass"})
	idle, busy := lab.dial(), lab.dial()
	idle.say(rpcPost("status", ""))
	idle.response()
	executing := make(chan struct{})
	s.SetXMLRPCFaults(XMLRPCFaults{HoldRequest: func(string, string) time.Duration { close(executing); return time.Hour }})
	busy.say(rpcPost("originate", "sofia/gateway/trunk/1800 &park()"))
	<-executing
	s.SetXMLRPCFaults(XMLRPCFaults{})
	s.Restart()
	idle.ends()
	busy.ends()
	again := lab.dial()
	again.say(rpcPost("status", ""))
	again.response()
}

func TestBackgroundJobsAnswerTheirIDOverXMLRPC(t *testing.T) {
	s, _, lab := newXMLRPCSwitch(t, map[string]string{"fsadmin": "testpass"})
	c := lab.dial()
	c.say(rpcPost("bgapi", "originate sofia/gateway/trunk/9486 &park()"))
	if _, body := c.response(); !strings.Contains(body, "<string>+OK Job-UUID: ") {
		t.Error(body)
	}
	if n := s.Arrived("9486"); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestConnectionsMayGoByAnotherClock(t *testing.T) {
	s := New(Config{Clock: NewClock(time.Date(2026, 11, 20, 22, 19, 3, 0, time.UTC)), Users: map[string]string{"fsadmin": "testpass"}})
	own := newRPCTestClock()
	s.SetXMLRPCClock(own)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.ServeXMLRPC(l) }()
	c := (&rpcLab{t: t, l: l}).dial()
	own.awaitTimers(t, 1, rpcIdle)
	own.advance(rpcIdle)
	c.ends()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := s.ServeXMLRPC(l); err == nil {
		t.Error("a closed switch serves") // the listener is closed already, and says so
	}
}
