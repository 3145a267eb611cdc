package engine_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

func impatient(s *campaign.Spec) {
	s.FailAfter, s.RefusedBackoff, s.MaxConcurrent = 10*time.Second, time.Second, 1
}

func (d *desk) status() campaign.Status {
	d.t.Helper()
	c, err := d.store.Campaign(d.ctx, d.camp)
	d.must(err)
	return c.Status
}

// refuseAll lets the switch refuse whatever is dialled, for so long.
func (d *desk) refuseAll(span time.Duration) {
	for end := d.now.Add(span); d.now.Before(end); d.pass(500 * time.Millisecond) {
		for _, a := range d.did(engine.ActOriginate) {
			d.tell(a.Dial.Call, ports.Event{Kind: ports.Refused, Cause: "DESTINATION_OUT_OF_ORDER"})
		}
	}
}

func TestACampaignFailsWhenTheSwitchTakesNoCall(t *testing.T) {
	d := sit(t, 3, impatient)
	d.step(engine.Input{})
	d.settle()
	d.refuseAll(9 * time.Second)
	d.is(d.status() == campaign.Running, "it is %s too early", d.status())
	d.refuseAll(10 * time.Second)
	d.is(d.status() == campaign.Failed, "it is %s", d.status())
	c, _ := d.store.Campaign(d.ctx, d.camp)
	d.is(c.Run.FailReason != "" && c.Run.EndReason == campaign.EndFailed, "the reason is %+v", c.Run)
	for n := range d.people {
		d.is(d.row(n).State.Waiting(), "contact %d is %v", n, d.row(n).State)
	}
}

func TestASignOfLifeKeepsACampaignFromFailing(t *testing.T) {
	d := sit(t, 3, impatient)
	d.step(engine.Input{})
	d.settle()
	for range 5 {
		d.refuseAll(8 * time.Second)
		d.pass(20 * time.Second)
		for _, a := range d.did(engine.ActOriginate) {
			d.tell(a.Dial.Call, ports.Event{Kind: ports.Progress})
			d.tell(a.Dial.Call, ports.Event{Kind: ports.Refused})
		}
	}
	d.is(d.status() == campaign.Running, "it is %s", d.status())
}

func TestACampaignFailsWhenTheSwitchIsAwayForTooLong(t *testing.T) {
	d := sit(t, 1, impatient)
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Down, Cause: "connection refused"}}})
	d.settle()
	d.pass(9 * time.Second)
	d.is(d.status() == campaign.Running, "it is %s too early", d.status())
	d.pass(2 * time.Second)
	d.is(d.status() == campaign.Failed, "it is %s", d.status())
}

func TestAnotherWorkerThatDialsKeepsACampaignFromFailing(t *testing.T) {
	d := sit(t, 20, func(s *campaign.Spec) { impatient(s); s.MaxConcurrent = 10 })
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Down, Cause: "connection refused"}}})
	d.settle()
	for range 6 {
		d.pass(8 * time.Second)
		d.giveLine(d.takeLine())
	}
	d.is(d.status() == campaign.Running, "it is %s", d.status())
	d.pass(25 * time.Second)
	d.is(d.status() == campaign.Failed, "it is %s when nobody dials any more", d.status())
}

func TestAPausedCampaignDoesNotFail(t *testing.T) {
	d := sit(t, 1, impatient)
	d.step(engine.Input{})
	d.settle()
	d.decide(d.camp, campaign.Event{Action: campaign.Pause})
	d.step(engine.Input{Kick: true, Events: []ports.Event{{Kind: ports.Down, Cause: "lost"}}})
	d.settle()
	d.pass(time.Minute)
	d.is(d.status() == campaign.Paused, "it is %s", d.status())
	d.decide(d.camp, campaign.Event{Action: campaign.Resume})
	d.pass(9 * time.Second)
	d.is(d.status() == campaign.Running, "the pause counts as trouble: it is %s", d.status())
}

func TestTheAdaptersErrorIsARefusal(t *testing.T) {
	d := sit(t, 1, nil)
	call := d.dialled()
	d.step(engine.Input{Unsent: []engine.Unsent{{Call: call, Err: ports.ErrUnavailable}, {Call: d.id(), Err: ports.ErrBusy}}})
	d.settle()
	records := d.records(0)
	d.is(len(records) == 1 && records[0].Outcome == attempt.OutcomeRefused, "the records are %+v", records)
	d.is(d.row(0).Retries == 0 && d.row(0).Refused == 1, "the row is %+v", d.row(0))
	d.is(d.limit() == "switch_busy" || d.limit() == "nothing_due", "it is limited by %s", d.limit())
}

func TestABusyAdapterIsTriedAgain(t *testing.T) {
	d := sit(t, 1, nil)
	call := d.dialled()
	d.step(engine.Input{Unsent: []engine.Unsent{{Call: call, Err: ports.ErrBusy}}})
	d.settle()
	d.is(d.limit() == "switch_busy", "it is limited by %s", d.limit())
	d.pass(time.Second)
	again := d.did(engine.ActOriginate)
	d.is(len(again) == 1 && again[0].Dial.Call != call, "originated: %+v", again)
	d.is(len(d.records(0)) == 0, "a call that was not sent has a record")
}
