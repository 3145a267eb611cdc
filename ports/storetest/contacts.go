package storetest

import (
	"errors"
	"iter"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var contactChecks = []check{
	{"contacts are kept as they were added", contactsKept},
	{"contacts are listed in order of arrival", contactsInOrder},
	{"an attempt begins as pending with its contact", beginsPending},
	{"a contact whose time is to come begins as scheduled", beginsScheduled},
	{"an error from the iterator adds nothing", allOrNothing},
	{"an id that is taken adds nothing", contactTaken},
	{"a batch key adds once and answers the same", batchOnce},
	{"a batch key belongs to its campaign", batchOfCampaign},
	{"a batch without a key may come twice", keylessTwice},
	{"contacts are taken in draft, running and paused only", statusTakes},
	{"an empty batch is no fault", emptyBatch},
	{"a large batch keeps its order", largeBatch},
}

func contactsKept(r *room) {
	id := r.draft()
	plain := r.contact()
	full := r.contact(func(c *campaign.Contact) {
		c.Key, c.Name, c.Address = "clé n° 1", "Zoë 世界", "sip:zoe@example.com"
		c.Priority, c.NotBefore = -2_000_000_000, r.now.Add(time.Hour)
		c.Variables = map[string]string{"debt": "12,50 €", "_empty": "", "quote": `a "b" 'c' \ d`}
	})
	r.add(id, plain, full)
	got := all(r, r.s.Contacts(r.ctx, id))
	r.want(len(got) == 2, "%d contacts", len(got))
	r.sameContact(got[0], plain)
	r.sameContact(got[1], full)
	it, err := r.s.Attempt(r.ctx, full.ID, 0)
	r.must(err)
	r.sameContact(it.Contact, full)
}

func contactsInOrder(r *room) {
	id := r.draft()
	want := append(r.crowd(id, 300), r.crowd(id, 5)...)
	r.sameOrder(id, want)
}

// sameOrder wants the campaign's contacts and attempts in this order.
func (r *room) sameOrder(id ports.ID, want []campaign.Contact) {
	r.t.Helper()
	cs, as := all(r, r.s.Contacts(r.ctx, id)), all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))
	r.want(len(cs) == len(want), "%d contacts, want %d", len(cs), len(want))
	r.want(len(as) == len(want), "%d attempts, want %d", len(as), len(want))
	for i := range want {
		r.want(cs[i].ID == want[i].ID, "contact %d is another", i)
		r.want(as[i].Contact.ID == want[i].ID && as[i].Attempt.Contact == want[i].ID, "attempt %d is another's", i)
	}
}

func beginsPending(r *room) {
	id := r.draft()
	c := r.contact(func(c *campaign.Contact) { c.NotBefore = r.now })
	r.add(id, c)
	got := r.attempt(c.ID)
	want := attempt.Attempt{Campaign: id, Contact: c.ID, Run: 1, State: attempt.StatePending, Since: r.now}
	got.Version, got.Due = 0, time.Time{} // what they begin with is the store's business
	r.sameAttempt(got, want)
}

func beginsScheduled(r *room) {
	id := r.draft()
	c := r.contact(func(c *campaign.Contact) { c.NotBefore = r.now.Add(time.Microsecond) })
	r.add(id, c)
	got := r.attempt(c.ID)
	r.want(got.State == attempt.StateScheduled, "it begins as %v", got.State)
	r.want(got.Due.Equal(c.NotBefore), "it is due at %v, want %v", got.Due, c.NotBefore)
	m := r.balanced(id, 1)
	r.want(m.States[attempt.StateScheduled] == 1, "counted as %v", counts(m))
}

var errBroken = errors.New("the upload broke off")

// broken yields these and then an error.
func broken(cs []campaign.Contact) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for _, c := range cs {
			if !yield(c, nil) {
				return
			}
		}
		yield(campaign.Contact{}, errBroken)
	}
}

