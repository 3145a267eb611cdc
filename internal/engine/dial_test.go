package engine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// granting is a desk whose store has not yet answered the save of an intent.
func granting(t *testing.T, change func(*campaign.Spec), more ...func(*engine.Config)) *desk {
	t.Helper()
	d := sit(t, 1, change, more...)
	d.held = []engine.OpKind{engine.OpSave}
	d.step(engine.Input{})
	d.settle()
	d.held = nil
	if !d.has(engine.OpSave) {
		t.Fatal("no intent is being saved")
	}
	return d
}

func TestACallIsOriginatedAfterItsWriteAndNotBefore(t *testing.T) {
	d := granting(t, nil)
	d.is(len(d.did(engine.ActOriginate)) == 0, "a call goes out before its write is done")
	result := d.do(engine.OpSave)
	written := d.row(0)
	d.is(written.State == attempt.StateDialling, "the row is %v", written.State)
	d.step(engine.Input{Results: []engine.Result{result}})
	calls := d.did(engine.ActOriginate)
	d.is(len(calls) == 1 && calls[0].Dial.Call == written.Call.ID, "originated: %v", calls)
}

func TestAGrantThatIsASecondOldIsNotUsed(t *testing.T) {
	for age, calls := range map[time.Duration]int{time.Second - time.Microsecond: 1, time.Second: 0} {
		d := granting(t, nil)
		result := d.do(engine.OpSave)
		d.now = d.now.Add(age)
		d.step(engine.Input{Results: []engine.Result{result}})
		d.is(len(d.did(engine.ActOriginate)) == calls, "a grant of %v: want %d calls", age, calls)
		if calls == 0 {
			d.held = []engine.OpKind{engine.OpLease}
			d.settle()
			a := d.row(0)
			d.is(a.State == attempt.StatePending && a.Dials == 0 && len(d.records(0)) == 0, "the row is %+v", a)
		}
	}
}

func TestAGrantIsNotUsedOnceTheHeartbeatIsLate(t *testing.T) {
	d := sit(t, 0, nil)
	d.later = start.Add(4900 * time.Millisecond)
	d.camp = d.campaign(1, nil)
	d.step(engine.Input{})
	d.settle() // the last heartbeat that comes through is this one, sent at the start
	d.held = []engine.OpKind{engine.OpBeat, engine.OpSave}
	d.pass(4900 * time.Millisecond)
	result := d.do(engine.OpSave)
	d.now = start.Add(5 * time.Second)
	d.step(engine.Input{Results: []engine.Result{result}})
	d.is(len(d.did(engine.ActOriginate)) == 0, "a call goes out after half of the time-out")
	d.is(d.limit() == "heartbeat", "it is limited by %s", d.limit())
	d.held = nil
	d.settle()
	d.is(len(d.did(engine.ActOriginate)) == 1, "no call goes out when the heartbeat is back")
}

func TestAGrantIsNotUsedOnceTheCampaignIsPaused(t *testing.T) {
	d := granting(t, nil)
	result := d.do(engine.OpSave)
	d.decide(d.camp, campaign.Event{Action: campaign.Pause})
	d.step(engine.Input{Kick: true})
	d.answer(engine.OpChanges)
	d.step(engine.Input{Results: []engine.Result{result}})
	d.settle()
	d.is(len(d.did(engine.ActOriginate)) == 0, "a call goes out in a paused campaign")
	d.is(d.row(0).State == attempt.StatePending, "the row is %v", d.row(0).State)
}

func TestAnIntentOfAPausedCampaignIsRefusedAndGivenBack(t *testing.T) {
	d := granting(t, nil)
	d.decide(d.camp, campaign.Event{Action: campaign.Pause})
	d.answer(engine.OpSave)
	d.settle()
	d.is(len(d.did(engine.ActOriginate)) == 0, "a call goes out in a paused campaign")
	d.is(d.row(0).State == attempt.StatePending, "the row is %v", d.row(0).State)
	d.decide(d.camp, campaign.Event{Action: campaign.Resume})
	d.pass(2 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 1, "it does not dial when the campaign goes on")
}

func TestALimitThatOthersUseUpIsLeftAlone(t *testing.T) {
	d := sit(t, 3, func(s *campaign.Spec) { s.MaxConcurrent = 1 })
	other := d.takeLine()
	d.steps = 0
	d.pass(10 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 0, "a call goes out over the limit")
	d.is(d.steps < 400, "%d steps in ten seconds of waiting for a line", d.steps)
	d.is(d.limit() == "max_concurrent", "it is limited by %s", d.limit())
	d.giveLine(other)
	d.pass(time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 1, "the line that was given back is not used")
}

