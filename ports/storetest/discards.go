package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var discardChecks = []check{
	{"a discarded draft has ended as if stopped and was never started", discardEnds},
	{"only a draft is discarded", onlyDraftDiscarded},
	{"rows of a discarded draft are read as stopped at once", discardedAtOnce},
	{"nothing is leased from a discarded draft", discardedNotLeased},
	{"a draft without contacts is discarded too", emptyDiscarded},
	{"a draft whose day is over is discarded", discardedLate},
	{"a draft is discarded before a restart's rows have followed", discardUnfilled},
	{"a discard leaves calls of an earlier run alone", discardSparesEarlier},
	{"a discarded draft is restarted", discardedAgain},
	{"a discard is told as a change", discardTold},
}

func discardEnds(r *room) {
	id := r.draft()
	r.crowd(id, 2)
	r.pass(90 * time.Second)
	want, err := campaign.Next(r.campaign(id), campaign.Event{Action: campaign.Discard, At: r.now})
	r.must(err)
	r.must(r.decide(id, campaign.Discard))
	got := r.campaign(id)
	r.want(reflect.DeepEqual(got, want), "it is not as the table says:\n%s", difference(got, want))
	r.want(got.Run.Started.IsZero() && got.Run.Ended.Equal(r.now), "the run is from %v to %v", got.Run.Started, got.Run.Ended)
	r.want(got.Run.EndReason == campaign.EndStopped, "it ended as %s", got.Run.EndReason)
	runs, err := r.s.Runs(r.ctx, id)
	r.must(err)
	r.want(len(runs) == 1 && runs[0] == got.Run, "its runs are %+v", runs)
	r.refusesContacts(id, campaign.Completed)
}

// oneInEach is a campaign with a contact in each status.
func (r *room) oneInEach() map[campaign.Status]ports.ID {
	r.t.Helper()
	ids := map[campaign.Status]ports.ID{}
	for status, lead := range map[campaign.Status][]campaign.Action{
		campaign.Draft:     {},
		campaign.Running:   {campaign.Start},
		campaign.Paused:    {campaign.Start, campaign.Pause},
		campaign.Failed:    {campaign.Start, campaign.Fail},
		campaign.Completed: {campaign.Discard},
	} {
		id := r.draft()
		r.crowd(id, 1)
		for _, a := range lead {
			r.must(r.decide(id, a))
		}
		ids[status] = id
	}
	return ids
}

func onlyDraftDiscarded(r *room) {
	for status, id := range r.oneInEach() {
		if status == campaign.Draft {
			continue
		}
		before := r.campaign(id)
		err := r.decide(id, campaign.Discard)
		refused := (*campaign.ActionError)(nil)
		r.want(errors.As(err, &refused), "in status %s: %v", status, err)
		r.want(*refused == campaign.ActionError{Status: status, Action: campaign.Discard}, "it says %v", refused)
		r.want(reflect.DeepEqual(r.campaign(id), before), "a refused discard has changed something")
	}
}

func discardedAtOnce(r *room) {
	id := r.draft()
	cs := r.crowd(id, 2)
	r.add(id, r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Hour) }))
	r.pass(time.Minute)
	r.must(r.decide(id, campaign.Discard))
	read := func(when string) {
		r.t.Helper()
		stopped := attempt.StateManualStopped
		r.wantStates(id, 1, stopped, stopped, stopped)
		m := r.balanced(id, 1)
		r.want(m.ManualStoppedCount == 3 && m.TotalCalls == 3 && m.Dials == 0 && m.Remaining == 0, "%s the figures are %+v", when, m)
		rows := all(r, r.s.Report(r.ctx, id, 1))
		r.want(len(rows) == 3, "%s the report has %d rows", when, len(rows))
		for _, row := range rows {
			r.want(row.Call == nil && row.Attempt.Reason == attempt.ReasonStopped, "%s the report says %+v", when, row.Attempt)
		}
	}
	read("before the sweep")
	halted := r.now
	r.pass(time.Hour)
	r.sweepAll(id)
	read("after the sweep")
	a := r.attempt(cs[0].ID)
	r.want(a.Since.Equal(halted), "it has been so since %v, the discard was at %v", a.Since, halted)
}

