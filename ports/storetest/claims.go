package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var claimChecks = []check{
	{"a limit is never exceeded at once", atOnce},
	{"a claim is freed when the line is", freedWithLine},
	{"a claim is freed by each way out of the states that have a line", freedEachWay},
	{"a claim is kept from state to state of a line", keptOnLine},
	{"a row gets all its claims or none", allClaimsOrNone},
	{"a row may claim a limit twice", claimedTwice},
	{"of several limits without room the first by key is named", firstByKey},
	{"rows of a batch claim in its order", batchClaimsInOrder},
	{"limits are shared by campaigns and workers", limitsShared},
	{"a rate holds in every span, wherever it begins", rateHolds},
	{"a rate says when it has room again", rateSaysWhen},
	{"a rate is not given back", rateNotGivenBack},
	{"a limit may be raised and lowered", limitMoves},
	{"no limit below one grants anything", noRoomAtAll},
}

// lines is the claim of a line of a limit.
func lines(key string, most int) ports.Claim { return ports.Claim{Key: key, Max: most} }

// starts is the claim of a start in a span.
func starts(key string, most int, per time.Duration) ports.Claim {
	return ports.Claim{Key: key, Max: most, Per: per}
}

func atOnce(r *room) {
	hands := r.lease(r.id(), r.running(4), 4)
	claim := lines("trunk/north", 2)
	hands[0].dial(claim)
	hands[1].dial(claim)
	no := hands[2].refused(ports.ErrLimit, hands[2].dialling(), claim)
	r.want(no.Key == "trunk/north" && no.RetryAt.IsZero(), "the refusal names %q and %v", no.Key, no.RetryAt)
	r.want(r.attempt(hands[2].a.Contact).State == attempt.StateLeased, "the refused row has changed")
	hands[2].dial(lines("trunk/south", 2))
}

func freedWithLine(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	claim := lines("trunk/north", 1)
	hands[0].dial(claim).do(hands[0].ended("NO_ANSWER"))
	hands[1].dial(claim)
}

func freedEachWay(r *room) {
	id, w := r.running(8, func(s *campaign.Spec) { s.Retries = 0 }), r.id()
	claim := lines("trunk/north", 1)
	begun := func() *hand {
		h := r.one(w, id)
		h.rules.Retries = 0
		return h.dial(claim)
	}
	for what, way := range map[string]func(h *hand){
		"an end without answer":    func(h *hand) { h.do(h.ended("NO_ANSWER")) },
		"a local refusal":          func(h *hand) { h.do(attempt.Refused{At: r.now, Running: h.running()}) },
		"a call that was not sent": func(h *hand) { h.do(attempt.Unsent{At: r.now, Running: h.running()}) },
		"a lost call":              func(h *hand) { h.do(attempt.Lost{At: r.now, Running: h.running()}) },
		"a conversation's end":     func(h *hand) { h.answered().do(h.ended("NORMAL_CLEARING")) },
		"a callback asked for": func(h *hand) {
			h.answered().do(attempt.Dispose{At: r.now, Disposition: r.later(time.Hour)}, h.ended("NORMAL_CLEARING"))
		},
	} {
		way(begun())
		probe := r.one(w, id)
		no, ok := probe.save(probe.next(probe.dialling(), claim))
		r.want(ok, "%s frees nothing: %v", what, no.Err)
		probe.do(attempt.Unsent{At: r.now, Running: probe.running()})
	}
}

func keptOnLine(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	claim := lines("agent/ada", 1)
	full := func() {
		r.t.Helper()
		hands[1].refused(ports.ErrLimit, hands[1].dialling(), claim)
	}
	h := hands[0].dial(claim)
	full()
	for _, e := range []attempt.Event{
		attempt.Accepted{At: r.now}, attempt.Progress{At: r.now},
		attempt.Answered{At: r.now}, attempt.Attached{At: r.now}, attempt.Stop{At: r.now, Drain: true},
	} {
		h.do(e)
		full()
	}
	h.do(h.ended("NORMAL_CLEARING"))
	r.want(h.a.State == attempt.StateProcessing, "it is %v", h.a.State)
	hands[1].dial(claim) // `_processing` holds no line
}

func allClaimsOrNone(r *room) {
	hands := r.lease(r.id(), r.running(4), 4)
	a, b, c := lines("a", 1), lines("b", 1), lines("c", 1)
	rate := starts("d", 1, time.Second)
	hands[0].dial(b)
	no := hands[1].refused(ports.ErrLimit, hands[1].dialling(), rate, c, b, a)
	r.want(no.Key == "b", "the refusal names %q", no.Key)
	hands[1].dial(a, c, rate)
	no = hands[2].refused(ports.ErrLimit, hands[2].dialling(), rate)
	r.want(no.Key == "d", "the refusal names %q", no.Key)
}

