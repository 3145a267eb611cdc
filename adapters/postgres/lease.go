package postgres

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Lease implements [ports.Work]. A campaign or run that is not known has no
// work.
func (s *Store) Lease(ctx context.Context, worker ports.ID, rs []ports.LeaseRequest) (out []ports.Leased, err error) {
	out = make([]ports.Leased, len(rs))
	if len(rs) == 0 {
		return out, ctx.Err()
	}
	ids, keys := make([]attempt.ID, len(rs)), make([]runKey, len(rs))
	for i := range rs {
		ids[i], keys[i] = rs[i].Campaign, runKey{rs[i].Campaign, rs[i].Run}
	}
	err = s.beside(ctx, ids, func(u *unit) error {
		if err := u.loadBoth(keys); err != nil {
			return err
		}
		for i := range rs {
			out[i] = ports.Leased{NextRetry: -1}
			c, r := u.camps[rs[i].Campaign], u.runs[keys[i]]
			if c == nil || r == nil {
				continue
			}
			if err := u.lease(c, r, worker, &rs[i], &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (u *unit) lease(c *camp, r *run, worker attempt.ID, q *ports.LeaseRequest, out *ports.Leased) error {
	out.Blocked = c.Earlier > 0
	if r.Number == c.Run && !r.halted() {
		if r.unfilled() {
			return errUnfilled{c.ID}
		}
		if c.Status == campaign.Running && !out.Blocked && q.Max > 0 {
			if err := u.leaseRows(r, worker, q, out); err != nil {
				return err
			}
			if err := u.leftBehind(r, q, out); err != nil {
				return err
			}
		}
		if err := u.nextDue(r, q, out); err != nil {
			return err
		}
	}
	out.Open, out.Total, out.Dials = r.counters.Open(), r.counters.Total(), r.counters.Dials
	return nil
}

// leaseRows takes work in its order, a queue after the other. Of which there is
// none is known from the counters.
func (u *unit) leaseRows(r *run, worker attempt.ID, q *ports.LeaseRequest, out *ports.Leased) error {
	now, waiting := cut(q.Now), r.counters.States
	if waiting[attempt.StateCallbackScheduled] > 0 {
		if err := u.head(callbacks, r, worker, q, out, now); err != nil {
			return err
		}
	}
	if waiting[attempt.StateRetryScheduled] > 0 && len(out.Items) < q.Max {
		if err := u.head(retries, r, worker, q, out, int64(q.Running)); err != nil {
			return err
		}
	}
	if waiting[attempt.StateScheduled] > 0 && len(out.Items) < q.Max {
		of := runKey{r.Campaign, r.Number}
		if n, err := u.promote(of, now); err != nil {
			return err
		} else if n == promoted {
			return errBehind{of, now}
		}
	}
	if waiting[attempt.StatePending]+waiting[attempt.StateScheduled] > 0 && len(out.Items) < q.Max {
		if err := u.head(firsts, r, worker, q, out, now); err != nil {
			return err
		}
	}
	if waiting[attempt.StateScheduled] > 0 && len(out.Items) < q.Max {
		return u.nextPromoted(r, q, out)
	}
	return nil
}

// queue is where attempts of a kind wait, in an order that an index has. They
// are due at $4.
type queue struct{ where, order string }

var (
	callbacks = queue{`queue = 'callback_scheduled' AND due <= $4::timestamptz`, `due, arrival`}
	retries   = queue{`queue = 'retry_scheduled' AND due_running <= $4::bigint`, `due_running, arrival`}
	firsts    = queue{`queue IN ('pending', 'due') AND (queue = 'pending' OR due <= $4::timestamptz)`, `priority DESC, arrival`}
)

// taking leases from the head of a queue what no other lease has locked. A row
// that is locked stays where it is; one that somebody has written since the
// statement began is left for the next lease.
func taking(q queue) string {
	return `WITH head AS MATERIALIZED (
			SELECT ctid, state AS was FROM outdial_attempts WHERE campaign = $1 AND run = $2 AND ` + q.where + `
			ORDER BY ` + q.order + ` LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
		), taken AS (
			UPDATE outdial_attempts a SET state = 'leased', queue = NULL, owner = $5, since = $6::timestamptz, version = a.version + 1
			FROM head WHERE a.ctid = head.ctid
			RETURNING a.contact, a.priority, a.arrival, a.version, a.queued, a.due, a.due_running, a.doubt, a.doubt_until, a.rest, head.was
		)
		SELECT a.contact, a.version, a.queued, a.due, a.due_running, a.doubt, a.doubt_until, a.rest, a.was, ` + contactColumns + `
		FROM taken a JOIN outdial_contacts c ON c.id = a.contact ORDER BY ` + qualified(q.order)
}

// qualified makes an order's columns those of a.
func qualified(order string) string { return `a.` + strings.ReplaceAll(order, `, `, `, a.`) }

var takes = map[queue]string{callbacks: taking(callbacks), retries: taking(retries), firsts: taking(firsts)}

// head leases from one queue.
func (u *unit) head(from queue, r *run, worker attempt.ID, q *ports.LeaseRequest, out *ports.Leased, due any) error {
	at, first := cut(q.Now), len(out.Items)
	out.Items = slices.Grow(out.Items, min(q.Max-first, 1000))
	var w leasedRow
	if err := u.each(w.into(), func() error {
		item, err := w.item(r, worker, at)
		out.Items = append(out.Items, item)
		return err
	}, takes[from], r.Campaign, r.Number, q.Max-first, due, worker, null(at)); err != nil {
		return err
	}
	return u.inheritDoubts(r, out.Items[first:])
}

// leasedRow is a row that is leased now, as far as it has to be read.
type leasedRow struct {
	row
	contact
	was string
}

func (w *leasedRow) into() []any {
	return append([]any{
		&w.Contact, &w.Version, &w.Queued, &w.Due, &w.DueRunning, &w.Doubt, &w.DoubtUntil, &w.Rest, &w.was,
	}, w.contact.into()...)
}

// item is the attempt with its contact; the run counts it.
func (w *leasedRow) item(r *run, worker attempt.ID, at time.Time) (ports.Item, error) {
	w.Campaign, w.Run, w.State = r.Campaign, r.Number, attempt.StateLeased.String()
	w.Owner, w.Since = uuid.NullUUID{UUID: worker, Valid: true}, null(at)
	if err := w.decode(); err != nil {
		return ports.Item{}, err
	}
	after := campaign.FactsOf(&w.a)
	before := after
	var err error
	if before.State, err = attempt.ParseState(w.was); err != nil {
		return ports.Item{}, err
	}
	r.move(before, after)
	contact, err := w.whole(w.Contact)
	return ports.Item{Attempt: w.a, Contact: contact}, err
}

// doubt is a call in doubt of an earlier run.
type doubt struct {
	Contact attempt.ID    `db:"contact"`
	Doubt   uuid.NullUUID `db:"doubt"`
	Until   sql.NullTime  `db:"doubt_until"`
}

// inheritDoubts gives attempts that have not been dialled in this run the call
// in doubt of earlier ones, the latest: a restart must not dial somebody whose
// last call may still surface.
func (u *unit) inheritDoubts(r *run, items []ports.Item) error {
	if r.Number == 1 {
		return nil
	}
	at := map[attempt.ID]int{}
	for i := range items {
		if a := &items[i].Attempt; a.Calls == 0 && a.Doubt == (attempt.ID{}) {
			at[a.Contact] = i
		}
	}
	if len(at) == 0 {
		return nil
	}
	var ids array
	for id := range at {
		ids.id(id)
	}
	var list []doubt
	if err := u.all(&list, `WITH old AS (
			SELECT DISTINCT ON (contact) contact, doubt, doubt_until FROM outdial_attempts
			WHERE contact = ANY($1::uuid[]) AND run < $2 AND doubt IS NOT NULL ORDER BY contact, run DESC
		)
		UPDATE outdial_attempts a SET doubt = old.doubt, doubt_until = old.doubt_until FROM old
		WHERE a.contact = old.contact AND a.run = $2 RETURNING a.contact, a.doubt, a.doubt_until`, ids.String(), r.Number); err != nil {
		return err
	}
	for _, d := range list {
		a := &items[at[d.Contact]].Attempt
		a.Doubt, a.DoubtUntil = d.Doubt.UUID, moment(d.Until)
	}
	return nil
}
