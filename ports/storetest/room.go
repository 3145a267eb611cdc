package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// room is where one behaviour is tried: a store, a time that only the check
// moves, and ids that are the same in every run.
type room struct {
	t     *testing.T
	s     ports.Store
	f     Features
	ctx   context.Context
	now   time.Time
	drawn uint64
}

// nine is when every check begins: a Monday, nine in the morning.
var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func enter(t *testing.T, s ports.Store, f Features) *room {
	return &room{t: t, s: s, f: f, ctx: t.Context(), now: nine}
}

// id draws an id. Ids do not sort by when they were drawn, so that a store that
// orders by them is found out.
func (r *room) id() (id ports.ID) {
	r.drawn++
	binary.BigEndian.PutUint64(id[:8], r.drawn*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(id[8:], r.drawn)
	return id
}

// pass lets time pass.
func (r *room) pass(d time.Duration) { r.now = r.now.Add(d) }

// must ends the check on an error.
func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// want ends the check unless it holds.
func (r *room) want(holds bool, format string, args ...any) {
	r.t.Helper()
	if !holds {
		r.t.Fatalf(format, args...)
	}
}

// settings is a valid spec in which every outcome is retried.
func settings() campaign.Spec {
	spec := campaign.Defaults()
	spec.Name = "storetest"
	spec.DispositionWait = time.Minute
	spec.RetryRules = map[attempt.Outcome]campaign.RetryRule{attempt.OutcomeNoAnswer: {Delay: 10 * time.Minute}}
	return spec
}

// draft creates a campaign.
func (r *room) draft(edits ...func(*campaign.Spec)) ports.ID {
	r.t.Helper()
	spec := settings()
	for _, edit := range edits {
		edit(&spec)
	}
	c := campaign.New(r.id(), spec, r.now)
	r.must(r.s.CreateCampaign(r.ctx, c))
	return c.ID
}

// contact draws a contact.
func (r *room) contact(edits ...func(*campaign.Contact)) campaign.Contact {
	c := campaign.Contact{ID: r.id(), Key: fmt.Sprintf("key %d", r.drawn), Address: fmt.Sprintf("+331%08d", r.drawn)}
	for _, edit := range edits {
		edit(&c)
	}
	return c
}

// add adds contacts to a campaign.
func (r *room) add(id ports.ID, cs ...campaign.Contact) {
	r.t.Helper()
	n, err := r.s.AddContacts(r.ctx, id, ports.Batch{At: r.now}, each(cs))
	r.must(err)
	r.want(n == len(cs), "AddContacts says %d of %d", n, len(cs))
}

// crowd adds n contacts to a campaign.
func (r *room) crowd(id ports.ID, n int) []campaign.Contact {
	r.t.Helper()
	cs := make([]campaign.Contact, n)
	for i := range cs {
		cs[i] = r.contact()
	}
	r.add(id, cs...)
	return cs
}

// running creates a campaign with n contacts and starts it.
func (r *room) running(n int, edits ...func(*campaign.Spec)) ports.ID {
	r.t.Helper()
	id := r.draft(edits...)
	r.crowd(id, n)
	r.must(r.decide(id, campaign.Start))
	return id
}

func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// all reads an iterator to its end.
func all[T any](r *room, seq iter.Seq2[T, error]) (out []T) {
	r.t.Helper()
	for v, err := range seq {
		r.must(err)
		out = append(out, v)
	}
	return out
}

// decide submits a decision.
func (r *room) decide(id ports.ID, action campaign.Action, edits ...func(*ports.Decide)) error {
	d := ports.Decide{Campaign: id, Event: campaign.Event{Action: action, At: r.now}}
	for _, edit := range edits {
		edit(&d)
	}
	return r.s.Submit(r.ctx, ports.Command{ID: r.id(), At: r.now, Decide: &d})
}

func drained(d *ports.Decide)      { d.Event.Drain = true }
func notCompleted(d *ports.Decide) { d.Event.Scope = campaign.NotCompleted }

// campaign reads a campaign.
func (r *room) campaign(id ports.ID) campaign.Campaign {
	r.t.Helper()
	c, err := r.s.Campaign(r.ctx, id)
	r.must(err)
	return c
}

// sweepAll sweeps a campaign until nothing is left.
func (r *room) sweepAll(id ports.ID) {
	r.t.Helper()
	for more := true; more; {
		var err error
		more, err = r.s.Sweep(r.ctx, id, 100)
		r.must(err)
	}
}

// attempt reads a contact's attempt in the present run.
func (r *room) attempt(contact ports.ID) attempt.Attempt {
	r.t.Helper()
	it, err := r.s.Attempt(r.ctx, contact, 0)
	r.must(err)
	return it.Attempt
}