func discardedNotLeased(r *room) {
	id := r.draft()
	r.crowd(id, 2)
	r.must(r.decide(id, campaign.Discard))
	l := r.leased(r.id(), id, 5)
	r.want(len(l.Items) == 0 && l.Open == 0 && l.Total == 2, "%d leased, %d open of %d", len(l.Items), l.Open, l.Total)
	r.want(l.NextDue.IsZero() && l.NextRetry < 0, "something waits: %v, %v", l.NextDue, l.NextRetry)
}

func emptyDiscarded(r *room) {
	id := r.draft()
	r.must(r.decide(id, campaign.Discard))
	r.want(r.campaign(id).Status == campaign.Completed, "it is %s", r.campaign(id).Status)
	more, err := r.s.Sweep(r.ctx, id, 10)
	r.want(err == nil && !more, "something is left to sweep: %v, %v", more, err)
	r.want(r.balanced(id, 1).TotalCalls == 0, "it has contacts")
	r.refusesContacts(id, campaign.Completed)
}

func discardedLate(r *room) {
	id := r.draft(func(s *campaign.Spec) {
		s.Date, s.Windows = "2026-03-02", []campaign.Window{{From: campaign.At(8, 0), To: campaign.At(9, 0)}}
	})
	r.crowd(id, 1)
	r.must(r.decide(id, campaign.Discard))
	r.want(r.campaign(id).Run.EndReason == campaign.EndStopped, "it ended as %s", r.campaign(id).Run.EndReason)
	r.wantStates(id, 1, attempt.StateManualStopped)
}

func discardUnfilled(r *room) {
	for want, scope := range map[int]campaign.Scope{5: campaign.All, 3: campaign.NotCompleted} {
		id, _ := r.restarted(func(d *ports.Decide) { d.Event.Scope = scope })
		_, err := r.s.Sweep(r.ctx, id, 2)
		r.must(err)
		r.must(r.decide(id, campaign.Discard))
		m, err := r.s.Metrics(r.ctx, id, 0, r.now)
		r.must(err)
		r.want(m.ManualStoppedCount == want && m.TotalCalls == want, "with %s: counted as %v at once", scope, counts(m))
		r.sweepAll(id)
		r.want(r.balanced(id, 2).ManualStoppedCount == want, "with %s: after the sweep %v", scope, r.states(id, 2))
		r.balanced(id, 1)
	}
}

func discardSparesEarlier(r *room) {
	id := r.running(2)
	h := r.one(r.id(), id).dial(lines("trunk/north", 1)).answered()
	r.must(r.decide(id, campaign.Stop, drained))
	r.must(r.decide(id, campaign.Restart))
	before, err := r.s.Attempt(r.ctx, h.a.Contact, 1)
	r.must(err)
	r.must(r.decide(id, campaign.Discard))
	r.sweepAll(id)
	now, err := r.s.Attempt(r.ctx, h.a.Contact, 1)
	r.must(err)
	r.sameAttempt(now.Attempt, before.Attempt)
	ch := r.changes(0)
	r.told(ch, id)
	earlier := ch.Campaigns[0].Earlier
	r.want(len(earlier) == 1 && earlier[0].Number == 1 && earlier[0].HaltCalls == attempt.HaltDrain, "the earlier runs are %+v", earlier)
	r.pass(time.Minute)
	h.do(h.ended("NORMAL_CLEARING"), attempt.Expire{At: r.now})
	r.wantStates(id, 1, attempt.StateCompleted, attempt.StateManualStopped)
	r.wantStates(id, 2, attempt.StateManualStopped, attempt.StateManualStopped)
	r.balanced(id, 1)
	r.balanced(id, 2)
	r.told(r.changes(0))
}

func discardedAgain(r *room) {
	id := r.draft()
	cs := r.crowd(id, 2)
	r.must(r.decide(id, campaign.Discard))
	r.must(r.decide(id, campaign.Restart, notCompleted))
	r.must(r.decide(id, campaign.Start))
	r.comes(id, cs[0].ID, cs[1].ID)
	r.balanced(id, 1)
	r.balanced(id, 2)
}

func discardTold(r *room) {
	id := r.draft()
	r.crowd(id, 1)
	seq := r.changes(0).Seq
	r.must(r.decide(id, campaign.Discard))
	ch := r.changes(seq)
	r.told(ch, id)
	c := ch.Campaigns[0]
	r.want(c.Campaign.Status == campaign.Completed && c.Unswept, "it is told as %s, rows to follow: %v", c.Campaign.Status, c.Unswept)
	r.sweepAll(id)
	r.told(r.changes(0))
}
