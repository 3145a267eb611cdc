package xmlrpc_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/leaks"
	"github.com/outdial/outdial/ports"
)

// TestMain checks that no test leaves a goroutine behind.
func TestMain(m *testing.M) { leaks.Main(m) }

// patience is how long a test waits for a socket or a goroutine.
const patience = 2 * time.Minute

// bench is an adapter at a double, with its clock and what it has told.
type bench struct {
	*xmlrpc.Switch
	t     testing.TB
	d     *double
	clock *fakeswitch.Clock
	told  []ports.Event
}

func config(d *double) xmlrpc.Config {
	return xmlrpc.Config{
		URL: d.URL + "/RPC2", Username: "fsadmin", Password: "a-password", Gateways: []string{"trunk"},
	}
}

// newBench returns an adapter that has reached its double.
func newBench(t testing.TB, with ...func(*xmlrpc.Config)) *bench {
	t.Helper()
	b := openBench(t, newDouble(t), with...)
	b.rest()
	if !b.Stats().Connected {
		t.Fatal("the adapter does not reach the double")
	}
	return b
}

func openBench(t testing.TB, d *double, with ...func(*xmlrpc.Config)) *bench {
	t.Helper()
	b := &bench{t: t, d: d, clock: fakeswitch.NewClock(time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC))}
	cfg := config(d)
	cfg.Clock = b.clock
	for _, w := range with {
		w(&cfg)
	}
	sw, err := xmlrpc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.Switch = sw
	t.Cleanup(func() { _ = sw.Close() })
	return b
}

// rest waits until the adapter has nothing to do but to wait, and takes what it
// has told.
func (b *bench) rest() {
	b.t.Helper()
	b.until("the adapter comes to rest", func() bool { return b.Idle() && b.Undelivered() == 0 })
}

// until waits for something that needs no time to pass.
func (b *bench) until(what string, cond func() bool) {
	b.t.Helper()
	for since := time.Now(); ; runtime.Gosched() {
		b.hear()
		if cond() {
			b.hear()
			return
		}
		if time.Since(since) > patience {
			b.t.Fatalf("it does not happen that %s; told: %s", what, b.story(ports.ID{}))
		}
	}
}

func (b *bench) hear() {
	select {
	case evs := <-b.Events():
		b.told = append(b.told, evs...)
	default:
	}
}

// pass lets time pass, and the adapter come to rest at each timer.
func (b *bench) pass(d time.Duration) {
	b.t.Helper()
	b.rest()
	until := b.clock.Now().Add(d)
	for next := b.clock.Next(); !next.IsZero() && !next.After(until); next = b.clock.Next() {
		b.clock.Advance(next)
		b.rest()
	}
	b.clock.Advance(until)
	b.rest()
}

// replied waits until no originate is under way, and all is at rest.
func (b *bench) replied() {
	b.t.Helper()
	b.until("originates end", func() bool { return b.Stats().Dialling == 0 })
	b.rest()
}

// story says what was told of a call, or of the switch.
func (b *bench) story(call ports.ID) string {
	var parts []string
	for _, ev := range b.told {
		if ev.Call != call {
			continue
		}
		s := names[ev.Kind]
		switch {
		case ev.Kind == ports.Stage:
			s += fmt.Sprintf("(%d)", ev.Stage)
		case ev.Cause != "":
			s += "(" + ev.Cause + ")"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func (b *bench) want(call ports.ID, story string) {
	b.t.Helper()
	if got := b.story(call); got != story {
		b.t.Errorf("told: %q, want %q", got, story)
	}
}

var names = map[ports.EventKind]string{
	ports.Accepted: "Accepted", ports.Refused: "Refused", ports.AgentUp: "AgentUp", ports.Progress: "Progress",
	ports.Answered: "Answered", ports.Screened: "Screened", ports.Attached: "Attached", ports.Unserved: "Unserved",
	ports.Stage: "Stage", ports.Ended: "Ended", ports.Down: "Down", ports.Up: "Up",
}

// id is the nth call's.
func id(n int) ports.ID { return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, n)) }

func dial(n int) ports.Dial {
	return ports.Dial{
		Call: id(n), Shape: attempt.ContactFirst, Address: "+4930123456", CallerID: "+493099", RingTimeout: 30 * time.Second,
	}
}

// place places the nth call.
func (b *bench) place(n int) ports.ID {
	b.t.Helper()
	if err := b.Originate(dial(n)); err != nil {
		b.t.Fatalf("Originate: %v", err)
	}
	return id(n)
}

// answered places the nth call, which is answered.
func (b *bench) answered(n int) ports.ID {
	b.t.Helper()
	b.d.does("originate", func(args string) answer { return answer{text: "+OK " + legOf(args) + "\n"} })
	call := b.place(n)
	b.replied()
	b.want(call, "Accepted Answered")
	return call
}

// legOf is the channel that an originate names first.
func legOf(args string) string {
	_, rest, _ := strings.Cut(args, "origination_uuid=")
	return rest[:36]
}

// list is what show channels prints for channels "id state".
func list(channels ...string) string {
	rows := make([]string, 0, len(channels))
	for _, c := range channels {
		id, state, _ := strings.Cut(c, " ")
		rows = append(rows, fmt.Sprintf(`{"uuid":%q,"callstate":%q}`, id, state))
	}
	return fmt.Sprintf(`{"row_count":%d,"rows":[%s]}`, len(rows), strings.Join(rows, ","))
}

// dumps answers uuid_dump for channels: id → further headers, as JSON members.
func (d *double) dumps(channels map[string]string) {
	d.does("uuid_dump", func(args string) answer {
		id := strings.TrimSuffix(args, " json")
		more, alive := channels[id]
		if !alive {
			return answer{text: "-ERR No such channel!\n"}
		}
		return answer{text: fmt.Sprintf(`{"Event-Name":"CHANNEL_DATA","Unique-ID":%q%s}`, id, more)}
	})
}

// asks reports whether the double was asked for exactly that.
func (b *bench) asks(what string) bool {
	b.d.mu.Lock()
	defer b.d.mu.Unlock()
	return slices.Contains(b.d.asked, what)
}
