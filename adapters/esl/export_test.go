package esl

// Idle reports whether nothing is under way but the wait for the switch or for
// the clock.
func (s *Switch) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	waiting := s.later.commands
	switch {
	case s.connecting, !now.Before(s.again), len(waiting) > 0 && !now.Before(waiting[0].at):
		return false // or a timer has fired, and who waits for it has not woken yet
	case !s.up:
		return true
	}
	st := s.events.Stats()
	return s.queue.len() == 0 && s.busy == 0 && st.FramesIn == st.EventsOut && st.EventsOut == s.heard
}

// Undelivered is how many events, or batches, nobody has fetched.
func (s *Switch) Undelivered() int { return s.outbox.Len() }
