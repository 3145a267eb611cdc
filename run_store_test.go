package outdial_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// badStore is a store whose operations can be held up, or fail.
type badStore struct {
	ports.Store
	mu      sync.Mutex
	held    map[string]chan struct{}
	failing []string
	lossy   []string // these happen, and their answer is lost
}

// trouble puts a badStore before the site's store, for diallers made later.
func (s *site) trouble() *badStore {
	b := &badStore{Store: s.store, held: map[string]chan struct{}{}}
	s.store = b
	return b
}

// fail lets operations fail from now on; none: no more.
func (b *badStore) fail(ops ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing = ops
}

// lose lets operations happen from now on, and then fail; none: no more.
func (b *badStore) lose(ops ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lossy = ops
}

// hold lets operations of a kind hang until they are released.
func (b *badStore) hold(op string) (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	gate := make(chan struct{})
	b.held[op] = gate
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.held, op)
		close(gate)
	}
}

// through performs an operation, as well as the trouble allows.
func (b *badStore) through(ctx context.Context, op string, perform func() error) error {
	b.mu.Lock()
	gate := b.held[op]
	b.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b.mu.Lock()
	fails, loses := slices.Contains(b.failing, op), slices.Contains(b.lossy, op)
	b.mu.Unlock()
	if fails {
		return fmt.Errorf("%s: %w", op, ports.ErrUnavailable)
	}
	err := perform()
	if loses {
		return fmt.Errorf("%s: its answer is lost: %w", op, ports.ErrUnavailable)
	}
	return err
}

func (b *badStore) Save(ctx context.Context, w ports.ID, ts []ports.Transition) (out []ports.Refusal, err error) {
	err = b.through(ctx, "Save", func() (err error) { out, err = b.Store.Save(ctx, w, ts); return })
	return out, err
}

func (b *badStore) Lease(ctx context.Context, w ports.ID, rs []ports.LeaseRequest) (out []ports.Leased, err error) {
	err = b.through(ctx, "Lease", func() (err error) { out, err = b.Store.Lease(ctx, w, rs); return })
	return out, err
}

func (b *badStore) Beat(ctx context.Context, w ports.Worker) (out []ports.Worker, err error) {
	err = b.through(ctx, "Beat", func() (err error) { out, err = b.Store.Beat(ctx, w); return })
	return out, err
}

func (b *badStore) Changes(ctx context.Context, since int64) (out ports.Changes, err error) {
	err = b.through(ctx, "Changes", func() (err error) { out, err = b.Store.Changes(ctx, since); return })
	return out, err
}

func (b *badStore) Submit(ctx context.Context, c ports.Command) error {
	return b.through(ctx, "Submit", func() error { return b.Store.Submit(ctx, c) })
}

func TestSaveThatHangsKeepsNoAnsweredCallWaiting(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		bad, seen := s.trouble(), s.diary()
		w := s.running()
		s.campaign(w.Dialler, 1)
		s.until("the call", func() bool { return s.world.Stats().Originated == 1 })
		release := bad.hold("Save")
		time.Sleep(30 * time.Second)
		answered, attached := seen.times(simulated.Answered), seen.times(simulated.Attached)
		if len(attached) != 1 || !attached[0].Equal(answered[0]) {
			t.Errorf("answered at %v and attached at %v, want at once", answered, attached)
		}
		release()
	})
}

func TestSaveThatHangsDelaysNewDials(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		bad, seen := s.trouble(), s.diary()
		w := s.running()
		release := bad.hold("Save")
		id := s.campaign(w.Dialler, 2)
		time.Sleep(20 * time.Second)
		_, err := w.AddContacts(s.ctx, id, campaign.Contact{Address: "+15550003"}) // has it paced
		s.must(err)
		synctest.Wait()
		if n := s.world.Stats().Originated; n != 0 {
			t.Errorf("%d calls were placed before their write was granted", n)
		}
		s.wantLimit(w.Dialler, id, pacing.LimitStore)
		release()
		s.untilStatus(id, campaign.Completed)
		s.wantSound(id, 3)
		for i, start := range seen.times(simulated.Started) {
			if late := start.Sub(s.calls(id)[i].DialledAt); late > time.Second {
				t.Errorf("call %d went out %v after its claim", i, late)
			}
		}
	})
}

// wantLimit fails unless the dialler names this limit.
func (s *site) wantLimit(d *outdial.Dialler, id outdial.ID, want pacing.Limit) {
	s.Helper()
	x, err := d.Explain(s.ctx, id)
	s.must(err)
	if x.Limit != want {
		s.Errorf("the limit is %s (%s), want %s", x.Limit, x.Sentence, want)
	}
}

func TestStoreThatIsAwayForAWhileLosesNothing(t *testing.T) {
	for name, spoil := range map[string]func(b *badStore, ops ...string){
		"nothing is done":      (*badStore).fail,
		"its answers get lost": (*badStore).lose,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, simulated.Config{Carrier: always(talks(20 * time.Second))}, func(s *site) {
				bad := s.trouble()
				w := s.running()
				id := s.campaign(w.Dialler, 40, func(spec *campaign.Spec) { spec.CallsPerSecond = 1 })
				for range 5 {
					time.Sleep(7 * time.Second)
					spoil(bad, "Save", "Lease", "Beat", "Changes", "Submit")
					time.Sleep(11 * time.Second)
					spoil(bad)
				}
				s.untilStatus(id, campaign.Completed)
				s.wantSound(id, 40)
			})
		})
	}
}

func TestStoreThatIsAwayForAWhileIsAskedForWorkAgain(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(20 * time.Second))}, func(s *site) {
		bad := s.trouble()
		bad.fail("Lease")
		w := s.running()
		id := s.campaign(w.Dialler, 3)
		time.Sleep(time.Minute + 100*time.Millisecond) // between two tries
		s.wantStates(id, "pending pending pending")
		s.wantLimit(w.Dialler, id, pacing.LimitStore)
		bad.fail()
		s.untilStatus(id, campaign.Completed)
		s.wantSound(id, 3)
	})
}

// wantSound compares rows, records, counters and the carrier's own count of a
// campaign whose n contacts all had their conversation.
func (s *site) wantSound(id outdial.ID, n int) {
	s.Helper()
	m, err := s.store.Metrics(s.ctx, id, 0, time.Now())
	s.must(err)
	calls, taken := s.calls(id), s.world.Stats().Originated
	if m.CompletedCount != n || len(calls) != taken || m.Dials != taken {
		s.Errorf("%d of %d completed; %d records, %d dials counted, %d calls at the carrier",
			m.CompletedCount, n, len(calls), m.Dials, taken)
	}
	for _, c := range calls {
		if c.Outcome != attempt.OutcomeAnswered {
			s.Errorf("a call ended %s, want answered", c.Outcome)
		}
	}
}

func TestWorkerThatCannotBeatStopsDialling(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		bad, seen := s.trouble(), s.diary()
		w := s.running()
		synctest.Wait() // for the first beat
		bad.fail("Beat")
		t0 := time.Now()
		id := s.campaign(w.Dialler, 100, func(spec *campaign.Spec) { spec.CallsPerSecond, spec.MaxConcurrent = 1, 100 })
		time.Sleep(time.Minute)
		s.wantLimit(w.Dialler, id, pacing.LimitTrust)
		starts := seen.times(simulated.Started)
		if last := starts[len(starts)-1]; last.Sub(t0) > 7500*time.Millisecond {
			t.Errorf("the last dial came %v after the last beat, want at most half of the 15 s", last.Sub(t0))
		}
		bad.fail()
		s.untilStatus(id, campaign.Completed)
	})
}
