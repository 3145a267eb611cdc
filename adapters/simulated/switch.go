package simulated

import (
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Switch is one worker's connection to the carrier. Events of a call come to
// the connection that placed it, or to the one that adopted it last.
type Switch struct {
	w      *World
	out    chan []ports.Event
	news   []ports.Event
	spare  []ports.Event
	missed []ports.Event // ends of calls while it was down
	down   bool
	closed bool

	fed  bool          // it has a feeder, see feed.go
	wake chan struct{} // which is woken by this
	gone chan struct{} // closed when the connection is
}

var (
	_ ports.Telephony = (*Switch)(nil)
	_ ports.Poller    = (*Switch)(nil)
)

// Connect makes a new connection.
func (w *World) Connect() *Switch {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &Switch{w: w, out: make(chan []ports.Event, 1), wake: make(chan struct{}, 1), gone: make(chan struct{})}
	w.conns = append(w.conns, s)
	w.rouse()
	return s
}

// Originate implements [ports.Telephony]. An id that the carrier has had before
// is refused, and a violation.
func (s *Switch) Originate(d ports.Dial) error {
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.present()
	if err := s.away(); err != nil {
		return err
	}
	if w.known(&d) {
		s.hear(ports.Event{Kind: ports.Refused, Call: d.Call, At: stamp(w.now), Cause: endings[attempt.OutcomeRefused].cause})
		return nil
	}
	c := luck(w.cfg.Seed, d.Call)
	if w.busy(c) {
		return fmt.Errorf("simulated: %w", ports.ErrBusy)
	}
	p := w.plan(&d, c)
	w.taken(&d)
	if p.Outcome == attempt.OutcomeUnknown {
		return nil
	}
	s.place(&d, c, &p)
	return nil
}

// place gives the call to the carrier.
func (s *Switch) place(d *ports.Dial, c chance, p *Plan) {
	w := s.w
	i := w.open(d, s, c, p)
	k := &w.calls[i]
	if d.Shape == attempt.AgentFirst {
		k.agent = w.roster.find(d.Agent.Agent)
	}
	switch {
	case p.Ghost:
		w.plot(i, phaseSurface, w.now+int64(p.Surface))
		return
	case p.Outcome == attempt.OutcomeRefused:
		w.load.opened()
		w.refuse(i, p.Cause)
		return
	}
	w.load.opened()
	w.tell(i, ports.Event{Kind: ports.Accepted})
	w.witness(i, Started)
	w.begin(i)
}

// Attach implements [ports.Telephony]. It works once the contact has answered;
// a call that is attached or being attached goes on as it is.
func (s *Switch) Attach(id ports.ID, to ports.Target) error {
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.present()
	if err := s.away(); err != nil {
		return err
	}
	i, k := w.find(id)
	if k == nil || k.stage != ports.StageAnswered || k.phase == phaseAttach {
		return nil
	}
	k.agent = w.roster.find(to.Agent)
	w.plot(i, phaseAttach, min(w.now+int64(k.plan.Attach), k.giveUp))
	return nil
}

// Play implements [ports.Telephony]. The contact listens, or not; no event tells.
func (s *Switch) Play(id ports.ID, _ string) error {
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.present()
	if err := s.away(); err != nil {
		return err
	}
	if i, k := w.find(id); k != nil {
		w.witness(i, Played)
	}
	return nil
}

// Hangup implements [ports.Telephony].
func (s *Switch) Hangup(id ports.ID, cause string) error {
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.present()
	if err := s.away(); err != nil {
		return err
	}
	if i, k := w.find(id); k != nil {
		sip := 200
		if k.answered == 0 {
			sip = cancelled
		}
		w.end(i, cause, sip)
	}
	return nil
}

// Adopt implements [ports.Telephony].
func (s *Switch) Adopt(ids []ports.ID) error {
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.present()
	if err := s.away(); err != nil {
		return err
	}
	for _, id := range ids {
		if i := w.byID[id]; i != 0 {
			w.calls[i].owner = s
		}
		i, k := w.find(id)
		if k == nil {
			w.tellAbsent(s, id)
			continue
		}
		w.tell(i, ports.Event{Kind: ports.Stage, Stage: k.stage})
	}
	return nil
}

// Limits implements [ports.Telephony].
func (s *Switch) Limits() ports.Limits { return s.w.cfg.Limits }

// away is the error of commands that can't be sent.
func (s *Switch) away() error {
	if s.down || s.closed {
		return fmt.Errorf("simulated: %w", ports.ErrUnavailable)
	}
	return nil
}
