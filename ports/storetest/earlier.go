package storetest

import (
	"errors"
	"time"

	"reflect"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func oldRunKept(r *room) {
	id := r.running(2)
	hands := r.lease(r.id(), id, 2)
	hands[0].complete()
	hands[1].unanswered()
	r.must(r.decide(id, campaign.Stop))
	before, report := r.balanced(id, 1), all(r, r.s.Report(r.ctx, id, 1))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Start))
	h := r.one(r.id(), id)
	r.want(h.next(h.dialling()).Attempt.Call.ID != report[0].Call.ID, "a call id comes twice")
	h.complete()
	after := r.balanced(id, 1)
	r.want(difference(after, before) == "", "its figures have moved:\n%s", difference(after, before))
	again := all(r, r.s.Report(r.ctx, id, 1))
	for i := range again {
		again[i].Attempt.Version = report[i].Attempt.Version // swept since
	}
	r.want(reflect.DeepEqual(again, report), "its report has changed")
	it, err := r.s.Attempt(r.ctx, hands[0].a.Contact, 1)
	r.must(err)
	r.want(it.Attempt.Run == 1 && it.Attempt.State == attempt.StateCompleted, "its attempt is %+v", it.Attempt)
	_, err = r.s.Metrics(r.ctx, id, 3, r.now)
	r.notFound("Metrics of a run to come", err)
	_, err = r.s.Attempt(r.ctx, hands[0].a.Contact, 3)
	r.notFound("Attempt of a run to come", err)
	r.notFound("Report of a run to come", last(r.s.Report(r.ctx, id, 3)))
}

func runsListed(r *room) {
	id, _ := r.restarted(notCompleted)
	r.must(r.decide(id, campaign.Start))
	runs, err := r.s.Runs(r.ctx, id)
	r.must(err)
	r.want(len(runs) == 2, "%d runs", len(runs))
	first, second := runs[0], runs[1]
	r.want(first.Number == 1 && first.EndReason == campaign.EndStopped && first.Ended.Equal(nine) &&
		first.Halt == attempt.HaltStop, "the first is %+v", first)
	r.want(second == r.campaign(id).Run && second.Scope == campaign.NotCompleted, "the second is %+v", second)
}

func earlierBlocks(r *room) {
	id := r.running(3)
	hands := r.lease(r.id(), id, 2)
	hands[0].dial(lines("trunk/north", 1))
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Start))
	blocked := func(want bool) {
		r.t.Helper()
		l := r.leased(r.id(), id, 1)
		r.want(l.Blocked == want, "Blocked is %v, want %v", l.Blocked, want)
		r.want(len(l.Items) == 0 == want, "%d are leased", len(l.Items))
		r.want(l.Total == 3, "Total is %d", l.Total)
	}
	blocked(true)
	hands[1].refused(ports.ErrNotRunning, hands[1].dialling())
	hands[1].do(attempt.Release{At: r.now})
	blocked(true)
	hands[0].do(hands[0].ended("NO_ANSWER"))
	blocked(false)
	it, err := r.s.Attempt(r.ctx, hands[0].a.Contact, 1)
	r.must(err)
	r.want(it.Attempt.State == attempt.StateManualStopped, "the old run's row is %v", it.Attempt.State)
	r.balanced(id, 1)
	r.balanced(id, 2)
}

func failedRunsAttempt(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	r.must(r.decide(id, campaign.Fail))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Start))
	h.refused(ports.ErrNotRunning, h.dialling(), lines("trunk/north", 1))
	h.do(attempt.Release{At: r.now})
	it, err := r.s.Attempt(r.ctx, h.a.Contact, 1)
	r.must(err)
	r.want(it.Attempt.State == attempt.StatePending, "the failed run's row is %v", it.Attempt.State)
	r.want(r.one(r.id(), id).a.Run == 2, "the failed run's row is leased")
	r.balanced(id, 1)
	r.balanced(id, 2)
}

func completesLate(r *room) {
	id := r.running(2)
	hands := r.lease(r.id(), id, 2)
	hands[0].complete()
	hands[1].dial().answered()
	r.must(r.decide(id, campaign.Stop, drained))
	err := r.decide(id, campaign.Restart, notCompleted)
	r.want(errors.Is(err, campaign.ErrCallsUp), "restarted while a call is up: %v", err)
	hands[1].do(hands[1].ended("NORMAL_CLEARING"), attempt.Expire{At: r.now})
	r.must(r.decide(id, campaign.Restart, notCompleted))
	r.sweepAll(id)
	m := r.balanced(id, 2)
	r.want(m.TotalCalls == 0, "the new run has %v", counts(m))
	r.balanced(id, 1)
}

func editWaits(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	h.dial().answered()
	r.must(r.decide(id, campaign.Stop, drained))
	r.must(r.decide(id, campaign.Restart))
	edit := func(d *ports.Decide) { d.Event.Spec = settings() }
	err := r.decide(id, campaign.Edit, edit)
	r.want(errors.Is(err, campaign.ErrCallsUp), "edited while a call is up: %v", err)
	h.do(h.ended("NORMAL_CLEARING"), attempt.Expire{At: r.now})
	r.must(r.decide(id, campaign.Edit, edit))
}

func doubtIsKept(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	h.dial()
	lost := h.a.Call.ID
	h.do(attempt.Lost{At: r.now, Horizon: time.Hour})
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	r.must(r.decide(id, campaign.Start))
	a := r.one(r.id(), id).a
	r.want(a.Doubt == lost && a.DoubtUntil.Equal(r.now.Add(time.Hour)), "the doubt is %v until %v", a.Doubt, a.DoubtUntil)
}
