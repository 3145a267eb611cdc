package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var processChecks = []check{
	{"what one process writes another reads", readElsewhere},
	{"limits, guards and pauses hold between processes", heldElsewhere},
	{"a batch key and a command id are known elsewhere", idempotentElsewhere},
}

// elsewhere is the same store as another process has it.
func (r *room) elsewhere() *room {
	if r.f.Again == nil {
		r.t.Skip("the store lives in one process")
	}
	other := *r
	other.s = r.f.Again(r.t, r.s)
	other.drawn += 1 << 32
	return &other
}

func readElsewhere(r *room) {
	id, hands := r.mixed()
	r.must(r.decide(id, campaign.Pause))
	other := r.elsewhere()
	other.wantStates(id, 1, r.states(id, 1)...)
	for _, h := range hands {
		other.sameAttempt(other.attempt(h.a.Contact), h.a)
	}
	other.balanced(id, 0)
	ch := other.changes(0)
	other.told(ch, id)
	r.must(r.decide(id, campaign.Resume))
	other.told(other.changes(ch.Seq), id)
	other.pass(time.Hour)
	other.comes(id, hands[1].a.Contact, hands[0].a.Contact,
		all(r, r.s.Contacts(r.ctx, id))[5].ID, all(r, r.s.Contacts(r.ctx, id))[6].ID)
}

func heldElsewhere(r *room) {
	id := r.running(3)
	other := r.elsewhere()
	h, o := r.one(r.id(), id), other.one(other.id(), id)
	claim := lines("trunk/north", 1)
	h.dial(claim)
	o.refused(ports.ErrLimit, o.dialling(), claim)
	stolen := *h
	stolen.r, stolen.worker = other, o.worker
	stolen.refused(ports.ErrFenced, attempt.Accepted{At: r.now})
	h.do(h.ended("NO_ANSWER"))
	r.must(r.decide(id, campaign.Pause))
	o.refused(ports.ErrNotRunning, o.dialling(), claim)
	r.must(r.decide(id, campaign.Resume))
	o.dial(claim)
	third := r.one(h.worker, id)
	third.refused(ports.ErrLimit, third.dialling(), claim)
	r.beat(ports.Worker{ID: o.worker, Beat: 3})
	_, err := r.s.Adopt(r.ctx, h.worker, ports.Worker{ID: o.worker, Beat: 2}, r.now, 5)
	r.want(errors.Is(err, ports.ErrAlive), "of a living worker: %v", err)
	_, err = r.s.Adopt(r.ctx, h.worker, ports.Worker{ID: o.worker, Beat: 3}, r.now, 5)
	r.must(err)
	o.refused(ports.ErrFenced, attempt.Accepted{At: r.now})
}

func idempotentElsewhere(r *room) {
	id := r.running(1)
	other := r.elsewhere()
	b := ports.Batch{Key: "april", At: r.now}
	_, err := r.s.AddContacts(r.ctx, id, b, each([]campaign.Contact{r.contact(), r.contact()}))
	r.must(err)
	n, err := other.s.AddContacts(r.ctx, id, b, each([]campaign.Contact{other.contact()}))
	r.must(err)
	r.want(n == 2, "elsewhere the batch answers %d", n)
	pause := ports.Command{ID: r.id(), At: r.now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Pause, At: r.now},
	}}
	r.must(r.s.Submit(r.ctx, pause))
	r.must(other.s.Submit(r.ctx, pause))
	h := r.campaign(id)
	r.want(h.Status == campaign.Paused, "it is %s", h.Status)
}
