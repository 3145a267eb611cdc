package outdial_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

// taken empties a subscription's channel as far as it is filled.
func taken(sub *outdial.Subscription) (all []outdial.Event) {
	for {
		select {
		case ev, open := <-sub.C:
			if !open {
				return all
			}
			all = append(all, ev)
		default:
			return all
		}
	}
}

// told says an event in a few words.
func told(ev *outdial.Event) string {
	switch ev.Kind {
	case outdial.CampaignChanged:
		return "campaign " + string(ev.Status)
	case outdial.AttemptMoved:
		return fmt.Sprintf("%s to %s", ev.From, ev.To)
	case outdial.CallEnded:
		return "call " + ev.Call.Outcome.String()
	case outdial.LimitChanged:
		return "limit " + string(ev.Limit)
	}
	return "?"
}

func TestSubscriberHearsACampaignsWholeStory(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		id := s.draft(w.Dialler, 1)
		synctest.Wait()
		sub := w.Subscribe(100)
		defer sub.Close()
		t0 := time.Now()
		s.must(w.Start(s.ctx, id))
		s.untilStatus(id, campaign.Completed)
		synctest.Wait()

		var story []string
		for _, ev := range taken(sub) {
			if ev.Campaign != id || ev.Run != 1 {
				t.Errorf("%s is about campaign %s, run %d", told(&ev), ev.Campaign, ev.Run)
			}
			if ev.Kind != outdial.LimitChanged {
				story = append(story, fmt.Sprintf("%v %s", ev.At.Sub(t0).Round(time.Second), told(&ev)))
			}
		}
		want := []string{
			"0s campaign running", "0s leased to dialling", "1s dialling to ringing",
			"3s ringing to attaching", "3s attaching to in_progress", "1m3s in_progress to completed", "1m3s call answered",
			"1m3s campaign completed",
		}
		if !slices.Equal(story, want) {
			t.Errorf("heard\n%s\nwant\n%s", strings.Join(story, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestSubscriberHearsWhatLimitsACampaign(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		id := s.draft(w.Dialler, 2, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })
		synctest.Wait()
		sub := w.Subscribe(100)
		defer sub.Close()
		s.must(w.Start(s.ctx, id))
		s.until("the first call", func() bool { return s.world.Stats().Lines == 1 })
		var limits []string
		for _, ev := range taken(sub) {
			if ev.Kind == outdial.LimitChanged {
				limits = append(limits, string(ev.Limit))
			}
		}
		if want := []string{"none", "max_concurrent"}; !slices.Equal(limits, want) {
			t.Errorf("heard of %v, want %v", limits, want)
		}
	})
}

func TestSlowSubscriberLosesEventsAndIsToldHowMany(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		quick, slow := w.Subscribe(1000), w.Subscribe(3)
		defer quick.Close()
		defer slow.Close()
		id := s.campaign(w.Dialler, 5)
		s.untilStatus(id, campaign.Completed) // nobody takes an event, and nobody waits
		synctest.Wait()

		all, kept := len(taken(quick)), len(taken(slow))
		if kept != 3 {
			t.Errorf("%d events were kept, want 3", kept)
		}
		if lost := w.Dropped(); lost != slow.Dropped() {
			t.Errorf("the dialler counts %d lost events, the slow subscriber %d", lost, slow.Dropped())
		}
		if quick.Dropped() != 0 || slow.Dropped() != uint64(all-kept) {
			t.Errorf("of %d events %d and %d are said to be lost, want 0 and %d",
				all, quick.Dropped(), slow.Dropped(), all-kept)
		}
	})
}

func TestSubscriptionKeepsAtLeastOneEvent(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		w := s.running()
		sub := w.Subscribe(0)
		defer sub.Close()
		s.draft(w.Dialler, 1)
		synctest.Wait()
		if n := len(taken(sub)); n != 1 {
			t.Errorf("%d events were kept, want 1", n)
		}
	})
}

func TestSubscriptionIsClosedOnceHoweverOftenItIsAsked(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		w := s.running()
		sub := w.Subscribe(10)
		sub.Close()
		sub.Close()
		if _, open := <-sub.C; open {
			t.Error("its channel is open")
		}
		s.draft(w.Dialler, 1)
		synctest.Wait() // nobody writes to a closed channel
		s.must(w.Shutdown(s.ctx))
		sub.Close()
	})
}

func TestSubscriptionEndsWithTheRun(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running()
		sub := w.Subscribe(1000)
		s.campaign(w.Dialler, 1)
		for ev := range sub.C {
			if told(&ev) == "campaign completed" {
				break
			}
		}
		s.must(w.Shutdown(s.ctx))
		for ev := range sub.C { // it ends
			if got := told(&ev); !strings.HasPrefix(got, "limit ") {
				t.Errorf("after the end of the campaign it tells %s", got)
			}
		}
		sub.Close()
	})
}

func TestSubscriptionAfterTheEndIsClosed(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		w := s.running()
		synctest.Wait()
		s.must(w.Shutdown(s.ctx))
		sub := w.Subscribe(10)
		if _, open := <-sub.C; open {
			t.Error("its channel is open")
		}
		sub.Close()
	})
}

func TestSubscribersMayComeAndGoWhileEventsCome(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Second))}, func(s *site) {
		w := s.running()
		id := s.campaign(w.Dialler, 100)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 50 {
					sub := w.Subscribe(1)
					time.Sleep(100 * time.Millisecond)
					sub.Close()
				}
			})
		}
		all.Wait()
		s.untilStatus(id, campaign.Completed)
	})
}
