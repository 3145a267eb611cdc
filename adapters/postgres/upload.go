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
// refused with [ports.ErrExists], and nothing of its batch is added. No
// transaction waits for whoever makes the contacts, and no more than ten
// thousand, or a chunk of [ByCopy], are held here at a time.
func (s *Store) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	var kept *ports.BatchRecord
	if err := s.read(ctx, func(u *unit) error {
		c, err := u.camp(id)
		if err != nil {
			return err
		}
		kept, err = u.accept(c, b)
		return err
	}); err != nil {
		return 0, err
	}
	if kept != nil {
		return b.Repeat(ctx, *kept, contacts)
	}
	return s.upload(ctx, id, b, contacts)
}

// addAll adds an upload of so many contacts, which insert inserts. Workers and
// commands go on while rows are inserted, which nobody sees yet: the campaign is
// locked at the end, when it is seen whether they still fit.
func (s *Store) addAll(ctx context.Context, id ports.ID, b ports.Batch, count int, insert func(*unit, *camp, *run) error) (n int, err error) {
	begin := `SELECT ` + guarding(uploading) + `, ` + byKeys + `, pg_advisory_xact_lock($1)`
	err = s.writing(ctx, begin, []any{uploadKey(id)}, func(u *unit) error {
		c, err := u.camp(id)
		if err != nil {
			return err
		}
		u.camps[id] = c
		kept, err := u.accept(c, b)
		if err != nil {
			return err
		}
		if kept != nil {
			n, err = b.Same(*kept, count)
			return err
		}
		if n = count; count == 0 {
			return u.keep(c, b, count)
		}
		r, err := u.run(c, 0)
		if err != nil {
			return err
		}
		if err := insert(u, c, r); err != nil {
			return err
		}
		return u.join(c, r, b, count)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// uploading is how long the server waits for the rows of an upload, which only
// other uploads wait for: a statement that brings large ones has a long way.
const uploading = "1min"

// join makes inserted contacts the campaign's, unless it has moved on meanwhile.
func (u *unit) join(c *camp, r *run, b ports.Batch, count int) error {
	if err := u.exec(`SELECT `+guard+`, pg_advisory_xact_lock_shared($1)`, lockKey(c.ID)); err != nil {
		return err
	}
	now, err := u.camp(c.ID)
	if err != nil {
		return err
	}
	if _, err := campaign.Allowed(now.Status, campaign.AddContacts); err != nil {
		return err
	}
	halted := false
	if err := u.one(&halted, `SELECT halt <> '' FROM outdial_runs WHERE campaign = $1 AND number = $2`, c.ID, now.Run); err != nil {
		return err
	}
	if now.Run != r.Number || halted != r.halted() {
		return errMoved
	}
	if err := u.keep(c, b, count); err != nil {
		return err
	}
	if halted { // their rows follow with a sweep
		if err := u.exec(`UPDATE outdial_runs SET unswept = true WHERE campaign = $1 AND number = $2`, c.ID, r.Number); err != nil {
			return err
		}
	}
	if err := u.exec(`UPDATE outdial_campaigns SET contacts = $2 WHERE id = $1`, c.ID, c.Contacts); err != nil {
		return err
	}
	if err := u.flush(); err != nil {
		return err
	}
	return u.changed(c)
}

// keep notes an upload's key.
func (u *unit) keep(c *camp, b ports.Batch, count int) error {
	if b.Key == "" {
		return nil
	}
	return u.exec(`INSERT INTO outdial_batches (campaign, key, contacts, digest) VALUES ($1, $2, $3, $4)`,
		c.ID, b.Key, count, b.Record(count).Digest)
}

// accept returns what is kept of a batch whose key has been seen, or says whether
// the campaign takes contacts now.
func (u *unit) accept(c *camp, b ports.Batch) (*ports.BatchRecord, error) {
	if b.Key != "" {
		kept := &ports.BatchRecord{}
		err := u.one(kept, `SELECT key, contacts, digest FROM outdial_batches WHERE campaign = $1 AND key = $2`, c.ID, b.Key)
		if err == nil {
			return kept, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	_, err := campaign.Allowed(c.Status, campaign.AddContacts)
	return nil, err
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

// people are contacts with the beginnings of their attempts, a column in each array.
type people struct {
	ids, arrivals, keys, names, addresses, priorities, notBefores, variables, states, dues array
	// pending and scheduled are how many begin so.
	pending, scheduled int
}

// peopleOf are contacts that arrive from first on.
func peopleOf(list []campaign.Contact, first int64, now time.Time) (*people, error) {
	p := &people{}
	for i := range list {
		one := &list[i]
		p.ids.id(one.ID)
		p.arrivals.number(first + int64(i))
		p.keys.quoted(one.Key)
		p.names.quoted(one.Name)
		p.addresses.quoted(one.Address)
		p.priorities.number(int64(one.Priority))
		p.notBefores.time(null(one.NotBefore))
		if err := addVariables(&p.variables, one); err != nil {
			return nil, err
		}
		state, due := begins(one, now)
		p.states.word(state.String())
		p.dues.time(due)
		if due.Valid {
			p.scheduled++
		} else {
			p.pending++
		}
	}
	return p, nil
}

// columns of people, for unnest.
const peopleColumns = `id, arrival, key, name, address, priority, not_before, variables, state, due`

func (p *people) args() []any {
	return []any{
		p.ids.String(), p.arrivals.String(), p.keys.String(), p.names.String(), p.addresses.String(),
		p.priorities.String(), p.notBefores.String(), p.variables.String(), p.states.String(), p.dues.String(),
	}
}

// insert adds some contacts with their attempts, and counts them.
func (u *unit) insert(c *camp, r *run, b ports.Batch, list []campaign.Contact) error {
	now := cut(b.At)
	p, err := peopleOf(list, c.Contacts, now)
	if err != nil {
		return err
	}
	r.take(attempt.StatePending, p.pending)
	r.take(attempt.StateScheduled, p.scheduled)
	c.Contacts += int64(len(list))
	return exists(u.exec(`WITH n AS MATERIALIZED (
			SELECT * FROM unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::integer[],
				$10::timestamptz[], $11::jsonb[], $12::text[], $13::timestamptz[]) AS n(`+peopleColumns+`)
		)`+insertContacts, append([]any{c.ID, r.Number, null(now)}, p.args()...)...))
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
