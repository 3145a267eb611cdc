package outdial_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func TestWaitReturnsTheCampaignOnceItHasEnded(t *testing.T) {
	for _, end := range []campaign.Status{campaign.Completed, campaign.Failed} {
		inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
			w := s.running()
			id := s.campaign(w.Dialler, 1)
			if end == campaign.Failed {
				fail(s, w.Dialler, id)
			}
			c, err := s.clerk().Wait(s.ctx, id)
			if err != nil || c.Status != end || c.ID != id {
				t.Errorf("got %s, %v; want %s", c.Status, err, end)
			}
		})
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		d := s.clerk()
		id := s.draft(d, 1)
		ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
		defer cancel()
		if _, err := d.Wait(ctx, id); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		if _, err := d.Wait(s.ctx, outdial.ID{1}); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("an unknown campaign: %v, want ErrNotFound", err)
		}
	})
}
