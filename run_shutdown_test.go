package outdial_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// inTalk is a worker whose only line has been in conversation for a moment; a
// second contact waits.
func (s *site) inTalk() (*runner, outdial.ID) {
	s.Helper()
	w := s.running()
	id := s.campaign(w.Dialler, 2, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })
	s.until("the conversation", func() bool { return s.world.Stats().Talking == 1 })
	return w, id
}

func TestShutdownWaitsForCallsAndDialsNoMore(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(5 * time.Minute))}, func(s *site) {
		w, id := s.inTalk()
		t0 := time.Now()
		s.must(w.Shutdown(s.ctx))
		s.took(t0, 5*time.Minute)
		if err := <-w.ended; err != nil {
			t.Errorf("Run returned %v, want nil", err)
		}
		s.wantStates(id, "completed pending")
	})
}

func TestShutdownMayBeCalledAgainAndByMany(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w, _ := s.inTalk()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := w.Shutdown(s.ctx); err != nil {
					t.Errorf("Shutdown returned %v", err)
				}
			})
		}
		all.Wait()
		s.must(w.Shutdown(s.ctx))
	})
}

func TestShutdownBeforeRunLetsItDialNothing(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.worker()
		id := s.campaign(w.Dialler, 1)
		s.must(w.Shutdown(s.ctx))
		t0 := time.Now()
		if err := w.Run(s.ctx); err != nil {
			t.Errorf("Run returned %v, want nil", err)
		}
		s.took(t0, 0)
		s.wantStates(id, "pending")
		s.must(w.Shutdown(s.ctx))
	})
}

func TestShutdownWithoutATelephonyIsNothing(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) { s.must(s.clerk().Shutdown(s.ctx)) })
}

func TestShutdownThatLosesPatienceHandsItsCallsOver(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(5 * time.Minute))}, func(s *site) {
		w, id := s.inTalk()
		heir := s.running()
		ctx, cancel := context.WithTimeout(s.ctx, 10*time.Second)
		defer cancel()
		err := w.Shutdown(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "left 1 attempts to other workers") {
			t.Errorf("Shutdown returned %v, want that it handed one over", err)
		}
		if err := <-w.ended; err != nil {
			t.Errorf("Run returned %v, want nil", err)
		}
		s.wantHeir(id, heir, 2*time.Second)
		s.untilStatus(id, campaign.Completed)
		s.wantStates(id, "completed completed")
		if n := s.world.Stats().Originated; n != 2 {
			t.Errorf("%d calls were placed for two contacts", n)
		}
	})
}

func TestShutdownWithAnExpiredContextHandsOverAtOnce(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(5 * time.Minute))}, func(s *site) {
		w, id := s.inTalk()
		heir := s.running()
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		t0 := time.Now()
		if err := w.Shutdown(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Shutdown returned %v, want the context's error", err)
		}
		s.took(t0, 0)
		s.wantHeir(id, heir, 2*time.Second)
	})
}

func TestShutdownAfterTheEndIsContentWhateverItsContext(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		w := s.running()
		synctest.Wait()
		s.must(w.Shutdown(s.ctx))
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		for range 50 {
			s.must(w.Shutdown(ctx))
		}
	})
}

func TestShutdownDoesNotWaitForDispositions(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		id := s.campaign(w.Dialler, 1, func(spec *campaign.Spec) { spec.DispositionWait = time.Hour })
		s.until("the disposition is awaited", func() bool {
			return s.attempts(id)[0].Attempt.State == attempt.StateProcessing
		})
		t0 := time.Now()
		s.must(w.Shutdown(s.ctx))
		s.took(t0, 0)

		s.running()
		s.untilStatus(id, campaign.Completed) // who adopts it waits in its stead
		s.took(t0, time.Hour)
	})
}

func TestDiallerThatHasRunTakesCommandsStill(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w, id := s.inTalk()
		s.must(w.Shutdown(s.ctx))
		s.must(w.Pause(s.ctx, id))
		c, err := w.Campaign(s.ctx, id)
		s.must(err)
		if c.Status != campaign.Paused {
			t.Errorf("the campaign is %s, want paused", c.Status)
		}
	})
}

func TestLeavingSaysSoWhenTheStoreIsAway(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(5 * time.Minute))}, func(s *site) {
		bad := s.trouble()
		w, _ := s.inTalk()
		bad.fail("Beat")
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		go func() { _ = w.Shutdown(ctx) }()
		if err := <-w.ended; !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("Run returned %v, want that the store is away", err)
		}
		synctest.Wait()
	})
}
