package esl_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/internal/leaks"
	"github.com/outdial/outdial/ports"
)

// The calls that are up while the switch raves.
var (
	fuzzContact = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	fuzzAgent   = uuid.MustParse("22222222-2222-4222-8222-222222222222")
)

// FuzzSwitchBytes plays any bytes as what a switch says after the login, on
// either connection, while calls are up.
func FuzzSwitchBytes(f *testing.F) {
	const dir = "internal/guard/testdata/malformed/"
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		f.Fatalf("%d streams: %v", len(entries), err)
	}
	for _, entry := range entries {
		stream, err := os.ReadFile(dir + entry.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stream, stream)
		f.Add([]byte(fuzzLife(fuzzContact)+string(stream)+fuzzLife(fuzzContact)), []byte(apiFrame("")+string(stream)))
	}
	f.Add([]byte(fuzzLife(fuzzContact)+fuzzLife(freeswitch.AgentLegID(fuzzAgent))+fuzzLife(fuzzAgent)), []byte(
		apiFrame(`{"row_count":1,"rows":[{"uuid":"`+fuzzAgent.String()+`","callstate":"ACTIVE"}]}`)+
			replyFrame("+OK Job-UUID: "+fuzzContact.String())+replyFrame("-ERR no such command")))
	f.Fuzz(func(t *testing.T, events, replies []byte) {
		before := goleak.IgnoreCurrent()
		ended := map[ports.ID]int{}
		for _, ev := range rave(t, events, replies) {
			if ev.Kind == ports.Ended || ev.Kind == ports.Refused {
				if ended[ev.Call]++; ended[ev.Call] > 1 {
					t.Errorf("%s ended twice", ev.Call)
				}
			}
		}
		if err := leaks.Gone(before); err != nil {
			t.Error(err)
		}
	})
}

// fuzzLife is a channel's life.
func fuzzLife(id ports.ID) string {
	var life strings.Builder
	for _, name := range subscribed {
		life.WriteString(eventFrame(inJSON(map[string]string{
			"Event-Name": name, "Unique-ID": id.String(), "Job-UUID": id.String(), "_body": "+OK " + id.String() + "\n",
			"Hangup-Cause": "NORMAL_CLEARING", "Event-Date-Timestamp": "1700000000000000",
		})))
	}
	return life.String()
}

// rave is a life of an adapter whose switch says these bytes once two calls are
// up, and hangs up. It returns what was told.
func rave(t *testing.T, events, replies []byte) []ports.Event {
	r := &raver{streams: map[bool][]byte{true: events, false: replies}, begin: make(chan struct{})}
	sw, err := esl.New(esl.Config{
		Addr: "switch:8021", Password: "secret", Gateways: []string{"trunk"}, Clock: still{}, Dial: r.dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	ready(t, sw)
	for _, d := range []ports.Dial{
		{Call: fuzzContact, Address: "1001", RingTimeout: time.Minute, Screen: true},
		{Call: fuzzAgent, Address: "1001", RingTimeout: time.Minute, Shape: attempt.AgentFirst, Agent: ports.Target{Agent: "user/1"}},
	} {
		if err := sw.Originate(d); err != nil {
			t.Fatal(err)
		}
	}
	close(r.begin)
	told := until(t, sw, ports.Down)
	if err := sw.Close(); err != nil {
		t.Error(err)
	}
	r.serving.Wait()
	return told
}

// raver lets two connections in, the events' and the commands', and then says
// what it likes.
type raver struct {
	streams map[bool][]byte // by whether it is the events' connection
	begin   chan struct{}
	serving sync.WaitGroup
	mu      sync.Mutex
	dials   int
}

func (r *raver) dial(context.Context, string, string) (net.Conn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dials++; r.dials > 2 {
		return nil, io.ErrClosedPipe
	}
	first := r.dials == 1
	ours, theirs := net.Pipe()
	r.serving.Go(func() { r.serve(theirs, first) })
	return ours, nil
}

func (r *raver) serve(c net.Conn, events bool) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	last := "auth "
	if events {
		last = "event "
	}
	_, _ = io.WriteString(c, "Content-Type: auth/request\n\n")
	for {
		command, _, err := hear(in)
		if err != nil {
			return
		}
		if _, err := io.WriteString(c, replyFrame("+OK")); err != nil {
			return
		}
		if strings.HasPrefix(command, last) {
			break
		}
	}
	r.serving.Go(func() { _, _ = io.Copy(io.Discard, in) }) // whatever else is asked
	<-r.begin
	_, _ = c.Write(r.streams[events])
}

// still is a clock on which nothing is ever due.
type still struct{}

func (still) Now() time.Time { return morning }

func (still) NewTimer(time.Duration) (ports.Timer, <-chan time.Time) { return stopped{}, nil }
