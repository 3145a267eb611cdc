package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var dispositionChecks = []check{
	{"a disposition is noted while the call is up", notedWhileUp},
	{"a disposition ends the wait for it", endsTheWait},
	{"a disposition may ask for a callback", asksCallback},
	{"a disposition comes twice if it says the same", sameTwice},
	{"a second disposition that differs is refused", otherRefused},
	{"a disposition before the answer is refused", beforeAnswer},
	{"a disposition after the last moment is late", lateDisposition},
	{"a call that nobody knows is not found", unknownCall},
	{"a bad disposition is refused in every state of the call", badDisposition},
	{"a disposition may come from another worker than the owner's", fromAnybody},
	{"a callback asked of a halted run is cancelled", callbackHalted},
	{"a disposition may come after a restart", afterRestart},
}

func notedWhileUp(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial().answered()
	r.pass(time.Second)
	r.must(r.dispose(h.a.Call.ID, sold))
	want, _, err := attempt.Next(&h.rules, h.a, attempt.Dispose{At: r.now, Disposition: sold})
	r.must(err)
	want.Version = h.a.Version + 1
	r.sameAttempt(r.attempt(h.a.Contact), want)
	no := h.refused(ports.ErrState, h.ended("NORMAL_CLEARING"))
	r.sameAttempt(no.Current, want)
	h.a = no.Current
	h.do(h.ended("NORMAL_CLEARING"))
	r.want(h.a.State == attempt.StateCompleted, "it is %v", h.a.State)
	call := r.calls(id)[0]
	r.want(call.Disposed.Equal(sold) && call.DisposedAt.Equal(r.now), "recorded as %+v", call.Disposed)
	r.balanced(id, 1)
}

// calls reads the final records of a campaign's present run.
func (r *room) calls(id ports.ID) (calls []attempt.Call) {
	r.t.Helper()
	for _, row := range all(r, r.s.Report(r.ctx, id, 0)) {
		if row.Call != nil {
			calls = append(calls, *row.Call)
		}
	}
	return calls
}

func endsTheWait(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).talk()
	r.want(len(r.calls(id)) == 0, "a call that waits for its disposition has its record already")
	r.pass(20 * time.Second)
	r.must(r.dispose(h.a.Call.ID, sold))
	want, _, err := attempt.Next(&h.rules, h.a, attempt.Dispose{At: r.now, Disposition: sold})
	r.must(err)
	want.Version = h.a.Version + 1
	r.sameAttempt(r.attempt(h.a.Contact), want)
	calls := r.calls(id)
	r.want(len(calls) == 1 && calls[0].Disposed.Equal(sold) && calls[0].WrapUp() == 20*time.Second, "the records are %+v", calls)
	h.refused(ports.ErrFenced, attempt.Expire{At: r.now})
	m := r.balanced(id, 1)
	r.want(m.CompletedCount == 1 && m.Conversations == 1, "the figures are %+v", m)
}

func asksCallback(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).talk()
	r.must(r.dispose(h.a.Call.ID, r.later(time.Hour)))
	a := r.attempt(h.a.Contact)
	r.want(a.State == attempt.StateCallbackScheduled && a.Callback.Pending && a.Owner == ports.ID{}, "it is %+v", a)
	r.want(r.balanced(id, 1).CallbackPending == 1, "no callback is counted")
	r.pass(time.Hour)
	r.comes(id, h.a.Contact)
}

func sameTwice(r *room) {
	id := r.running(3)
	hands := r.lease(r.id(), id, 3)
	up, waiting, over := hands[0].dial().answered(), hands[1].talk(), hands[2].talk()
	d := r.later(time.Hour + 300*time.Nanosecond) // no store keeps nanoseconds
	r.must(r.dispose(over.a.Call.ID, d))
	r.must(r.dispose(up.a.Call.ID, d))
	r.must(r.dispose(waiting.a.Call.ID, d))
	before := []attempt.Attempt{r.attempt(up.a.Contact), r.attempt(waiting.a.Contact), r.attempt(over.a.Contact)}
	figures := r.balanced(id, 1)
	r.pass(time.Second)
	for _, h := range hands {
		r.must(r.dispose(h.a.Call.ID, d))
	}
	for _, want := range before {
		r.sameAttempt(r.attempt(want.Contact), want)
	}
	r.pass(-time.Second)
	after := r.balanced(id, 1)
	r.want(difference(after, figures) == "", "the figures have moved:\n%s", difference(after, figures))
}

