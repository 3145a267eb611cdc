package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func arrivesBesideOthers(r *room) {
	id, to := r.lively(), r.abroad()
	other := to.lively()
	before := to.pieces(other)
	r.sends(id, to)
	r.want(reflect.DeepEqual(to.pieces(other), before), "the campaign beside it has changed")
	for run := 1; run <= 2; run++ {
		to.balanced(id, run)
		to.balanced(other, run)
	}
	for _, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id})) {
		to.sameAttempt(to.attempt(it.Contact.ID), it.Attempt)
	}
	for _, here := range []ports.ID{id, other} {
		to.surfaces(here)
	}
}

// surfaces lets calls that are unknown turn out to be ghosts, an old one and a
// new one.
func (r *room) surfaces(id ports.ID) {
	r.t.Helper()
	var calls []ports.ID
	for row, err := range r.s.Report(r.ctx, id, 1) {
		r.must(err)
		if row.Call != nil && row.Call.Outcome == attempt.OutcomeUnknown {
			calls = append(calls, row.Call.ID)
		}
	}
	r.want(len(calls) == 1, "%d calls of the first run are unknown", len(calls))
	r.must(r.decide(id, campaign.Resume))
	h := r.one(r.id(), id).dial()
	calls = append(calls, h.a.Call.ID)
	h.do(attempt.Lost{At: r.now, Running: h.running(), Horizon: time.Hour})
	r.must(r.s.Ghosts(r.ctx, calls))
	for run := 1; run <= 2; run++ {
		was := r.balanced(id, run)
		r.want(was.Outcomes[attempt.OutcomeGhost] > 0, "run %d has no ghost", run)
	}
}

// agesMove lets contacts that came last fail first, and one wait for tomorrow.
func agesMove(r *room) {
	id, to := r.draft(), r.abroad()
	for i := range 100 {
		r.add(id, r.contact(func(c *campaign.Contact) { c.Priority = int32(i) }))
	}
	r.add(id, r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(24 * time.Hour) }))
	r.must(r.decide(id, campaign.Start))
	for _, h := range r.lease(r.id(), id, 100) {
		h.unanswered()
		r.pass(time.Second)
	}
	r.must(r.decide(id, campaign.Pause))
	to.now = r.now
	r.sends(id, to)
	to.balanced(id, 0)
	to.must(to.decide(id, campaign.Stop))
	to.must(to.decide(id, campaign.Restart))
	m := to.balanced(id, 0)
	r.want(m.States[attempt.StateScheduled] == 1, "after a restart %d wait for their time", m.States[attempt.StateScheduled])
}

func importsAllOrNothing(r *room) {
	id := r.lively()
	sent, to := r.pieces(id), r.abroad()
	broke := errors.New("the line is cut")
	for _, n := range []int{0, 1, 2, 5, len(sent) / 2, len(sent) - 1} {
		_, err := to.mover().Import(to.ctx, func(yield func(ports.Piece, error) bool) {
			if handOut(sent[:n], yield) {
				yield(ports.Piece{}, broke)
			}
		})
		r.want(errors.Is(err, broke), "an error behind %d pieces: %v", n, err)
		to.empty(id, sent)
		_, err = to.mover().Import(to.ctx, each(sent[:n]))
		r.want(errors.Is(err, campaign.ErrInvalid), "only %d pieces: %v", n, err)
		to.empty(id, sent)
	}
	r.sends(id, to)
}

func handOut(ps []ports.Piece, yield func(ports.Piece, error) bool) bool {
	for _, p := range ps {
		if !yield(p, nil) {
			return false
		}
	}
	return true
}

