package site

import (
	"context"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// asked is a store that counts whose attempts are read.
type asked struct {
	ports.Store
	attempts map[campaign.ID]int
}

func (s *asked) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	s.attempts[f.Campaign]++
	return s.Store.Attempts(ctx, f)
}

// resumed is when the demo would begin on the site's store, and whose attempts
// are read for it.
func resumed(t *testing.T, s *Site) (time.Time, map[campaign.ID]int) {
	t.Helper()
	store := &asked{s.Store, map[campaign.ID]int{}}
	return must[time.Time](t)(startOf(t.Context(), store)), store.attempts
}

func TestDemosTimeDoesNotGoBack(t *testing.T) {
	for name, then := range map[string]func(*testing.T, *Site, campaign.ID){
		"its campaign runs": func(*testing.T, *Site, campaign.ID) {},
		"its campaign is over": func(t *testing.T, s *Site, id campaign.ID) {
			must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), id))
		},
		"its last calls came after the stop": func(t *testing.T, s *Site, id campaign.ID) {
			if err := s.Dialler.StopDraining(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			pass(time.Second) // ten minutes
		},
		"a campaign that called nobody was stopped last": func(t *testing.T, s *Site, id campaign.ID) {
			spec := campaign.Defaults()
			spec.Name, spec.Destination = "nobody", "1000"
			nobody := must[campaign.Campaign](t)(s.Dialler.Create(t.Context(), spec)).ID
			must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), id))
			pass(10 * time.Second) // more than an hour and a half
			for _, act := range []func(context.Context, campaign.ID) error{s.Dialler.Start, s.Dialler.Stop} {
				if err := act(t.Context(), nobody); err != nil {
					t.Fatal(err)
				}
			}
		},
		"its campaign is over and a draft again": func(t *testing.T, s *Site, id campaign.ID) {
			must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), id))
			if err := s.Dialler.Restart(t.Context(), id, campaign.All); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := build(t, "--demo-speed 600")
				s.Start()
				id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
				pass(5 * time.Second)
				then(t, s, id)
				stopped := s.Now()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				start, _ := resumed(t, s)
				if behind := stopped.Sub(start); behind < 0 || behind > 10*time.Minute || !start.After(time.Now()) {
					t.Errorf("it was stopped at %s and would begin at %s", stopped, start)
				}
				last := time.Time{}
				for row, err := range s.Store.Report(t.Context(), id, 1) {
					if err != nil {
						t.Fatal(err)
					}
					if row.Call != nil && row.Call.EndedAt.After(last) {
						last = row.Call.EndedAt
					}
				}
				if last.IsZero() || last.After(start) {
					t.Errorf("a call ended at %s, and it would begin at %s", last, start)
				}
			})
		})
	}
}

func TestDemosBeginningReadsNoAttemptsInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "--demo-speed 600")
		s.Start()
		over := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), over))
		draft := must[campaign.Campaign](t)(s.Dialler.Clone(t.Context(), over, "a draft", true)).ID
		pass(10 * time.Second) // more than an hour and a half
		runs := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(time.Second)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, read := resumed(t, s); read[runs] != 1 || read[draft] != 0 || read[over] != 0 {
			t.Errorf("attempts are read of the draft %d times, of what is over %d times, of what runs %d times", read[draft], read[over], read[runs])
		}
	})
}

func TestADemoThatGoesOnSaysWhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, log := build(t, "--demo-speed 600")
		if strings.Contains(log.String(), "goes on") {
			t.Errorf("a new one says %s", log)
		}
		s.Start()
		must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(5 * time.Second)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		start := must[time.Time](t)(s.beginning(t.Context()))
		if !strings.Contains(log.String(), "the demo's time goes on") || !start.After(time.Now()) {
			t.Errorf("it begins at %s and says %s", start, log)
		}
	})
}
