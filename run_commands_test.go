package outdial_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// within is how long a command may take to reach a worker that only polls.
const within = 1100 * time.Millisecond

// elsewhere is a campaign of n contacts in a worker's hands, and a dialler
// that takes commands for it in another process.
func (s *site) elsewhere(n int, edits ...func(*campaign.Spec)) (*runner, *outdial.Dialler, outdial.ID) {
	s.Helper()
	w := s.running()
	id := s.campaign(w.Dialler, n, append([]func(*campaign.Spec){func(spec *campaign.Spec) {
		spec.MaxConcurrent = 1
	}}, edits...)...)
	s.until("the conversation", func() bool { // in the store, too
		return s.world.Stats().Talking == 1 && slices.ContainsFunc(s.attempts(id), func(it ports.Item) bool {
			return it.Attempt.State == attempt.StateInProgress
		})
	})
	return w, s.clerk(), id
}

func TestCommandsReachAWorkerElsewhere(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		_, clerk, id := s.elsewhere(2)
		s.must(clerk.Pause(s.ctx, id))
		time.Sleep(time.Hour)
		s.wantStates(id, "completed pending")

		s.must(clerk.Resume(s.ctx, id))
		time.Sleep(within)
		s.wantStates(id, "completed ringing")
		s.untilStatus(id, campaign.Completed)
	})
}

func TestContactsAddedElsewhereAreCalled(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		_, clerk, id := s.elsewhere(1)
		_, err := clerk.AddContacts(s.ctx, id, campaign.Contact{Address: "+15559999"})
		s.must(err)
		s.untilStatus(id, campaign.Completed)
		s.wantStates(id, "completed completed")
	})
}

func TestStopFromElsewhereHangsUp(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
		_, clerk, id := s.elsewhere(2)
		s.must(clerk.Stop(s.ctx, id))
		s.wantStates(id, "in_progress manual_stopped")
		time.Sleep(within)
		s.wantStates(id, "completed manual_stopped")
		if n := s.world.Stats().Lines; n != 0 {
			t.Errorf("%d lines are up after the stop", n)
		}
	})
}

func TestStopThatDrainsLetsCallsFinish(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
		_, clerk, id := s.elsewhere(2)
		s.must(clerk.StopDraining(s.ctx, id))
		time.Sleep(59 * time.Minute)
		s.wantStates(id, "in_progress manual_stopped")
		time.Sleep(2 * time.Minute)
		s.wantStates(id, "completed manual_stopped")
	})
}

var sold = attempt.Disposition{Code: "sold", Note: "two of them"}

func TestDispositionFromElsewhereEndsTheWait(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		_, clerk, id := s.elsewhere(1, func(spec *campaign.Spec) { spec.DispositionWait = time.Hour })
		time.Sleep(2 * time.Minute)
		s.wantStates(id, "_processing")
		s.must(clerk.Dispose(s.ctx, s.attempts(id)[0].Attempt.Call.ID, sold))
		time.Sleep(within)
		s.wantStates(id, "completed")
		if calls := s.calls(id); len(calls) != 1 || calls[0].Disposed != sold {
			t.Errorf("the records are %+v, want one that is sold", calls)
		}
	})
}

func TestDispositionDuringTheCallIsKept(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		_, clerk, id := s.elsewhere(1, func(spec *campaign.Spec) { spec.DispositionWait = time.Hour })
		call := s.attempts(id)[0].Attempt.Call.ID
		s.must(clerk.Dispose(s.ctx, call, sold))
		s.must(clerk.Dispose(s.ctx, call, sold)) // the same again
		other := attempt.Disposition{Code: "not sold"}
		if err := clerk.Dispose(s.ctx, call, other); !errors.Is(err, attempt.ErrDisposed) {
			t.Errorf("another disposition returned %v, want ErrDisposed", err)
		}
		t0 := time.Now()
		s.untilStatus(id, campaign.Completed)
		s.took(t0, time.Minute) // nobody waits for one that is there
		if calls := s.calls(id); calls[0].Disposed != sold {
			t.Errorf("the record says %+v, want sold", calls[0].Disposed)
		}
		s.must(clerk.Dispose(s.ctx, call, sold)) // and again, after the end
	})
}

