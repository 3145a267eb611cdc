package engine_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// answered is a desk with one call that has answered and waits for its agent.
func answered(t *testing.T) (*desk, ports.ID) {
	t.Helper()
	d := sit(t, 1, func(s *campaign.Spec) { s.AgentWait = 30 * time.Second })
	call := d.dialled()
	d.pass(time.Second)
	d.tell(call, ports.Event{Kind: ports.Answered})
	d.did(engine.ActAttach)
	return d, call
}

// adopted gives the desk's rows to another worker, as if it had been silent.
func (d *desk) adopted() ports.ID {
	d.t.Helper()
	heir := d.id()
	workers, err := d.store.Workers(d.ctx)
	d.must(err)
	for _, w := range workers {
		if w.ID == d.worker {
			_, err = d.store.Adopt(d.ctx, heir, w, d.now, 100)
			d.must(err)
		}
	}
	return heir
}

func TestAWorkerThatStoodStillDoesNoHarm(t *testing.T) {
	d, call := answered(t)
	d.now = d.now.Add(time.Minute) // it stands still, beyond the agent's time
	heir := d.adopted()
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Unserved, Call: call, At: d.now.Add(-50 * time.Second)}}})
	d.settle()
	for _, k := range []engine.ActKind{engine.ActHangup, engine.ActAttach, engine.ActAsk} {
		for _, a := range d.acts {
			d.is(a.Kind != k, "it acts on a call that is another's: %+v", a)
		}
	}
	d.is(d.e.Held() == 0, "%d are held", d.e.Held())
	d.is(d.row(0).Owner == heir, "the row is not its heir's")
}

func TestAWorkerThatStoodStillAndWasNotGivenUpGoesOn(t *testing.T) {
	d, _ := answered(t)
	d.now = d.now.Add(time.Minute)
	d.step(engine.Input{})
	d.is(len(d.did(engine.ActHangup)) == 0, "it hangs up before it knows whose call it is")
	d.settle()
	acts := d.acts
	d.is(len(d.did(engine.ActAsk)) == 1, "it does not ask what has become of its call: %+v", acts)
	d.is(d.e.Held() == 1, "%d are held", d.e.Held())
	d.pass(31 * time.Second)
	d.is(len(d.did(engine.ActHangup)) >= 1, "a person without an agent is not hung up on")
}

func TestWhileTheStoreIsAwayTheSwitchIsHeeded(t *testing.T) {
	d := sit(t, 1, nil)
	call := d.dialled()
	d.held = []engine.OpKind{engine.OpBeat, engine.OpSave, engine.OpChanges}
	d.pass(20 * time.Second)
	d.tell(call, ports.Event{Kind: ports.Answered})
	d.is(len(d.did(engine.ActAttach)) == 1, "the call that has answered is not attached")
	d.pass(20 * time.Second)
	d.is(len(d.did(engine.ActHangup)) == 0, "it hangs up by its clock what may be another's")
	d.held = nil
	d.settle()
	d.is(len(d.did(engine.ActAsk)) == 1, "it does not go on when the store is back")
}

func TestAnotherWorkerIsGivenUpAfterTheTimeoutAndNotBefore(t *testing.T) {
	d, call := talking(t, nil)
	d.bury()
	d.pass(9 * time.Second)
	d.is(d.e.Held() == 0, "the rows are taken within the time-out")
	d.pass(3 * time.Second)
	d.is(d.e.Held() == 1, "the rows are not taken after the time-out")
	asked := d.did(engine.ActAsk)
	d.is(len(asked) == 1 && asked[0].Call == call, "asked: %+v", asked)
	d.tell(call, ports.Event{Kind: ports.Stage, Stage: ports.StageAttached})
	d.tell(call, ended())
	d.is(d.row(0).State == attempt.StateCompleted && len(d.records(0)) == 1, "the row is %v", d.row(0).State)
}

func TestAWorkerThatBeatsIsNotGivenUp(t *testing.T) {
	d, _ := talking(t, nil)
	first := d.worker
	d.bury()
	for i := range 30 {
		_, err := d.store.Beat(d.ctx, ports.Worker{ID: first, Beat: int64(1000 + i)})
		d.must(err)
		d.pass(time.Second)
	}
	d.is(d.e.Held() == 0, "a living worker's rows are taken")
}

func TestAWorkerThatLeftIsFollowedAtOnce(t *testing.T) {
	d, _ := talking(t, nil)
	_, err := d.store.Beat(d.ctx, ports.Worker{ID: d.worker, Beat: 1000, Leaving: true})
	d.must(err)
	d.bury()
	d.pass(2 * time.Second)
	d.is(d.e.Held() == 1, "%d are held", d.e.Held())
}

func TestRowsOfACampaignThatIsNotKnownYetWaitForItsChange(t *testing.T) {
	d := sit(t, 0, nil)
	d.step(engine.Input{})
	d.settle()
	d.held = []engine.OpKind{engine.OpChanges}
	d.camp = d.campaign(1, nil)
	o := d.takeLine()
	_, err := d.store.Beat(d.ctx, ports.Worker{ID: o.worker, Leaving: true})
	d.must(err)
	d.pass(3 * time.Second)
	d.is(d.e.Held() == 0 && d.row(0).Owner == d.worker, "%d are held, the row is %v's", d.e.Held(), d.row(0).Owner)
	d.is(!d.e.Quiet(), "it is quiet with a row that it cannot make sense of")
	d.held = nil
	d.settle()
	d.is(d.e.Held() == 1, "%d are held", d.e.Held())
	asked := d.did(engine.ActAsk)
	d.is(len(asked) == 1 && asked[0].Call == o.a.Call.ID, "asked: %+v", asked)
}

func TestAStopThatIsHeardOfLateIsNotAnothersHangUp(t *testing.T) {
	d, _ := talking(t, nil)
	d.held = []engine.OpKind{engine.OpBeat}
	d.pass(20 * time.Second)
	d.adopted()
	d.decide(d.camp, campaign.Event{Action: campaign.Stop})
	d.pass(5 * time.Second)
	d.is(len(d.did(engine.ActHangup)) == 0, "it hangs up a call that is another's")
	d.is(d.e.Held() == 0, "%d are held", d.e.Held())
}

func TestAStopThatIsHeardOfLateIsFollowedWhenTheCallIsStillOnesOwn(t *testing.T) {
	d, _ := talking(t, nil)
	d.held = []engine.OpKind{engine.OpBeat}
	d.pass(20 * time.Second)
	d.decide(d.camp, campaign.Event{Action: campaign.Stop})
	d.pass(2 * time.Second)
	d.is(len(d.did(engine.ActHangup)) == 0, "it hangs up before it knows whose call it is")
	d.held = nil
	d.settle()
	d.is(len(d.did(engine.ActHangup)) == 1, "it does not hang up")
}
