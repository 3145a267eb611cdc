package engine_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// A lease is answered by what was there when the store had it; what the worker has
// heard of since is not in it.
func TestNewsOfWorkOutlivesALeaseThatIsOnItsWay(t *testing.T) {
	for name, meanwhile := range map[string]func(d *desk) engine.Result{
		"contacts are added": func(d *desk) engine.Result {
			answer := d.do(engine.OpLease)
			_, err := d.store.AddContacts(d.ctx, d.camp, ports.Batch{At: d.now}, func(yield func(campaign.Contact, error) bool) {
				yield(campaign.Contact{ID: d.id(), Address: "+15550000001"}, nil)
			})
			d.must(err)
			return answer
		},
		"it was paused, and is resumed": func(d *desk) engine.Result {
			d.decide(d.camp, campaign.Event{Action: campaign.Pause})
			answer := d.do(engine.OpLease)
			d.decide(d.camp, campaign.Event{Action: campaign.Resume})
			return answer
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := sit(t, 1, func(s *campaign.Spec) { s.Retries = 0 })
			d.held = []engine.OpKind{engine.OpLease}
			d.step(engine.Input{})
			d.settle()
			answer := meanwhile(d)
			d.step(engine.Input{Kick: true})
			d.settle()
			d.step(engine.Input{Results: []engine.Result{answer}})
			d.held = nil
			for range 10 {
				d.settle()
				for _, c := range d.did(engine.ActOriginate) {
					d.tell(c.Dial.Call, ports.Event{Kind: ports.Ended, Cause: "UNALLOCATED_NUMBER"})
				}
				d.pass(time.Minute)
			}
			if got := d.status(); got != campaign.Completed {
				t.Errorf("ten minutes later it is %s, limited by %s", got, d.limit())
			}
		})
	}
}

// Nobody can be dialled, and nobody has to be.
func TestARunWhoseLastAttemptIsCancelledEndsWithoutAgents(t *testing.T) {
	d := sit(t, 1, nil, func(c *engine.Config) { c.Pool = true })
	d.agents = []string{"a"}
	call := d.dialled()
	for _, k := range []ports.EventKind{ports.Accepted, ports.Progress, ports.Answered, ports.Attached} {
		d.tell(call, ports.Event{Kind: k})
	}
	d.submit(ports.Command{Dispose: &ports.Dispose{
		Call: call, Disposition: attempt.Disposition{Code: "later", CallbackAt: d.now.Add(time.Hour)},
	}})
	d.tell(call, ports.Event{Kind: ports.Ended, Cause: "NORMAL_CLEARING"})
	d.pass(time.Minute)
	d.agents = nil
	d.pass(2 * time.Hour)
	d.is(d.limit() == "agents", "it is limited by %s", d.limit())
	d.submit(ports.Command{Cancel: &ports.Cancel{Contact: d.people[0].ID}})
	d.step(engine.Input{Kick: true})
	d.settle()
	d.pass(time.Minute)
	if got := d.status(); got != campaign.Completed {
		t.Errorf("it is %s, limited by %s", got, d.limit())
	}
}
