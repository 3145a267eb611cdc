package xmlrpc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// Switch is a FreeSWITCH over its XML-RPC interface.
type Switch struct {
	cfg    Config
	site   *freeswitch.Site
	door   door
	clock  ports.Clock
	outbox *freeswitch.Outbox
	ctx    context.Context
	cancel context.CancelFunc
	parts  sync.WaitGroup
	done   chan struct{} // closed when run has ended
	ready  chan struct{} // closed when first connected
	lost   chan error    // why the present session is over

	long, short *http.Client  // for originates; for the rest
	slots       chan struct{} // holds one for each originate under way
	moving      atomic.Int64  // originates that do not just wait for a slot or a reply

	mu       sync.Mutex
	wake     sync.Cond // something is queued, or the switch is closed
	book     *freeswitch.Book
	queue    queue
	up       bool
	toldDown bool
	overload freeswitch.Overload
	busy     int                    // short commands being sent or answered
	dials    map[ports.ID]time.Time // originates under way by the leg they name, and their time limits
	raises   int                    // those that are agents' legs for contacts
	strays   map[ports.ID]time.Time // agents' legs that may still surface, and until when
	wakes    time.Time              // when run wakes; zero: it is awake
	heard    time.Time              // when the switch last answered
	listing  bool                   // a list is queued or under way
	size     int                    // of the last list, in bytes
	stats    Stats
}

var (
	_ ports.Telephony    = (*Switch)(nil)
	_ ports.SpecChecker  = (*Switch)(nil)
	_ ports.DefaultTrunk = (*Switch)(nil)
)

// New returns a switch and goes on asking for it until Close. It fails only if
// the configuration is bad: a switch that is away is told by events. Use
// [Switch.Ready] to wait for it.
func New(cfg Config) (*Switch, error) {
	cfg = cfg.withDefaults()
	owner := uuid.NewString()
	site, err := cfg.site(owner)
	if err != nil {
		return nil, err
	}
	door, err := cfg.door()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Switch{
		cfg: cfg, site: site, door: door, clock: cfg.Clock, outbox: freeswitch.NewOutbox(),
		ctx: ctx, cancel: cancel, done: make(chan struct{}), ready: make(chan struct{}), lost: make(chan error, 1),
		long: newClient(&cfg, dialSlots), short: newClient(&cfg, lanes), slots: make(chan struct{}, dialSlots),
		book:  freeswitch.NewBook(owner, false, cfg.GhostHorizon, cfg.Clock.Now),
		dials: map[ports.ID]time.Time{}, strays: map[ports.ID]time.Time{},
	}
	s.wake.L = &s.mu
	for range lanes {
		s.parts.Go(s.lane)
	}
	go s.run()
	return s, nil
}

// Ready waits until the switch has been reached for the first time.
func (s *Switch) Ready(ctx context.Context) error {
	select {
	case <-s.ready:
		return nil
	case <-s.done:
		return fmt.Errorf("%w: closed", ports.ErrUnavailable)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the connections. Calls live on.
func (s *Switch) Close() error {
	s.mu.Lock()
	s.up = false
	s.cancel()
	s.wake.Broadcast()
	s.mu.Unlock()
	s.parts.Wait()
	<-s.done
	s.long.CloseIdleConnections()
	s.short.CloseIdleConnections()
	s.outbox.Close()
	return nil
}

// Events implements [ports.Telephony].
func (s *Switch) Events() <-chan []ports.Event { return s.outbox.Events() }

// Originate implements [ports.Telephony]. What cannot be said to the switch is
// refused with an error that names the field ([ports.ErrBusy] and
// [ports.ErrUnavailable] aside).
func (s *Switch) Originate(d ports.Dial) error {
	build, up := s.site.Originate, d.Call
	if d.Shape == attempt.AgentFirst {
		build, up = s.site.OriginateKept, freeswitch.AgentLegID(d.Call)
	}
	args, err := build(d)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up {
		return ports.ErrUnavailable
	}
	if s.book.Has(d.Call) || s.dialling(d.Call) || s.overload.Paused(s.clock.Now()) || !s.take() {
		return ports.ErrBusy
	}
	s.book.Place(d, true)
	s.stats.Originates++
	s.start(&originate{call: d.Call, leg: d.Call, up: up, args: args, ring: d.RingTimeout}, s.dial)
	return nil
}

// DefaultTrunk implements [ports.DefaultTrunk].
func (s *Switch) DefaultTrunk() string { return s.site.DefaultTrunk() }

// CheckSpec implements [ports.SpecChecker]. Screening is refused: what mod_avmd
// hears it tells by events only.
func (s *Switch) CheckSpec(spec *campaign.Spec) error {
	plain := *spec
	plain.Screening = false // the site's own word on it would be the second
	err := s.site.CheckSpec(&plain)
	if !spec.Screening {
		return err
	}
	var invalid *campaign.InvalidError
	if !errors.As(err, &invalid) {
		invalid = &campaign.InvalidError{What: "campaign spec"}
	}
	invalid.Faults = append(invalid.Faults, campaign.Fault{
		Field: "Screening", Value: true, Want: "false: over XML-RPC there is no screening",
	})
	return invalid
}

// Attach implements [ports.Telephony].
func (s *Switch) Attach(call ports.ID, to ports.Target) error {
	return s.with(func() error {
		if err := s.site.CheckTarget(call, to); err != nil {
			return err
		}
		s.book.Attach(call, to)
		return nil
	})
}

// Play implements [ports.Telephony]: the contact hears the file.
func (s *Switch) Play(call ports.ID, file string) error {
	return s.with(func() error {
		args, err := s.site.Play(call, file)
		if err != nil {
			return err
		}
		s.push(&s.queue.urgent, &command{api: "uuid_broadcast", args: args})
		return nil
	})
}

// Hangup implements [ports.Telephony].
func (s *Switch) Hangup(call ports.ID, cause string) error {
	return s.with(func() error {
		if _, err := freeswitch.Kill(call, cause); err != nil {
			return err
		}
		s.book.Hangup(call, cause)
		return nil
	})
}

// Adopt implements [ports.Telephony].
func (s *Switch) Adopt(calls []ports.ID) error {
	return s.with(func() error {
		for _, id := range calls {
			s.book.Adopt(id)
		}
		return nil
	})
}

// Limits implements [ports.Telephony]: as many calls may ring as there are slots
// for originates, less those that agents' legs have.
func (s *Switch) Limits() ports.Limits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ports.Limits{
		Ringing: max(1, dialSlots-s.raises), PerSecond: s.cfg.PerSecond, GhostHorizon: s.cfg.GhostHorizon,
	}
}

// with does something with the book while the switch can be reached.
func (s *Switch) with(f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up {
		return ports.ErrUnavailable
	}
	if err := f(); err != nil {
		return err
	}
	s.settle()
	return nil
}

// Stats says what has passed through a connection.
type Stats struct {
	// Connected says whether the switch can be reached now.
	Connected bool
	// Connects is how often it has been reached.
	Connects int
	// Calls is how many calls are looked after now; Dialling is how many
	// originates are under way, agents' legs included.
	Calls, Dialling int
	// Originates, Commands and Lists are how many have been sent: calls;
	// everything but originates; lists of channels that could be read.
	Originates, Commands, Lists int
	// Unknown is how many originates had no reply that tells what became of them.
	Unknown int
	// Malformed is how many other replies could not be read, and Bytes what all
	// others amount to.
	Malformed, Bytes int64
}

// Stats returns figures for the operator's monitoring.
func (s *Switch) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Connected, st.Calls, st.Dialling = s.up, s.book.Len(), len(s.dials)
	return st
}
