package esl_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// tape is a switch that knows no channels. It lets clients in and answers
// plausibly; what its event socket says besides is up to the test. Over pipes:
// what it wrote has been read.
type tape struct {
	// answer, if set, may answer a command in its own way.
	answer func(command string) (reply string, ok bool)
	// originate, if set, is called after the reply to an originate, with its
	// Job-UUID.
	originate func(job string)
	// password, if set, is the only one that is let in.
	password string

	mu       sync.Mutex
	away     bool
	conns    []net.Conn
	events   net.Conn
	commands []string
}

// dial is a Config.Dial.
func (s *tape) dial(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, io.ErrClosedPipe
	}
	ours, theirs := net.Pipe()
	s.conns = append(s.conns, theirs)
	go s.serve(theirs)
	return ours, nil
}

// serve is one connection's life.
func (s *tape) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "Content-Type: auth/request\n\n"); err != nil {
		return
	}
	r := bufio.NewReader(c)
	for {
		command, job, err := hear(r)
		if err != nil {
			return
		}
		s.note(c, command)
		if _, err := io.WriteString(c, s.reply(command, job)); err != nil {
			return
		}
		if s.originate != nil && strings.HasPrefix(command, "bgapi originate ") {
			s.originate(job)
		}
	}
}

// hear reads a command, and its Job-UUID.
func hear(r *bufio.Reader) (command, job string, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		line = strings.TrimSuffix(line, "\n")
		id, isJob := strings.CutPrefix(line, "Job-UUID: ")
		switch {
		case isJob:
			job = id
		case line == "" && command != "":
			return command, job, nil
		case line != "":
			command = line
		}
	}
}

func (s *tape) note(c net.Conn, command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, command)
	if strings.HasPrefix(command, "event ") {
		s.events = c
	}
}

func (s *tape) reply(command, job string) string {
	if s.answer != nil {
		if reply, ok := s.answer(command); ok {
			return reply
		}
	}
	verb, rest, _ := strings.Cut(command, " ")
	switch {
	case verb == "auth" && s.password != "" && rest != s.password:
		return replyFrame("-ERR invalid")
	case verb == "bgapi":
		return replyFrame("+OK Job-UUID: " + job)
	case command == "api show channels as json":
		return apiFrame(`{"row_count": 0}` + "\n")
	case verb == "api":
		return apiFrame("-ERR No such channel!\n")
	}
	return replyFrame("+OK accepted")
}

func replyFrame(text string) string {
	return "Content-Type: command/reply\nReply-Text: " + text + "\n\n"
}

func apiFrame(body string) string {
	return fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body)
}

func eventFrame(body string) string {
	return fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-json\n\n%s", len(body), body)
}

// say puts bytes on the events' connection.
func (s *tape) say(frames string) {
	s.mu.Lock()
	c := s.events
	s.mu.Unlock()
	_, _ = io.WriteString(c, frames) // a client that has gone hears nothing
}

// cut ends all connections, and lets no new one in while away.
func (s *tape) cut(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
}

// asked lists the commands so far that begin so.
func (s *tape) asked(prefix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, c := range s.commands {
		if strings.HasPrefix(c, prefix) {
			out = append(out, c)
		}
	}
	return out
}

// hasty is a clock on which pauses of less than a second (the first ones of a
// back-off) are over at once, and all others never.
type hasty struct{ passed atomic.Int64 }

func (c *hasty) Now() time.Time { return morning.Add(time.Duration(c.passed.Load())) }

func (c *hasty) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	fired := make(chan time.Time, 1)
	if d < time.Second {
		c.passed.Add(int64(d))
		fired <- c.Now()
	}
	return stopped{}, fired
}

type stopped struct{}

func (stopped) Stop() bool { return true }

var morning = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

// onTape is an adapter to a tape.
func onTape(t testing.TB, s *tape, change ...func(*esl.Config)) *esl.Switch {
	t.Helper()
	cfg := esl.Config{
		Addr: "switch:8021", Password: "secret", Dial: s.dial, Clock: &hasty{},
		Gateways: []string{"trunk", "trunk_dead", "trunk_down", "nosuch"},
	}
	for _, f := range change {
		f(&cfg)
	}
	sw, err := esl.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = sw.Close()
		s.cut(true)
	})
	return sw
}

// ready waits until the switch has been reached.
func ready(t testing.TB, sw *esl.Switch) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := sw.Ready(ctx); err != nil {
		t.Fatal(err)
	}
}

// until collects what is told until an event of a kind is among it.
func until(t testing.TB, sw *esl.Switch, kind ports.EventKind) []ports.Event {
	t.Helper()
	var told []ports.Event
	for {
		select {
		case batch := <-sw.Events():
			told = append(told, batch...)
		case <-time.After(patience):
			t.Fatalf("no event of kind %d came, but %+v", kind, told)
		}
		if slices.Contains(kinds(told), kind) {
			return told
		}
	}
}

// eventually waits for something that is under way.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("never came: %s", what)
		}
	}
}

// dialled is a call to place.
func dialled(address string) ports.Dial {
	return ports.Dial{Call: uuid.New(), Address: address, RingTimeout: 7 * time.Second}
}

// agentFirst makes it one whose agent is dialled first.
func agentFirst(d ports.Dial, agent string) ports.Dial {
	d.Shape, d.Agent = attempt.AgentFirst, ports.Target{Agent: agent}
	return d
}

// of is what was told of a call.
func of(told []ports.Event, call ports.ID) []ports.Event {
	var out []ports.Event
	for _, ev := range told {
		if ev.Call == call {
			out = append(out, ev)
		}
	}
	return out
}

// kinds are the kinds of events, in order.
func kinds(told []ports.Event) []ports.EventKind {
	var out []ports.EventKind
	for _, ev := range told {
		out = append(out, ev.Kind)
	}
	return out
}
