package simulated

import (
	"context"
	"sync"

	"github.com/outdial/outdial/ports"
)

// Under Run each connection has a feeder: a goroutine that puts its events into
// its channel, so that a slow receiver holds up nobody but itself.

// feed gives a feeder to every connection that has none.
func (w *World) feed(ctx context.Context, feeders *sync.WaitGroup) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.conns {
		if !s.fed {
			s.fed = true
			feeders.Go(func() { s.feed(ctx) })
		}
	}
}

func (s *Switch) feed(ctx context.Context) {
	for {
		batch := s.atHand(ctx)
		if batch == nil {
			return
		}
		select {
		case s.out <- batch:
		case <-s.gone:
		case <-ctx.Done():
			s.unfed(batch)
			return
		}
	}
}

// atHand waits for events; nil when there will be none.
func (s *Switch) atHand(ctx context.Context) []ports.Event {
	for {
		if told := s.Poll(); told != nil {
			return append([]ports.Event(nil), told...)
		}
		select {
		case <-s.wake:
		case <-s.gone:
			return nil
		case <-ctx.Done():
			s.unfed(nil)
			return nil
		}
	}
}

// unfed says that the feeder has gone; what nobody received stays at hand.
func (s *Switch) unfed(batch []ports.Event) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.fed = false
	s.news = append(batch, s.news...)
}
