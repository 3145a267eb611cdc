package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// generous is how long anything may take here: real sockets, no virtual time.
const generous = 5 * time.Minute

// process is the program, running in this one or, without signals, in another.
type process struct {
	t       testing.TB
	url     string
	signals chan os.Signal
	code    chan int
	stderr  *text
	client  *http.Client
}

// text is a log that several goroutines write to.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (x *text) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.Write(p)
}

func (x *text) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

// start runs the program on a free port, and waits until it says where it is.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, signals: make(chan os.Signal, 2), code: make(chan int, 1), stderr: &text{}}
	out, in := io.Pipe()
	go func() {
		p.code <- run(append([]string{"--listen", "127.0.0.1:0"}, args...), in, p.stderr, p.signals)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("it did not start: %v\n%s", err, p.stderr)
	}
	p.url = strings.TrimSpace(strings.TrimPrefix(line, "outdial is at "))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	p.client = &http.Client{Jar: jar, Transport: transport, Timeout: generous}
	t.Cleanup(func() {
		p.signals <- os.Interrupt
		p.signals <- os.Interrupt // no patience
		if code := p.ended(); code != exitOK {
			t.Errorf("exit code %d\n%s", code, p.stderr)
		}
		transport.CloseIdleConnections()
	})
	return p
}

// ended is the exit code, once there is one.
func (p *process) ended() int {
	p.t.Helper()
	select {
	case code := <-p.code:
		p.code <- code
		return code
	case <-time.After(generous):
		p.t.Fatalf("it does not end\n%s", p.stderr)
		return 0
	}
}

// ask makes a request, with headers as "Name: value", and returns the answer.
func (p *process) ask(method, path, body string, headers ...string) (status int, answer string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	got, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	b, err := io.ReadAll(got.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return got.StatusCode, string(b)
}

// shows asks for a path until its answer holds what is waited for.
func (p *process) shows(what, path string, holds func(body string) bool) {
	p.t.Helper()
	late := time.After(generous)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		_, body := p.ask("GET", path, "")
		if holds(body) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			p.t.Fatalf("%s never shows %s: %.3000s", path, what, body)
		}
	}
}

const (
	form     = "Content-Type: application/x-www-form-urlencoded"
	guideKey = "X-API-Key: demo-key"
	mark     = "X-Requested-With: outdial"
)
