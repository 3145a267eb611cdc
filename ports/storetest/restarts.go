package storetest

import (
	"errors"
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
	{"an attempt of a failed run does not dial in the next", failedRunsAttempt},
	{"who is not completed is known when the calls have ended", completesLate},
	{"settings change once the calls of the earlier run have ended", editWaits},
	{"a call in doubt stays so in the new run", doubtIsKept},
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
