package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/ports"
)

// Site is a dialler with all that it lives on. [Build] it, [Site.Start] it,
// [Site.Shutdown] and [Site.Close] it.
type Site struct {
	// Dialler runs the campaigns.
	Dialler *outdial.Dialler
	// Store is what it remembers by, instrumented.
	Store ports.Store
	// Demo is the simulation; nil with a real switch.
	Demo *Demo

	log      *slog.Logger
	phone    *ops.Switch
	up       func() bool
	now      func() time.Time
	listen   func(context.Context)
	closings *closings // nil where the store outlives the process
	closers  []func() error

	ctx    context.Context // of what runs beside the dialler
	cancel context.CancelFunc
	beside sync.WaitGroup
	ran    chan error
}

// Build reaches the store, makes the switch and the dialler, and lets the
// metrics watch them. Nothing runs yet. After an error there is nothing to close.
func Build(ctx context.Context, c *config.Config, m *ops.Metrics, log *slog.Logger) (_ *Site, err error) {
	s := &Site{log: log, ran: make(chan error, 1)}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	store, listen, closeStore, err := openStore(ctx, c, log)
	if err != nil {
		return nil, err
	}
	s.Store, s.listen, s.closers = m.Store(store), listen, append(s.closers, closeStore)
	host := outdial.Config{Store: s.Store, MaxConcurrent: c.MaxConcurrentCeiling, Logger: log}
	host.Gateways = append([]string{}, c.Gateways()...) // without any, campaigns may name none
	for _, name := range c.Gateways() {
		host.Trunks = append(host.Trunks, outdial.Trunk{Name: name, Lines: c.TrunkLines, CallsPerSecond: c.TrunkCPS})
	}
	if c.Demo() {
		err = s.simulate(ctx, c, m, &host)
	} else {
		err = s.call(c, m, &host)
	}
	if err != nil {
		return nil, err
	}
	if s.Dialler, err = outdial.New(host); err != nil {
		return nil, err
	}
	if s.Demo != nil {
		s.Demo.dialler = s.Dialler
	}
	if c.Memory() {
		s.closings = newClosings(s.Store, s.now, log)
	}
	return s, nil
}

// simulate lets the dialler live in the simulated world, by that world's clock.
func (s *Site) simulate(ctx context.Context, c *config.Config, m *ops.Metrics, host *outdial.Config) error {
	start, err := s.beginning(ctx)
	if err != nil {
		return err
	}
	say := func(call ports.ID, is attempt.Disposition) { s.Demo.say(s.ctx, call, is) }
	s.Demo = newDemo(c, start, say, s.log)
	s.now, s.up = s.Demo.world.Now, func() bool { return true }
	s.phone = m.Switch(s.Demo.phone)
	s.closers = append(s.closers, func() error { s.Demo.phone.Close(); return nil })
	host.Telephony, host.Agents, host.Clock = s.phone, s.Demo.world.Agents(), s.Demo.world.Clock()
	// Heartbeats are told in the demo's time, in which a machine's hiccup is long.
	host.WorkerTimeout = min(10*time.Minute, max(15*time.Second, time.Duration(15*float64(time.Second)*c.DemoSpeed)))
	if c.Memory() {
		host.WorkerTimeout = 10 * time.Minute // nobody else is there to take over
	}
	host.PollEvery = 10 * time.Second // the store tells of changes by itself
	return nil
}

// beginning is when the demo's time begins; the log is told if that is not now.
func (s *Site) beginning(ctx context.Context) (time.Time, error) {
	start, err := startOf(ctx, s.Store)
	if ahead := time.Until(start); err == nil && ahead > 0 {
		s.log.Info("the demo's time goes on where an earlier demo on this store stopped", "at", start.UTC(), "ahead", ahead.Round(time.Second))
	}
	return start, err
}

// call lets the dialler live on a real switch.
func (s *Site) call(c *config.Config, m *ops.Metrics, host *outdial.Config) error {
	sw, err := connect(c, s.log)
	if err != nil {
		return err
	}
	s.now, s.up = time.Now, sw.up
	s.phone = m.Switch(sw.Telephony)
	s.closers = append(s.closers, sw.close)
	host.Telephony, host.WorkerTimeout = s.phone, c.WorkerTimeout
	return nil
}

// Now is the time in which the campaigns live.
func (s *Site) Now() time.Time { return s.now() }

// SwitchUp reports whether the switch can be reached.
func (s *Site) SwitchUp() bool { return s.up() }

// Agents counts the agents of the pool; nil where there is none.
func (s *Site) Agents() func() (idle, talking, total int) {
	if s.Demo == nil {
		return nil
	}
	return s.Demo.count
}

// Has reports whether there is a campaign of this id, as an address writes it. It
// also says so of one that the store, being away, cannot tell of.
func (s *Site) Has(ctx context.Context, id string) bool {
	var known ports.ID
	if len(id) != len(known.String()) || known.UnmarshalText([]byte(id)) != nil {
		return false
	}
	_, err := s.Dialler.Campaign(ctx, known)
	return !errors.Is(err, ports.ErrNotFound)
}

// Start sets everything going. It is called once. [Site.Ended] receives when the dialler
// has run.
func (s *Site) Start() {
	s.beside.Go(func() { s.listen(s.ctx) })
	if s.Demo != nil {
		s.beside.Go(func() { s.Demo.run(s.ctx) })
	}
	if s.closings != nil {
		s.beside.Go(func() { s.closings.run(s.ctx) })
	}
	s.beside.Go(func() { s.ran <- s.Dialler.Run(s.ctx) })
}

// Ended receives once, when the dialler does not run any more: its error, or nil
// after a [Site.Shutdown].
func (s *Site) Ended() <-chan error { return s.ran }

// Shutdown dials no more and waits for the calls that are up. When ctx is done
// first, they are handed to other workers: with the memory store there are none,
// and the switch ends by itself what nobody attends to.
func (s *Site) Shutdown(ctx context.Context) error {
	if s.Demo != nil {
		s.Demo.ending.Store(true)
	}
	err := s.Dialler.Shutdown(ctx)
	if err != nil && s.closings != nil {
		err = fmt.Errorf("nobody goes on with them, as the store is this process's memory: %w", err)
	}
	return err
}

// Close ends what is left, in the order in which things depend on each other.
// After Start it comes after Shutdown. Calls that are up live on at the switch.
func (s *Site) Close() error {
	s.cancel()
	s.beside.Wait()
	if s.phone != nil {
		s.phone.Close()
	}
	var faults []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		faults = append(faults, s.closers[i]())
	}
	return errors.Join(faults...)
}