func TestCallbackAskedForElsewhereIsKeptAndMayBeCancelled(t *testing.T) {
	for name, cancelled := range map[string]bool{"kept": false, "cancelled": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
				_, clerk, id := s.elsewhere(1)
				at := time.Now().Add(time.Hour).Truncate(time.Microsecond)
				s.must(clerk.Dispose(s.ctx, s.attempts(id)[0].Attempt.Call.ID,
					attempt.Disposition{Code: "later", CallbackAt: at}))
				time.Sleep(2 * time.Minute)
				s.wantStates(id, "callback_scheduled")
				if cancelled {
					s.must(clerk.CancelCallback(s.ctx, s.attempts(id)[0].Attempt.Contact))
					time.Sleep(within)
					s.wantStates(id, "completed")
				}
				s.untilStatus(id, campaign.Completed)
				s.wantCallback(id, at, cancelled)
			})
		})
	}
}

// wantCallback fails unless the campaign's contact was called back when it
// asked, or its callback was cancelled.
func (s *site) wantCallback(id outdial.ID, at time.Time, cancelled bool) {
	s.Helper()
	calls := s.calls(id)
	m, err := s.store.Metrics(s.ctx, id, 0, time.Now())
	s.must(err)
	switch {
	case cancelled && (len(calls) != 1 || m.CallbackCancelled != 1):
		s.Errorf("%d calls, %d callbacks cancelled; want one of each", len(calls), m.CallbackCancelled)
	case !cancelled && (len(calls) != 2 || m.CallbackCompleted != 1):
		s.Errorf("%d calls, %d callbacks completed; want two and one", len(calls), m.CallbackCompleted)
	case !cancelled && calls[1].DialledAt.Sub(at).Abs() > within:
		s.Errorf("it was called back at %v, want %v", calls[1].DialledAt, at)
	}
}

func TestDispositionsAreRefusedWithTheReason(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		id := s.campaign(w.Dialler, 1)
		s.until("the call", func() bool { return s.world.Stats().Lines == 1 })
		call := s.attempts(id)[0].Attempt.Call.ID
		for name, c := range map[string]struct {
			call        outdial.ID
			disposition attempt.Disposition
			want        error
		}{
			"an unknown call":       {outdial.ID{1}, sold, ports.ErrNotFound},
			"no code":               {call, attempt.Disposition{}, attempt.ErrDisposition},
			"never and again":       {call, attempt.Disposition{Code: "x", DoNotCall: true, CallbackAt: time.Now()}, attempt.ErrDisposition},
			"before it is answered": {call, sold, &attempt.IllegalMoveError{}},
		} {
			err := w.Dispose(s.ctx, c.call, c.disposition)
			if illegal := (*attempt.IllegalMoveError)(nil); errors.As(c.want, &illegal) {
				if !errors.As(err, &illegal) {
					t.Errorf("%s: %v, want an illegal move", name, err)
				}
			} else if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		s.untilStatus(id, campaign.Completed)
		if err := w.Dispose(s.ctx, call, sold); !errors.Is(err, ports.ErrLate) {
			t.Errorf("a disposition after the end: %v, want ErrLate", err)
		}
	})
}

func TestCallbackThatIsNotPendingCannotBeCancelled(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		clerk := s.clerk()
		id := s.campaign(clerk, 1)
		illegal := (*attempt.IllegalMoveError)(nil)
		if err := clerk.CancelCallback(s.ctx, s.attempts(id)[0].Attempt.Contact); !errors.As(err, &illegal) {
			t.Errorf("cancelling returned %v, want an illegal move", err)
		}
		if err := clerk.CancelCallback(s.ctx, outdial.ID{1}); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("an unknown contact: %v, want ErrNotFound", err)
		}
	})
}
