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
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// limitCase is how a campaign comes to be held up by a limit.
type limitCase struct {
	want    pacing.Limit
	cfg     simulated.Config
	arrange func(s *site) (*outdial.Dialler, outdial.ID)
	// why is what the sentence says beyond the limit's own.
	why string
	// until, if not 0, is how long the limit is known to hold.
	until time.Duration
	// wait is how long to wait before asking.
	wait time.Duration
}

// plain is a worker that runs, with a campaign of n contacts.
func plain(n int, edits ...func(*campaign.Spec)) func(s *site) (*outdial.Dialler, outdial.ID) {
	return func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running()
		return w.Dialler, s.campaign(w.Dialler, n, edits...)
	}
}

// onTrunk is the same on a trunk with limits of its own.
func onTrunk(t outdial.Trunk) func(s *site) (*outdial.Dialler, outdial.ID) {
	return func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running(func(c *outdial.Config) { c.Trunks = []outdial.Trunk{t} })
		return w.Dialler, s.campaign(w.Dialler, 2, func(spec *campaign.Spec) { spec.Trunk = t.Name })
	}
}

func byDay(spec *campaign.Spec) {
	spec.Windows = []campaign.Window{{From: campaign.At(9, 0), To: campaign.At(17, 0)}}
}

var limitCases = map[string]limitCase{
	"a draft": {want: pacing.LimitDraft, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running()
		return w.Dialler, s.draft(w.Dialler, 1)
	}},
	"no contacts": {want: pacing.LimitEmpty, arrange: plain(0)},
	"paused": {want: pacing.LimitPaused, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d, id := plain(1)(s)
		s.must(d.Pause(s.ctx, id))
		return d, id
	}},
	"completed": {want: pacing.LimitCompleted, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d, id := plain(1)(s)
		s.must(d.Stop(s.ctx, id))
		return d, id
	}},
	"failed": {want: pacing.LimitFailed, why: ": no switch", arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d, id := plain(1)(s)
		fail(s, d, id)
		return d, id
	}},
	"at night": {want: pacing.LimitWindow, arrange: plain(1, byDay), until: 9 * time.Hour}, // a bubble begins at midnight
	"a contact for later": {want: pacing.LimitNotDue, until: time.Hour, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running()
		id := s.draft(w.Dialler, 0)
		_, err := w.AddContacts(s.ctx, id, campaign.Contact{Address: "1", NotBefore: time.Now().Add(time.Hour)})
		s.must(err)
		s.must(w.Start(s.ctx, id))
		return w.Dialler, id
	}},
	"one agent for two": {want: pacing.LimitAgents, cfg: simulated.Config{Agents: simulated.Agents{Count: 1}},
		arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
			w := s.running(func(c *outdial.Config) { c.Agents = s.world.Agents() })
			return w.Dialler, s.campaign(w.Dialler, 2)
		}},
	"one line for two": {want: pacing.LimitConcurrent, arrange: plain(2, func(spec *campaign.Spec) { spec.MaxConcurrent = 1 })},
	"one call a second": {want: pacing.LimitRate, until: time.Second, wait: 300 * time.Millisecond,
		arrange: plain(2, func(spec *campaign.Spec) { spec.CallsPerSecond = 1 })},
	"a trunk of one line": {want: pacing.LimitTrunkLines, arrange: onTrunk(outdial.Trunk{Name: "north", Lines: 1})},
	"a trunk of one call a second": {want: pacing.LimitTrunkRate, until: time.Second, wait: 300 * time.Millisecond,
		arrange: onTrunk(outdial.Trunk{Name: "north", CallsPerSecond: 1})},
	"a worker that lacks the trunk": {want: pacing.LimitNoTrunk, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running()
		clerk := s.clerk(func(c *outdial.Config) { c.Trunks = []outdial.Trunk{{Name: "north"}} })
		return w.Dialler, s.campaign(clerk, 1, func(spec *campaign.Spec) { spec.Trunk = "north" })
	}},
	"a switch where one may ring": {want: pacing.LimitRinging, arrange: plain(2),
		cfg: simulated.Config{Limits: ports.Limits{Ringing: 1}}},
	"a switch of one call a second": {want: pacing.LimitSwitchRate, arrange: plain(2), until: time.Second, wait: 300 * time.Millisecond,
		cfg: simulated.Config{Limits: ports.Limits{PerSecond: 1}}},
	"a switch that takes no call": {want: pacing.LimitSwitchBusy, arrange: plain(1), until: 500 * time.Millisecond,
		cfg: simulated.Config{Faults: simulated.Faults{Busy: 1}}},
	"a switch that is away": {want: pacing.LimitSwitchDown, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running()
		w.phone.Down("the cable is cut")
		synctest.Wait()
		return w.Dialler, s.campaign(w.Dialler, 1)
	}},
	"a call of the run before": {want: pacing.LimitPreviousRun, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d, id := plain(1)(s)
		s.until("the call", func() bool { return s.world.Stats().Talking == 1 })
		s.must(d.StopDraining(s.ctx, id))
		s.must(d.Restart(s.ctx, id, campaign.All))
		s.must(d.Start(s.ctx, id))
		return d, id
	}, wait: 10 * time.Second},
	"the last call": {want: pacing.LimitFinishing, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d, id := plain(1)(s)
		s.until("the call", func() bool { return s.world.Stats().Talking == 1 })
		return d, id
	}},
	"a heartbeat that is not heard": {want: pacing.LimitTrust, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		s.trouble().fail("Beat")
		return plain(1)(s)
	}},
	"a store that leases nothing": {want: pacing.LimitStore, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		s.trouble().fail("Lease")
		return plain(1)(s)
	}, wait: 100 * time.Millisecond}, // between two tries
	"a lease on its way": {want: pacing.LimitNone, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		s.trouble().hold("Lease")
		return plain(1)(s)
	}},
	"a worker that ends its work": {want: pacing.LimitShutdown, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		w, id := s.inTalk()
		go func() { _ = w.Shutdown(s.ctx) }()
		return w.Dialler, id
	}},
	"nobody who dials": {want: pacing.LimitNoWorker, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d := s.clerk()
		return d, s.campaign(d, 1)
	}},
	"a worker that has ended its work": {want: pacing.LimitNoWorker, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		d, id := plain(1, byDay)(s)
		synctest.Wait()
		s.must(d.Shutdown(s.ctx))
		return d, id
	}},
	"a worker whose context was cancelled": {want: pacing.LimitNoWorker, arrange: func(s *site) (*outdial.Dialler, outdial.ID) {
		w := s.running()
		id := s.campaign(w.Dialler, 1, byDay)
		synctest.Wait()
		w.cancel()
		return w.Dialler, id
	}},
}