func claimedTwice(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	claim := lines("trunk/north", 3) // both legs of a call
	hands[0].dial(claim, claim)
	hands[1].refused(ports.ErrLimit, hands[1].dialling(), claim, claim)
	hands[1].dial(claim)
	h := hands[0]
	h.do(attempt.Unsent{At: r.now})
}

func firstByKey(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	a, b, c := lines("a", 1), starts("b", 1, time.Minute), lines("c", 1)
	hands[0].dial(c, b, a)
	no := hands[1].refused(ports.ErrLimit, hands[1].dialling(), c, b, a)
	r.want(no.Key == "a", "the refusal names %q", no.Key)
	hands[0].do(attempt.Unsent{At: r.now})
	no = hands[1].refused(ports.ErrLimit, hands[1].dialling(), c, b, a)
	r.want(no.Key == "b", "the refusal names %q", no.Key)
}

func batchClaimsInOrder(r *room) {
	id, w := r.running(4), r.id()
	hands := r.lease(w, id, 4)
	var batch []ports.Transition
	for _, h := range hands {
		batch = append(batch, h.next(h.dialling(), lines("trunk/north", 2)))
	}
	refused, err := r.s.Save(r.ctx, w, batch)
	r.must(err)
	r.want(len(refused) == 2 && refused[0].Index == 2 && refused[1].Index == 3, "refused are %v", refused)
	for _, no := range refused {
		r.want(errors.Is(no.Err, ports.ErrLimit) && no.Key == "trunk/north", "refused with %v, %q", no.Err, no.Key)
	}
	r.want(r.balanced(id, 1).Lines == 2, "two lines are in use")
}

func limitsShared(r *room) {
	a, b := r.running(1), r.running(1)
	claim := lines("trunk/north", 1)
	first := r.one(r.id(), a).dial(claim)
	second := r.one(r.id(), b)
	second.refused(ports.ErrLimit, second.dialling(), claim)
	first.do(first.ended("NO_ANSWER"))
	second.dial(claim)
}

func rateHolds(r *room) {
	const most, per = 3, time.Second
	hands := r.lease(r.id(), r.running(60), 60)
	var granted []time.Time
	for _, h := range hands {
		if _, ok := h.save(h.next(h.dialling(), starts("campaign/rate", most, per))); ok {
			granted = append(granted, r.now)
		}
		r.pass(117 * time.Millisecond)
	}
	for i := most; i < len(granted); i++ {
		span := granted[i].Sub(granted[i-most])
		r.want(span >= per, "start %d comes %v after the one %d before it", i, span, most)
	}
	least := int(60*117*time.Millisecond/(1100*time.Millisecond))*most - most
	r.want(len(granted) >= least, "only %d of at least %d starts are granted", len(granted), least)
}

func rateSaysWhen(r *room) {
	hands := r.lease(r.id(), r.running(4), 4)
	rate := starts("campaign/rate", 2, time.Second)
	hands[0].dial(rate)
	r.pass(400 * time.Millisecond)
	hands[1].dial(rate)
	r.pass(599999 * time.Microsecond)
	no := hands[2].refused(ports.ErrLimit, hands[2].dialling(), rate)
	r.want(no.RetryAt.Equal(nine.Add(time.Second)), "it has room again at %v", no.RetryAt)
	r.now = no.RetryAt
	hands[2].dial(rate)
	no = hands[3].refused(ports.ErrLimit, hands[3].dialling(), rate)
	r.want(no.RetryAt.Equal(nine.Add(1400*time.Millisecond)), "it has room again at %v", no.RetryAt)
}

func rateNotGivenBack(r *room) {
	hands := r.lease(r.id(), r.running(2), 2)
	rate := starts("campaign/rate", 1, time.Minute)
	hands[0].dial(rate).do(hands[0].ended("NO_ANSWER"))
	hands[1].refused(ports.ErrLimit, hands[1].dialling(), rate)
}

func limitMoves(r *room) {
	hands := r.lease(r.id(), r.running(4), 4)
	hands[0].dial(lines("a", 1), starts("r", 1, time.Minute))
	hands[1].dial(lines("a", 2), starts("r", 2, time.Minute))
	hands[2].refused(ports.ErrLimit, hands[2].dialling(), lines("a", 1))
	hands[2].refused(ports.ErrLimit, hands[2].dialling(), starts("r", 1, time.Minute))
	hands[2].dial(lines("a", 3), starts("r", 3, time.Minute))
}

func noRoomAtAll(r *room) {
	h := r.one(r.id(), r.running(1))
	h.refused(ports.ErrLimit, h.dialling(), lines("a", 0))
	h.refused(ports.ErrLimit, h.dialling(), lines("a", -1))
	h.refused(ports.ErrLimit, h.dialling(), starts("a", 0, time.Second))
}
