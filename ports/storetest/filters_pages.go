package storetest

import (
	"errors"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Where a list of attempts begins and ends, and what comes with it.

func attemptsAfter(r *room) {
	id, contacts := r.varied()
	for i := range contacts {
		var rest []int
		for k := i + 1; k < len(contacts); k++ {
			rest = append(rest, k)
		}
		r.lists(ports.Filter{Campaign: id, After: contacts[i]}, contacts, rest...)
	}
	r.lists(ports.Filter{Campaign: id, After: contacts[0], State: attempt.StateDialling}, contacts, 1)
	r.lists(ports.Filter{Campaign: id, After: contacts[1], State: attempt.StateDialling}, contacts)
	r.lists(ports.Filter{Campaign: id, MinDials: 2, State: attempt.StateDialling}, contacts)
}

func attemptsAfterStranger(r *room) {
	id := r.running(3)
	hands := r.lease(r.id(), id, 3)
	contacts := []ports.ID{hands[0].a.Contact, hands[1].a.Contact, hands[2].a.Contact}
	hands[1].complete()
	hands[0].unanswered()
	hands[2].unanswered()
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Restart, notCompleted))
	r.lists(ports.Filter{Campaign: id}, contacts, 0, 2)
	r.lists(ports.Filter{Campaign: id, After: contacts[1]}, contacts, 2)
	r.lists(ports.Filter{Campaign: id, After: contacts[2]}, contacts)
	r.lists(ports.Filter{Campaign: id, Run: 1, After: contacts[0]}, contacts, 1, 2)
}

func attemptsAfterNobody(r *room) {
	id, _ := r.varied()
	_, others := r.varied()
	for _, stranger := range []ports.ID{r.id(), others[0]} {
		err := last(r.s.Attempts(r.ctx, ports.Filter{Campaign: id, After: stranger}))
		r.want(errors.Is(err, ports.ErrNotFound), "after %s: got %v, want %v", stranger, err, ports.ErrNotFound)
	}
}

func attemptsPaged(r *room) {
	id := r.running(crowded)
	hands := r.lease(r.id(), id, crowded)
	for i, h := range hands {
		if i%3 == 0 {
			h.endedWith("USER_BUSY", 486)
		}
	}
	f := ports.Filter{Campaign: id, Outcome: attempt.OutcomeBusy}
	whole := r.listed(f)
	r.want(len(whole) == (crowded+2)/3, "%d were busy", len(whole))
	var pages []ports.ID
	for {
		f.After = ports.ID{}
		if len(pages) > 0 {
			f.After = pages[len(pages)-1]
		}
		n := 0
		for it, err := range r.s.Attempts(r.ctx, f) {
			r.must(err)
			pages = append(pages, it.Contact.ID)
			if n++; n == 50 {
				break
			}
		}
		if n < 50 {
			break
		}
	}
	r.want(slices.Equal(pages, whole), "the pages hold %d of %d", len(pages), len(whole))
}

func attemptsOfTheRun(r *room) {
	id, contacts := r.varied()
	r.must(r.decide(id, campaign.Stop, drained))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Restart))
	r.lists(ports.Filter{Campaign: id, Outcome: attempt.OutcomeBusy}, contacts)
	r.lists(ports.Filter{Campaign: id, Outcome: attempt.OutcomeBusy, Run: 1}, contacts, 0)
	none := 0
	r.lists(ports.Filter{Campaign: id, MaxDials: &none}, contacts, 0, 1, 2, 3, 4)
}

func attemptsWithCall(r *room) {
	id, contacts := r.varied()
	r.pass(time.Hour)
	for _, h := range r.lease(r.id(), id, 2) {
		h.dial() // again: one in hand, and records from before
	}
	records := map[ports.ID]attempt.Call{}
	for _, row := range all(r, r.s.Report(r.ctx, id, 0)) {
		if row.Call != nil {
			records[row.Contact.ID] = *row.Call // the last one stays
		}
	}
	for _, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, LastCall: true})) {
		got, want := it.Attempt.Call, records[it.Contact.ID]
		if it.Attempt.State == attempt.StateDialling {
			want = r.attempt(it.Contact.ID).Call // the one in hand
		}
		r.want(got == want, "the call of %s is %+v, want %+v", it.Contact.ID, got, want)
	}
	for _, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, State: attempt.StateRetryScheduled})) {
		r.want(it.Attempt.Call.ID == ports.ID{}, "an attempt without a call in hand comes with one unasked")
	}
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Restart))
	for _, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, LastCall: true, After: contacts[1]})) {
		r.want(it.Attempt.Call.ID == ports.ID{}, "an attempt comes with a call of another run")
	}
}
