package fakeswitch

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/ports"
)

// rpcPatience is how long a test waits for what must come over a socket.
const rpcPatience = 2 * time.Minute

const rpcAuth = "Authorization: Basic ZnNhZG1pbjp0ZXN0cGFzcw==\r\n"

// rpcTestClock is a clock that a test moves, and that tells which timers are armed.
type rpcTestClock struct {
	mu      sync.Mutex
	now     time.Time
	timers  map[*rpcTestTimer]struct{}
	changed chan struct{}
}

type rpcTestTimer struct {
	clock *rpcTestClock
	d     time.Duration
	at    time.Time
	ch    chan time.Time
}

func newRPCTestClock() *rpcTestClock {
	return &rpcTestClock{
		now:     time.Date(2026, 11, 20, 22, 19, 3, 0, time.UTC),
		timers:  map[*rpcTestTimer]struct{}{},
		changed: make(chan struct{}),
	}
}

func (c *rpcTestClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *rpcTestClock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &rpcTestTimer{clock: c, d: d, at: c.now.Add(d), ch: make(chan time.Time, 1)}
	c.timers[t] = struct{}{}
	close(c.changed)
	c.changed = make(chan struct{})
	return t, t.ch
}

func (t *rpcTestTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	_, armed := t.clock.timers[t]
	delete(t.clock.timers, t)
	return armed
}

func (c *rpcTestClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for t := range c.timers {
		if !t.at.After(c.now) {
			t.ch <- c.now
			delete(c.timers, t)
		}
	}
}

// awaitTimers waits until n timers of d are armed.
func (c *rpcTestClock) awaitTimers(t *testing.T, n int, d time.Duration) {
	t.Helper()
	deadline := time.After(rpcPatience)
	for {
		c.mu.Lock()
		armed, changed := 0, c.changed
		for timer := range c.timers {
			if timer.d == d {
				armed++
			}
		}
		c.mu.Unlock()
		if armed >= n {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("%d timers of %v armed, want %d", armed, d, n)
		}
	}
}

// rpcTestAPI answers commands by a function, hostname with "vm" without one.
type rpcTestAPI struct {
	answer func(ctx context.Context, command, args string) string
	dead   atomic.Bool
}

func (a *rpcTestAPI) API(ctx context.Context, command, args string) string {
	if a.answer == nil {
		return "vm"
	}
	return a.answer(ctx, command, args)
}

func (a *rpcTestAPI) life() string {
	if a.dead.Load() {
		return ""
	}
	return "core"
}

// rpcLab is a running server and what a test needs beside it.
type rpcLab struct {
	t      *testing.T
	clock  *rpcTestClock
	api    *rpcTestAPI
	faults XMLRPCFaults
	stats  *rpcStats
	l      net.Listener
	ended  chan error
	ghosts chan string // commands other than wait of fullRPCLab, as they are executed
}

// newRPCLab starts a server that is stopped, and seen to stop, when the test ends.
func newRPCLab(t *testing.T, set func(*rpcLab)) *rpcLab {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	lab := &rpcLab{t: t, clock: newRPCTestClock(), api: &rpcTestAPI{}, stats: &rpcStats{}, l: l, ended: make(chan error, 1), ghosts: make(chan string, 4)}
	if set != nil {
		set(lab)
	}
	srv := newRPCServer(lab.api, lab.clock, map[string]string{"fsadmin": "testpass"}, lab.stats, func() XMLRPCFaults { return lab.faults })
	go func() { lab.ended <- srv.serve(l) }()
	t.Cleanup(lab.stop)
	return lab
}

func (lab *rpcLab) stop() {
	_ = lab.l.Close()
	select {
	case err := <-lab.ended:
		if err != nil {
			lab.t.Errorf("serve: %v", err)
		}
		lab.ended <- nil
	case <-time.After(rpcPatience):
		lab.t.Error("the server doesn't end")
	}
}

// rpcClient is one connection of a client that counts every byte.
type rpcClient struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func (lab *rpcLab) dial() *rpcClient {
	lab.t.Helper()
	conn, err := net.Dial("tcp", lab.l.Addr().String())
	if err != nil {
		lab.t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(rpcPatience))
	lab.t.Cleanup(func() { _ = conn.Close() })
	return &rpcClient{Conn: conn, t: lab.t, r: bufio.NewReader(conn)}
}

func (c *rpcClient) say(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatal(err)
	}
}

// response reads one response and returns it with its body.
func (c *rpcClient) response() (*http.Response, string) {
	c.t.Helper()
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		c.t.Fatalf("no response: %v", err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatalf("response cut: %v", err)
	}
	return resp, string(body)
}

// ends checks that the server closes the connection without another byte.
func (c *rpcClient) ends() {
	c.t.Helper()
	rest, err := io.ReadAll(c.r)
	if err != nil || len(rest) > 0 {
		c.t.Fatalf("connection doesn't end: %q, %v", rest, err)
	}
}

// rpcPost is a call of freeswitch.api; header lines may be added.
func rpcPost(command, args string, lines ...string) string {
	value := func(s string) string {
		return "<param><value><string>" + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(s) + "</string></value></param>"
	}
	return rpcPostBody(`<?xml version="1.0"?>`+"\n<methodCall><methodName>freeswitch.api</methodName><params>"+
		value(command)+value(args)+"</params></methodCall>", lines...)
}

func rpcPostBody(body string, lines ...string) string {
	head := "POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + rpcAuth + "Content-Type: text/xml\r\n"
	for _, line := range lines {
		head += line + "\r\n"
	}
	return head + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

// rpcExchange is one request and its response, as recorded.
type rpcExchange struct{ request, response string }

var rpcBlock = regexp.MustCompile(`(?m)^==>(C2S|S2C) .*len=(\d+)\n`)

// readRPCRecording reads the exchanges of a recording; a request that was
// never answered has an empty response.
func readRPCRecording(t *testing.T, name string) []rpcExchange {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var list []rpcExchange
	for len(data) > 0 {
		m := rpcBlock.FindSubmatchIndex(data)
		if m == nil {
			break
		}
		size, _ := strconv.Atoi(string(data[m[4]:m[5]]))
		text := string(data[m[1] : m[1]+size])
		if bytes.Equal(data[m[2]:m[3]], []byte("C2S")) {
			list = append(list, rpcExchange{request: text})
		} else {
			list[len(list)-1].response = text
		}
		data = data[m[1]+size:]
	}
	return list
}
