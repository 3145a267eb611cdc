package xmlrpc

import (
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

const (
	// lag is how old the switch's list of channels may be; 0.3 s was measured.
	lag = 2 * time.Second
	// listRate is how many bytes of lists are fetched in a second at most, as
	// long as that makes them no rarer than slowest. A channel is 1.1 kB.
	listRate = 256 << 10
	slowest  = 5 * time.Second
	// idlePolls is after how many polls without calls the switch is asked
	// whether it is there.
	idlePolls = 10
)

// every is the time from one list of so many bytes to the next.
func (s *Switch) every(size int) time.Duration {
	d := time.Duration(size) * time.Second / listRate
	return max(s.cfg.Poll, min(d, slowest))
}

// poll asks what there is to ask.
func (s *Switch) poll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	doubts, strays := s.book.Doubts(), s.haunted(now)
	switch {
	case !s.up:
	case s.book.Len() > 0 || doubts || strays:
		s.ask(lag)
	default:
		s.size = 0 // the next list is wanted as soon as there are calls
		if now.Sub(s.heard) >= idlePolls*s.cfg.Poll {
			s.heard = now
			s.push(&s.queue.lists, &command{api: "status"})
		}
	}
}

// haunted reports whether some agent's leg may still surface.
func (s *Switch) haunted(now time.Time) bool {
	for id, until := range s.strays {
		if !now.Before(until) {
			delete(s.strays, id)
		}
	}
	return len(s.strays) > 0
}

// ask queues a list of the channels, unless one is on its way.
func (s *Switch) ask(lag time.Duration) {
	if s.listing || !s.up {
		return
	}
	s.listing = true
	c := listing()
	c.done = func(reply string, err error) {
		s.listing = false
		if err != nil && !unclear(err) {
			return
		}
		channels, err := freeswitch.ParseChannels(reply)
		if err != nil {
			// One bad name on somebody's call spoils the list. Without it
			// each call is looked at by itself.
			s.stats.Malformed++
			s.unlisted(lag)
			return
		}
		s.size = len(reply)
		s.listed(channels, lag)
	}
	s.push(&s.queue.lists, c)
}

// unlisted does without a list. What might surface is asked for by itself, and
// hung up unseen where that is all there is to do with it.
func (s *Switch) unlisted(lag time.Duration) {
	s.book.List(nil, lag)
	s.book.LookForDoubts()
	for id := range s.strays {
		s.kill(id, ports.NormalClearing)
	}
}

func listing() *command { return &command{api: "show", args: "channels as json", long: true} }

// listed takes a list of the channels. An agent's leg that nobody waits for
// any more is hung up.
func (s *Switch) listed(channels []freeswitch.Channel, lag time.Duration) {
	s.stats.Lists++
	for _, c := range channels {
		if _, stray := s.strays[c.ID]; stray {
			s.kill(c.ID, ports.NormalClearing)
		}
	}
	s.book.List(channels, lag)
}
