package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// story plays the same scene of several campaigns on a trunk and writes down
// all that the engine said.
func story(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	onTrunk := func(s *campaign.Spec) { s.Trunk, s.RetryDelay = "trunk", time.Minute }
	d := sit(t, 5, onTrunk, func(c *engine.Config) {
		c.Pool = true
		c.Trunks = []engine.Trunk{{Name: "trunk", Lines: 7, PerSecond: 3}}
	})
	d.agents = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	for range 20 {
		d.campaign(4, onTrunk)
	}
	d.step(engine.Input{})
	d.settle()
	for i := range 60 {
		d.pass(time.Second)
		for _, a := range d.acts {
			fmt.Fprintln(&out, a.Kind, a.Call, a.Agent, a.Target, a.Dial.Call, a.Dial.Campaign)
		}
		for _, a := range d.did(engine.ActOriginate) {
			if i%3 == 0 {
				d.tell(a.Dial.Call, ports.Event{Kind: ports.Ended, Cause: "USER_BUSY"})
			} else {
				d.tell(a.Dial.Call, ports.Event{Kind: ports.Answered})
			}
		}
	}
	for _, n := range d.notes {
		fmt.Fprintln(&out, n.Kind, n.At, n.Campaign, n.Contact, n.From, n.To, n.Call.ID, n.Decision.Limit)
	}
	return out.String()
}

func TestTheSameInputsGiveTheSameOutputs(t *testing.T) {
	first := story(t)
	if len(first) < 10_000 {
		t.Fatalf("nothing much happens:\n%s", first)
	}
	for range 10 {
		if story(t) != first {
			t.Fatal("the same inputs give other outputs")
		}
	}
}

func TestATrunksLimitsHoldOverItsCampaigns(t *testing.T) {
	onTrunk := func(s *campaign.Spec) { s.Trunk = "trunk" }
	d := sit(t, 5, onTrunk, func(c *engine.Config) {
		c.Trunks = []engine.Trunk{{Name: "trunk", Lines: 3, PerSecond: 2}}
	})
	second := d.campaign(5, onTrunk)
	d.step(engine.Input{})
	d.settle()
	d.is(len(d.did(engine.ActOriginate)) == 2, "not two calls in the first second")
	d.is(d.limit() == "trunk_calls_per_second", "it is limited by %s", d.limit())
	d.pass(time.Second)
	calls := d.did(engine.ActOriginate)
	d.is(len(calls) == 1, "not three calls at once")
	d.is(d.limit() == "trunk_lines", "it is limited by %s", d.limit())
	d.pass(5 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 0, "more lines than the trunk has")
	d.tell(calls[0].Dial.Call, ports.Event{Kind: ports.Ended, Cause: "UNALLOCATED_NUMBER"})
	d.is(len(d.did(engine.ActOriginate)) == 1, "a line that is free is not used")
	_, known := d.e.Decision(second)
	d.is(known, "nothing is decided for the second campaign")
}

func TestWorkThatCannotBeDialledSoonIsGivenBack(t *testing.T) {
	onTrunk := func(s *campaign.Spec) { s.Trunk = "trunk" }
	d := sit(t, 3, onTrunk, func(c *engine.Config) {
		c.Trunks = []engine.Trunk{{Name: "trunk", Lines: 1}}
	})
	d.step(engine.Input{})
	d.settle()
	d.pass(time.Second)
	leased := d.e.Held() - 1
	d.pass(20 * time.Second)
	d.is(d.e.Held() == 1, "%d of %d rows are kept that cannot be dialled", d.e.Held()-1, leased)
}

func TestAFinishedRunIsFinishedOnce(t *testing.T) {
	d := sit(t, 2, nil)
	d.step(engine.Input{})
	d.settle()
	for _, a := range d.did(engine.ActOriginate) {
		d.tell(a.Dial.Call, ports.Event{Kind: ports.Ended, Cause: "UNALLOCATED_NUMBER"})
	}
	d.is(d.status() == campaign.Completed, "it is %s", d.status())
	d.pass(5 * time.Second)
	d.is(d.e.Quiet(), "it is not quiet")
	statuses := 0
	for _, n := range d.notes {
		if n.Kind == engine.NoteCampaign && n.Status == campaign.Completed {
			statuses++
		}
	}
	d.is(statuses == 1, "it is said to be completed %d times", statuses)
}

