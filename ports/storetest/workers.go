package storetest

import (
	"errors"
	"reflect"
	"slices"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var workerChecks = []check{
	{"a beat is seen by all workers", beatSeen},
	{"rows of a dead worker are adopted, claims and all", adopted},
	{"an adopted row's old owner is fenced", adoptedFences},
	{"a living worker is not adopted from", aliveRefused},
	{"a leaving worker is adopted from at once", leavingAdopted},
	{"rows are adopted in batches, then the worker is forgotten", adoptedInBatches},
	{"a dead worker without rows is forgotten", deadWithoutRows},
	{"an unknown worker leaves nothing", unknownWorker},
	{"a worker that holds rows is known though it has never beaten", knownByRows},
	{"a worker that adopts from itself is told what it holds", ownHoldings},
	{"adoptions are counted in the run of the row", adoptionsCounted},
}

func (r *room) beat(w ports.Worker) []ports.Worker {
	r.t.Helper()
	ws, err := r.s.Beat(r.ctx, w)
	r.must(err)
	return ws
}

// known wants exactly these workers to be known.
func (r *room) known(want ...ports.Worker) {
	r.t.Helper()
	got, err := r.s.Workers(r.ctx)
	r.must(err)
	byID := func(a, b ports.Worker) int { return slices.Compare(a.ID[:], b.ID[:]) }
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	for i := range got {
		if len(got[i].Decisions) == 0 {
			got[i].Decisions = nil
		}
	}
	if len(got) == 0 && len(want) == 0 {
		return
	}
	r.want(reflect.DeepEqual(got, want), "the workers are\n  %+v, want\n  %+v", got, want)
}

func beatSeen(r *room) {
	r.known()
	a := ports.Worker{ID: r.id(), Beat: 1, Decisions: []ports.Decision{
		{Campaign: r.id(), Limit: "agents", Lines: 3, At: r.now}, {Campaign: r.id(), Limit: "none", At: r.now},
	}}
	b := ports.Worker{ID: r.id(), Beat: 7}
	r.want(len(r.beat(a)) == 1, "the first worker sees others")
	r.want(len(r.beat(b)) == 2, "the second worker does not see the first")
	r.known(a, b)
	a.Beat, a.Decisions = 2, nil
	b.Beat, b.Leaving = 8, true
	r.beat(b)
	r.beat(a)
	r.known(a, b)
}

func adopted(r *room) {
	id := r.running(3)
	dead, me := ports.Worker{ID: r.id(), Beat: 4}, ports.Worker{ID: r.id(), Beat: 1}
	r.beat(dead)
	r.beat(me)
	hands := r.lease(dead.ID, id, 3)
	claim := lines("trunk/north", 1)
	hands[1].dial(claim).answered()
	items, err := r.s.Adopt(r.ctx, me.ID, dead, r.now, 10)
	r.must(err)
	r.want(len(items) == 3, "%d rows are adopted", len(items))
	for _, it := range items {
		i := slices.IndexFunc(hands, func(h *hand) bool { return h.a.Contact == it.Contact.ID })
		r.want(i >= 0, "a row that the dead worker did not hold")
		h := hands[i]
		h.a.Owner, h.worker = me.ID, me.ID
		h.a.Version++
		r.sameAttempt(it.Attempt, h.a)
		r.sameContact(it.Contact, h.c)
	}
	hands[2].refused(ports.ErrLimit, hands[2].dialling(), claim)
	hands[1].do(hands[1].ended("NORMAL_CLEARING"))
	hands[2].dial(claim)
	r.want(r.balanced(id, 1).StaleRecoveries == 3, "they are not counted as recovered")
}

func adoptedFences(r *room) {
	id := r.running(1)
	dead := ports.Worker{ID: r.id(), Beat: 4}
	r.beat(dead)
	h := r.one(dead.ID, id).dial()
	_, err := r.s.Adopt(r.ctx, r.id(), dead, r.now, 10)
	r.must(err)
	h.refused(ports.ErrFenced, h.ended("NO_ANSWER"))
	r.want(len(r.calls(id)) == 0, "a late write left a record")
}

func aliveRefused(r *room) {
	id := r.running(1)
	seen := ports.Worker{ID: r.id(), Beat: 4}
	r.beat(seen)
	h := r.one(seen.ID, id)
	r.beat(ports.Worker{ID: seen.ID, Beat: 5})
	items, err := r.s.Adopt(r.ctx, r.id(), seen, r.now, 10)
	r.want(errors.Is(err, ports.ErrAlive) && len(items) == 0, "%d rows, %v", len(items), err)
	h.dial()
	r.known(ports.Worker{ID: seen.ID, Beat: 5})
}

func leavingAdopted(r *room) {
	id := r.running(1)
	gone := ports.Worker{ID: r.id(), Beat: 4}
	r.beat(gone)
	r.one(gone.ID, id)
	r.beat(ports.Worker{ID: gone.ID, Beat: 9, Leaving: true})
	items, err := r.s.Adopt(r.ctx, r.id(), gone, r.now, 10)
	r.must(err)
	r.want(len(items) == 1, "%d rows", len(items))
}

func adoptedInBatches(r *room) {
	id, me := r.running(5), r.id()
	dead := ports.Worker{ID: r.id(), Beat: 1}
	r.beat(dead)
	r.lease(dead.ID, id, 5)
	seen := map[ports.ID]bool{}
	for _, want := range []int{2, 2} {
		items, err := r.s.Adopt(r.ctx, me, dead, r.now, 2)
		r.must(err)
		r.want(len(items) == want, "%d rows of a batch of 2", len(items))
		for _, it := range items {
			r.want(!seen[it.Contact.ID], "a row is adopted twice")
			seen[it.Contact.ID] = true
		}
		r.known(dead, ports.Worker{ID: me})
	}
	items, err := r.s.Adopt(r.ctx, me, dead, r.now, 2)
	r.must(err)
	r.want(len(items) == 1, "%d rows of the last one", len(items))
	r.known(ports.Worker{ID: me})
	items, err = r.s.Adopt(r.ctx, me, dead, r.now, 2)
	r.want(err == nil && len(items) == 0, "of a forgotten worker: %d rows, %v", len(items), err)
	r.want(r.balanced(id, 1).StaleRecoveries == 5, "not all are counted")
}

func deadWithoutRows(r *room) {
	dead := ports.Worker{ID: r.id(), Beat: 1}
	r.beat(dead)
	items, err := r.s.Adopt(r.ctx, r.id(), dead, r.now, 2)
	r.want(err == nil && len(items) == 0, "%d rows, %v", len(items), err)
	r.known()
}

func unknownWorker(r *room) {
	items, err := r.s.Adopt(r.ctx, r.id(), ports.Worker{ID: r.id(), Beat: 1}, r.now, 2)
	r.want(err == nil && len(items) == 0, "%d rows, %v", len(items), err)
}

// knownByRows is a worker that was given up while its lease was on the way: its
// rows must not be lost.
func knownByRows(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	r.known(ports.Worker{ID: h.worker})
	me := ports.Worker{ID: r.id(), Beat: 1}
	r.want(len(r.beat(me)) == 2, "a beat does not see it")
	_, err := r.s.Adopt(r.ctx, me.ID, ports.Worker{ID: h.worker, Beat: 1}, r.now, 5)
	r.want(errors.Is(err, ports.ErrAlive), "by another counter: %v", err)
	items, err := r.s.Adopt(r.ctx, me.ID, ports.Worker{ID: h.worker}, r.now, 5)
	r.must(err)
	r.want(len(items) == 1, "%d rows are adopted", len(items))
	r.known(me)
	h.worker, h.a.Owner = me.ID, me.ID
	h.a.Version++
	h.dial()
	late := r.running(1)
	gone := r.one(r.id(), late)
	gone.do(attempt.Release{At: r.now})
	r.known(me) // who holds nothing any more is forgotten
}

// ownHoldings is how a worker finds what a lost answer had given it.
func ownHoldings(r *room) {
	id := r.running(3)
	me := ports.Worker{ID: r.id(), Beat: 4}
	r.beat(me)
	hands := r.lease(me.ID, id, 2)
	hands[1].dial(lines("trunk/north", 1))
	for range 2 {
		items, err := r.s.Adopt(r.ctx, me.ID, me, r.now, 10)
		r.must(err)
		r.want(len(items) == 2, "%d rows", len(items))
		for _, it := range items {
			i := slices.IndexFunc(hands, func(h *hand) bool { return h.a.Contact == it.Contact.ID })
			r.want(i >= 0, "a row that it does not hold")
			r.sameAttempt(it.Attempt, hands[i].a)
			r.sameContact(it.Contact, hands[i].c)
		}
		r.want(r.balanced(id, 1).StaleRecoveries == 0, "they are counted as recovered")
		r.known(me)
	}
	hands[0].refused(ports.ErrLimit, hands[0].dialling(), lines("trunk/north", 1))
	hands[1].do(hands[1].ended("NO_ANSWER"))
}

func adoptionsCounted(r *room) {
	id, me := r.running(2), r.id()
	dead := ports.Worker{ID: r.id(), Beat: 1}
	r.beat(dead)
	h := r.lease(dead.ID, id, 2)[0].dial()
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	_, err := r.s.Adopt(r.ctx, me, dead, r.now, 10)
	r.must(err)
	r.want(r.balanced(id, 1).StaleRecoveries == 2, "the old run's rows are not counted there")
	r.want(r.balanced(id, 2).StaleRecoveries == 0, "the new run counts them")
	h.worker, h.a.Owner = me, me
	h.a.Version++
	h.do(attempt.Stop{At: r.now}, h.ended("NORMAL_CLEARING"))
}
