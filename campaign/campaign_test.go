package campaign_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// after is a new campaign after events, each of which has to be allowed.
func after(t testing.TB, spec campaign.Spec, events ...campaign.Event) campaign.Campaign {
	t.Helper()
	c := campaign.New(id, spec, t0)
	for _, e := range events {
		var err error
		if c, err = campaign.Next(c, e); err != nil {
			t.Fatalf("%s: %v", e.Action, err)
		}
	}
	return c
}

// do is an action at so many seconds.
func do(a campaign.Action, s int) campaign.Event { return campaign.Event{Action: a, At: sec(s)} }

func TestANewCampaignIsADraftInItsFirstRun(t *testing.T) {
	c := campaign.New(id, named(), t0)
	same(t, "campaign", c, campaign.Campaign{
		ID: id, Spec: named(), Status: campaign.Draft, Created: t0, Version: 1, Run: campaign.Run{Number: 1, Scope: campaign.All},
	}, cmpopts.EquateEmpty())
}

func TestANewCampaignKeepsASpecOfItsOwn(t *testing.T) {
	spec := named()
	spec.Gateways = []string{"trunk"}
	spec.RetryRules = rule(attempt.OutcomeBusy, campaign.RetryRule{Max: 1})
	c := campaign.New(id, spec, t0)
	spec.Gateways[0] = "other"
	spec.RetryRules[attempt.OutcomeBusy] = campaign.RetryRule{Max: 9}
	same(t, "gateways", c.Spec.Gateways, []string{"trunk"})
	same(t, "maximum", c.Spec.RetryRules[attempt.OutcomeBusy].Max, 1)
}

func TestStartedIsTheFirstStart(t *testing.T) {
	c := after(t, named(), do(campaign.Start, 10), do(campaign.Pause, 20), do(campaign.Start, 50))
	same(t, "started", c.Run.Started, sec(10))
	same(t, "running since", c.Run.RunningSince, sec(50))
}

func TestRunningTimeLeavesOutPauses(t *testing.T) {
	c := after(t, named(),
		do(campaign.Start, 10), do(campaign.Pause, 40), do(campaign.Resume, 100), do(campaign.Pause, 105), do(campaign.Start, 200))
	for at, want := range map[int]int{200: 35, 230: 65, 300: 135} {
		same(t, "running time", c.Run.Running(sec(at)), time.Duration(want)*time.Second)
	}
}

func TestRunningTimeStandsStill(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []campaign.Event
		want   time.Duration
	}{
		{"in a draft", nil, 0},
		{"in a pause", []campaign.Event{do(campaign.Start, 0), do(campaign.Pause, 30)}, 30 * time.Second},
		{"after a stop", []campaign.Event{do(campaign.Start, 0), do(campaign.Stop, 30)}, 30 * time.Second},
		{"after a stop in a pause",
			[]campaign.Event{do(campaign.Start, 0), do(campaign.Pause, 30), do(campaign.Stop, 60)}, 30 * time.Second},
		{"after a finish", []campaign.Event{do(campaign.Start, 0), do(campaign.Finish, 30)}, 30 * time.Second},
		{"after a failure", []campaign.Event{do(campaign.Start, 0), do(campaign.Fail, 30)}, 30 * time.Second},
		{"after a discard", []campaign.Event{do(campaign.Discard, 30)}, 0},
		{"after a restart", []campaign.Event{do(campaign.Start, 0), do(campaign.Stop, 30), do(campaign.Restart, 40)}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := after(t, named(), c.events...).Run
			same(t, "running time", run.Running(sec(1000)), c.want)
			same(t, "wall time of a retry", run.WallTime(c.want+time.Minute), time.Time{})
		})
	}
}

func TestRunningTimeDoesNotGoBackBeforeItsStart(t *testing.T) {
	run := after(t, named(), do(campaign.Start, 0), do(campaign.Pause, 30), do(campaign.Start, 100)).Run
	same(t, "running time", run.Running(sec(90)), 30*time.Second)
}

func TestWallTimeIsWhenARetryIsDue(t *testing.T) {
	run := after(t, named(), do(campaign.Start, 0), do(campaign.Pause, 30), do(campaign.Start, 100)).Run
	at := run.WallTime(330 * time.Second)
	same(t, "wall time", at, sec(400))
	same(t, "its running time", run.Running(at), 330*time.Second)
}

