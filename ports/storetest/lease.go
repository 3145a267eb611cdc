package storetest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var leaseChecks = []check{
	{"a leased row is what the machine makes of it", leasedAsMachine},
	{"nothing is leased twice", leasedOnce},
	{"at most Max is leased", atMostMax},
	{"only a running campaign is leased from", onlyRunning},
	{"only the present run is leased from", onlyPresentRun},
	{"an unknown campaign has no work and disturbs nobody", unknownHasNoWork},
	{"answers stand in the order of requests", answersInOrder},
	{"NextDue is the next wall-clock time that something waits for", nextDue},
	{"NextRetry is the next running time that a retry waits for", nextRetry},
	{"Open, Total and Dials count the run", openTotal},
	{"a row comes back to a lease as it was saved", comesBack},
}

func leasedAsMachine(r *room) {
	id, w := r.running(1), r.id()
	before := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))[0].Attempt
	r.pass(time.Minute)
	h := r.one(w, id)
	want, _, err := attempt.Next(&h.rules, before, attempt.Lease{At: r.now, Owner: w})
	r.must(err)
	r.want(h.a.Version > before.Version, "the version is not raised")
	want.Version = h.a.Version
	r.sameAttempt(h.a, want)
	r.sameAttempt(r.attempt(h.a.Contact), want)
	r.sameContact(h.c, all(r, r.s.Contacts(r.ctx, id))[0])
}

func leasedOnce(r *room) {
	id := r.running(3)
	r.lease(r.id(), id, 2)
	r.want(len(r.lease(r.id(), id, 9)) == 1, "a row is leased twice")
	r.want(len(r.lease(r.id(), id, 9)) == 0, "a row is leased twice")
}

func atMostMax(r *room) {
	id := r.running(5)
	r.want(len(r.lease(r.id(), id, 0)) == 0, "Max 0 leases something")
	r.want(len(r.lease(r.id(), id, 2)) == 2, "Max 2 leases another number")
}

func onlyRunning(r *room) {
	id := r.draft()
	r.crowd(id, 3)
	none := func(when string) {
		r.t.Helper()
		l := r.leased(r.id(), id, 5)
		r.want(len(l.Items) == 0, "%s: %d are leased", when, len(l.Items))
		r.want(l.Total == 3, "%s: Total is %d", when, l.Total)
	}
	none("draft")
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Pause))
	none("paused")
	r.must(r.decide(id, campaign.Resume))
	r.want(len(r.lease(r.id(), id, 1)) == 1, "nothing is leased after the resume")
	r.must(r.decide(id, campaign.Fail))
	none("failed")
}

func onlyPresentRun(r *room) {
	id := r.running(3)
	req := r.ask(id, 5)
	for _, run := range []int{0, 2} {
		req.Run = run
		ls, err := r.s.Lease(r.ctx, r.id(), []ports.LeaseRequest{req})
		r.must(err)
		r.want(len(ls) == 1 && len(ls[0].Items) == 0, "run %d is leased from", run)
	}
	old := r.ask(id, 5)
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Start))
	ls, err := r.s.Lease(r.ctx, r.id(), []ports.LeaseRequest{old})
	r.must(err)
	r.want(len(ls[0].Items) == 0, "the run before is leased from")
	r.want(len(r.lease(r.id(), id, 5)) == 3, "the present run is not")
}

func unknownHasNoWork(r *room) {
	id := r.running(1)
	reqs := []ports.LeaseRequest{{Campaign: r.id(), Run: 1, Now: r.now, Max: 3}, r.ask(id, 3)}
	ls, err := r.s.Lease(r.ctx, r.id(), reqs)
	r.must(err)
	r.want(len(ls) == 2 && len(ls[0].Items) == 0 && len(ls[1].Items) == 1, "the answers are %v", ls)
}

func answersInOrder(r *room) {
	a, b := r.running(1), r.running(2)
	ls, err := r.s.Lease(r.ctx, r.id(), []ports.LeaseRequest{r.ask(b, 9), r.ask(a, 9), r.ask(b, 9)})
	r.must(err)
	r.want(len(ls) == 3, "%d answers", len(ls))
	r.want(len(ls[0].Items) == 2 && len(ls[1].Items) == 1 && len(ls[2].Items) == 0, "%d, %d and %d items",
		len(ls[0].Items), len(ls[1].Items), len(ls[2].Items))
	for _, it := range ls[0].Items {
		r.want(it.Attempt.Campaign == b, "the first answer is another campaign's")
	}
}

