package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// uploadStep is how many contacts one statement inserts.
const uploadStep = 1000

// AddContacts implements [ports.Campaigns]. A contact whose id the store has is
// refused with [ports.ErrExists], and nothing of its batch is added. The whole
// batch is read into memory first, so that no transaction waits for whoever
// makes it; see [ByCopy] for one too large for that.
func (s *Store) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (n int, err error) {
	done := false
	if err := s.read(ctx, func(u *unit) error {
		c, err := u.camp(id)
		if err != nil {
			return err
		}
		n, done, err = u.accept(c, b)
		return err
	}); done || err != nil {
		return n, err
	}
	if s.copies.by != nil {
		return s.upload(ctx, id, b, contacts)
	}
	list, err := collect(ctx, contacts)
	if err != nil {
		return 0, err
	}
	return s.addAll(ctx, id, b, len(list), func(u *unit, c *camp, r *run) error { return u.insertAll(c, r, b, list) })
}

// addAll adds an upload of so many contacts, which insert inserts.
func (s *Store) addAll(ctx context.Context, id ports.ID, b ports.Batch, count int, insert func(*unit, *camp, *run) error) (n int, err error) {
	// Workers go on meanwhile: only other uploads wait, and at the end whoever
	// counts.
	err = s.beside(ctx, []attempt.ID{id}, func(u *unit) error {
		c, err := u.growing(id)
		if err != nil {
			return err
		}
		var done bool
		if n, done, err = u.accept(c, b); done || err != nil {
			return err
		}
		n = count
		return u.add(c, b, count, insert)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func collect(ctx context.Context, contacts iter.Seq2[campaign.Contact, error]) (list []campaign.Contact, err error) {
	for c, err := range contacts {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// accept says what a known batch key answered, or whether the campaign takes
// contacts now.
func (u *unit) accept(c *camp, b ports.Batch) (n int, done bool, err error) {
	if b.Key != "" {
		err = u.one(&n, `SELECT contacts FROM outdial_batches WHERE campaign = $1 AND key = $2`, c.ID, b.Key)
		if !errors.Is(err, sql.ErrNoRows) {
			return n, err == nil, err
		}
	}
	_, err = campaign.Allowed(c.Status, campaign.AddContacts)
	return 0, false, err
}

// add gives the campaign the contacts, and its present run their attempts.
func (u *unit) add(c *camp, b ports.Batch, count int, insert func(*unit, *camp, *run) error) error {
	if b.Key != "" {
		if err := u.exec(`INSERT INTO outdial_batches (campaign, key, contacts) VALUES ($1, $2, $3)`, c.ID, b.Key, count); err != nil {
			return err
		}
	}
	if count == 0 {
		return nil
	}
	r, err := u.run(c, 0)
	if err != nil {
		return err
	}
	if err := insert(u, c, r); err != nil {
		return err
	}
	if r.halted() {
		r.Unswept = true // their rows follow with a sweep
		if err := u.writeRun(r); err != nil {
			return err
		}
	}
	if err := u.exec(`UPDATE outdial_campaigns SET contacts = $2 WHERE id = $1`, c.ID, c.Contacts); err != nil {
		return err
	}
	return u.changed(c)
}

// insertAll adds contacts, some with each statement.
func (u *unit) insertAll(c *camp, r *run, b ports.Batch, list []campaign.Contact) error {
	for from := 0; from < len(list); from += uploadStep {
		if err := u.insert(c, r, b, list[from:min(from+uploadStep, len(list))]); err != nil {
			return err
		}
	}
	return nil
}

// insert adds some contacts with their attempts, and counts them.
func (u *unit) insert(c *camp, r *run, b ports.Batch, list []campaign.Contact) error {
	var ids, arrivals, keys, names, addresses, priorities, notBefores, variables, states, dues array
	now := cut(b.At)
	for i := range list {
		one := &list[i]
		ids.id(one.ID)
		arrivals.number(c.Contacts)
		keys.quoted(one.Key)
		names.quoted(one.Name)
		addresses.quoted(one.Address)
		priorities.number(int64(one.Priority))
		notBefores.time(null(one.NotBefore))
		if err := addVariables(&variables, one); err != nil {
			return err
		}
		state, due := begins(one, now)
		states.word(state.String())
		dues.time(due)
		r.take(state, 1)
		c.Contacts++
	}
	return exists(u.exec(`WITH n AS MATERIALIZED (
			SELECT * FROM unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::integer[],
				$10::timestamptz[], $11::jsonb[], $12::text[], $13::timestamptz[])
				AS n(id, arrival, key, name, address, priority, not_before, variables, state, due)
		)`+insertContacts, c.ID, r.Number, null(now), ids.String(), arrivals.String(), keys.String(), names.String(),
		addresses.String(), priorities.String(), notBefores.String(), variables.String(), states.String(), dues.String()))
}

// insertContacts inserts n, of campaign $1 and run $2, at the time $3.
const insertContacts = `, contacts AS (
		INSERT INTO outdial_contacts (id, campaign, arrival, key, name, address, priority, not_before, variables)
		SELECT id, $1, arrival, key, name, address, priority, not_before, variables FROM n
	)
	INSERT INTO outdial_attempts (contact, run, campaign, arrival, priority, state, queue, queued, version, since, due)
	SELECT id, $2, $1, arrival, priority, state, state, $3::timestamptz, 1, $3::timestamptz, due FROM n`

// exists tells a contact's id that is taken from other errors.
func exists(err error) error {
	if state(err) == uniqueViolation {
		return fmt.Errorf("a contact of the batch: %w: %w", ports.ErrExists, err)
	}
	return err
}

// begins is the state that a contact added now begins with, and when it is due.
func begins(c *campaign.Contact, now time.Time) (attempt.State, sql.NullTime) {
	if due := null(c.NotBefore); due.Valid && due.Time.After(now) {
		return attempt.StateScheduled, due
	}
	return attempt.StatePending, sql.NullTime{}
}

// take counts new attempts that begin with a state, or as the run's halt ends them.
func (r *run) take(s attempt.State, n int) {
	if r.halted() {
		s = campaign.HaltState(r.info().Halt)
	}
	for range n {
		r.counters.Add(campaign.Facts{State: s})
	}
}

func addVariables(into *array, c *campaign.Contact) error {
	if len(c.Variables) == 0 {
		into.null()
		return nil
	}
	doc, err := variablesOf(c)
	into.quoted(doc)
	return err
}

func variablesOf(c *campaign.Contact) (string, error) {
	doc, err := document(c.Variables)
	if err != nil {
		return "", fmt.Errorf("variables of contact %s: %w", c.ID, err)
	}
	return doc, nil
}
