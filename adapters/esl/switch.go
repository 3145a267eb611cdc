package esl

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/esl/internal/guard"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// Switch is a FreeSWITCH over its event socket.
type Switch struct {
	cfg    Config
	site   *freeswitch.Site
	clock  ports.Clock
	outbox *freeswitch.Outbox
	cancel context.CancelFunc
	done   chan struct{}
	ready  chan struct{} // closed when first connected

	mu       sync.Mutex
	book     *freeswitch.Book
	queue    queue
	later    later
	up       bool
	toldDown bool
	capacity capacity
	core     string // the switch's Core-UUID
	listing  bool   // its channels have been asked for
	answered bool   // and have been told, in this session
	overload freeswitch.Overload
	busy     int // commands being sent, results being worked on
	commands *guard.Link
	events   *guard.Link
	heard    uint64 // events of the present link that are in the book
	// connecting says that the switch is being reached just now.
	connecting bool
	again      time.Time // when it is next tried or, once reached, audited
	stats      Stats
}

var (
	_ ports.Telephony    = (*Switch)(nil)
	_ ports.SpecChecker  = (*Switch)(nil)
	_ ports.DefaultTrunk = (*Switch)(nil)
)

// New returns a switch and goes on connecting to it until Close. It fails only
// if the configuration is bad: a switch that is away is told by events. Use
// [Switch.Ready] to wait for it.
func New(cfg Config) (*Switch, error) {
	cfg = cfg.withDefaults()
	owner := uuid.NewString()
	site, err := cfg.site(owner)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Switch{
		cfg: cfg, site: site, clock: cfg.Clock, outbox: freeswitch.NewOutbox(),
		cancel: cancel, done: make(chan struct{}), ready: make(chan struct{}),
		book: freeswitch.NewBook(owner, true, cfg.GhostHorizon, cfg.Clock.Now),
	}
	s.queue.wake = make(chan struct{}, 1)
	go s.run(ctx)
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
	s.cancel()
	<-s.done
	s.outbox.Close()
	return nil
}

// Events implements [ports.Telephony].
func (s *Switch) Events() <-chan []ports.Event { return s.outbox.Events() }

// Originate implements [ports.Telephony]. What cannot be said to the switch is
// refused with an error that names the field ([ports.ErrBusy] and
// [ports.ErrUnavailable] aside).
func (s *Switch) Originate(d ports.Dial) error {
	args, err := s.site.Originate(d)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up {
		return ports.ErrUnavailable
	}
	now := s.clock.Now()
	if s.book.Has(d.Call) || s.queue.full(now) || s.overload.Paused(now) {
		return ports.ErrBusy
	}
	s.book.Place(d, false)
	s.stats.Originates++
	s.push(command{line: "bgapi originate " + args, job: d.Call, dial: true, at: now})
	return nil
}

// DefaultTrunk implements [ports.DefaultTrunk].
func (s *Switch) DefaultTrunk() string { return s.site.DefaultTrunk() }

// CheckSpec implements [ports.SpecChecker].
func (s *Switch) CheckSpec(spec *campaign.Spec) error { return s.site.CheckSpec(spec) }

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
		s.push(command{line: "api uuid_broadcast " + args})
		return nil
	})
}

// Hangup implements [ports.Telephony].
func (s *Switch) Hangup(call ports.ID, cause string) error {
	return s.with(func() error {
		if _, err := freeswitch.Kill(call, cause); err != nil {
			return err
		}
		if s.queue.withdraw(call) {
			s.book.Withdraw(call, cause)
			return nil
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

// Limits implements [ports.Telephony]: what the switch's last heartbeat leaves.
func (s *Switch) Limits() ports.Limits {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := ports.Limits{PerSecond: s.cfg.PerSecond, GhostHorizon: s.cfg.GhostHorizon}
	if l.PerSecond == 0 {
		l.PerSecond = s.capacity.perSecond
	}
	if s.capacity.known {
		l.Ringing = max(1, s.book.Ringing()+s.capacity.left(s.book.Len()))
	}
	return l
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

// settle passes on what the book has to tell, and queues what it wants done.
func (s *Switch) settle() {
	for {
		told := s.book.Take()
		s.overload.Learn(s.clock.Now(), told)
		s.outbox.Put(told...)
		deeds := s.book.Deeds()
		if len(deeds) == 0 {
			return
		}
		for _, d := range deeds {
			s.pushDeed(d) // which may tell something more
		}
	}
}

// push queues a command.
func (s *Switch) push(c command) {
	s.queue.push(c)
	s.wakeUp()
}

// wakeUp makes whoever sends commands look what there is to do.
func (s *Switch) wakeUp() {
	select {
	case s.queue.wake <- struct{}{}:
	default:
	}
}

// Stats says what has passed through a connection.
type Stats struct {
	// Connected says whether the switch can be reached now.
	Connected bool
	// Connects is how often it has been reached.
	Connects int
	// Calls is how many calls are looked after now.
	Calls int
	// Originates and Commands are how many have been sent.
	Originates, Commands int
	// Events is how many came; Malformed how many of them, or of replies,
	// could not be read.
	Events, Malformed int64
}

// Stats returns figures for the operator's monitoring.
func (s *Switch) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Connected, st.Calls = s.up, s.book.Len()
	return st
}
