package storetest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// isPurged wants this refusal.
func (r *room) isPurged(err error) {
	r.t.Helper()
	r.want(errors.Is(err, ports.ErrPurged), "%v, want %v", err, ports.ErrPurged)
}

func presentStays(r *room) {
	r.purger()
	id := r.running(3)
	r.one(r.id(), id).complete()
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	r.pass(10_000 * time.Hour)
	r.purgeAll(id)
	r.marked(id)
	r.balanced(id, 1)
	r.want(len(all(r, r.s.Report(r.ctx, id, 1))) == 3, "its rows are gone")
}

func youngStays(r *room) {
	r.purger()
	id := r.running(3)
	r.again(id)
	ended := r.marked(id)[0].Ended
	for _, q := range []struct {
		before time.Time
		purged []int
	}{{time.Time{}, nil}, {ended.Add(-time.Hour), nil}, {ended, nil}, {ended.Add(time.Microsecond), []int{1}}} {
		more, err := r.purger().Purge(r.ctx, ports.Purge{Campaign: id, Before: q.before, At: r.now, Max: 1000})
		r.must(err)
		r.want(!more, "with %v more is left", q.before)
		r.marked(id, q.purged...)
	}
}

func heldStays(r *room) {
	r.purger()
	id := r.running(3)
	hands := r.lease(r.id(), id, 2)
	hands[0].dial()
	r.again(id)
	r.purgeAll(id)
	r.marked(id)
	hands[1].do(attempt.Release{At: r.now})
	r.purgeAll(id)
	r.marked(id)
	hands[0].do(hands[0].ended("NO_ANSWER"))
	r.balanced(id, 1)
	r.purgeAll(id)
	r.marked(id, 1)
}

// inDoubt is a campaign in its second run, with a contact whose call of the
// first may surface until then.
func (r *room) inDoubt() (id ports.ID, h *hand, until time.Time) {
	r.t.Helper()
	r.purger()
	id = r.running(2)
	h = r.one(r.id(), id).dial()
	until = r.now.Add(5 * time.Hour)
	h.do(attempt.Lost{At: r.now, Horizon: 5 * time.Hour})
	r.again(id)
	return id, h, until
}

func doubtStays(r *room) {
	id, h, until := r.inDoubt()
	r.now = until.Add(-time.Microsecond)
	r.purgeAll(id)
	r.marked(id)
	for _, now := range r.lease(r.id(), id, 2) {
		if now.a.Contact == h.a.Contact {
			r.want(now.a.Doubt == h.a.Call.ID && now.a.DoubtUntil.Equal(until), "the new run has lost the doubt: %v", now.a.Doubt)
		}
	}
	r.now = until
	r.purgeAll(id)
	r.marked(id, 1)
	r.balanced(id, 2)
}

func laterGoAhead(r *room) {
	id, _, until := r.inDoubt()
	r.again(id)
	r.want(r.now.Before(until), "the doubt is over")
	r.purgeAll(id)
	r.marked(id, 2)
	r.now = until
	r.purgeAll(id)
	r.marked(id, 1, 2)
}

func purgedGhost(r *room) {
	id, h, until := r.inDoubt()
	r.now = until
	r.purgeAll(id)
	figures := r.figures(id, 1)
	r.want(figures.Outcomes[attempt.OutcomeUnknown] == 1, "its figures are %v", figures.Outcomes)
	r.must(r.s.Ghosts(r.ctx, []ports.ID{h.a.Call.ID}))
	r.want(reflect.DeepEqual(r.figures(id, 1), figures), "a purged call has become a ghost")
}

func uploadsStay(r *room) {
	r.purger()
	id := r.draft()
	b := ports.Batch{Key: "april", At: r.now}
	upload := func() int {
		n, err := r.s.AddContacts(r.ctx, id, b, each([]campaign.Contact{r.contact(), r.contact()}))
		r.must(err)
		return n
	}
	upload()
	r.must(r.decide(id, campaign.Start))
	r.again(id)
	r.purgeAll(id)
	r.want(upload() == 2, "the batch answers otherwise")
	r.want(len(all(r, r.s.Contacts(r.ctx, id))) == 2, "there are %d contacts", len(all(r, r.s.Contacts(r.ctx, id))))
	r.balanced(id, 2)
}