func otherRefused(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	up, over := hands[0].dial().answered(), hands[1].talk()
	for _, h := range []*hand{up, over} {
		r.must(r.dispose(h.a.Call.ID, sold))
		before := r.attempt(h.a.Contact)
		for _, other := range []attempt.Disposition{
			{Code: "lost", Note: sold.Note},
			{Code: sold.Code},
			{Code: sold.Code, Note: sold.Note, DoNotCall: true},
			{Code: sold.Code, Note: sold.Note, CallbackAt: r.now.Add(time.Hour)},
		} {
			err := r.dispose(h.a.Call.ID, other)
			r.want(errors.Is(err, attempt.ErrDisposed), "%+v after %+v: %v", other, sold, err)
		}
		r.sameAttempt(r.attempt(h.a.Contact), before)
	}
}

func beforeAnswer(r *room) {
	h := r.one(r.id(), r.running(1)).dial().do(attempt.Progress{At: r.now})
	err := r.dispose(h.a.Call.ID, sold)
	illegal := (*attempt.IllegalMoveError)(nil)
	r.want(errors.As(err, &illegal), "while it rings: %v", err)
	h.do(h.ended("NO_ANSWER"))
}

func lateDisposition(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	silent, unheard := hands[0].complete(), hands[1].unanswered()
	for _, h := range []*hand{silent, unheard} {
		call := h.a.Call.ID
		err := r.dispose(call, sold)
		r.want(errors.Is(err, ports.ErrLate), "after its record: %v", err)
	}
}

func unknownCall(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial()
	unsent := h.a.Call.ID
	h.do(attempt.Unsent{At: r.now, Running: h.running()})
	r.notFound("a call that never was", r.dispose(r.id(), sold))
	r.notFound("a call that was not sent", r.dispose(unsent, sold))
	r.notFound("no call", r.dispose(ports.ID{}, sold))
}

func badDisposition(r *room) {
	hands := r.lease(r.id(), r.running(3), 3)
	up, waiting, over := hands[0].dial().answered(), hands[1].talk(), hands[2].complete()
	for _, h := range []*hand{up, waiting, over} {
		err := r.dispose(h.a.Call.ID, attempt.Disposition{Note: "no code"})
		r.want(errors.Is(err, attempt.ErrDisposition), "without a code: %v", err)
		r.sameAttempt(r.attempt(h.a.Contact), h.a)
	}
}

func fromAnybody(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial().answered()
	r.one2(id) // another worker is at work, too
	r.must(r.dispose(h.a.Call.ID, sold))
	r.want(r.attempt(h.a.Contact).Owner == h.worker, "the row has changed hands")
}

// one2 lets another worker take a contact of its own.
func (r *room) one2(id ports.ID) {
	r.crowd(id, 1)
	r.one(r.id(), id).dial()
}

func callbackHalted(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).talk()
	r.must(r.decide(id, campaign.Stop, drained))
	r.must(r.dispose(h.a.Call.ID, r.later(time.Hour)))
	a := r.attempt(h.a.Contact)
	r.want(a.State.Terminal() && a.Callback.Cancelled == 1 && !a.Callback.Pending, "it is %+v", a)
	r.want(len(r.calls(id)) == 1, "its call is not recorded")
	r.want(r.balanced(id, 1).CallbackCancelled == 1, "the cancelled callback is not counted")
}

func afterRestart(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).talk()
	r.must(r.decide(id, campaign.Stop, drained))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.must(r.dispose(h.a.Call.ID, sold))
	it, err := r.s.Attempt(r.ctx, h.a.Contact, 1)
	r.must(err)
	r.want(it.Attempt.State == attempt.StateCompleted, "it is %v", it.Attempt.State)
	r.balanced(id, 1)
	r.balanced(id, 2)
	r.want(!r.leased(r.id(), id, 0).Blocked, "the new run is still blocked")
}