// empty wants nothing of an import to be there.
func (r *room) empty(id ports.ID, sent []ports.Piece) {
	r.t.Helper()
	r.want(take(r, r.s.ListCampaigns(r.ctx), 1) == 0, "a campaign is listed")
	_, err := r.s.Campaign(r.ctx, id)
	r.notFound("the campaign", err)
	for _, p := range sent {
		if p.Contact != nil {
			_, err := r.s.Attempt(r.ctx, p.Contact.ID, 0)
			r.notFound("a contact", err)
		}
	}
	r.want(len(r.changes(0).Campaigns) == 0, "a campaign has changed")
}

func importsTakenIDs(r *room) {
	id := r.lively()
	sent, to := r.pieces(id), r.abroad()
	_, err := r.mover().Import(r.ctx, each(sent))
	r.want(errors.Is(err, ports.ErrExists), "into the same store: %v", err)
	r.sends(id, to)
	_, err = to.mover().Import(to.ctx, each(sent))
	r.want(errors.Is(err, ports.ErrExists), "a second time: %v", err)
	to.balanced(id, 0)

	third := r.abroad()
	other := third.draft()
	contacts := all(r, r.s.Contacts(r.ctx, id))
	third.add(other, contacts[len(contacts)-1])
	_, err = third.mover().Import(third.ctx, each(sent))
	r.want(errors.Is(err, ports.ErrExists), "with a contact that another campaign has: %v", err)
	_, err = third.s.Campaign(third.ctx, id)
	r.notFound("the campaign", err)
	_, err = third.s.Attempt(third.ctx, contacts[0].ID, 0)
	r.notFound("another contact", err)
	third.balanced(other, 0)
}

func importIsTold(r *room) {
	id, to := r.lively(), r.abroad()
	first := to.draft()
	seq := to.changes(0).Seq
	r.sends(id, to)
	ch := to.changes(seq)
	r.want(len(ch.Campaigns) == 1 && ch.Campaigns[0].Campaign.ID == id, "told of are %v", ch.Campaigns)
	listed := all(to, to.s.ListCampaigns(to.ctx))
	r.want(len(listed) == 2 && listed[0].ID == first && listed[1].ID == id, "listed are %v", listed)
	last := to.draft()
	listed = all(to, to.s.ListCampaigns(to.ctx))
	r.want(len(listed) == 3 && listed[2].ID == last, "the next is listed as %v", listed)
}

func keysMove(r *room) {
	id, to := r.draft(), r.abroad()
	for i := range 3 * 128 {
		b := ports.Batch{Key: fmt.Sprintf("part %d", i), At: r.now}
		_, err := r.s.AddContacts(r.ctx, id, b, each([]campaign.Contact{r.contact()}))
		r.must(err)
	}
	r.sends(id, to)
	n, err := to.s.AddContacts(to.ctx, id, ports.Batch{Key: "part 77", At: r.now}, each([]campaign.Contact{to.contact(), to.contact()}))
	r.must(err)
	r.want(n == 1, "a known key answers %d", n)
	n, err = to.s.AddContacts(to.ctx, id, ports.Batch{Key: "more", At: r.now}, each([]campaign.Contact{to.contact(), to.contact()}))
	r.must(err)
	r.want(n == 2 && to.balanced(id, 0).TotalCalls == 386, "another one adds %d", n)
}

func importWithContext(r *room) {
	id := r.lively()
	sent, to := r.pieces(id), r.abroad()
	for _, n := range []int{0, 10} {
		ctx, stop := context.WithCancel(r.ctx)
		_, err := to.mover().Import(ctx, stopAfter(sent, n, stop))
		r.want(errors.Is(err, context.Canceled), "stopped after %d: %v", n, err)
		to.empty(id, sent)
		stop()
	}
	ctx, stop := context.WithCancel(r.ctx)
	stop()
	r.want(errors.Is(last(r.mover().Export(ctx, id)), context.Canceled), "an export goes on")
}

func stopAfter(ps []ports.Piece, n int, stop func()) iter.Seq2[ports.Piece, error] {
	return func(yield func(ports.Piece, error) bool) {
		for i, p := range ps {
			if i == n {
				stop()
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}
