package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// readyWithin is how long the switch may take to answer at first.
const readyWithin = 15 * time.Second

// connect reaches for the switch, and returns what a dialler needs to live on
// it. A switch that does not answer is told before a campaign waits for it.
func (s *session) connect(o *options, interrupts <-chan os.Signal) (outdial.Config, error) {
	logger := slog.New(slog.NewTextHandler(&s.aside, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s.aside.to = s.stderr
	sw, err := o.adapter(logger)
	if err != nil {
		return outdial.Config{}, err
	}
	s.line = sw
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	ready := make(chan error, 1)
	go func() { ready <- sw.Ready(ctx) }()
	select {
	case err = <-ready:
	case <-interrupts:
		cancel()
		err = errors.Join(errInterrupted, quietly(<-ready))
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("the switch at %s has not answered within %v", o.exchange.host, readyWithin)
	case err == nil:
		return outdial.Config{Telephony: sw, Logger: logger}, nil
	}
	return outdial.Config{}, errors.Join(err, s.release())
}

// release lets go of the switch.
func (s *session) release() error {
	if s.line == nil {
		return nil
	}
	return s.line.Close()
}

// aside writes log lines above the progress bar, once there is one.
type aside struct {
	mu sync.Mutex
	to io.Writer
}

func (a *aside) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.to.Write(p)
}

// redirect lets them go elsewhere.
func (a *aside) redirect(to io.Writer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.to = to
}

// lookEvery is how often the campaign on a real switch is looked at.
const lookEvery = 200 * time.Millisecond

// runLive runs the campaign on a real switch. The first interrupt dials no
// more and lets the calls finish that are up, the second hangs up on them, the
// third waits for nothing any more. The campaign is stopped in each case.
func (s *session) runLive(interrupts <-chan os.Signal) error {
	ran := make(chan error, 1)
	go func() { ran <- s.dialler.Run(context.Background()) }()
	err := s.watch(interrupts)
	patience, cut := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.dialler.Shutdown(patience) }()
	select {
	case gone := <-ended:
		err = errors.Join(err, gone)
	case <-interrupts:
		say(s.progress, "leaving; the switch ends by itself what nobody attends to")
		cut()
		err = errors.Join(err, quietly(<-ended))
	}
	cut()
	s.show(context.Background())
	return errors.Join(err, <-ran)
}

// watch shows how far the campaign is until it is over, or stopped.
func (s *session) watch(interrupts <-chan os.Signal) error {
	ctx := context.Background()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for paused := false; ; {
		s.show(ctx)
		select {
		case <-interrupts:
			if paused {
				say(s.progress, "hanging up")
				return s.stop(ctx)
			}
			say(s.progress, "dialling no more; the calls that are up may finish, or interrupt again")
			if err := unlessOver(s.dialler.Pause(ctx, s.campaign)); err != nil {
				return err
			}
			paused = true
		case <-tick.C:
			if over, err := s.over(ctx, paused); over || err != nil {
				return err
			}
		}
	}
}

// over reports whether there is nothing to wait for any more. A campaign that
// was paused for an interrupt is stopped when its last call has ended.
func (s *session) over(ctx context.Context, paused bool) (bool, error) {
	c, err := s.dialler.Campaign(ctx, s.campaign)
	if err != nil || c.Status == campaign.Completed || c.Status == campaign.Failed {
		return true, err
	}
	if !paused {
		return false, nil
	}
	m, err := s.dialler.Metrics(ctx, s.campaign, 0)
	if err != nil || m.Lines > 0 {
		return false, err
	}
	return true, s.stop(ctx)
}

// stop ends the campaign; calls that are up are hung up.
func (s *session) stop(ctx context.Context) error {
	return unlessOver(s.dialler.Stop(ctx, s.campaign))
}

// quietly forgives what we have cut off ourselves.
func quietly(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// unlessOver forgives a command to a campaign that has just ended by itself.
func unlessOver(err error) error {
	if errors.Is(err, campaign.ErrAction) {
		return nil
	}
	return err
}