func nextDue(r *room) {
	id, w := r.running(2), r.id()
	l := r.leased(w, id, 0)
	r.want(l.NextDue.IsZero() && l.NextRetry < 0, "pending rows wait for %v and %v", l.NextDue, l.NextRetry)
	hands := r.lease(w, id, 2)
	hands[0].askCallback(30 * time.Minute)
	due := r.now.Add(30 * time.Minute)
	r.want(r.leased(w, id, 5).NextDue.Equal(due), "a callback is due at %v", due)
	sooner := r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(20 * time.Minute) })
	r.add(id, sooner)
	r.want(r.leased(w, id, 5).NextDue.Equal(sooner.NotBefore), "a contact is due at %v", sooner.NotBefore)
	r.pass(20 * time.Minute)
	l = r.leased(w, id, 5)
	r.want(len(l.Items) == 1 && l.NextDue.Equal(due), "%d leased, then the next is due at %v", len(l.Items), l.NextDue)
	r.pass(10 * time.Minute)
	l = r.leased(w, id, 5)
	r.want(len(l.Items) == 1 && l.NextDue.IsZero(), "%d leased, then %v", len(l.Items), l.NextDue)
}

func nextRetry(r *room) {
	id, w := r.running(2), r.id()
	hands := r.lease(w, id, 2)
	r.pass(time.Minute)
	hands[0].unanswered()
	hands[1].dial().do(hands[1].ended("USER_BUSY"))
	l := r.leased(w, id, 5)
	r.want(l.NextRetry == 6*time.Minute, "the next retry is due at %v", l.NextRetry)
	r.want(l.NextDue.IsZero(), "retries wait for no wall-clock time, it says %v", l.NextDue)
	r.pass(5 * time.Minute)
	l = r.leased(w, id, 5)
	r.want(len(l.Items) == 1 && l.NextRetry == 11*time.Minute, "%d leased, then %v", len(l.Items), l.NextRetry)
	r.pass(5 * time.Minute)
	l = r.leased(w, id, 5)
	r.want(len(l.Items) == 1 && l.NextRetry < 0, "%d leased, then %v", len(l.Items), l.NextRetry)
}

func openTotal(r *room) {
	id, w := r.running(4), r.id()
	wants := func(open, total, dials int) {
		r.t.Helper()
		l := r.leased(w, id, 0)
		r.want(l.Open == open && l.Total == total && l.Dials == dials,
			"open %d of %d with %d dials, want %d, %d, %d", l.Open, l.Total, l.Dials, open, total, dials)
	}
	hands := r.lease(w, id, 3)
	wants(4, 4, 0)
	hands[0].complete()
	hands[1].do(attempt.Suppress{At: r.now, Reason: attempt.ReasonSuppressed})
	wants(2, 4, 1)
	hands[2].unanswered()
	r.crowd(id, 1)
	wants(3, 5, 2)
	r.must(r.decide(id, campaign.Stop))
	wants(0, 5, 2)
}

// comesBack puts every kind of fact into a row and reads it back.
func comesBack(r *room) {
	id, w := r.running(1, func(s *campaign.Spec) { s.Retries = 9; s.Callbacks = 9; s.CallbackTries = 9 }), r.id()
	h := r.one(w, id)
	again := func() {
		r.t.Helper()
		r.sameAttempt(r.attempt(h.a.Contact), h.a)
		r.pass(3 * time.Hour)
		before := h.a
		h = r.one(w, id)
		want, _, err := attempt.Next(&h.rules, before, attempt.Lease{At: r.now, Owner: w})
		r.must(err)
		want.Version = h.a.Version
		r.sameAttempt(h.a, want)
	}
	h.do(attempt.Release{At: r.now, Delay: time.Minute})
	again()
	h.dial().do(attempt.Unsent{At: r.now, Running: h.running()})
	again()
	h.dial().do(attempt.Refused{At: r.now, Running: h.running(), Cause: "GATEWAY_DOWN"})
	again()
	h.dial().do(h.ended("USER_BUSY"))
	again()
	h.dial().do(attempt.Lost{At: r.now, Running: h.running(), Horizon: time.Hour})
	again()
	r.want(h.a.Doubt != ports.ID{}, "the doubt is forgotten")
	h.askCallback(time.Hour)
	again()
	h.unanswered()
	again()
	h.askCallback(time.Hour)
	again()
	h.complete()
	r.sameAttempt(r.attempt(h.a.Contact), h.a)
	r.balanced(id, 1)
}
