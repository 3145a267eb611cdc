package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var guardChecks = []check{
	{"every write raises the version by one", versionRaised},
	{"a worker that does not own the row is fenced", fencedOther},
	{"a worker that gave the row back is fenced", fencedAfter},
	{"a row that nobody holds takes no write", fencedWaiting},
	{"a contact or run that is not known is fenced", fencedUnknown},
	{"a write from another version is refused with the present row", staleVersion},
	{"a refused write changes nothing", refusedChangesNothing},
	{"the other rows of a batch are written", othersWritten},
	{"the other calls of a batch are written", otherCallsWritten},
	{"a row may be written twice in one batch", twiceInBatch},
	{"a held row is read as it was saved", heldAsSaved},
}

func versionRaised(r *room) {
	h := r.one(r.id(), r.running(1))
	version := r.attempt(h.a.Contact).Version
	for _, e := range []attempt.Event{h.dialling(), attempt.Accepted{At: r.now}, attempt.Progress{At: r.now}} {
		h.do(e)
		got := r.attempt(h.a.Contact).Version
		r.want(got == version+1, "%v raises version %d to %d", e.Kind(), version, got)
		version = got
	}
}

func fencedOther(r *room) {
	h := r.one(r.id(), r.running(1))
	owner := h.worker
	h.worker = r.id()
	h.refused(ports.ErrFenced, h.dialling())
	h.worker = owner
	h.dial()
}

func fencedAfter(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	old := *h
	h.do(attempt.Release{At: r.now})
	old.refused(ports.ErrFenced, old.dialling())
	next := r.one(r.id(), id)
	old.refused(ports.ErrFenced, old.dialling())
	next.dial()
}

func fencedWaiting(r *room) {
	id, w := r.running(1), r.id()
	waiting := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))[0].Attempt
	h := &hand{r: r, worker: w, a: waiting}
	h.refused(ports.ErrFenced, attempt.Lease{At: r.now, Owner: w})
	h.worker = ports.ID{} // the owner that a waiting row has
	h.refused(ports.ErrFenced, attempt.Lease{At: r.now, Owner: w})
}

func fencedUnknown(r *room) {
	h := r.one(r.id(), r.running(1))
	stranger := *h
	stranger.a.Contact = r.id()
	stranger.refused(ports.ErrFenced, h.dialling())
	stranger = *h
	stranger.a.Run = 2
	stranger.refused(ports.ErrFenced, h.dialling())
	h.dial()
}

func staleVersion(r *room) {
	h := r.one(r.id(), r.running(1))
	old := *h
	h.dial()
	for range 2 {
		no := old.refused(ports.ErrState, attempt.Release{At: r.now})
		r.sameAttempt(no.Current, h.a)
	}
	ahead := *h
	ahead.a.Version++
	no := ahead.refused(ports.ErrState, attempt.Accepted{At: r.now})
	r.sameAttempt(no.Current, h.a)
}

func refusedChangesNothing(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	h.dial(ports.Claim{Key: "trunk/north", Max: 1})
	old := *h
	h.do(attempt.Accepted{At: r.now})
	before := r.balanced(id, 1)
	old.refused(ports.ErrState, h.ended("NORMAL_CLEARING"))
	r.sameAttempt(r.attempt(h.a.Contact), h.a)
	after := r.balanced(id, 1)
	r.want(difference(after, before) == "", "the figures have moved:\n%s", difference(after, before))
	r.want(after.Outcomes[attempt.OutcomeCancelled] == 0, "a record was written")
}

func othersWritten(r *room) {
	id, w := r.running(5), r.id()
	hands := r.lease(w, id, 5)
	foreign := *hands[1]
	hands[1].do(attempt.Release{At: r.now})
	r.refusesSome(hands, &foreign, func(h *hand) attempt.Event { return h.dialling() })
	r.want(r.balanced(id, 1).Lines == 2, "two rows of five are written")
}

func otherCallsWritten(r *room) {
	id, w := r.running(5), r.id()
	hands := r.lease(w, id, 5)
	for _, h := range hands {
		h.dial()
	}
	foreign := *hands[1]
	hands[1].do(hands[1].ended("NO_ANSWER"))
	r.refusesSome(hands, &foreign, func(*hand) attempt.Event { return attempt.Progress{At: r.now} })
	r.want(r.balanced(id, 1).States[attempt.StateRinging] == 2, "two rows of five are written")
}

// refusesSome saves an event of five rows: one of a run that is not known, the
// first, one that is another's, one from another version, and the last.
func (r *room) refusesSome(hands []*hand, foreign *hand, e func(*hand) attempt.Event) {
	r.t.Helper()
	stale, astray := hands[2].next(e(hands[2])), hands[4].next(e(hands[4]))
	stale.Attempt.Version--
	astray.Attempt.Run = 9
	refused, err := r.s.Save(r.ctx, hands[0].worker, []ports.Transition{
		astray, hands[0].next(e(hands[0])), foreign.next(e(foreign)), stale, hands[3].next(e(hands[3])),
	})
	r.must(err)
	r.want(len(refused) == 3, "refused are %v", refused)
	for i, want := range []struct {
		index int
		err   error
	}{{0, ports.ErrFenced}, {2, ports.ErrFenced}, {3, ports.ErrState}} {
		no := refused[i]
		r.want(no.Index == want.index && errors.Is(no.Err, want.err), "no. %d is refused with %v, want %d with %v", no.Index, no.Err, want.index, want.err)
	}
}

func twiceInBatch(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	first := h.next(h.dialling())
	h.a = first.Attempt
	h.a.Version++
	second := h.next(attempt.Progress{At: r.now})
	refused, err := r.s.Save(r.ctx, h.worker, []ports.Transition{first, second})
	r.must(err)
	r.want(len(refused) == 0, "refused are %v", refused)
	r.want(r.attempt(h.a.Contact).State == attempt.StateRinging, "it is not ringing")
	r.balanced(id, 1)
}

func heldAsSaved(r *room) {
	id := r.running(1, func(s *campaign.Spec) { s.Screening = true })
	h := r.one(r.id(), id)
	step := func(e attempt.Event) {
		r.t.Helper()
		r.pass(1500 * time.Microsecond)
		h.do(e)
		r.sameAttempt(r.attempt(h.a.Contact), h.a)
	}
	step(h.dialling())
	step(attempt.Accepted{At: r.now})
	step(attempt.Progress{At: r.now})
	step(attempt.Answered{At: r.now})
	step(attempt.Screened{At: r.now, Verdict: attempt.VerdictHuman})
	step(attempt.Attached{At: r.now})
	step(attempt.Ended{At: r.now, Cause: "NORMAL_CLEARING", SIPStatus: 200, SIPCallID: "a@b"})
	r.want(h.a.State == attempt.StateProcessing, "it is %v", h.a.State)
	step(attempt.Stop{At: r.now, Drain: true})
	step(attempt.Expire{At: r.now})
	r.balanced(id, 1)
}