func TestQuietMeansThatNothingWillHappen(t *testing.T) {
	d := sit(t, 1, func(s *campaign.Spec) { s.RetryDelay = time.Minute })
	d.is(!d.e.Quiet(), "it is quiet before it has looked")
	call := d.dialled()
	d.is(!d.e.Quiet(), "it is quiet with a call up")
	d.tell(call, ports.Event{Kind: ports.Ended, Cause: "USER_BUSY"})
	d.is(!d.e.Quiet(), "it is quiet with a retry to come")
	d.decide(d.camp, campaign.Event{Action: campaign.Pause})
	d.pass(2 * time.Minute)
	d.is(d.e.Quiet(), "it is not quiet although the campaign is paused")
	d.decide(d.camp, campaign.Event{Action: campaign.Stop})
	d.pass(2 * time.Second)
	d.is(d.e.Quiet(), "it is not quiet although the campaign is stopped")
	d.is(d.row(0).State == attempt.StateManualStopped, "the row is %v", d.row(0).State)
}

func TestAWorkerThatIsToStopLeavesWhenItsCallsAreOver(t *testing.T) {
	d, call := talking(t, waits)
	d.campaign(3, nil)
	d.step(engine.Input{Stop: true})
	d.settle()
	d.is(len(d.did(engine.ActOriginate)) == 0, "it dials on")
	d.is(!d.e.Left(), "it leaves with a call up")
	d.tell(call, ended()) // a disposition others can wait for
	d.pass(time.Second)
	d.is(d.e.Left(), "it stays for a disposition")
	d.is(d.wake.IsZero(), "it wants to be woken although it has left")
	workers, err := d.store.Workers(d.ctx)
	d.must(err)
	d.is(len(workers) == 1 && workers[0].Leaving, "the store knows of %+v", workers)
	d.bury()
	d.pass(time.Second)
	d.is(d.e.Held() >= 1, "nobody takes over what waits for its disposition")
}

func TestTheEndOfTheWindowEndsWhatWaits(t *testing.T) {
	d := sit(t, 2, func(s *campaign.Spec) {
		s.Date, s.MaxConcurrent = start.Format(time.DateOnly), 1
		s.Windows = []campaign.Window{{From: campaign.At(9, 0), To: campaign.At(9, 1)}}
	})
	call := d.dialled()
	d.tell(call, ports.Event{Kind: ports.Answered})
	d.tell(call, ports.Event{Kind: ports.Attached})
	d.pass(2 * time.Minute)
	d.is(d.row(0).State == attempt.StateInProgress, "the call that is up is %v", d.row(0).State)
	d.is(d.row(1).State == attempt.StateWindowClosed, "what waits is %v", d.row(1).State)
	d.tell(call, ended())
	d.is(d.status() == campaign.Completed, "it is %s", d.status())
}

func TestTheCallsOfAnEarlierRunAreHungUpToo(t *testing.T) {
	d, call := talking(t, nil)
	d.decide(d.camp, campaign.Event{Action: campaign.Stop})
	d.decide(d.camp, campaign.Event{Action: campaign.Restart})
	d.decide(d.camp, campaign.Event{Action: campaign.Start})
	d.pass(2 * time.Second)
	d.is(len(d.did(engine.ActHangup)) == 1, "the call of the run that was stopped stays up")
	d.is(d.limit() == "previous_run", "it is limited by %s", d.limit())
	d.steps = 0
	d.pass(10 * time.Second)
	d.is(d.steps < 100, "%d steps in ten seconds of waiting for the earlier run", d.steps)
	d.tell(call, ended())
	d.pass(2 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 1, "the new run does not dial when the earlier one is over")
}
