package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// runMax runs the campaign in virtual time.
func (s *session) runMax(interrupts <-chan os.Signal) error {
	ctx, done := s.heed(interrupts)
	defer done()
	err := outdial.Drive(ctx, s.dialler, &watched{World: s.world, show: func() { s.show(ctx) }})
	s.show(context.Background())
	if errors.Is(err, context.Canceled) {
		return nil // handed over; the report says how far it came
	}
	return err
}

// watched is a world in which somebody looks at the campaign now and then.
type watched struct {
	*simulated.World
	show func()
	next time.Time
}

// glance is how often, in the world's time.
const glance = 15 * time.Second

// Advance implements [outdial.World].
func (w *watched) Advance(t time.Time) {
	w.World.Advance(t)
	if !t.Before(w.next) {
		w.show()
		w.next = t.Add(glance)
	}
}

// runReal runs the campaign by the clock on the wall.
func (s *session) runReal(interrupts <-chan os.Signal) error {
	patience, done := s.heed(interrupts)
	defer done()
	ctx, stop := context.WithCancel(context.Background())
	var world sync.WaitGroup
	world.Go(func() { _ = s.world.Run(ctx, machineClock{}) })
	defer world.Wait()
	defer stop()

	ran := make(chan error, 1)
	go func() { ran <- s.dialler.Run(ctx) }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		s.show(ctx)
		select {
		case err := <-ran: // interrupted
			s.lastWords(patience, tick.C)
			return err
		case <-tick.C:
			c, err := s.dialler.Campaign(ctx, s.campaign)
			if err != nil || c.Status == campaign.Completed || c.Status == campaign.Failed {
				s.show(ctx)
				// All calls are over: this does not wait.
				return errors.Join(err, s.dialler.Shutdown(patience), <-ran)
			}
		}
	}
}

// lastWords waits, after a shutdown, for the agents who have not yet said what
// came of their last calls. A disposition needs no dialler that runs: the store
// takes it.
func (s *session) lastWords(patience context.Context, tick <-chan time.Time) {
	until := time.Now().Add(s.wait)
	for patience.Err() == nil && time.Now().Before(until) {
		m, err := s.dialler.Metrics(patience, s.campaign, 0)
		if err != nil || m.States[attempt.StateProcessing] == 0 {
			return
		}
		select {
		case <-patience.Done():
		case <-tick:
		}
	}
}

// heed shuts the dialler down on the first interrupt, and ends the context on
// the second: then it hands over the calls that are up. Done ends it.
func (s *session) heed(interrupts <-chan os.Signal) (patience context.Context, done func()) {
	patience, cut := context.WithCancel(context.Background())
	over := make(chan struct{})
	var heeding sync.WaitGroup
	heeding.Go(func() {
		select {
		case <-over:
			return
		case <-interrupts:
			say(s.progress, "dialling no more; the calls that are up may finish, or interrupt again")
			heeding.Go(func() { _ = s.dialler.Shutdown(patience) })
		}
		select {
		case <-over:
		case <-interrupts:
			say(s.progress, "handing over")
		}
		cut()
	})
	return patience, func() {
		close(over)
		heeding.Wait()
		cut()
	}
}

// seededIDs makes the ids of campaigns and contacts, of which those of calls
// are made: with them, a seed decides everything. Dispositions arrive on
// another goroutine than commands.
func seededIDs(seed uint64) func() uuid.UUID {
	var mu sync.Mutex
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	random := rand.NewChaCha8(key)
	return func() uuid.UUID {
		mu.Lock()
		defer mu.Unlock()
		return uuid.Must(uuid.NewRandomFromReader(random))
	}
}

// machineClock is the clock on the wall.
type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := time.NewTimer(d)
	return t, t.C
}