func TestExplainNamesWhatLimitsACampaign(t *testing.T) {
	for name, c := range limitCases {
		t.Run(name, func(t *testing.T) {
			c.cfg.Carrier = always(talks(time.Hour))
			inBubble(t, c.cfg, func(s *site) {
				t0 := time.Now()
				d, id := c.arrange(s)
				time.Sleep(c.wait)
				synctest.Wait()
				x, err := d.Explain(s.ctx, id)
				s.must(err)
				if x.Limit != c.want || x.Sentence != pacing.Limits()[c.want]+c.why {
					t.Errorf("the limit is %s (%s), want %s", x.Limit, x.Sentence, c.want)
				}
				if want := t0.Add(c.until); c.until > 0 && !x.Until.Equal(want) {
					t.Errorf("it holds until %v, want %v", x.Until, want)
				}
				if c.until == 0 && !x.Until.IsZero() && c.want != pacing.LimitPreviousRun {
					t.Errorf("it holds until %v, want that nobody knows", x.Until)
				}
			})
		})
	}
}

func TestEveryLimitHasACase(t *testing.T) {
	for l := range pacing.Limits() {
		found := false
		for _, c := range limitCases {
			found = found || c.want == l
		}
		if !found {
			t.Errorf("no case leads to %s", l)
		}
	}
}

func TestExplainOfAnUnknownCampaignSaysSo(t *testing.T) {
	s, d := desk(t)
	if _, err := d.Explain(s.ctx, outdial.ID{1}); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestExplainEndsWithItsContext(t *testing.T) {
	s, d := desk(t)
	ctx, cancel := context.WithCancel(s.ctx)
	id := s.draft(d, 1)
	cancel()
	if _, err := d.Explain(ctx, id); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
