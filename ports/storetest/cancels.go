package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var cancelChecks = []check{
	{"a callback that waits can be cancelled", cancelWaiting},
	{"a callback that is leased can be cancelled, and its owner is fenced", cancelLeased},
	{"a callback that is being dialled is not cancelled", cancelDialled},
	{"a contact without a callback has none to cancel", cancelNothing},
	{"a cancelled callback is not leased", cancelledNotLeased},
	{"the same cancellation again changes nothing", cancelOnce},
	{"a callback of a halted run is cancelled already", cancelHalted},
	{"an unknown contact is not found", cancelUnknown},
}

func (r *room) cancel(contact ports.ID) error {
	return r.s.Submit(r.ctx, ports.Command{ID: r.id(), At: r.now, Cancel: &ports.Cancel{Contact: contact}})
}

func cancelWaiting(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).askCallback(time.Hour)
	r.pass(time.Minute)
	r.must(r.cancel(h.a.Contact))
	want, _, err := attempt.Next(&h.rules, kept(h.a), attempt.Cancel{At: r.now})
	r.must(err)
	want.Version = h.a.Version + 1
	r.sameAttempt(r.attempt(h.a.Contact), want)
	m := r.balanced(id, 1)
	r.want(m.CallbackPending == 0 && m.CallbackCancelled == 1 && m.CompletedCount == 1, "the figures are %+v", m)
}

func cancelLeased(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).askCallback(time.Hour)
	r.pass(time.Hour)
	h = r.one(h.worker, id)
	r.must(r.cancel(h.a.Contact))
	a := r.attempt(h.a.Contact)
	r.want(a.State == attempt.StateCompleted && a.Reason == attempt.ReasonCallbackCancelled, "it is %+v", a)
	h.refused(ports.ErrFenced, h.dialling())
	r.balanced(id, 1)
}

func (r *room) notCancelled(h *hand) {
	r.t.Helper()
	before := r.attempt(h.a.Contact)
	err := r.cancel(h.a.Contact)
	illegal := (*attempt.IllegalMoveError)(nil)
	r.want(errors.As(err, &illegal), "in state %v: %v", before.State, err)
	r.sameAttempt(r.attempt(h.a.Contact), before)
}

func cancelDialled(r *room) {
	id := r.running(1)
	r.one(r.id(), id).askCallback(time.Hour)
	r.pass(time.Hour)
	h := r.one(r.id(), id).dial()
	r.notCancelled(h)
	r.balanced(id, 1)
}

func cancelNothing(r *room) {
	hands := r.lease(r.id(), r.running(4), 4)
	hands[0].do(attempt.Release{At: r.now})
	hands[1].unanswered()
	hands[2].complete()
	for _, h := range hands {
		r.notCancelled(h)
	}
}

func cancelledNotLeased(r *room) {
	id := r.running(2)
	hands := r.lease(r.id(), id, 2)
	hands[0].askCallback(time.Hour)
	hands[1].askCallback(2 * time.Hour)
	r.must(r.cancel(hands[0].a.Contact))
	r.want(r.leased(r.id(), id, 0).NextDue.Equal(r.now.Add(2*time.Hour)), "the cancelled one is still due")
	r.pass(2 * time.Hour)
	r.comes(id, hands[1].a.Contact)
}

func cancelOnce(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).askCallback(time.Hour)
	c := ports.Command{ID: r.id(), At: r.now, Cancel: &ports.Cancel{Contact: h.a.Contact}}
	r.must(r.s.Submit(r.ctx, c))
	before := r.attempt(h.a.Contact)
	r.must(r.s.Submit(r.ctx, c))
	r.sameAttempt(r.attempt(h.a.Contact), before)
	r.balanced(id, 1)
}

func cancelHalted(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).askCallback(time.Hour)
	r.must(r.decide(id, campaign.Stop))
	r.notCancelled(h)
	r.balanced(id, 1)
	r.sweepAll(id)
	r.balanced(id, 1)
}

func cancelUnknown(r *room) {
	r.running(1)
	r.notFound("Cancel", r.cancel(r.id()))
	id, cs := r.restarted(notCompleted)
	r.sweepAll(id)
	r.notFound("Cancel of a contact that the run left out", r.cancel(cs[0].ID))
}
