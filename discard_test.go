package outdial_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

func TestADiscardedDraftIsNeverDialled(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		clerk := s.clerk()
		id := s.draft(w.Dialler, 3)
		at := time.Now()
		s.must(clerk.Discard(s.ctx, id))
		s.wantStates(id, "manual_stopped manual_stopped manual_stopped")
		time.Sleep(time.Hour)
		s.wantStates(id, "manual_stopped manual_stopped manual_stopped")
		if n := s.world.Stats().Originated; n != 0 || len(s.calls(id)) != 0 {
			t.Errorf("%d calls were placed, %d are on record", n, len(s.calls(id)))
		}
		c, err := clerk.Campaign(s.ctx, id)
		s.must(err)
		if c.Status != campaign.Completed || c.Run.EndReason != campaign.EndStopped || !c.Run.Started.IsZero() || !c.Run.Ended.Equal(at) {
			t.Errorf("it is %s: %+v", c.Status, c.Run)
		}
	})
}

func TestADiscardedDraftIsWaitedFor(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	s.must(d.Discard(s.ctx, id))
	c, err := d.Wait(s.ctx, id)
	s.must(err)
	if c.Status != campaign.Completed {
		t.Errorf("it is %s", c.Status)
	}
}

// A restart makes a draft beside calls that are still up: those that drain go on
// to their end, those that were to be hung up are.
func TestDiscardLeavesTheCallsOfTheOldRunAlone(t *testing.T) {
	for name, c := range map[string]struct {
		stop  func(*outdial.Dialler, *site, outdial.ID) error
		talks time.Duration
	}{
		"drained": {func(d *outdial.Dialler, s *site, id outdial.ID) error { return d.StopDraining(s.ctx, id) }, time.Hour},
		"stopped": {func(d *outdial.Dialler, s *site, id outdial.ID) error { return d.Stop(s.ctx, id) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
				_, clerk, id := s.elsewhere(2)
				s.must(c.stop(clerk, s, id))
				s.must(clerk.Restart(s.ctx, id, campaign.All))
				s.must(clerk.Discard(s.ctx, id))
				time.Sleep(2 * time.Hour)
				s.wantStates(id, "manual_stopped manual_stopped")
				var talked []time.Duration
				for row, err := range clerk.Report(s.ctx, id, 1) {
					s.must(err)
					if row.Call != nil {
						talked = append(talked, row.Call.Talk().Truncate(time.Minute))
					}
				}
				if diff := cmp.Diff([]time.Duration{c.talks}, talked); diff != "" {
					t.Errorf("the old run's conversations (-want +got):\n%s", diff)
				}
			})
		})
	}
}
