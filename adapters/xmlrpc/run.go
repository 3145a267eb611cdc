package xmlrpc

import (
	"errors"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// run keeps the switch watched.
func (s *Switch) run() {
	defer close(s.done)
	pause := freeswitch.Backoff{Min: 250 * time.Millisecond, Max: 15 * time.Second}
	for {
		begun := s.clock.Now()
		err := s.session()
		if s.clock.Now().Sub(begun) > pause.Max { // else it answers once and is away
			pause.Reset()
		}
		if s.ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		s.lose(err)
		s.mu.Unlock()
		wait := pause.Next()
		s.cfg.Logger.Warn("Failed to connect to campaign XML-RPC", "url", s.door.url, "error", err, "again_in", wait)
		if s.doze(wait) != nil {
			return
		}
	}
}

// doze waits. It returns early, and why, if the switch is lost or closed.
func (s *Switch) doze(d time.Duration) error {
	timer, due := s.clock.NewTimer(d)
	defer timer.Stop()
	s.mu.Lock()
	if len(s.lost) == 0 {
		s.wakes = s.clock.Now().Add(d)
	}
	s.mu.Unlock()
	select {
	case <-due:
		return nil
	case err := <-s.lost:
		return err
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// session is the time in which the switch can be reached; it returns why it
// ended.
func (s *Switch) session() error {
	channels, err := s.probe()
	if err != nil {
		return err
	}
	s.found(channels)
	s.cfg.Logger.Info("connected to campaign XML-RPC", "url", s.door.url)
	for {
		s.mu.Lock()
		wait := s.every(s.size)
		s.mu.Unlock()
		if err := s.doze(wait); err != nil {
			return err
		}
		s.poll()
	}
}

// errNoList: something answers, and does not say which channels there are.
var errNoList = errors.New("the XML-RPC interface does not list the channels")

// probe asks for the list of channels: a switch that gives none is of no use.
func (s *Switch) probe() ([]freeswitch.Channel, error) {
	c := listing()
	c.limit = s.cfg.Timeout
	ctx, stop := s.within(c)
	defer stop()
	s.mu.Lock()
	s.busy++
	s.stats.Commands++
	s.mu.Unlock()
	reply, err := s.door.post(ctx, s.short, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	if textFault(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s.size = len(reply)
	channels, err := freeswitch.ParseChannels(reply)
	if err != nil {
		s.stats.Malformed++
		return nil, errNoList
	}
	return channels, nil
}

// found notes that the switch can be reached, and compares notes with it.
func (s *Switch) found(channels []freeswitch.Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return
	}
	s.up, s.heard = true, s.clock.Now()
	s.stats.Connects++
	s.overload = freeswitch.Overload{}
	s.book.Reconnected()
	if s.toldDown {
		s.toldDown = false
		s.outbox.Put(ports.Event{Kind: ports.Up, At: s.clock.Now()})
	}
	s.listed(channels, 0)
	s.settle()
	if s.stats.Connects == 1 {
		close(s.ready)
	}
}

// lose notes that the switch cannot be reached. Originates under way stay so.
func (s *Switch) lose(err error) {
	if s.up {
		s.up, s.listing = false, false
		s.queue = queue{}
		s.book.Disconnected()
		s.settle()
		s.lost <- err
		s.wakes = time.Time{}
	}
	if s.toldDown {
		return
	}
	s.toldDown = true
	s.outbox.Put(ports.Event{Kind: ports.Down, At: s.clock.Now(), Cause: err.Error()})
}
