package storetest_test

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

type spoiltUpload struct {
	ports.Store
	half bool
}

func forgetsBatches(s ports.Store) ports.Store { return spoiltUpload{s, false} }
func addsHalf(s ports.Store) ports.Store       { return spoiltUpload{s, true} }

func (s spoiltUpload) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	if !s.half {
		b.Key = ""
		return s.Store.AddContacts(ctx, id, b, contacts)
	}
	var broke error
	n, err := s.Store.AddContacts(ctx, id, b, func(yield func(campaign.Contact, error) bool) {
		for c, err := range contacts {
			if broke = err; err != nil || !yield(c, nil) {
				return
			}
		}
	})
	return n, errors.Join(err, broke)
}

type spoiltSubmit struct {
	ports.Store
	spoil func(*ports.Command)
	allow error
}

func (s spoiltSubmit) Submit(ctx context.Context, c ports.Command) error {
	s.spoil(&c)
	err := s.Store.Submit(ctx, c)
	if s.allow != nil && errors.Is(err, s.allow) {
		return nil
	}
	return err
}

func forgetsCommands(s ports.Store) ports.Store {
	return spoiltSubmit{Store: s, spoil: func(c *ports.Command) { c.ID = uuid.New() }}
}

func takesDispositions(s ports.Store) ports.Store {
	return spoiltSubmit{s, func(*ports.Command) {}, attempt.ErrDisposed}
}

func restartsAll(s ports.Store) ports.Store {
	return spoiltSubmit{Store: s, spoil: func(c *ports.Command) {
		if c.Decide != nil {
			d := *c.Decide
			d.Event.Scope = campaign.All
			c.Decide = &d
		}
	}}
}

func editsAnyVersion(s ports.Store) ports.Store {
	return spoiltSubmit{Store: s, spoil: func(c *ports.Command) {
		if c.Decide != nil {
			d := *c.Decide
			d.Event.Version = 0
			c.Decide = &d
		}
	}}
}

// archiving is a store that has no place for the mark.
type archiving struct{ ports.Store }

func forgetsArchived(s ports.Store) ports.Store { return archiving{s} }

func (s archiving) Campaign(ctx context.Context, id ports.ID) (campaign.Campaign, error) {
	c, err := s.Store.Campaign(ctx, id)
	c.Archived = time.Time{}
	return c, err
}

// discarding is a store that starts a draft so that it can stop it.
type discarding struct{ ports.Store }

func discardsByStarting(s ports.Store) ports.Store { return discarding{s} }

func (s discarding) Submit(ctx context.Context, c ports.Command) error {
	if c.Decide != nil && c.Decide.Event.Action == campaign.Discard {
		start, stop := *c.Decide, *c.Decide
		start.Event.Action, stop.Event.Action = campaign.Start, campaign.Stop
		if err := s.Store.Submit(ctx, ports.Command{ID: uuid.New(), At: c.At, Decide: &start}); err != nil {
			return err
		}
		c.Decide = &stop
	}
	return s.Store.Submit(ctx, c)
}

type spoiltAdopt struct{ ports.Store }

func buriesLiving(s ports.Store) ports.Store { return spoiltAdopt{s} }

func (s spoiltAdopt) Adopt(ctx context.Context, me ports.ID, dead ports.Worker, at time.Time, most int) ([]ports.Item, error) {
	ws, err := s.Workers(ctx)
	for _, w := range ws {
		if w.ID == dead.ID {
			dead = w
		}
	}
	if err != nil {
		return nil, err
	}
	return s.Store.Adopt(ctx, me, dead, at, most)
}

type spoiltChanges struct{ ports.Store }

func tellsAll(s ports.Store) ports.Store { return spoiltChanges{s} }

func (s spoiltChanges) Changes(ctx context.Context, _ int64) (ports.Changes, error) {
	return s.Store.Changes(ctx, 0)
}

type spoiltAttempts struct{ ports.Store }

func readsUnsettled(s ports.Store) ports.Store { return spoiltAttempts{s} }

func (s spoiltAttempts) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	return func(yield func(ports.Item, error) bool) {
		for it, err := range s.Store.Attempts(ctx, f) {
			if it.Attempt.State == attempt.StateManualStopped {
				it.Attempt.State = attempt.StatePending
			}
			if !yield(it, err) {
				return
			}
		}
	}
}

// deaf is a store that does not hear its contexts.
type deaf struct {
	ports.Store
	always bool
}

func ignoresContext(s ports.Store) ports.Store { return deaf{s, true} }
func listsToTheEnd(s ports.Store) ports.Store  { return deaf{s, false} }

func (s deaf) Save(ctx context.Context, w ports.ID, ts []ports.Transition) ([]ports.Refusal, error) {
	if s.always {
		ctx = context.WithoutCancel(ctx)
	}
	return s.Store.Save(ctx, w, ts)
}

func (s deaf) Contacts(ctx context.Context, id ports.ID) iter.Seq2[campaign.Contact, error] {
	return s.Store.Contacts(context.WithoutCancel(ctx), id)
}

type local struct{ ports.Store }

func answersLocally(s ports.Store) ports.Store { return local{s} }

func (s local) Attempt(ctx context.Context, contact ports.ID, run int) (ports.Item, error) {
	it, err := s.Store.Attempt(ctx, contact, run)
	it.Attempt.Since = it.Attempt.Since.In(time.FixedZone("CET", 3600))
	return it, err
}
