package ops

import (
	"sync"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Switch is a switch whose commands and events are counted, and timed where
// that says something: commands queue and return, so what is timed is how long
// the switch takes to say that it has a call. Close it after use.
type Switch struct {
	inner  ports.Telephony
	m      *Metrics
	events chan []ports.Event
	stop   chan struct{}
	once   sync.Once
	passed sync.WaitGroup

	mu   sync.Mutex
	sent map[ports.ID]time.Time // originates that nothing was heard of yet
}

var (
	_ ports.Telephony    = (*Switch)(nil)
	_ ports.SpecChecker  = (*Switch)(nil)
	_ ports.DefaultTrunk = (*Switch)(nil)
)

// forgetAfter and forgetAt keep calls from piling up of which the switch never says a word.
const (
	forgetAfter = time.Minute
	forgetAt    = 10_000
)

// Switch wraps a switch. Its events come through the wrapper from now on.
func (m *Metrics) Switch(inner ports.Telephony) *Switch {
	s := &Switch{inner: inner, m: m, events: make(chan []ports.Event, 1), stop: make(chan struct{}), sent: map[ports.ID]time.Time{}}
	s.passed.Go(s.pass)
	return s
}

// Close stops passing events on. It does not close the switch behind it.
func (s *Switch) Close() {
	s.once.Do(func() { close(s.stop) })
	s.passed.Wait()
}

// pass hands events on, in their order.
func (s *Switch) pass() {
	for {
		select {
		case <-s.stop:
			return
		case batch, open := <-s.inner.Events():
			if !open {
				close(s.events)
				return
			}
			s.heard(batch)
			select {
			case s.events <- batch:
			case <-s.stop:
				return
			}
		}
	}
}

var kinds = map[ports.EventKind]string{
	ports.Accepted: "accepted", ports.Refused: "refused", ports.AgentUp: "agent_up", ports.Progress: "progress",
	ports.Answered: "answered", ports.Screened: "screened", ports.Attached: "attached", ports.Unserved: "unserved",
	ports.Stage: "stage", ports.Ended: "ended", ports.Down: "down", ports.Up: "up",
}

func (s *Switch) heard(batch []ports.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range batch {
		ev := &batch[i]
		s.m.events.WithLabelValues(kinds[ev.Kind]).Inc()
		switch ev.Kind {
		case ports.Accepted, ports.Refused:
			if at, ok := s.sent[ev.Call]; ok {
				s.m.acceptSeconds.WithLabelValues(kinds[ev.Kind]).Observe(time.Since(at).Seconds())
			}
			delete(s.sent, ev.Call)
		case ports.Ended:
			delete(s.sent, ev.Call)
		case ports.Down:
			clear(s.sent)
		}
	}
}

// Originate implements [ports.Telephony].
func (s *Switch) Originate(d ports.Dial) error {
	s.placing(d.Call)
	err := s.count("originate", s.inner.Originate(d))
	if err != nil {
		s.mu.Lock()
		delete(s.sent, d.Call)
		s.mu.Unlock()
	}
	return err
}

// placing notes the time before the call is placed: the switch may be quick.
func (s *Switch) placing(call ports.ID) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) >= forgetAt {
		for id, at := range s.sent {
			if now.Sub(at) > forgetAfter {
				delete(s.sent, id)
			}
		}
	}
	s.sent[call] = now
}

// Attach implements [ports.Telephony].
func (s *Switch) Attach(call ports.ID, to ports.Target) error {
	return s.count("attach", s.inner.Attach(call, to))
}

// Play implements [ports.Telephony].
func (s *Switch) Play(call ports.ID, file string) error {
	return s.count("play", s.inner.Play(call, file))
}

// Hangup implements [ports.Telephony].
func (s *Switch) Hangup(call ports.ID, cause string) error {
	return s.count("hangup", s.inner.Hangup(call, cause))
}

// Adopt implements [ports.Telephony].
func (s *Switch) Adopt(calls []ports.ID) error { return s.count("adopt", s.inner.Adopt(calls)) }

func (s *Switch) count(command string, err error) error {
	s.m.commands.WithLabelValues(command, result(err)).Inc()
	return err
}

// Events implements [ports.Telephony].
func (s *Switch) Events() <-chan []ports.Event { return s.events }

// Limits implements [ports.Telephony].
func (s *Switch) Limits() ports.Limits { return s.inner.Limits() }

// CheckSpec implements [ports.SpecChecker]: a switch that cannot check accepts.
func (s *Switch) CheckSpec(spec *campaign.Spec) error {
	if c, ok := s.inner.(ports.SpecChecker); ok {
		return c.CheckSpec(spec)
	}
	return nil
}

// DefaultTrunk implements [ports.DefaultTrunk]: empty where the switch names none.
func (s *Switch) DefaultTrunk() string {
	if t, ok := s.inner.(ports.DefaultTrunk); ok {
		return t.DefaultTrunk()
	}
	return ""
}