func TestARateIsWaitedForAsLongAsTheStoreSays(t *testing.T) {
	d := sit(t, 3, func(s *campaign.Spec) { s.CallsPerSecond = 1 })
	d.giveLine(d.takeLine())
	d.steps = 0
	d.pass(999 * time.Millisecond)
	d.is(len(d.did(engine.ActOriginate)) == 0, "a second call goes out within a second")
	d.is(d.steps < 40, "%d steps in a second of waiting", d.steps)
	d.pass(2 * time.Millisecond)
	d.is(len(d.did(engine.ActOriginate)) == 1, "no call goes out after a second")
}

func TestAnAgentThatAnotherWorkerHoldsIsNotOfferedForAWhile(t *testing.T) {
	d := sit(t, 2, nil, func(c *engine.Config) { c.Pool = true })
	d.agents = []string{"ann", "bob"}
	d.takeLine("agent/ann")
	d.step(engine.Input{})
	d.settle()
	d.is(slices.Equal(d.agentsOf(engine.ActHold), []string{"ann", "bob"}), "not both agents are held")
	d.pass(999 * time.Millisecond)
	d.is(!slices.Contains(d.agentsOf(engine.ActRelease), "ann"), "ann is offered again at once")
	d.pass(2 * time.Millisecond)
	d.is(slices.Contains(d.agentsOf(engine.ActRelease), "ann"), "ann is kept for ever")
}

func TestTheAgentOfACallThatDidNotGoOutIsFree(t *testing.T) {
	pool := func(c *engine.Config) { c.Pool = true }
	d := sit(t, 1, nil, pool)
	d.agents = []string{"ann"}
	call := d.dialled()
	d.step(engine.Input{Unsent: []engine.Unsent{{Call: call, Err: ports.ErrBusy}}})
	d.is(slices.Contains(d.agentsOf(engine.ActRelease), "ann"), "the agent of a call that the adapter did not take is kept")

	d = sit(t, 1, nil, pool)
	d.agents = []string{"ann"}
	d.held = []engine.OpKind{engine.OpSave}
	d.step(engine.Input{})
	d.settle()
	result := d.do(engine.OpSave)
	d.now = d.now.Add(time.Second)
	d.step(engine.Input{Results: []engine.Result{result}})
	d.is(slices.Contains(d.agentsOf(engine.ActRelease), "ann"), "the agent of a grant that is too old is kept")
}

// limit is what limits the desk's campaign.
func (d *desk) limit() string {
	decision, _ := d.e.Decision(d.camp)
	return string(decision.Limit)
}

// agentsOf are the agents of the acts of a kind, which stay to be looked at.
func (d *desk) agentsOf(k engine.ActKind) (names []string) {
	for _, a := range d.acts {
		if a.Kind == k {
			names = append(names, a.Agent)
		}
	}
	return names
}

// other is a call of another worker's.
type other struct {
	worker ports.ID
	a      attempt.Attempt
}

// takeLine lets another worker dial a contact, holding a line of the campaign,
// a start of this second, and more.
func (d *desk) takeLine(more ...string) other {
	d.t.Helper()
	o := other{worker: d.id()}
	leased, err := d.store.Lease(d.ctx, o.worker, []ports.LeaseRequest{{Campaign: d.camp, Run: 1, Now: d.now, Max: 1}})
	d.must(err)
	key := "campaign/" + d.camp.String()
	claims := []ports.Claim{{Key: key + "/lines", Max: 1}, {Key: key + "/rate", Max: 1, Per: time.Second}}
	for _, k := range more {
		claims = append(claims, ports.Claim{Key: k, Max: 1})
	}
	o.a = leased[0].Items[0].Attempt
	d.write(&o, attempt.Dial{At: d.now, Address: "+15550000000"}, claims...)
	return o
}

// giveLine ends the other worker's call.
func (d *desk) giveLine(o other) { d.write(&o, attempt.Ended{At: d.now, Cause: "UNALLOCATED_NUMBER"}) }

func (d *desk) write(o *other, e attempt.Event, claims ...ports.Claim) {
	d.t.Helper()
	spec := campaign.Defaults()
	rules := spec.Rules()
	before := campaign.FactsOf(&o.a)
	after, effects, err := attempt.Next(&rules, o.a, e)
	d.must(err)
	refused, err := d.store.Save(d.ctx, o.worker, []ports.Transition{
		{Attempt: after, Before: before, Claims: claims, Record: slices.Contains(effects, attempt.Record)},
	})
	d.must(err)
	if len(refused) > 0 {
		d.t.Fatal(refused)
	}
	o.a = after
	o.a.Version++
}
