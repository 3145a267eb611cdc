package storetest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var orderChecks = []check{
	{"due callbacks come first, then due retries, then first attempts", callbacksRetriesFirst},
	{"first attempts come by priority, then arrival", byPriority},
	{"many priorities keep their order", manyPriorities},
	{"a contact added later with a higher priority comes before", laterButHigher},
	{"an attempt given back keeps its place", givenBack},
	{"an attempt whose time has come takes its place by priority and arrival", scheduledTakesPlace},
	{"callbacks come by due time, ties by arrival", callbacksByDue},
	{"retries come by due time, ties by arrival", retriesByDue},
	{"retries are due in the run's running time", retriesInRunningTime},
	{"what is due in any order comes in order", dueInAnyOrder},
	{"what is due is decided by the time of each request", dueByRequest},
}

// priority sets a contact's priority.
func priority(p int32) func(*campaign.Contact) {
	return func(c *campaign.Contact) { c.Priority = p }
}

// comes leases everything there is and wants these contacts, in this order.
func (r *room) comes(id ports.ID, want ...ports.ID) []*hand {
	r.t.Helper()
	got := r.lease(r.id(), id, len(want)+5)
	ids := make([]ports.ID, len(got))
	for i, h := range got {
		ids[i] = h.a.Contact
	}
	r.want(slices.Equal(ids, want), "leased as\n  %v, want\n  %v", ids, want)
	return got
}

func callbacksRetriesFirst(r *room) {
	id, w := r.running(4), r.id()
	hands := r.lease(w, id, 4)
	hands[0].do(attempt.Release{At: r.now})
	hands[1].unanswered()                    // due in ten minutes
	hands[2].askCallback(time.Hour)          // due in an hour
	hands[3].askCallback(11 * time.Minute)   // due in eleven minutes
	urgent := r.contact(priority(1_000_000)) // a first attempt all the same
	r.add(id, urgent)
	r.pass(11 * time.Minute)
	r.comes(id, hands[3].a.Contact, hands[1].a.Contact, urgent.ID, hands[0].a.Contact)
}

func byPriority(r *room) {
	id := r.draft()
	cs := []campaign.Contact{
		r.contact(), r.contact(priority(-1)), r.contact(priority(7)), r.contact(), r.contact(priority(7)),
		r.contact(priority(-2_000_000_000)), r.contact(priority(2_000_000_000)),
	}
	r.add(id, cs...)
	r.must(r.decide(id, campaign.Start))
	r.comes(id, cs[6].ID, cs[2].ID, cs[4].ID, cs[0].ID, cs[3].ID, cs[1].ID, cs[5].ID)
}

func manyPriorities(r *room) {
	id, w := r.draft(), r.id()
	rng := rand.New(rand.NewPCG(1, 2))
	cs := make([]campaign.Contact, 1000)
	for i := range cs {
		cs[i] = r.contact(priority(rng.Int32N(300)))
	}
	r.add(id, cs...)
	r.must(r.decide(id, campaign.Start))
	for _, h := range r.lease(w, id, 300) {
		h.do(attempt.Release{At: r.now})
	}
	slices.SortStableFunc(cs, func(a, b campaign.Contact) int { return int(b.Priority) - int(a.Priority) })
	got := r.lease(w, id, len(cs))
	r.want(len(got) == len(cs), "%d of %d are leased", len(got), len(cs))
	for i, h := range got {
		r.want(h.a.Contact == cs[i].ID, "number %d has priority %d, want %d", i, h.c.Priority, cs[i].Priority)
	}
}

func laterButHigher(r *room) {
	id := r.running(2)
	first := r.one(r.id(), id)
	high, low := r.contact(priority(1)), r.contact(priority(-1))
	r.add(id, low, high)
	first.do(attempt.Release{At: r.now})
	got := r.lease(r.id(), id, 1)
	r.want(got[0].a.Contact == high.ID, "the higher priority does not come first")
}

func givenBack(r *room) {
	id, w := r.running(5), r.id()
	hands := r.lease(w, id, 3)
	hands[2].do(attempt.Release{At: r.now})
	r.pass(time.Second)
	hands[0].dial().do(attempt.Unsent{At: r.now})
	rest := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))
	r.comes(id, hands[0].a.Contact, hands[2].a.Contact, rest[3].Contact.ID, rest[4].Contact.ID)
}

