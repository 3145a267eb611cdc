package outdial_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
)

// aBeat is longer than workers take to tell the store what they decided.
const aBeat = 2 * time.Second

func TestExplainElsewhereSaysWhatTheWorkerDecided(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
		w, clerk := s.running(), s.clerk()
		id := s.campaign(w.Dialler, 3, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })
		t0 := time.Now()
		time.Sleep(time.Minute)
		x, err := clerk.Explain(s.ctx, id)
		s.must(err)
		if x.Campaign != id || x.Status != campaign.Running || x.Limit != pacing.LimitConcurrent {
			t.Errorf("it says %+v, want max_concurrent of a running campaign", x)
		}
		if x.Lines != 1 || x.Waiting != 2 || x.Workers != 1 {
			t.Errorf("%d lines, %d waiting, %d workers; want 1, 2 and 1", x.Lines, x.Waiting, x.Workers)
		}
		if d := x.Since.Sub(t0); d < 0 || d > time.Second {
			t.Errorf("it binds since %v, want since the dial at %v", x.Since, t0)
		}
	})
}

func TestExplainDoesNotMissAWorkerThatHasNotSpokenYet(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
		w, clerk := s.running(), s.clerk()
		synctest.Wait()
		id := s.draft(w.Dialler, 2, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })
		step := func(do func() error) {
			s.must(do())
			s.wantLimit(clerk, id, pacing.LimitStore) // not that nobody works, nor what was true before
			time.Sleep(aBeat)
			s.wantLimit(clerk, id, pacing.LimitConcurrent)
		}
		step(func() error { return clerk.Start(s.ctx, id) })
		s.must(clerk.Pause(s.ctx, id))
		time.Sleep(aBeat)
		step(func() error { return clerk.Resume(s.ctx, id) })
	})
}

func TestExplainSeesThatAWorkerHasDied(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
		clerk := s.clerk()
		heart := s.trouble()
		w := s.running()
		id := s.campaign(w.Dialler, 2, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })
		time.Sleep(aBeat)
		heart.fail("Beat")
		for _, seen := range []struct {
			after time.Duration
			want  pacing.Limit
		}{
			{0, pacing.LimitConcurrent},
			{14 * time.Second, pacing.LimitConcurrent}, // the time-out is 15 s from when it was first seen
			{time.Second, pacing.LimitNoWorker},
			{time.Hour, pacing.LimitNoWorker},
		} {
			time.Sleep(seen.after)
			s.wantLimit(clerk, id, seen.want)
		}
		heart.fail()
		time.Sleep(2 * aBeat)
		s.wantLimit(clerk, id, pacing.LimitConcurrent) // it was only slow
	})
}

func TestExplainSeesThatAWorkerHasLeft(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		w, clerk := s.running(), s.clerk()
		id := s.campaign(w.Dialler, 1, byDay)
		time.Sleep(aBeat)
		s.wantLimit(clerk, id, pacing.LimitWindow)
		s.must(w.Shutdown(s.ctx))
		s.wantLimit(clerk, id, pacing.LimitNoWorker)
	})
}

func TestExplainBetweenDrivesIsOfTheCampaignAsItStands(t *testing.T) {
	s, _ := desk(t)
	world := simulated.New(simulated.Config{Carrier: always(talks(time.Minute))})
	d := s.clerk(func(c *outdial.Config) { c.Telephony, c.Clock = world.Connect(), world.Clock() })
	id := s.draft(d, 0)
	s.must(outdial.Drive(s.ctx, d, world))
	s.must(d.Start(s.ctx, id))
	if x, err := d.Explain(s.ctx, id); err != nil || x.Limit == pacing.LimitDraft {
		t.Errorf("a started campaign is held up by %s, %v", x.Limit, err)
	}
	s.must(outdial.Drive(s.ctx, d, world))
	s.wantLimit(d, id, pacing.LimitEmpty)
}

func TestExplainAfterALastDriveSaysThatNobodyWorks(t *testing.T) {
	s, _ := desk(t)
	world := simulated.New(simulated.Config{})
	d := s.clerk(func(c *outdial.Config) { c.Telephony, c.Clock = world.Connect(), world.Clock() })
	id := s.campaign(d, 0)
	s.must(outdial.Drive(s.ctx, d, world))
	s.must(d.Shutdown(s.ctx))
	s.must(outdial.Drive(s.ctx, d, world))
	s.wantLimit(d, id, pacing.LimitNoWorker)
}
