package fakeswitch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

var epoch = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

// bench is a switch under a clock, with clients.
type bench struct {
	t     *testing.T
	s     *Switch
	clock *Clock
	addr  string

	clients []*client
}

// received counts the bytes that all clients have read.
func (b *bench) received() (n int64) {
	for _, c := range b.clients {
		c.mu.Lock()
		n += int64(len(c.raw))
		c.mu.Unlock()
	}
	return n
}

func newBench(t *testing.T, cfg Config) *bench {
	t.Helper()
	return newBenchAt(t, epoch, cfg)
}

func newBenchAt(t *testing.T, start time.Time, cfg Config) *bench {
	t.Helper()
	clock := NewClock(start)
	cfg.Clock = clock
	s := New(cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.ServeESL(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return &bench{t: t, s: s, clock: clock, addr: l.Addr().String()}
}

// advance lets d pass.
func (b *bench) advance(d time.Duration) { b.clock.Advance(b.clock.Now().Add(d)) }

// frame is one frame as a client reads it.
type frame struct {
	headers map[string]string
	body    string
	event   map[string]string // of an event, with its body as _body
}

// client reads frames as they come.
type client struct {
	b    *bench
	conn net.Conn

	mu     sync.Mutex
	cond   *sync.Cond
	frames []frame
	raw    []byte // all that came
	eof    bool
}

func (b *bench) dial() *client {
	b.t.Helper()
	conn, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	c := &client{b: b, conn: conn}
	c.cond = sync.NewCond(&c.mu)
	b.clients = append(b.clients, c)
	b.t.Cleanup(func() { _ = conn.Close() })
	go c.read()
	return c
}

// login is a client that has authenticated.
func (b *bench) login(commands ...string) *client {
	b.t.Helper()
	c := b.dial()
	c.next("auth/request")
	c.ask("auth ClueCon")
	for _, cmd := range commands {
		if reply := c.ask(cmd); !strings.HasPrefix(reply, "+OK") {
			b.t.Fatalf("%s: %s", cmd, reply)
		}
	}
	return c
}

func (c *client) read() {
	var pending []byte
	buf := make([]byte, 1<<16)
	for {
		n, err := c.conn.Read(buf)
		c.mu.Lock()
		c.raw = append(c.raw, buf[:n]...)
		pending = append(pending, buf[:n]...)
		for {
			f, rest, ok := parseFrame(pending)
			if !ok {
				break
			}
			pending = rest
			c.frames = append(c.frames, f)
		}
		c.eof = err != nil
		c.cond.Broadcast()
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func parseFrame(b []byte) (frame, []byte, bool) {
	i := bytes.Index(b, []byte("\n\n"))
	if i < 0 {
		return frame{}, nil, false
	}
	f := frame{headers: map[string]string{}}
	for line := range strings.SplitSeq(string(b[:i]), "\n") {
		k, v, _ := strings.Cut(line, ": ")
		f.headers[k] = v
	}
	n, _ := strconv.Atoi(f.headers["Content-Length"]) // none is 0
	if len(b) < i+2+n {
		return frame{}, nil, false
	}
	f.body = string(b[i+2 : i+2+n])
	switch f.headers["Content-Type"] {
	case "text/event-json":
		if err := json.Unmarshal([]byte(f.body), &f.event); err != nil {
			panic(fmt.Sprintf("%v in %s", err, f.body))
		}
	case "text/event-plain":
		f.event = plainEvent(f.body)
	}
	return f, b[i+2+n:], true
}

func plainEvent(s string) map[string]string {
	head, body, _ := strings.Cut(s, "\n\n")
	e := map[string]string{}
	for line := range strings.SplitSeq(head, "\n") {
		k, v, _ := strings.Cut(line, ": ")
		v, _ = url.PathUnescape(v) // the encoding is ambiguous; tests use values that are not
		e[k] = v
	}
	if body != "" {
		e["_body"] = body
	}
	return e
}

// await waits until the frames satisfy ok.
func (c *client) await(what string, ok func() bool) {
	c.b.t.Helper()
	stop := time.AfterFunc(patience, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.eof = true
		c.cond.Broadcast()
	})
	defer stop.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !ok() {
		if c.eof {
			c.b.t.Fatalf("no %s; got %d frames: %s", what, len(c.frames), tail(c.raw))
		}
		c.cond.Wait()
	}
}

func tail(b []byte) string {
	if len(b) > 600 {
		b = b[len(b)-600:]
	}
	return string(b)
}

// next takes the first frame of a type; those before it stay.
func (c *client) next(kind string) frame {
	c.b.t.Helper()
	var got frame
	c.await(kind, func() bool {
		for i, f := range c.frames {
			if f.headers["Content-Type"] == kind {
				got = f
				c.frames = append(c.frames[:i:i], c.frames[i+1:]...)
				return true
			}
		}
		return false
	})
	return got
}

func (c *client) send(text string) {
	c.b.t.Helper()
	if _, err := c.conn.Write([]byte(text)); err != nil {
		c.b.t.Fatal(err)
	}
}

// ask sends a command and returns its answer.
func (c *client) ask(command string) string {
	c.b.t.Helper()
	c.send(command + "\n\n")
	return c.answer(command)
}

func (c *client) answer(command string) string {
	c.b.t.Helper()
	if strings.HasPrefix(command, "api ") {
		return c.next("api/response").body
	}
	return c.next("command/reply").headers["Reply-Text"]
}

// gone waits until the switch has hung up on the client.
func (c *client) gone() {
	c.b.t.Helper()
	stop := time.AfterFunc(patience, func() { _ = c.conn.Close() })
	defer stop.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.eof {
		c.cond.Wait()
	}
}

// pending are the frames that nobody has taken.
func (c *client) pending() []frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frames[:len(c.frames):len(c.frames)]
}

// bytes are all that has come.
func (c *client) bytes() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw[:len(c.raw):len(c.raw)]
}

// settle waits until everything that the switch has written has come.
func (c *client) settle() {
	c.b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		quiet := c.b.s.Quiet()
		written, _ := c.b.s.Wire()
		got := c.b.received()
		if quiet && got == written {
			return
		}
		if time.Now().After(deadline) {
			c.b.t.Fatalf("%d of %d bytes came", got, written)
		}
		yield()
	}
}

// events takes the events that have come.
func (c *client) events() []map[string]string {
	c.b.t.Helper()
	c.settle()
	c.mu.Lock()
	defer c.mu.Unlock()
	var events []map[string]string
	left := c.frames[:0:0]
	for _, f := range c.frames {
		if f.event != nil {
			events = append(events, f.event)
		} else {
			left = append(left, f)
		}
	}
	c.frames = left
	return events
}

// names are the names of the events that have come.
func (c *client) names() string {
	c.b.t.Helper()
	var names []string
	for _, e := range c.events() {
		names = append(names, e["Event-Name"])
	}
	return strings.Join(names, " ")
}
