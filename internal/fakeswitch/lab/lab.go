// Package lab joins a FreeSWITCH adapter to the double over real sockets and
// moves their common clock by hand: after each step it waits until both have
// come to rest. It serves the conformance suite ([Lab] is a
// telephonytest.Lab) and whole campaigns under outdial.Drive ([Lab] is an
// outdial.World).
//
// Over sockets the bytes of a run are not the same each time: what a test can
// hold against it are invariants.
package lab

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/telephonytest"
)

// Adapter is one under test.
type Adapter interface {
	ports.Telephony
	Close() error
	// Ready waits until the switch has been reached.
	Ready(ctx context.Context) error
	// Idle reports whether the adapter has nothing under way but the wait for
	// the switch or for the clock.
	Idle() bool
	// Undelivered is how many events, or batches, nobody has fetched.
	Undelivered() int
}

// Site is where an adapter finds the double.
type Site struct {
	ESL, XMLRPC string // host:port
	Clock       ports.Clock
	// Dial makes the adapter's connections; the lab watches them.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Lab is a double, the adapters that are connected to it, and their clock.
type Lab struct {
	Clock  *fakeswitch.Clock
	Switch *fakeswitch.Switch

	t    testing.TB
	open func(Site) (Adapter, error)
	wire *wire
	site Site

	mu      sync.Mutex
	fars    map[string]telephonytest.Far
	lines   []*Line
	stalled bool
	// Watch, if set, is called after every Advance: what must always hold can be
	// checked there, and a drive's context ended.
	Watch func()
}

// Start is when every lab begins.
var Start = time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC)

// Down is a gateway that is never up; [Trunk] is one that is.
const (
	Down  = "down"
	Trunk = "trunk"
	// Password of the double's event socket, and of its user fsadmin.
	Password = "a-password-of-the-lab"
)

// New starts a double. Open connects an adapter to it.
func New(t testing.TB, cfg fakeswitch.Config, open func(Site) (Adapter, error)) *Lab {
	t.Helper()
	l := &Lab{
		Clock: fakeswitch.NewClock(Start), t: t, open: open, wire: newWire(),
		fars: map[string]telephonytest.Far{},
	}
	cfg.Clock, cfg.Password = l.Clock, Password
	cfg.Users = map[string]string{"fsadmin": Password}
	cfg.Gateways, cfg.DownGateways = []string{Trunk}, []string{Down}
	if cfg.Far == nil {
		cfg.Far = func(_, number string) fakeswitch.Far { return l.far(number) }
	}
	if cfg.User == nil {
		cfg.User = l.far
	}
	l.Switch = fakeswitch.New(cfg)
	l.site = Site{
		ESL: l.listen(l.Switch.ServeESL, false), XMLRPC: l.listen(l.Switch.ServeXMLRPC, true), Clock: l.Clock,
	}
	t.Cleanup(l.close)
	return l
}

// listen serves on a port of its own and returns its address.
func (l *Lab) listen(serve func(net.Listener) error, busy bool) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		l.t.Fatal(err)
	}
	go func() { _ = serve(l.wire.listener(ln, busy)) }() // ends with the double
	return ln.Addr().String()
}

func (l *Lab) close() {
	for _, line := range l.lines {
		_ = line.Close()
	}
	_ = l.Switch.Close()
}

// Connect opens an adapter and waits until it has reached the double.
func (l *Lab) Connect() ports.Telephony { return l.Open() }

// Open is Connect.
func (l *Lab) Open() *Line {
	l.t.Helper()
	line := &Line{lab: l}
	site := l.site
	site.Dial = line.dial
	a, err := l.open(site)
	if err != nil {
		l.t.Fatal(err)
	}
	line.Adapter = a
	l.mu.Lock()
	l.lines = append(l.lines, line)
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.Ready(ctx); err != nil {
		l.t.Fatalf("the adapter does not reach the double: %v", err)
	}
	l.Rest()
	return line
}

// far is what the double does for a number, or a user, that the suite has asked for.
func (l *Lab) far(name string) fakeswitch.Far {
	l.mu.Lock()
	defer l.mu.Unlock()
	far, ok := l.fars[name]
	if !ok {
		return fakeswitch.Far{SIP: 404}
	}
	if far.ReplyLost {
		l.wire.cut(nil)
	}
	f := fakeswitch.Far{Delay: 100 * time.Millisecond, Ring: far.Ring, SIP: responses[far.Outcome], Talk: far.Talk}
	if far.Outcome == attempt.OutcomeNoAnswer {
		f.Ring = 1000 * time.Hour
	}
	return f
}

// responses are the carrier's final SIP responses.
var responses = map[attempt.Outcome]int{
	attempt.OutcomeAnswered:      200,
	attempt.OutcomeBusy:          486,
	attempt.OutcomeRejected:      603,
	attempt.OutcomeInvalidNumber: 404,
	attempt.OutcomeCongestion:    503,
	attempt.OutcomeFailed:        488,
}

// Number implements telephonytest.Lab. A machine is a person to a switch
// without screening. A reply is lost with all connections, which break when the
// call arrives.
func (l *Lab) Number(far telephonytest.Far) string {
	_, known := responses[far.Outcome]
	switch {
	case far.Outcome == attempt.OutcomeRefused:
		return "sofia/gateway/" + Down + "/" + l.name(far)
	case !known && far.Outcome != attempt.OutcomeNoAnswer:
		return ""
	}
	return l.name(far)
}

func (l *Lab) name(far telephonytest.Far) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := fmt.Sprintf("%d", 20000+len(l.fars))
	l.fars[name] = far
	return name
}

// Agent implements telephonytest.Lab: a directory user whose phone does so.
func (l *Lab) Agent(far telephonytest.Far) ports.Target {
	if far.Ring == 0 {
		far.Ring = time.Second / 2
	}
	return ports.Target{Agent: "user/" + l.name(far)}
}

// Arrived implements telephonytest.Counter.
func (l *Lab) Arrived(number string) int {
	return l.Switch.Arrived(number[strings.LastIndex(number, "/")+1:])
}

// Line is an adapter connected to the double. It is a ports.Poller.
type Line struct {
	Adapter
	lab *Lab

	mu    sync.Mutex
	cut   bool
	calls int // dials under way
}

// Poll implements ports.Poller: what has been told once all is at rest.
func (line *Line) Poll() []ports.Event {
	line.lab.Rest()
	var told []ports.Event
	for line.Undelivered() > 0 {
		select {
		case batch := <-line.Events():
			told = append(told, batch...)
		default:
			pause() // its deliverer is about to offer, or to learn that it was taken
		}
	}
	return told
}

// Close ends the adapter; the lab waits for it no more.
func (line *Line) Close() error {
	l := line.lab
	l.mu.Lock()
	l.lines = slices.DeleteFunc(slices.Clone(l.lines), func(other *Line) bool { return other == line })
	l.mu.Unlock()
	return line.Adapter.Close()
}

// Unwrap returns the adapter behind a connection that [Lab.Connect] returned.
func Unwrap(t ports.Telephony) Adapter { return t.(*Line).Adapter }

// Cut implements telephonytest.Breaker: the adapter's connections break, and no
// new ones can be made.
func (l *Lab) Cut(t ports.Telephony) {
	line := t.(*Line)
	line.mu.Lock()
	line.cut = true
	line.mu.Unlock()
	l.wire.cut(line)
}

// Mend implements telephonytest.Breaker.
func (l *Lab) Mend(t ports.Telephony) {
	line := t.(*Line)
	line.mu.Lock()
	line.cut = false
	line.mu.Unlock()
}