func TestTheEndOfARunIsStored(t *testing.T) {
	start := do(campaign.Start, 0)
	for _, c := range []struct {
		name   string
		events []campaign.Event
		status campaign.Status
		want   campaign.Run
	}{
		{"finished", []campaign.Event{start, do(campaign.Finish, 60)}, campaign.Completed,
			campaign.Run{Ended: sec(60), EndReason: campaign.EndFinished}},
		{"finished in a pause", []campaign.Event{start, do(campaign.Pause, 50), do(campaign.Finish, 60)}, campaign.Completed,
			campaign.Run{Ended: sec(60), EndReason: campaign.EndFinished}},
		{"stopped", []campaign.Event{start, do(campaign.Stop, 60)}, campaign.Completed,
			campaign.Run{Ended: sec(60), EndReason: campaign.EndStopped, Halt: attempt.HaltStop, HaltCalls: attempt.HaltStop, HaltedAt: sec(60)}},
		{"drained", []campaign.Event{start, {Action: campaign.Stop, At: sec(60), Drain: true}}, campaign.Completed,
			campaign.Run{Ended: sec(60), EndReason: campaign.EndStopped, Halt: attempt.HaltDrain, HaltCalls: attempt.HaltDrain, HaltedAt: sec(60)}},
		{"discarded", []campaign.Event{do(campaign.Discard, 60)}, campaign.Completed,
			campaign.Run{Ended: sec(60), EndReason: campaign.EndStopped, Halt: attempt.HaltStop, HaltCalls: attempt.HaltStop, HaltedAt: sec(60)}},
		{"the window has ended, calls go on", []campaign.Event{start, do(campaign.Close, 60)}, campaign.Running,
			campaign.Run{Halt: attempt.HaltClose, HaltCalls: attempt.HaltClose, HaltedAt: sec(60)}},
		{"the window has ended, and the last call", []campaign.Event{start, do(campaign.Close, 60), do(campaign.Finish, 90)},
			campaign.Completed,
			campaign.Run{Ended: sec(90), EndReason: campaign.EndWindow, Halt: attempt.HaltClose, HaltCalls: attempt.HaltClose, HaltedAt: sec(60)}},
		{"the window has ended in a pause", []campaign.Event{start, do(campaign.Pause, 30), do(campaign.Close, 60)}, campaign.Paused,
			campaign.Run{Halt: attempt.HaltClose, HaltCalls: attempt.HaltClose, HaltedAt: sec(60)}},
		{"failed", []campaign.Event{start, {Action: campaign.Fail, At: sec(60), Reason: "GATEWAY_DOWN"}}, campaign.Failed,
			campaign.Run{Ended: sec(60), EndReason: campaign.EndFailed, FailReason: "GATEWAY_DOWN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := after(t, named(), c.events...)
			same(t, "status", got.Status, c.status)
			same(t, "run", got.Run, c.want,
				cmpopts.IgnoreFields(campaign.Run{}, "Number", "Scope", "Started", "Ran", "RunningSince"))
		})
	}
}

func TestOnlyTheFirstDecisionEndsWhatWaits(t *testing.T) {
	c := after(t, named(), do(campaign.Start, 0), do(campaign.Close, 60), do(campaign.Stop, 90))
	same(t, "halt", c.Run.Halt, attempt.HaltClose)
	same(t, "what live calls are told", c.Run.HaltCalls, attempt.HaltStop)
	same(t, "halted at", c.Run.HaltedAt, sec(60))
	same(t, "end reason", c.Run.EndReason, campaign.EndStopped)
}

func TestAFailureLeavesWhatWaitsWaiting(t *testing.T) {
	same(t, "halt", after(t, named(), do(campaign.Start, 0), do(campaign.Fail, 60)).Run.Halt, attempt.HaltNone)
}

func TestADiscardedRunWasNeverStarted(t *testing.T) {
	for name, before := range map[string][]campaign.Event{
		"the first": nil,
		"a later":   {do(campaign.Start, 0), do(campaign.Stop, 60), do(campaign.Restart, 90)},
	} {
		run := after(t, named(), append(before, do(campaign.Discard, 120))...).Run
		same(t, name+" run's start", run.Started, time.Time{})
		same(t, name+" run's end", run.Ended, sec(120))
	}
}

func TestADiscardDoesNotAskForTheHourOrForADrain(t *testing.T) {
	spec := named()
	spec.Date = "2026-03-01" // over
	c := after(t, spec, campaign.Event{Action: campaign.Discard, At: sec(60), Drain: true})
	same(t, "status", c.Status, campaign.Completed)
	same(t, "halt", c.Run.Halt, attempt.HaltStop)
	same(t, "end reason", c.Run.EndReason, campaign.EndStopped)
}

func TestADiscardedCampaignIsRestarted(t *testing.T) {
	c := after(t, named(), do(campaign.Discard, 60), do(campaign.Restart, 90))
	same(t, "status", c.Status, campaign.Draft)
	same(t, "run", c.Run, campaign.Run{Number: 2, Scope: campaign.All})
}

