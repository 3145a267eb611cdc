package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// hand is an attempt in a worker's hand.
type hand struct {
	r      *room
	worker ports.ID
	rules  attempt.Rules
	a      attempt.Attempt
	c      campaign.Contact
}

// ask makes a request for work of the campaign as it stands.
func (r *room) ask(id ports.ID, most int) ports.LeaseRequest {
	r.t.Helper()
	c := r.campaign(id)
	return ports.LeaseRequest{
		Campaign: id, Run: c.Run.Number, Now: r.now, Running: c.Run.Running(r.now), Max: most,
	}
}

// leased asks for work and returns the whole answer.
func (r *room) leased(worker, id ports.ID, most int) ports.Leased {
	r.t.Helper()
	ls, err := r.s.Lease(r.ctx, worker, []ports.LeaseRequest{r.ask(id, most)})
	r.must(err)
	r.want(len(ls) == 1, "one request has %d answers", len(ls))
	return ls[0]
}

// lease takes at most most attempts.
func (r *room) lease(worker, id ports.ID, most int) []*hand {
	r.t.Helper()
	spec := r.campaign(id).Spec
	var hands []*hand
	for _, it := range r.leased(worker, id, most).Items {
		hands = append(hands, &hand{r, worker, spec.Rules(), it.Attempt, it.Contact})
	}
	return hands
}

// one takes exactly one attempt.
func (r *room) one(worker, id ports.ID) *hand {
	r.t.Helper()
	hands := r.lease(worker, id, 1)
	r.want(len(hands) == 1, "want one attempt leased, got %d", len(hands))
	return hands[0]
}

// next is the transition that an event makes of the attempt in hand.
func (h *hand) next(e attempt.Event, claims ...ports.Claim) ports.Transition {
	h.r.t.Helper()
	t, err := h.after(e, claims...)
	h.r.must(err)
	return t
}

func (h *hand) after(e attempt.Event, claims ...ports.Claim) (ports.Transition, error) {
	after, effects, err := attempt.Next(&h.rules, h.a, e)
	t := ports.Transition{Attempt: after, Before: campaign.FactsOf(&h.a), Claims: claims}
	for _, e := range effects {
		t.Record = t.Record || e == attempt.Record
	}
	return t, err
}

// save writes a transition; if it is granted, it is in hand.
func (h *hand) save(t ports.Transition) (ports.Refusal, bool) {
	h.r.t.Helper()
	refused, err := h.r.s.Save(h.r.ctx, h.worker, []ports.Transition{t})
	h.r.must(err)
	if len(refused) > 0 {
		h.r.want(len(refused) == 1 && refused[0].Index == 0, "one row is refused as %v", refused)
		return refused[0], false
	}
	h.a = t.Attempt
	h.a.Version++
	return ports.Refusal{}, true
}

// do lets events happen, one write for each.
func (h *hand) do(es ...attempt.Event) *hand {
	h.r.t.Helper()
	for _, e := range es {
		no, ok := h.save(h.next(e))
		h.r.want(ok, "%v on %v is refused: %v", e.Kind(), h.a.State, no.Err)
	}
	return h
}

// refused tries an event and wants it refused with this error.
func (h *hand) refused(want error, e attempt.Event, claims ...ports.Claim) ports.Refusal {
	h.r.t.Helper()
	no, ok := h.save(h.next(e, claims...))
	h.r.want(!ok, "%v on %v is written, want it refused: %v", e.Kind(), h.a.State, want)
	h.r.want(errors.Is(no.Err, want), "%v on %v is refused with %v, want %v", e.Kind(), h.a.State, no.Err, want)
	return no
}

// dial begins a call with these claims.
func (h *hand) dial(claims ...ports.Claim) *hand {
	h.r.t.Helper()
	no, ok := h.save(h.next(h.dialling(), claims...))
	h.r.want(ok, "a dial is refused: %v %s", no.Err, no.Key)
	return h
}

func (h *hand) dialling() attempt.Dial {
	return attempt.Dial{At: h.r.now, Address: h.c.Address, Trunk: "north", CallerID: "+33100000000", Agent: "ada"}
}

// answered brings a dialled call to its conversation.
func (h *hand) answered() *hand {
	h.r.t.Helper()
	at := h.r.now
	return h.do(attempt.Accepted{At: at}, attempt.Progress{At: at}, attempt.Answered{At: at}, attempt.Attached{At: at})
}

// ended is the end of the call now, with the running time of the campaign.
func (h *hand) ended(cause string) attempt.Ended {
	return attempt.Ended{At: h.r.now, Running: h.running(), Cause: cause, SIPCallID: h.a.Call.ID.String() + "@switch"}
}

func (h *hand) running() time.Duration {
	h.r.t.Helper()
	run := h.r.campaign(h.a.Campaign).Run
	return run.Running(h.r.now)
}

// unanswered dials, and rings out: the attempt waits for its retry.
func (h *hand) unanswered() *hand { return h.dial().do(h.ended("NO_ANSWER")) }

// talk dials and has a conversation; it ends in `_processing`.
func (h *hand) talk() *hand { return h.dial().answered().do(h.ended("NORMAL_CLEARING")) }

// complete has a conversation to its very end.
func (h *hand) complete() *hand { return h.talk().do(attempt.Expire{At: h.r.now}) }

// dispose submits a disposition of a call.
func (r *room) dispose(call ports.ID, d attempt.Disposition) error {
	return r.s.Submit(r.ctx, ports.Command{ID: r.id(), At: r.now, Dispose: &ports.Dispose{Call: call, Disposition: d}})
}

// sold is a plain disposition, and later one that asks for a callback.
var sold = attempt.Disposition{Code: "sold", Note: "the big one"}

func (r *room) later(d time.Duration) attempt.Disposition {
	return attempt.Disposition{Code: "call back", CallbackAt: r.now.Add(d)}
}

// askCallback brings an attempt in hand to wait for a callback in d.
func (h *hand) askCallback(d time.Duration) *hand {
	h.r.t.Helper()
	return h.dial().answered().do(attempt.Dispose{At: h.r.now, Disposition: h.r.later(d)}, h.ended("NORMAL_CLEARING"))
}
