package esl

// Idle reports whether nothing is under way but the wait for the switch or for
// the clock.
func (s *Switch) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connecting {
		return false
	}
	if !s.up {
		return true
	}
	st := s.events.Stats()
	return s.queue.len() == 0 && s.busy == 0 && st.FramesIn == st.EventsOut && st.EventsOut == s.heard
}

// Undelivered is how many events, or batches, nobody has fetched.
func (s *Switch) Undelivered() int { return s.outbox.Len() }
