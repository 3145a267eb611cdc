package storetest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var timeChecks = []check{
	{"times are kept to the microsecond in UTC", microsecondsUTC},
	{"a campaign's times are kept to the microsecond in UTC", campaignTimes},
	{"a row that was written with finer times is guarded as any other", finerGuard},
	{"the beginning of time is a time", beginningOfTime},
}

// microsecond wants a time to be what was given, cut to the microsecond.
func (r *room) microsecond(what string, got, given time.Time) {
	r.t.Helper()
	r.want(got.Location() == time.UTC, "%s is in %v", what, got.Location())
	r.want(got.Equal(cut(given)), "%s is %v, given as %v", what, got, given)
}

// paris is elsewhere, with nanoseconds.
func (r *room) paris() {
	zone := time.FixedZone("CET", 3600)
	r.now = r.now.In(zone).Add(1234567891)
}

func microsecondsUTC(r *room) {
	r.paris()
	id := r.running(1)
	c := r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Hour) })
	r.add(id, c)
	r.microsecond("NotBefore", all(r, r.s.Contacts(r.ctx, id))[1].NotBefore, c.NotBefore)
	a := r.attempt(c.ID)
	r.microsecond("Since", a.Since, r.now)
	r.microsecond("Due", a.Due, c.NotBefore)
	h := r.one(r.id(), id)
	r.microsecond("a lease's Since", h.a.Since, r.now)
	h.dial().answered()
	a = r.attempt(h.a.Contact)
	r.microsecond("DialledAt", a.Call.DialledAt, r.now)
	r.microsecond("QueuedAt", a.Call.QueuedAt, r.now)
	r.pass(777)
	later := r.later(time.Hour)
	h.do(attempt.Dispose{At: r.now, Disposition: later}, h.ended("NORMAL_CLEARING"))
	a = r.attempt(h.a.Contact)
	r.microsecond("a callback's Due", a.Due, later.CallbackAt)
	call := r.calls(id)[0]
	r.microsecond("EndedAt", call.EndedAt, r.now)
	r.microsecond("CallbackAt", call.Disposed.CallbackAt, later.CallbackAt)
	r.want(call.ScreenedAt.IsZero() && call.AgentAt.IsZero(), "what did not happen has a time")
	due := r.leased(r.id(), id, 0).NextDue
	r.microsecond("NextDue", due, due)
}

func campaignTimes(r *room) {
	r.paris()
	id := r.running(1)
	began := r.now
	c := r.campaign(id)
	r.microsecond("Created", c.Created, r.now)
	r.microsecond("Started", c.Run.Started, r.now)
	r.microsecond("RunningSince", c.Run.RunningSince, r.now)
	r.want(c.Run.Ended.IsZero(), "it has ended")
	r.pass(time.Hour + 100)
	r.must(r.decide(id, campaign.Stop))
	c = r.campaign(id)
	r.microsecond("Ended", c.Run.Ended, r.now)
	r.microsecond("HaltedAt", c.Run.HaltedAt, r.now)
	r.want(c.Run.Ran.Truncate(time.Microsecond) == cut(r.now).Sub(cut(began)), "it ran for %v", c.Run.Ran)
	w := ports.Worker{ID: r.id(), Beat: 1, Decisions: []ports.Decision{{Campaign: id, At: r.now}}}
	r.microsecond("a decision's At", r.beat(w)[0].Decisions[0].At, r.now)
}

func finerGuard(r *room) {
	r.paris()
	id := r.running(1)
	h := r.one(r.id(), id)
	h.do(h.dialling())
	r.pass(1)
	h.do(attempt.Progress{At: r.now})
	r.pass(1)
	h.do(h.ended("USER_BUSY"))
	r.sameAttempt(r.attempt(h.a.Contact), h.a)
	r.balanced(id, 0)
}

// beginningOfTime is for hosts whose virtual time begins at the epoch.
func beginningOfTime(r *room) {
	r.now = time.Unix(0, 0).UTC()
	id := r.draft()
	c := r.contact(func(c *campaign.Contact) { c.NotBefore = r.now })
	r.add(id, c)
	r.want(r.attempt(c.ID).Since.Equal(r.now), "since %v", r.attempt(c.ID).Since)
	r.want(all(r, r.s.Contacts(r.ctx, id))[0].NotBefore.Equal(r.now), "its time is lost")
	r.must(r.decide(id, campaign.Start))
	r.want(r.campaign(id).Run.Started.Equal(r.now), "the start is lost")
	h := r.one(r.id(), id).dial()
	r.want(r.attempt(c.ID).Call.DialledAt.Equal(r.now), "the dial is lost")
	h.do(h.ended("NO_ANSWER"))
	r.balanced(id, 0)
}
