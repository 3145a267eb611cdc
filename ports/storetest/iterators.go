package storetest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var iteratorChecks = []check{
	{"attempts are listed by state", attemptsByState},
	{"an iterator may be broken off", brokenOff},
	{"an iterator may be used again", usedAgain},
	{"the store may be called from inside a loop", calledInside},
	{"an iterator stops when its context is done", stopsWithContext},
	{"a report goes on while the run does", reportWhileRunning},
}

const crowded = 700 // more than a page, for any page that an adapter may have chosen

// last reads an iterator to its end and returns its error.
func last[T any](seq iter.Seq2[T, error]) (err error) {
	for _, err = range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

// take reads at most n elements.
func take[T any](r *room, seq iter.Seq2[T, error], n int) (got int) {
	r.t.Helper()
	for _, err := range seq {
		r.must(err)
		if got++; got == n {
			break
		}
	}
	return got
}

func attemptsByState(r *room) {
	id := r.running(crowded)
	hands := r.lease(r.id(), id, crowded)
	for i, h := range slices.Backward(hands) {
		switch i % 3 {
		case 0:
			h.dial()
		case 1:
			h.do(attempt.Release{At: r.now})
		}
	}
	for i, s := range []attempt.State{attempt.StateDialling, attempt.StatePending, attempt.StateLeased} {
		got := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, State: s}))
		r.want(len(got) == (crowded-i+2)/3, "%d are %v", len(got), s)
		for k, it := range got {
			r.want(it.Contact.ID == hands[3*k+i].a.Contact && it.Attempt.State == s, "number %d is another", k)
		}
	}
	got := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, State: attempt.StateExhausted}))
	r.want(len(got) == 0, "%d are exhausted", len(got))
}

func brokenOff(r *room) {
	id := r.running(crowded)
	for _, n := range []int{1, crowded / 2, crowded} {
		r.want(take(r, r.s.Contacts(r.ctx, id), n) == n, "contacts end early")
		r.want(take(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}), n) == n, "attempts end early")
		r.want(take(r, r.s.Report(r.ctx, id, 0), n) == n, "the report ends early")
	}
	r.want(take(r, r.s.ListCampaigns(r.ctx), 1) == 1, "campaigns end early")
	r.crowd(id, 1) // nothing is left locked
}

func usedAgain(r *room) {
	id := r.running(3)
	contacts, report := r.s.Contacts(r.ctx, id), r.s.Report(r.ctx, id, 0)
	for range 2 {
		r.want(take(r, contacts, 9) == 3 && take(r, report, 9) == 3, "the second use yields another number")
	}
}

func calledInside(r *room) {
	id := r.running(crowded)
	n := 0
	for c, err := range r.s.ListCampaigns(r.ctx) {
		r.must(err)
		for it, err := range r.s.Attempts(r.ctx, ports.Filter{Campaign: c.ID}) {
			r.must(err)
			if n++; n%100 == 0 {
				_ = r.attempt(it.Contact.ID)
				r.one(r.id(), id).complete()
				r.must(r.cancelNone(it.Contact.ID))
				take(r, r.s.Report(r.ctx, c.ID, 0), 2)
				take(r, r.s.Contacts(r.ctx, c.ID), 2)
			}
		}
	}
	r.want(n == crowded, "%d attempts", n)
	added := 0
	for _, err := range r.s.Contacts(r.ctx, id) {
		r.must(err)
		if added++; added <= 2 {
			r.crowd(id, 1)
		}
	}
	r.want(added >= crowded, "%d contacts", added)
	r.copied(id)
	r.balanced(id, 0)
}

// cancelNone cancels a callback that is not there.
func (r *room) cancelNone(contact ports.ID) error {
	if err := r.cancel(contact); err == nil {
		return errors.New("a callback that is not there was cancelled")
	}
	return nil
}

// copied fills a campaign from another one's iterator.
func (r *room) copied(id ports.ID) {
	r.t.Helper()
	to := r.draft()
	fresh := func(yield func(campaign.Contact, error) bool) {
		for c, err := range r.s.Contacts(r.ctx, id) {
			c.ID = r.id()
			if !yield(c, err) {
				return
			}
		}
	}
	n, err := r.s.AddContacts(r.ctx, to, ports.Batch{At: r.now}, fresh)
	r.must(err)
	r.want(n >= crowded, "%d are copied", n)
}

func stopsWithContext(r *room) {
	id := r.running(3 * crowded)
	for name, read := range map[string]func(context.Context, func()) (int, error){
		"Contacts": func(ctx context.Context, stop func()) (int, error) { return until(r.s.Contacts(ctx, id), stop) },
		"Attempts": func(ctx context.Context, stop func()) (int, error) {
			return until(r.s.Attempts(ctx, ports.Filter{Campaign: id}), stop)
		},
		"Report": func(ctx context.Context, stop func()) (int, error) { return until(r.s.Report(ctx, id, 0), stop) },
	} {
		ctx, stop := context.WithCancel(r.ctx)
		n, err := read(ctx, stop)
		r.want(errors.Is(err, context.Canceled), "%s ends after %d elements with %v", name, n, err)
		r.want(n < 2*crowded, "%s goes on for %d elements", name, n)
	}
}

// until reads an iterator whose context is stopped at the first element.
func until[T any](seq iter.Seq2[T, error], stop func()) (n int, err error) {
	for _, err = range seq {
		if err != nil {
			return n, err
		}
		if n++; n == 1 {
			stop()
		}
	}
	return n, err
}

func reportWhileRunning(r *room) {
	id := r.running(crowded)
	hands := r.lease(r.id(), id, crowded)
	seen := map[ports.ID]int{}
	for row, err := range r.s.Report(r.ctx, id, 0) {
		r.must(err)
		if len(seen)%50 == 0 && len(hands) > 0 {
			hands[len(hands)-1].unanswered()
			hands[0].unanswered()
			hands = hands[1 : len(hands)-1]
		}
		seen[row.Contact.ID]++
		r.want(seen[row.Contact.ID] == 1, "a contact with one call at most has two rows")
	}
	r.want(len(seen) == crowded, "%d contacts are reported", len(seen))
	r.pass(time.Hour)
	r.balanced(id, 0)
}
