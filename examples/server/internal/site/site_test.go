package site

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func TestDemoRunsASampleCampaignToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, log := build(t, "--demo-speed 600")
		s.Start()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		c := must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), id))
		if c.Status != campaign.Completed || c.Run.EndReason != campaign.EndFinished {
			t.Errorf("it is %s: %s", c.Status, c.Run.EndReason)
		}
		m := figures(t, s, id)
		if m.TotalCalls != sampleContacts || m.Remaining != 0 || m.Lines != 0 || m.AbandonedCalls != 0 {
			t.Errorf("%d contacts, %d remain, %d lines, %d abandoned", m.TotalCalls, m.Remaining, m.Lines, m.AbandonedCalls)
		}
		if m.CompletedCount == 0 || m.FailedCount == 0 || m.MachineDetected == 0 || m.CallbackCompleted == 0 || m.Conversations == 0 {
			t.Errorf("there is little to see: %+v", m)
		}
		pass(2 * lookEvery)
		stop(t, s)
		if n := strings.Count(log.String(), `"a campaign is over"`); n != 1 {
			t.Errorf("%d closing lines in the log:\n%s", n, log)
		}
		for _, want := range []string{"total_calls=2000", "completed_count=", "end_reason=finished", "attempt_answer_rate=0."} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("no %s in the log:\n%s", want, log)
			}
		}
	})
}

func TestSampleTakesSomeMinutesAtTheSpeedItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "")
		s.Start()
		began := time.Now()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		must[campaign.Campaign](t)(s.Dialler.Wait(t.Context(), id))
		if took := time.Since(began); took < time.Minute || took > 10*time.Minute {
			t.Errorf("it took %s", took)
		}
		stop(t, s)
	})
}

func TestShutdownWaitsForCallsAndTellsWhatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, log := build(t, "")
		s.Start()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(10 * time.Second)
		if m := figures(t, s, id); m.Lines == 0 {
			t.Error("nothing is up to wait for")
		}
		stop(t, s)
		m := figures(t, s, id)
		if m.Lines != 0 || m.States[attempt.StateLeased] != 0 || m.Remaining == 0 || m.Outcomes[attempt.OutcomeUnknown] != 0 {
			t.Errorf("%d lines, %d leased, %d remain, %d unknown", m.Lines, m.States[attempt.StateLeased], m.Remaining, m.Outcomes[attempt.OutcomeUnknown])
		}
		if !strings.Contains(log.String(), "a campaign is lost with the process") {
			t.Errorf("the log:\n%s", log)
		}
	})
}

func TestShutdownHandsOverWhenPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "--demo-speed 1")
		s.Start()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(time.Minute)
		patience, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Shutdown(patience); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "nobody goes on with them") {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-s.Ended(); err != nil {
			t.Errorf("the dialler ended with %v", err)
		}
		if m := figures(t, s, id); m.Lines == 0 {
			t.Error("the calls were not left up")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseAloneEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "")
		s.Start()
		must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(time.Second)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-s.Ended(); !errors.Is(err, context.Canceled) {
			t.Errorf("the dialler ended with %v", err)
		}
	})
}

func TestClosingFiguresWaitForTheCallsThatAreUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, log := build(t, "--demo-speed 1")
		s.Start()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(time.Minute)
		if err := s.Dialler.StopDraining(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		pass(2 * lookEvery)
		if m := figures(t, s, id); m.Lines == 0 || strings.Contains(log.String(), "a campaign is over") {
			t.Errorf("%d lines are up, and the log is\n%s", m.Lines, log)
		}
		s.Demo.SetSpeed(600)
		pass(time.Minute)
		if n := strings.Count(log.String(), "a campaign is over"); n != 1 {
			t.Errorf("%d closing lines in the log:\n%s", n, log)
		}
		stop(t, s)
	})
}

// away is a store that cannot be reached.
type away struct{ ports.Store }

func (away) Campaign(context.Context, ports.ID) (campaign.Campaign, error) {
	return campaign.Campaign{}, ports.ErrUnavailable
}

func TestASiteHasTheCampaignsOfItsStore(t *testing.T) {
	s, _ := build(t, "")
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	id := must[campaign.ID](t)(s.Demo.Sample(t.Context())).String()
	another := "0" + id[1:8] + "-0000-4000-8000-000000000000"
	for address, want := range map[string]bool{id: true, strings.ToUpper(id): true, another: false, "nobody": false, "": false, "{" + id + "}": false} {
		if got := s.Has(t.Context(), address); got != want {
			t.Errorf("it has %q: %v", address, got)
		}
	}
	s.Dialler = must[*outdial.Dialler](t)(outdial.New(outdial.Config{Store: away{s.Store}}))
	if !s.Has(t.Context(), another) {
		t.Error("it has not got what nobody can tell of")
	}
}

func TestEveryRunIsLoggedOnceHoweverSoonItIsRestarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, log := build(t, "")
		c := newClosings(s.Store, s.now, s.log)
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		for _, act := range []func() error{
			func() error { return s.Dialler.Stop(t.Context(), id) },
			func() error { return s.Dialler.Restart(t.Context(), id, campaign.All) },
			func() error { return s.Dialler.Start(t.Context(), id) },
			func() error { return s.Dialler.Stop(t.Context(), id) },
		} {
			if err := act(); err != nil {
				t.Fatal(err)
			}
		}
		c.look(t.Context())
		c.look(t.Context())
		c.last(t.Context())
		for part, want := range map[string]int{`"a run is over"`: 1, `"a campaign is over"`: 1, "run=1": 1, "run=2": 1, "manual_stopped_count=2000": 2, "is lost": 0} {
			if n := strings.Count(log.String(), part); n != want {
				t.Errorf("%s comes %d times, want %d:\n%s", part, n, want, log)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