func allOrNothing(r *room) {
	id := r.draft()
	cs := make([]campaign.Contact, 1500)
	for i := range cs {
		cs[i] = r.contact()
	}
	b := ports.Batch{Key: "april", At: r.now}
	n, err := r.s.AddContacts(r.ctx, id, b, broken(cs))
	r.want(errors.Is(err, errBroken), "the iterator's error comes back as %v", err)
	r.want(n == 0 && len(all(r, r.s.Contacts(r.ctx, id))) == 0, "something was added")
	r.want(r.balanced(id, 1).TotalCalls == 0, "something was counted")
	n, err = r.s.AddContacts(r.ctx, id, b, each(cs))
	r.must(err)
	r.want(n == len(cs), "the batch's second try adds %d", n)
}

func contactTaken(r *room) {
	id, other := r.draft(), r.draft()
	old := r.crowd(other, 1)[0]
	fresh := r.contact()
	for _, batch := range [][]campaign.Contact{{fresh, old}, {fresh, fresh}} {
		_, err := r.s.AddContacts(r.ctx, id, ports.Batch{At: r.now}, each(batch))
		r.want(errors.Is(err, ports.ErrExists), "an id that is taken: %v", err)
		r.want(len(all(r, r.s.Contacts(r.ctx, id))) == 0, "something was added")
	}
	r.add(id, fresh)
}

func batchOnce(r *room) {
	id := r.draft()
	cs := []campaign.Contact{r.contact(), r.contact()}
	for range 3 {
		n, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: "april", At: r.now}, each(cs))
		r.must(err)
		r.want(n == 2, "the batch answers %d", n)
		cs = append(cs[:0], r.contact(), r.contact(), r.contact())
	}
	r.want(len(all(r, r.s.Contacts(r.ctx, id))) == 2, "the batch was added again")
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	n, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: "april", At: r.now}, each(cs))
	r.want(n == 2 && err == nil, "after the stop the batch answers %d, %v", n, err)
}

func batchOfCampaign(r *room) {
	for _, id := range []ports.ID{r.draft(), r.draft()} {
		n, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: "april", At: r.now}, each([]campaign.Contact{r.contact()}))
		r.must(err)
		r.want(n == 1 && len(all(r, r.s.Contacts(r.ctx, id))) == 1, "the batch adds %d", n)
	}
}

func keylessTwice(r *room) {
	id := r.draft()
	r.crowd(id, 1)
	r.crowd(id, 1)
	r.want(r.balanced(id, 1).TotalCalls == 2, "two batches without a key")
}

func statusTakes(r *room) {
	id := r.draft()
	r.crowd(id, 1)
	r.must(r.decide(id, campaign.Start))
	r.crowd(id, 1)
	r.must(r.decide(id, campaign.Pause))
	r.crowd(id, 1)
	r.must(r.decide(id, campaign.Stop))
	r.refusesContacts(id, campaign.Completed)
	failed := r.running(1)
	r.must(r.decide(failed, campaign.Fail))
	r.refusesContacts(failed, campaign.Failed)
	r.want(r.balanced(id, 1).TotalCalls == 3, "three were added")
}

func (r *room) refusesContacts(id ports.ID, in campaign.Status) {
	r.t.Helper()
	_, err := r.s.AddContacts(r.ctx, id, ports.Batch{At: r.now}, each([]campaign.Contact{r.contact()}))
	refused := (*campaign.ActionError)(nil)
	r.want(errors.As(err, &refused), "contacts in status %s: %v", in, err)
	r.want(*refused == campaign.ActionError{Status: in, Action: campaign.AddContacts}, "it says %v", refused)
}

func emptyBatch(r *room) {
	id := r.draft()
	r.add(id)
	r.want(r.balanced(id, 1).TotalCalls == 0, "nothing was added")
}

func largeBatch(r *room) {
	id := r.draft()
	cs := make([]campaign.Contact, 10_000)
	for i := range cs {
		cs[i] = r.contact(func(c *campaign.Contact) { c.Priority = int32(i % 3) })
	}
	r.add(id, cs...)
	r.sameOrder(id, cs)
	r.want(reflect.DeepEqual(counts(r.balanced(id, 1)), map[attempt.State]int{attempt.StatePending: len(cs)}), "all are pending")
}
