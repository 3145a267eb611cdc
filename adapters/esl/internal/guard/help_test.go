package guard

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/internal/leaks"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// peer is the switch's end of a connection.
type peer struct {
	net.Conn
	r *bufio.Reader
}

func newPeer(c net.Conn) *peer {
	_ = c.SetDeadline(time.Now().Add(patience))
	return &peer{c, bufio.NewReader(c)}
}

// command reads what the guard sent, up to the empty line.
func (p *peer) command() (string, error) {
	var text strings.Builder
	for {
		line, err := p.r.ReadString('\n')
		if err != nil {
			return text.String(), err
		}
		if line == "\n" {
			return strings.TrimSuffix(text.String(), "\n"), nil
		}
		text.WriteString(line)
	}
}

// welcome authenticates whoever comes.
func (p *peer) welcome() error {
	if _, err := io.WriteString(p, greeting); err != nil {
		return err
	}
	if _, err := p.command(); err != nil {
		return err
	}
	_, err := io.WriteString(p, accepted)
	return err
}

// say writes, and fails the test if that can't be done.
func (p *peer) say(t testing.TB, text string) {
	t.Helper()
	if _, err := io.WriteString(p, text); err != nil {
		t.Fatal(err)
	}
}

// hear reads a command, and fails the test if that can't be done.
func (p *peer) hear(t testing.TB) string {
	t.Helper()
	text, err := p.command()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// config is one for tests, and the other end of what it dials.
func config() (Config, *peer) {
	ours, theirs := net.Pipe()
	return Config{
		Dial:     func(context.Context, string, string) (net.Conn, error) { return ours, nil },
		Addr:     "switch:8021",
		Password: "secret",
		Clock:    newManual(),
		Keep:     freeswitch.Headers(),
	}, newPeer(theirs)
}

// leakless fails the test if it leaves a goroutine.
func leakless(t testing.TB) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		if err := leaks.Gone(before); err != nil {
			t.Error(err)
		}
	})
}

// linked is a link to a peer that has let it in.
func linked(t testing.TB, change ...func(*Config)) (*Link, *peer, *manual) {
	t.Helper()
	leakless(t)
	cfg, p := config()
	for _, f := range change {
		f(&cfg)
	}
	welcome := make(chan error, 1)
	go func() { welcome <- p.welcome() }()
	l, err := Connect(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-welcome; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(); _ = p.Close() })
	return l, p, cfg.Clock.(*manual)
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

// ended waits for the end of a link.
func ended(t testing.TB, l *Link) error {
	t.Helper()
	select {
	case <-l.Done():
	case <-time.After(patience):
		t.Fatal("the link does not end")
	}
	return l.Err()
}

// lives checks that a link has looked at the clock and goes on.
func lives(t testing.TB, l *Link, clock *manual) {
	t.Helper()
	eventually(t, "the timer", func() bool { return clock.pending() == 1 || l.Err() != nil })
	if err := l.Err(); err != nil {
		t.Fatalf("ended too early: %v", err)
	}
}

// eventFrame is a frame as the switch sends it.
func eventFrame(body string) string {
	return fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-json\n\n%s", len(body), body)
}

// beat is a small event with a number.
func beat(n int) string {
	return eventFrame(fmt.Sprintf(`{"Event-Name":"HEARTBEAT","Session-Count":"%d"}`, n))
}

func replyFrame(text string) string {
	return "Content-Type: command/reply\nReply-Text: " + text + "\n\n"
}

func apiFrame(body string) string {
	return fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(body), body)
}

// drain reads to the end.
func drain(l *Link) ([]freeswitch.Event, error) {
	var events []freeswitch.Event
	for {
		ev, err := l.Read()
		if err != nil {
			return events, err
		}
		events = append(events, ev)
	}
}

// beats reads n numbered events, in order.
func beats(t testing.TB, l *Link, n int) {
	t.Helper()
	for i := range n {
		ev, err := l.Read()
		if err != nil || ev.Int("Session-Count") != i {
			t.Fatalf("event %d: %v, %v", i, ev, err)
		}
	}
}

// overTCP is a link over a real socket.
func overTCP(t testing.TB) (*Link, *peer) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	peers := make(chan *peer, 1)
	go func() {
		defer close(peers)
		if conn, err := listener.Accept(); err == nil {
			p := newPeer(conn)
			_ = p.welcome()
			peers <- p
		}
	}()
	l, err := Connect(context.Background(), Config{
		Addr: listener.Addr().String(), Clock: newManual(), Keep: freeswitch.Headers(),
	})
	_ = listener.Close()
	p := <-peers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(); _ = p.Close() })
	return l, p
}
