package outdial_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// bubbleClock is the machine's clock, which inside a synctest bubble is its own.
type bubbleClock struct{}

func (bubbleClock) Now() time.Time { return time.Now() }

func (bubbleClock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := time.NewTimer(d)
	return t, t.C
}

// talks is a call with round figures: it rings at 1 s, is answered at 3 s and
// attached at once, and the conversation takes d.
func talks(d time.Duration) simulated.Plan {
	return simulated.Plan{
		Outcome: attempt.OutcomeAnswered, Post: time.Second, Ring: 2 * time.Second,
		Attach: -1, Patience: time.Minute, Talk: d, WrapUp: 10 * time.Second,
	}
}

// always lets every call go the same way.
func always(p simulated.Plan) simulated.Carrier {
	return simulated.Carrier{Script: func(ports.Dial) (simulated.Plan, bool) { return p, true }}
}

// site is a bubble with a store and a carrier that runs by the bubble's clock.
type site struct {
	*testing.T
	ctx   context.Context
	store ports.Store
	world *simulated.World
}

// inBubble runs a test on a site of its own; a goroutine that is left over fails it.
func inBubble(t *testing.T, cfg simulated.Config, test func(s *site)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &site{T: t, ctx: t.Context(), store: memory.New(), world: simulated.New(cfg)}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- s.world.Run(ctx, bubbleClock{}) }()
		t.Cleanup(func() {
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("the world returned %v", err)
			}
		})
		synctest.Wait()
		test(s)
	})
}

// clerk is a dialler that only takes commands.
func (s *site) clerk(edits ...func(*outdial.Config)) *outdial.Dialler {
	s.Helper()
	cfg := outdial.Config{Store: s.store}
	for _, edit := range edits {
		edit(&cfg)
	}
	d, err := outdial.New(cfg)
	s.must(err)
	return d
}

// runner is a dialler with a connection of its own to the carrier.
type runner struct {
	*outdial.Dialler
	phone  *simulated.Switch
	cancel context.CancelFunc
	ended  chan error // what Run returned
}

func (s *site) worker(edits ...func(*outdial.Config)) *runner {
	s.Helper()
	w := &runner{phone: s.world.Connect(), ended: make(chan error, 1)}
	w.Dialler = s.clerk(append([]func(*outdial.Config){func(c *outdial.Config) { c.Telephony = w.phone }}, edits...)...)
	return w
}

// running is a worker whose Run has begun; the test's end cancels it.
func (s *site) running(edits ...func(*outdial.Config)) *runner {
	s.Helper()
	w := s.worker(edits...)
	w.run(s)
	return w
}

func (w *runner) run(s *site) {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		w.ended <- w.Run(ctx)
	}()
	s.Cleanup(func() { cancel(); <-stopped })
}

// campaign creates a campaign of n contacts, +15550001 and on, and starts it.
func (s *site) campaign(d *outdial.Dialler, n int, edits ...func(*campaign.Spec)) outdial.ID {
	s.Helper()
	id := s.draft(d, n, edits...)
	s.must(d.Start(s.ctx, id))
	return id
}

func (s *site) draft(d *outdial.Dialler, n int, edits ...func(*campaign.Spec)) outdial.ID {
	s.Helper()
	spec := campaign.Defaults()
	spec.Name = "Spring offer"
	spec.Destination = "1000"
	for _, edit := range edits {
		edit(&spec)
	}
	c, err := d.Create(s.ctx, spec)
	s.must(err)
	for i := range n {
		_, err := d.AddContacts(s.ctx, c.ID, campaign.Contact{Address: fmt.Sprintf("+1555%04d", i+1)})
		s.must(err)
	}
	return c.ID
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// until lets time pass until it holds, for at most two hours.
func (s *site) until(what string, holds func() bool) {
	s.Helper()
	for end := time.Now().Add(2 * time.Hour); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("waited two hours for: %s", what)
		}
	}
}

func (s *site) untilStatus(id outdial.ID, want campaign.Status) {
	s.Helper()
	s.until("status "+string(want), func() bool {
		c, err := s.store.Campaign(s.ctx, id)
		s.must(err)
		return c.Status == want
	})
}

// attempts returns the attempts of the present run.
func (s *site) attempts(id outdial.ID) (all []ports.Item) {
	s.Helper()
	for it, err := range s.store.Attempts(s.ctx, ports.Filter{Campaign: id}) {
		s.must(err)
		all = append(all, it)
	}
	return all
}

// calls returns the final records of the present run.
func (s *site) calls(id outdial.ID) (all []attempt.Call) {
	s.Helper()
	for row, err := range s.store.Report(s.ctx, id, 0) {
		s.must(err)
		if row.Call != nil {
			all = append(all, *row.Call)
		}
	}
	return all
}

// wantStates compares the states of the attempts, in order, with names
// separated by spaces.
func (s *site) wantStates(id outdial.ID, want string) {
	s.Helper()
	var names []string
	for _, it := range s.attempts(id) {
		names = append(names, it.Attempt.State.String())
	}
	if got := strings.Join(names, " "); got != want {
		s.Errorf("attempts are %s, want %s", got, want)
	}
}

// took fails unless the time since t0 is d, as exactly as until looks.
func (s *site) took(t0 time.Time, d time.Duration) {
	s.Helper()
	if got := time.Since(t0); got.Round(100*time.Millisecond) != d {
		s.Errorf("it took %v, want %v", got, d)
	}
}

// diary is what an observer has seen at the carrier, with its times.
type diary struct {
	mu   sync.Mutex
	seen []simulated.Observation
}

func (s *site) diary() *diary {
	b := &diary{}
	s.world.Observe(func(o simulated.Observation) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.seen = append(b.seen, o)
	})
	return b
}

// times are the moments at which something was seen.
func (b *diary) times(what simulated.Sight) (at []time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.seen {
		if o.What == what {
			at = append(at, o.At)
		}
	}
	return at
}

// rings is a call that ends as the outcome says, without an answer.
func rings(outcome string) simulated.Plan {
	o, err := attempt.ParseOutcome(outcome)
	if err != nil {
		panic(err)
	}
	return simulated.Plan{Outcome: o, Post: time.Second, Ring: 2 * time.Second}
}
