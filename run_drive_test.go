package outdial_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

// driven is a desk whose dialler is to be driven in a world.
func driven(t *testing.T, cfg simulated.Config) (*site, *outdial.Dialler) {
	t.Helper()
	s, _ := desk(t)
	s.world = simulated.New(cfg)
	return s, s.clerk(func(c *outdial.Config) { c.Telephony, c.Clock = s.world.Connect(), s.world.Clock() })
}

func TestDriveReturnsWhenNothingIsLeftToHappen(t *testing.T) {
	s, d := driven(t, simulated.Config{Carrier: always(talks(time.Minute))})
	id := s.campaign(d, 2)
	s.must(outdial.Drive(s.ctx, d, s.world))
	s.wantStates(id, "completed completed")
	if got := s.world.Now().Sub(simulated.DefaultStart); got > 2*time.Minute {
		t.Errorf("it went on for %v", got)
	}
}

func TestDriveMayBeCalledAgain(t *testing.T) {
	s, d := driven(t, simulated.Config{Carrier: always(talks(time.Minute))})
	id := s.draft(d, 1)
	s.must(outdial.Drive(s.ctx, d, s.world))
	s.wantStates(id, "pending")
	s.must(d.Start(s.ctx, id))
	s.must(d.Pause(s.ctx, id))
	s.must(outdial.Drive(s.ctx, d, s.world))
	s.wantStates(id, "pending")
	s.must(d.Resume(s.ctx, id))
	s.must(outdial.Drive(s.ctx, d, s.world))
	s.wantStates(id, "completed")
}

func TestDriveEndsWithItsContext(t *testing.T) {
	s, d := driven(t, simulated.Config{Carrier: always(talks(time.Hour))})
	id := s.campaign(d, 1)
	ctx, cancel := context.WithCancel(s.ctx)
	s.world.At(s.world.Now().Add(time.Minute), cancel)
	if err := outdial.Drive(ctx, d, s.world); !errors.Is(err, context.Canceled) {
		t.Errorf("Drive returned %v, want the context's error", err)
	}
	s.wantStates(id, "in_progress")
}

func TestDriveFinishesWhatAShutdownLeaves(t *testing.T) {
	s, d := driven(t, simulated.Config{Carrier: always(talks(time.Hour))})
	id := s.campaign(d, 2, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })
	s.world.At(s.world.Now().Add(time.Minute), func() { s.must(d.Shutdown(s.ctx)) })
	s.must(outdial.Drive(s.ctx, d, s.world))
	s.wantStates(id, "completed pending")
}

func TestDriveNeedsASwitchThatCanBePolled(t *testing.T) {
	s, d := desk(t)
	for name, d := range map[string]*outdial.Dialler{
		"no switch":             d,
		"a switch that is real": s.clerk(func(c *outdial.Config) { c.Telephony = newScript() }),
	} {
		if err := outdial.Drive(s.ctx, d, s.world); !errors.Is(err, outdial.ErrNoPoller) {
			t.Errorf("%s: %v, want ErrNoPoller", name, err)
		}
	}
}

func TestCommandsMayComeFromElsewhereWhileItIsDriven(t *testing.T) {
	s, d := driven(t, simulated.Config{Carrier: always(talks(time.Minute))})
	id := s.campaign(d, 300)
	var asking sync.WaitGroup
	asking.Go(func() {
		for range 200 {
			_ = d.Pause(s.ctx, id)
			_, _ = d.Explain(s.ctx, id)
			_ = d.Resume(s.ctx, id)
		}
	})
	s.must(outdial.Drive(s.ctx, d, s.world))
	asking.Wait()
	s.must(outdial.Drive(s.ctx, d, s.world)) // what is left, if it was paused then
	if m, err := d.Metrics(s.ctx, id, 0); err != nil || m.CompletedCount != 300 {
		t.Errorf("%d of 300 completed, %v", m.CompletedCount, err)
	}
}
