package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var restartChecks = []check{
	{"a restart takes all contacts", restartAll},
	{"a restart may leave out what is completed", restartNotCompleted},
	{"a second restart goes by the run before it", restartTwice},
	{"a restarted run has its attempts in order of arrival", restartOrder},
	{"contacts added before the sweep come after the old ones", addedBeforeSweep},
	{"a contact whose time is to come is scheduled again", restartScheduled},
	{"the old run's records and figures are kept", oldRunKept},
	{"runs are listed oldest first", runsListed},
	{"calls of an earlier run block the new one until they end", earlierBlocks},
	{"a call that completes after the restart changes nothing for the new run", completesLate},
	{"a restarted draft goes by the settings that it is given", editAfterRestart},
}

// restarted is a completed campaign of five contacts, of which the first and the
// last are completed, after its restart.
func (r *room) restarted(scope ...func(*ports.Decide)) (ports.ID, []campaign.Contact) {
	r.t.Helper()
	id := r.draft()
	cs := r.crowd(id, 5)
	r.must(r.decide(id, campaign.Start))
	hands := r.lease(r.id(), id, 5)
	hands[0].complete()
	hands[1].unanswered()
	hands[2].do(attempt.Release{At: r.now})
	hands[3].do(attempt.Suppress{At: r.now, Reason: attempt.ReasonSuppressed})
	hands[4].complete()
	r.must(r.decide(id, campaign.Stop))
	r.pass(time.Hour)
	r.must(r.decide(id, campaign.Restart, scope...))
	return id, cs
}

func restartAll(r *room) {
	id, cs := r.restarted()
	m, err := r.s.Metrics(r.ctx, id, 2, r.now)
	r.must(err)
	r.want(m.TotalCalls == 5 && m.States[attempt.StatePending] == 5, "counted as %v at once", counts(m))
	r.sweepAll(id)
	r.sameOrder(id, cs)
	m = r.balanced(id, 0)
	r.want(m.States[attempt.StatePending] == 5 && m.Dials == 0, "the new run has %v", counts(m))
	a := r.attempt(cs[0].ID)
	r.want(a.Run == 2 && a.Since.Equal(r.now) && a.Calls == 0, "it begins as %+v", a)
}

func restartNotCompleted(r *room) {
	id, cs := r.restarted(notCompleted)
	m, err := r.s.Metrics(r.ctx, id, 0, r.now)
	r.must(err)
	r.want(m.TotalCalls == 3, "counted as %v at once", counts(m))
	r.sweepAll(id)
	as := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))
	r.want(len(as) == 3, "%d attempts", len(as))
	for i, it := range as {
		r.want(it.Contact.ID == cs[i+1].ID, "attempt %d is another contact's", i)
		r.sameAttempt(r.attempt(cs[i+1].ID), it.Attempt)
	}
	for _, c := range []campaign.Contact{cs[0], cs[4]} {
		_, err := r.s.Attempt(r.ctx, c.ID, 0)
		r.notFound("a contact that is left out", err)
	}
	r.balanced(id, 2)
	r.want(len(all(r, r.s.Contacts(r.ctx, id))) == 5, "contacts are gone")
}

func restartTwice(r *room) {
	id, cs := r.restarted(notCompleted)
	r.must(r.decide(id, campaign.Start))
	r.sweepAll(id)
	r.one(r.id(), id).complete()
	late := r.crowd(id, 1)[0]
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart, notCompleted))
	r.sweepAll(id)
	as := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))
	r.want(len(as) == 3, "%d attempts", len(as))
	for i, want := range []campaign.Contact{cs[2], cs[3], late} {
		r.want(as[i].Contact.ID == want.ID && as[i].Attempt.Run == 3, "attempt %d is another's", i)
	}
	r.balanced(id, 3)
	r.balanced(id, 2)
	r.must(r.decide(id, campaign.Start))
	r.comes(id, cs[2].ID, cs[3].ID, late.ID)
}

func restartOrder(r *room) {
	id := r.draft()
	cs := make([]campaign.Contact, 30)
	for i := range cs {
		cs[i] = r.contact(priority(int32(i % 2)))
	}
	r.add(id, cs...)
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	for more := true; more; {
		var err error
		more, err = r.s.Sweep(r.ctx, id, 7)
		r.must(err)
	}
	r.sameOrder(id, cs)
	r.must(r.decide(id, campaign.Start))
	var want []ports.ID
	for _, odd := range []int{1, 0} {
		for i := odd; i < len(cs); i += 2 {
			want = append(want, cs[i].ID)
		}
	}
	r.comes(id, want...)
}

func addedBeforeSweep(r *room) {
	id, cs := r.restarted()
	_, err := r.s.Sweep(r.ctx, id, 2)
	r.must(err)
	cs = append(cs, r.crowd(id, 2)...)
	m, err := r.s.Metrics(r.ctx, id, 0, r.now)
	r.must(err)
	r.want(m.TotalCalls == 7, "%d are counted", m.TotalCalls)
	r.sweepAll(id)
	r.sameOrder(id, cs)
	r.balanced(id, 0)
	r.must(r.decide(id, campaign.Start))
	r.want(r.one(r.id(), id).a.Contact == cs[0].ID, "the new ones come first")
}

func restartScheduled(r *room) {
	id := r.draft()
	r.add(id, r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Hour) }),
		r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(3 * time.Hour) }), r.contact())
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.pass(2 * time.Hour)
	r.must(r.decide(id, campaign.Restart))
	m, err := r.s.Metrics(r.ctx, id, 0, r.now)
	r.must(err)
	r.want(m.States[attempt.StateScheduled] == 1, "counted as %v at once", counts(m))
	r.sweepAll(id)
	r.wantStates(id, 2, attempt.StatePending, attempt.StateScheduled, attempt.StatePending)
	r.balanced(id, 2)
}

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

func completesLate(r *room) {
	id := r.running(2)
	hands := r.lease(r.id(), id, 2)
	hands[0].complete()
	hands[1].dial().answered()
	r.must(r.decide(id, campaign.Stop, drained))
	r.must(r.decide(id, campaign.Restart, notCompleted))
	hands[1].do(hands[1].ended("NORMAL_CLEARING"), attempt.Expire{At: r.now})
	r.sweepAll(id)
	m := r.balanced(id, 2)
	r.want(m.TotalCalls == 1, "the new run has %v", counts(m))
	r.want(r.attempt(hands[1].a.Contact).Run == 2, "the contact is left out")
	r.balanced(id, 1)
}

func editAfterRestart(r *room) {
	id := r.running(1)
	r.must(r.decide(id, campaign.Fail))
	r.want(r.balanced(id, 1).RetriesRemaining == 3, "a failed run's rows wait with their retries")
	r.must(r.decide(id, campaign.Restart))
	spec := settings()
	spec.Retries = 7
	r.must(r.decide(id, campaign.Edit, func(d *ports.Decide) { d.Event.Spec = spec }))
	r.sweepAll(id)
	m, err := r.s.Metrics(r.ctx, id, 2, r.now)
	r.must(err)
	r.want(m.RetriesRemaining == 7, "the new run has %d retries", m.RetriesRemaining)
	err = r.decide(id, campaign.Stop)
	r.want(errors.Is(err, campaign.ErrAction), "a draft is stopped: %v", err)
}
