package storetest

import (
	"reflect"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// lively makes a campaign that has had a day: two runs, every kind of end, calls
// in doubt, callbacks and retries to come. It is paused.
func (r *room) lively() ports.ID {
	r.t.Helper()
	id := r.draft()
	r.add(id, r.contact(func(c *campaign.Contact) {
		c.Name, c.Variables = "Zoë \"Z\" \\ {}", map[string]string{"plan": "gold", "tier": "a\tb\n"}
		c.NotBefore, c.Priority = r.now.Add(time.Hour), -3
	}))
	_, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: "first", At: r.now}, each([]campaign.Contact{r.contact(), r.contact()}))
	r.must(err)
	r.crowd(id, 9)
	r.must(r.decide(id, campaign.Start))
	worker := r.id()
	r.one(worker, id).complete()
	r.one(worker, id).unanswered()
	lost := r.one(worker, id).dial()
	lost.do(attempt.Lost{At: r.now, Running: lost.running(), Horizon: time.Hour})
	r.one(worker, id).do(attempt.Suppress{At: r.now, Reason: attempt.ReasonSuppressed})
	r.pass(1234567 * time.Microsecond)
	ghost := r.one(worker, id).dial()
	call := ghost.a.Call.ID
	ghost.do(attempt.Lost{At: r.now, Running: ghost.running(), Horizon: time.Hour})
	r.must(r.s.Ghosts(r.ctx, []ports.ID{call}))
	r.must(r.decide(id, campaign.Stop))
	r.pass(time.Minute)
	r.must(r.decide(id, campaign.Restart, notCompleted))
	r.must(r.decide(id, campaign.Start))
	r.crowd(id, 3)
	r.one(worker, id).askCallback(2 * time.Hour)
	hands := r.lease(worker, id, 4)
	hands[0].unanswered()
	hands[1].talk()
	r.must(r.dispose(hands[1].a.Call.ID, sold))
	hands[2].complete()
	hands[3].do(attempt.Release{At: r.now, Running: hands[3].running(), Delay: time.Minute})
	r.pass(11 * time.Minute)
	r.one(worker, id).unanswered() // a second call in the run
	r.pass(90 * time.Second)
	r.must(r.decide(id, campaign.Pause))
	return id
}

// goesOn dials in the old store and in the new one, and wants the same to come.
func goesOn(r *room) {
	id, to := r.lively(), r.abroad()
	r.sends(id, to)
	for run := 1; run <= 2; run++ {
		to.wantStates(id, run, r.states(id, run)...)
		m, was := to.balanced(id, run), r.balanced(id, run)
		r.want(reflect.DeepEqual(m, was), "the figures of run %d are others:\n%s", run, difference(m, was))
	}
	worker, calls := r.id(), 0
	rooms := []*room{r, to}
	for range 60 {
		var came [2][]ports.ID
		for k, here := range rooms {
			here.pass(10 * time.Minute)
			if here.campaign(id).Status == campaign.Paused {
				here.must(here.decide(id, campaign.Resume))
			}
			for _, h := range here.lease(worker, id, 3) {
				came[k] = append(came[k], h.a.Contact)
				doubt := h.a.Doubt != (ports.ID{}) && here.now.Before(h.a.DoubtUntil)
				if doubt {
					came[k] = append(came[k], h.a.Doubt)
				}
				h.complete()
				calls++
			}
		}
		r.want(slices.Equal(came[0], came[1]), "in the old store come %v, in the new one %v", came[0], came[1])
	}
	done := to.balanced(id, 2)
	r.want(calls > 20 && reflect.DeepEqual(done, r.balanced(id, 2)), "%d calls later:\n%s", calls, difference(done, r.balanced(id, 2)))
	for _, here := range rooms {
		here.must(here.decide(id, campaign.Finish))
		here.must(here.decide(id, campaign.Restart))
		here.must(here.decide(id, campaign.Start))
		here.balanced(id, 0)
	}
}