func scheduledTakesPlace(r *room) {
	id, w := r.draft(), r.id()
	soon := func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Minute) }
	cs := []campaign.Contact{r.contact(), r.contact(soon), r.contact(), r.contact(soon, priority(1)), r.contact()}
	r.add(id, cs...)
	r.must(r.decide(id, campaign.Start))
	first := r.one(w, id)
	first.dial().do(attempt.Refused{At: r.now, Running: first.running()}) // back after ten seconds
	r.pass(9 * time.Second)
	got := r.one(w, id)
	r.want(got.a.Contact == cs[2].ID, "what is not due was leased")
	r.pass(51 * time.Second)
	r.comes(id, cs[3].ID, cs[0].ID, cs[1].ID, cs[4].ID)
}

func callbacksByDue(r *room) {
	id, w := r.running(4), r.id()
	hands := r.lease(w, id, 4)
	hands[3].askCallback(10 * time.Minute)
	hands[1].askCallback(10 * time.Minute)
	hands[0].askCallback(20 * time.Minute)
	hands[2].askCallback(5 * time.Minute)
	r.pass(20*time.Minute - time.Microsecond)
	r.comes(id, hands[2].a.Contact, hands[1].a.Contact, hands[3].a.Contact)
	r.pass(time.Microsecond)
	r.comes(id, hands[0].a.Contact)
}

func retriesByDue(r *room) {
	id, w := r.running(4), r.id()
	hands := r.lease(w, id, 4)
	for _, h := range hands {
		h.dial()
	}
	hands[3].do(hands[3].ended("NO_ANSWER")) // ten minutes
	hands[2].do(hands[2].ended("NO_ANSWER"))
	hands[1].do(hands[1].ended("USER_BUSY")) // five minutes
	r.pass(time.Minute)
	hands[0].do(hands[0].ended("USER_BUSY"))
	r.pass(10 * time.Minute)
	r.comes(id, hands[1].a.Contact, hands[0].a.Contact, hands[2].a.Contact, hands[3].a.Contact)
}

func retriesInRunningTime(r *room) {
	id, w := r.running(2), r.id()
	hands := r.lease(w, id, 2)
	hands[0].unanswered()
	hands[1].askCallback(10 * time.Minute)
	r.pass(9 * time.Minute)
	r.must(r.decide(id, campaign.Pause))
	r.pass(time.Hour)
	r.must(r.decide(id, campaign.Resume))
	r.comes(id, hands[1].a.Contact) // a callback keeps its wall-clock time
	r.pass(time.Minute - time.Microsecond)
	r.comes(id)
	r.pass(time.Microsecond)
	r.comes(id, hands[0].a.Contact)
}

// dueInAnyOrder has so many due times in disorder that no store keeps them in
// order by accident.
func dueInAnyOrder(r *room) {
	const n = 400
	id, w := r.running(n), r.id()
	rng := rand.New(rand.NewPCG(3, 4))
	var hands []*hand
	for _, h := range r.lease(w, id, n) {
		hands = append(hands, h.askCallback(time.Duration(1+rng.IntN(100))*time.Minute))
	}
	r.pass(100 * time.Minute)
	slices.SortStableFunc(hands, func(a, b *hand) int { return a.a.Due.Compare(b.a.Due) })
	want := make([]ports.ID, n)
	for i, h := range hands {
		want[i] = h.a.Contact
	}
	r.comes(id, want...)
}

// dueByRequest has a worker whose clock is ahead look first.
func dueByRequest(r *room) {
	id, w := r.running(2), r.id()
	hands := r.lease(w, id, 2)
	hands[0].unanswered()
	hands[1].askCallback(10 * time.Minute)
	soon := r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(10 * time.Minute) })
	r.add(id, soon)
	r.pass(10 * time.Minute)
	ahead := r.leased(r.id(), id, 0)
	r.want(len(ahead.Items) == 0, "Max 0 leases something")
	r.pass(-time.Microsecond)
	l := r.leased(w, id, 5)
	r.want(len(l.Items) == 0, "%d are leased before their time", len(l.Items))
	r.want(l.NextDue.Equal(soon.NotBefore) && l.NextRetry == 10*time.Minute, "the next are due at %v and %v", l.NextDue, l.NextRetry)
	r.pass(time.Microsecond)
	r.comes(id, hands[1].a.Contact, hands[0].a.Contact, soon.ID)
}
