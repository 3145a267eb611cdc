package xmlrpc

import "time"

// Idle reports that nothing is queued, being asked, being sent or replied to,
// and that no timer has fired which is still to be noticed. Originates that
// wait for the switch's reply, and timers, do not count.
func (s *Switch) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for _, limit := range s.dials {
		if !limit.IsZero() && !now.Before(limit) {
			return false
		}
	}
	return now.Before(s.wakes) && s.queue.len() == 0 && s.busy == 0 && s.moving.Load() == 0
}

// Undelivered is how many events, or batches, nobody has fetched.
func (s *Switch) Undelivered() int { return s.outbox.Len() }

// Every is how long the adapter waits from a list of so many bytes to the next.
func (s *Switch) Every(size int) time.Duration { return s.every(size) }

// Decode is decode.
var Decode = decode

// Bounds of the adapter.
const (
	DialSlots  = dialSlots
	Lanes      = lanes
	ShortReply = shortReply
)
