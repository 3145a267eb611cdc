package simulated

import "github.com/outdial/outdial/ports"

// heldNews is an event that is told late.
type heldNews struct {
	to    *Switch
	event ports.Event
}

// tell lets the owner of a call hear of it, as well as the faults allow.
func (w *World) tell(i uint32, e ports.Event) {
	k := &w.calls[i]
	e.Call = k.id
	e.At = stamp(w.now)
	if w.faulty {
		w.mistell(k, e)
		return
	}
	k.owner.hear(e)
}

// hear takes an event to the connection. While it is down only ends are kept:
// they are what the switch's list of calls tells afterwards.
func (s *Switch) hear(e ports.Event) {
	switch {
	case s.closed:
	case !s.down:
		s.news = append(s.news, e)
		s.rouse()
	case e.Kind == ports.Ended || e.Kind == ports.Refused:
		s.missed = append(s.missed, e)
	}
}

// rouse wakes the feeder, under Run.
func (s *Switch) rouse() {
	if s.w.live == nil {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Poll implements [ports.Poller]. It returns the events at hand, oldest first,
// and never blocks. The slice is the caller's until the next Poll.
func (s *Switch) Poll() []ports.Event {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if len(s.news) == 0 {
		return nil
	}
	told := s.news
	s.news, s.spare = s.spare[:0], told
	return told
}

// Events implements [ports.Telephony]. The channel is fed by [World.Run] only;
// the slices are the receiver's.
func (s *Switch) Events() <-chan []ports.Event { return s.out }

// Down loses the connection: a Down event, and after it nothing, until Up.
// Calls go on.
func (s *Switch) Down(cause string) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.hear(ports.Event{Kind: ports.Down, At: stamp(s.w.present()), Cause: cause})
	s.down = true
}

// Up restores the connection: an Up event, and then the ends of calls that
// nobody could tell it of.
func (s *Switch) Up() {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if !s.down || s.closed {
		return
	}
	s.down = false
	s.hear(ports.Event{Kind: ports.Up, At: stamp(s.w.present())})
	for _, e := range s.missed {
		s.hear(e)
	}
	s.missed = s.missed[:0]
}

// Close is the death of the worker that has the connection. Its calls live on,
// and nobody hears of them until another connection adopts them.
func (s *Switch) Close() {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	close(s.gone)
	s.news, s.spare, s.missed = nil, nil, nil
	s.w.conns = without(s.w.conns, s)
}

func without(all []*Switch, s *Switch) []*Switch {
	kept := make([]*Switch, 0, len(all))
	for _, x := range all {
		if x != s {
			kept = append(kept, x)
		}
	}
	return kept
}
