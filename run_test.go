package outdial_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/leaks"
)

func TestMain(m *testing.M) { leaks.Main(m) }

func TestRunCallsEveryContactAndCompletesTheCampaign(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		t0 := time.Now()
		id := s.campaign(w.Dialler, 3)
		s.untilStatus(id, campaign.Completed)
		s.wantStates(id, "completed completed completed")
		if n := len(s.calls(id)); n != 3 {
			t.Errorf("there are %d call records, want 3", n)
		}
		s.took(t0, 63*time.Second)
	})
}

func TestRunTakesUpWhatWasStartedBefore(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		id := s.campaign(s.clerk(), 1)
		s.running()
		s.untilStatus(id, campaign.Completed)
	})
}

func TestRunDialsWhenARetryIsDue(t *testing.T) {
	busy := simulated.ByNumber(map[string][]simulated.Plan{"+15550001": {rings("busy"), talks(time.Minute)}})
	inBubble(t, simulated.Config{Carrier: simulated.Carrier{Script: busy}}, func(s *site) {
		w := s.running()
		id := s.campaign(w.Dialler, 1, func(spec *campaign.Spec) { spec.RetryDelay = 10 * time.Minute })
		s.untilStatus(id, campaign.Completed)
		calls := s.calls(id)
		if got := calls[1].DialledAt.Sub(calls[0].EndedAt); got != 10*time.Minute {
			t.Errorf("the retry came %v after the end of the call, want 10 min", got)
		}
	})
}

func TestRunMayBeCalledOnce(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		w := s.running()
		synctest.Wait()
		if err := w.Run(s.ctx); !errors.Is(err, outdial.ErrRunning) {
			t.Errorf("a second Run returned %v, want ErrRunning", err)
		}
		s.must(w.Shutdown(s.ctx))
		if err := w.Run(s.ctx); !errors.Is(err, outdial.ErrRunning) {
			t.Errorf("a Run after the end returned %v, want ErrRunning", err)
		}
	})
}

func TestRunNeedsATelephony(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		if err := s.clerk().Run(s.ctx); !errors.Is(err, outdial.ErrNoTelephony) {
			t.Errorf("Run returned %v, want ErrNoTelephony", err)
		}
	})
}

func TestCancelledRunHandsItsCallsToAnotherWorker(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(5 * time.Minute))}, func(s *site) {
		first, second := s.running(), s.running()
		id := s.campaign(first.Dialler, 1)
		s.until("the conversation", func() bool { return s.world.Stats().Talking == 1 })
		owner, heir := first, second
		if s.attempts(id)[0].Attempt.Owner == second.Worker() {
			owner, heir = second, first
		}
		owner.cancel()
		if err := <-owner.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v, want the context's error", err)
		}
		s.wantHeir(id, heir, 2*time.Second)
		s.untilStatus(id, campaign.Completed)
		s.wantOneCall(id)
	})
}

func TestRunThatIsCancelledBeforehandReturnsAtOnce(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		t0 := time.Now()
		if err := s.worker().Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v, want the context's error", err)
		}
		s.took(t0, 0)
	})
}

// wantHeir waits for the campaign's only attempt to be the heir's.
func (s *site) wantHeir(id outdial.ID, heir *runner, within time.Duration) {
	s.Helper()
	t0 := time.Now()
	s.until("an heir", func() bool { return s.attempts(id)[0].Attempt.Owner == heir.Worker() })
	if d := time.Since(t0); d > within {
		s.Errorf("it took %v to adopt, want at most %v", d, within)
	}
}

// wantOneCall fails unless the campaign's only contact had one conversation,
// and the carrier one call.
func (s *site) wantOneCall(id outdial.ID) {
	s.Helper()
	s.wantStates(id, "completed")
	if calls, taken := s.calls(id), s.world.Stats().Originated; len(calls) != 1 || taken != 1 {
		s.Errorf("%d call records and %d calls at the carrier, want one of each", len(calls), taken)
	}
}
