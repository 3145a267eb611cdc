package engine_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// known reports whether the worker still steps the campaign.
func (d *desk) known() bool {
	_, known := d.e.Decision(d.camp)
	return known
}

func TestACompletedCampaignIsForgottenOnceTheLastCallsAreOver(t *testing.T) {
	stop := campaign.Event{Action: campaign.Stop, Drain: true}
	restart, discard := campaign.Event{Action: campaign.Restart}, campaign.Event{Action: campaign.Discard}
	start := campaign.Event{Action: campaign.Start}
	for name, events := range map[string][]campaign.Event{
		"of its run":                 {stop},
		"of a run before, discarded": {stop, restart, discard},
		"of a run before, stopped":   {stop, restart, start, stop},
		"of two runs before":         {stop, restart, discard, restart, discard},
	} {
		for when, pause := range map[string]time.Duration{"heard one by one": 2 * time.Second, "heard at once": 0} {
			t.Run(name+", its own, "+when, func(t *testing.T) {
				d, call := talking(t, nil)
				d.over(events, pause, other{}, func() { d.tell(call, ended()) })
			})
			t.Run(name+", another worker's, "+when, func(t *testing.T) {
				d := sit(t, 1, nil)
				o := d.takeLine()
				d.over(events, pause, o, func() { d.giveLine(o) })
			})
		}
	}
}

// over brings a campaign with a call up to its end by these events, and then that
// call to its.
func (d *desk) over(events []campaign.Event, pause time.Duration, o other, end func()) {
	d.t.Helper()
	for _, e := range events {
		d.decide(d.camp, e)
		if pause > 0 {
			d.beside(o, pause)
		}
	}
	d.beside(o, 5*time.Second)
	d.is(d.status() == campaign.Completed && d.known(), "with a call up it is %s, and known: %v", d.status(), d.known())
	d.steps = 0
	d.beside(o, 10*time.Second)
	d.is(d.steps < 100, "%d steps in ten seconds of waiting for the last call", d.steps)
	d.is(d.known(), "it is forgotten with a call up")
	end()
	d.beside(o, 10*time.Second)
	d.is(!d.known(), "it is known still")
	d.is(d.e.Quiet(), "it is not quiet")
}

// beside lets time pass while the other worker, if there is one, lives.
func (d *desk) beside(o other, span time.Duration) {
	d.t.Helper()
	for end := d.now.Add(span); d.now.Before(end); {
		if o.worker != (ports.ID{}) {
			_, err := d.store.Beat(d.ctx, ports.Worker{ID: o.worker, Beat: d.now.Unix()})
			d.must(err)
		}
		d.pass(time.Second)
	}
}

// An answer to a lease of the run before says nothing of the present one.
func TestALeaseThatIsAnsweredAfterARestartDoesNotForgetTheCampaign(t *testing.T) {
	d := sit(t, 1, nil)
	o := d.takeLine()
	d.held = []engine.OpKind{engine.OpLease}
	d.step(engine.Input{})
	d.settle()
	d.is(d.has(engine.OpLease), "nothing is leased")
	result := d.do(engine.OpLease) // run 1, in which nothing has ended
	result.Leased[0].Open, result.Leased[0].Blocked = 0, false
	d.decide(d.camp, campaign.Event{Action: campaign.Stop, Drain: true})
	d.decide(d.camp, campaign.Event{Action: campaign.Restart})
	d.decide(d.camp, campaign.Event{Action: campaign.Discard})
	d.pass(2 * time.Second)
	d.step(engine.Input{Results: []engine.Result{result}})
	d.settle()
	d.is(d.known(), "it is forgotten with a call of run 1 up")
	d.held = nil
	d.giveLine(o)
	d.beside(o, 10*time.Second)
	d.is(!d.known(), "it is known still")
}