// commandsForgotten shows that a command is forgotten by applying it once more.
func commandsForgotten(r *room) {
	r.purger()
	id := r.running(1)
	pause := func() ports.Command {
		return ports.Command{ID: r.id(), At: r.now, Decide: &ports.Decide{
			Campaign: id, Event: campaign.Event{Action: campaign.Pause, At: r.now},
		}}
	}
	submit := func(c ports.Command, want campaign.Status) {
		r.t.Helper()
		r.must(r.s.Submit(r.ctx, c))
		r.want(r.campaign(id).Status == want, "it is %s, want %s", r.campaign(id).Status, want)
		if want == campaign.Paused {
			r.must(r.decide(id, campaign.Resume))
		}
	}
	var cs []ports.Command
	for range 3 {
		r.pass(time.Hour)
		cs = append(cs, pause())
		submit(cs[len(cs)-1], campaign.Paused)
	}
	older, old, young := cs[0], cs[1], cs[2]
	r.want(r.purge(id, 3), "three of five commands were all") // the start, older, and its resume
	submit(old, campaign.Running)
	submit(older, campaign.Paused)
	r.purgeAll(id)
	submit(old, campaign.Paused)
	submit(young, campaign.Running) // as old as Before
	r.pass(time.Microsecond)
	r.purgeAll(id)
	submit(young, campaign.Paused)
}

func purgeInvalid(r *room) {
	id, _, calls := r.called()
	good := ports.Purge{Campaign: id, Before: r.now, At: r.now, Max: 1}
	for field, spoil := range map[string]func(*ports.Purge){
		"Max is 0:":  func(p *ports.Purge) { p.Max = 0 },
		"Max is -1:": func(p *ports.Purge) { p.Max = -1 },
		"At is ":     func(p *ports.Purge) { p.At = time.Time{} },
	} {
		p := good
		spoil(&p)
		_, err := r.purger().Purge(r.ctx, p)
		r.want(errors.Is(err, campaign.ErrInvalid) && strings.Contains(err.Error(), field), "%s %v", field, err)
	}
	good.Campaign = r.id()
	_, err := r.purger().Purge(r.ctx, good)
	r.notFound("an unknown campaign", err)
	r.marked(id)
	r.want(r.recorded(calls) == len(calls), "something is purged")
}

func purgeContext(r *room) {
	id, _, calls := r.called()
	ctx, stop := context.WithCancel(r.ctx)
	stop()
	_, err := r.purger().Purge(ctx, ports.Purge{Campaign: id, Before: r.now, At: r.now, Max: 1})
	r.want(errors.Is(err, context.Canceled), "%v", err)
	r.marked(id)
	r.want(r.recorded(calls) == len(calls), "something is purged")
}

// purgedBesideWorkers is for the race detector and for locks, and for the sums
// at the end.
func purgedBesideWorkers(r *room) {
	const n, workers = 120, 2
	purger := r.purger()
	id := r.running(n)
	for _, h := range r.lease(r.id(), id, 30) {
		h.unanswered()
	}
	r.again(id)
	figures := r.figures(id, 1)
	spec, req := r.campaign(id).Spec, r.ask(id, 3)
	rules := spec.Rules()
	r.together(workers+2, func(i int, w ports.ID) {
		s := &shift{r, w, id, rules, req}
		if i >= workers { // two purge as well
			for more, err := true, error(nil); more; {
				more, err = purger.Purge(r.ctx, ports.Purge{Campaign: id, Before: r.now, At: r.now, Max: 3})
				s.note(err)
			}
			return
		}
		for as := s.leaseMany(3); len(as) > 0; as = s.leaseMany(3) {
			for k := range as {
				s.note(s.step(&as[k], s.dial(), ports.Claim{Key: "all", Max: 100}))
				s.note(s.step(&as[k], s.busy()))
			}
		}
	})
	r.marked(id, 1)
	r.isPurged(last(r.s.Report(r.ctx, id, 1)))
	r.want(reflect.DeepEqual(r.figures(id, 1), figures), "the old run's figures differ")
	m := r.balanced(id, 2)
	r.want(m.States[attempt.StateExhausted] == n, "of %d contacts who are busy, the new run has %v", n, counts(m))
}