func TestARestartIsAFreshRun(t *testing.T) {
	for _, end := range []campaign.Action{campaign.Stop, campaign.Finish, campaign.Fail} {
		t.Run("after "+string(end), func(t *testing.T) {
			c := after(t, named(), do(campaign.Start, 0), do(end, 60), do(campaign.Restart, 90))
			same(t, "status", c.Status, campaign.Draft)
			same(t, "run", c.Run, campaign.Run{Number: 2, Scope: campaign.All})
			same(t, "identity", c.ID, id)
		})
	}
}

func TestARestartTakesItsScope(t *testing.T) {
	c := after(t, named(), do(campaign.Start, 0), do(campaign.Stop, 60),
		campaign.Event{Action: campaign.Restart, At: sec(90), Scope: campaign.NotCompleted})
	same(t, "scope", c.Run.Scope, campaign.NotCompleted)
}

func TestAnEditReplacesTheSpec(t *testing.T) {
	spec := named()
	spec.Gateways = []string{"trunk"}
	c := after(t, named(), campaign.Event{Action: campaign.Edit, At: sec(1), Spec: spec})
	spec.Gateways[0] = "other"
	same(t, "gateways", c.Spec.Gateways, []string{"trunk"})
	same(t, "status", c.Status, campaign.Draft)
}

func TestEveryChangeRaisesTheVersion(t *testing.T) {
	c := after(t, named(), do(campaign.Start, 0), do(campaign.Pause, 1), do(campaign.Resume, 2), do(campaign.Stop, 3))
	same(t, "version", c.Version, int64(5))
}

func TestASingleDayCampaignDoesNotStartAfterItsEnd(t *testing.T) {
	spec := named()
	spec.Date, spec.Windows = "2026-03-02", windows(window("", "09:00", "10:00"))
	for name, before := range map[string][]campaign.Event{
		"started": nil,
		"resumed": {do(campaign.Start, 0), do(campaign.Pause, 10)},
	} {
		for _, c := range []struct {
			at   int
			over bool
		}{{3599, false}, {3600, true}, {7200, true}} {
			action := campaign.Start
			if len(before) > 0 {
				action = campaign.Resume
			}
			was := after(t, spec, before...)
			got, err := campaign.Next(was, do(action, c.at))
			if errors.Is(err, campaign.ErrWindowOver) != c.over || (err == nil) == c.over {
				t.Errorf("%s at %d s: %v", name, c.at, err)
			}
			if c.over {
				same(t, "campaign", got, was)
			}
		}
	}
}

func TestASingleDayCampaignMayStartBeforeItsDay(t *testing.T) {
	spec := named()
	spec.Date = "2026-03-05"
	same(t, "status", after(t, spec, do(campaign.Start, 0)).Status, campaign.Running)
}

func TestNextOfACampaignIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := named()
		spec.Windows = windows(window("", "00:00", "24:00"))
		c := campaign.New(id, spec, t0)
		for i := range rapid.IntRange(1, 30).Draw(t, "steps") {
			e := campaign.Event{
				Action: rapid.SampledFrom([]campaign.Action{
					"start", "pause", "resume", "stop", "restart", "clone", "edit", "add_contacts", "discard", "archive", "finish", "fail", "close", "dance",
				}).Draw(t, "action"),
				At:      sec(i * 60),
				Drain:   rapid.Bool().Draw(t, "drain"),
				Version: rapid.SampledFrom([]int64{0, 0, c.Version, c.Version - 1}).Draw(t, "version"),
				Spec:    named(),
			}
			input := c
			after, err := campaign.Next(c, e)
			again, errAgain := campaign.Next(c, e)
			same(t, "input", c, input)
			same(t, "the second time", again, after)
			if (err == nil) != (errAgain == nil) {
				t.Fatalf("error %v, the second time %v", err, errAgain)
			}
			if err != nil && !cmp.Equal(after, c) {
				t.Fatalf("refused with %v, yet something changed", err)
			}
			if after.Run.Running(e.At) < c.Run.Running(e.At) && e.Action != campaign.Restart {
				t.Fatalf("%s took running time away", e.Action)
			}
			if ended := after.Status == campaign.Completed || after.Status == campaign.Failed; after.Run.Ended.IsZero() == ended {
				t.Fatalf("%s: the run ended at %v", after.Status, after.Run.Ended)
			}
			if over := after.Status == campaign.Completed || after.Status == campaign.Failed; !over && !after.Archived.IsZero() {
				t.Fatalf("%s and archived at %v", after.Status, after.Archived)
			}
			if running := !after.Run.RunningSince.IsZero(); running != (after.Status == campaign.Running) {
				t.Fatalf("%s: the time runs: %v", after.Status, running)
			}
			c = after
		}
	})
}
