package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Lease implements [ports.Work]. A campaign or run that is not known has no
// work.
func (s *Store) Lease(ctx context.Context, worker ports.ID, rs []ports.LeaseRequest) (out []ports.Leased, err error) {
	err = s.write(ctx, func(u *unit) error {
		out = make([]ports.Leased, len(rs))
		if err := u.campsFor(rs); err != nil {
			return err
		}
		for i := range rs {
			out[i].NextRetry = -1
			c := u.camps[rs[i].Campaign]
			if c == nil || u.runs[runKey{c.ID, rs[i].Run}] == nil {
				continue
			}
			if err := u.lease(c, worker, &rs[i], &out[i]); err != nil {
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

// campsFor locks the campaigns and reads the runs of requests.
func (u *unit) campsFor(rs []ports.LeaseRequest) error {
	var ids []attempt.ID
	var keys []runKey
	for i := range rs {
		ids = append(ids, rs[i].Campaign)
		keys = append(keys, runKey{rs[i].Campaign, rs[i].Run})
	}
	if len(ids) == 0 {
		return nil
	}
	if err := u.lock(ids); err != nil {
		return err
	}
	return u.loadRuns(keys)
}

func (u *unit) lease(c *camp, worker attempt.ID, q *ports.LeaseRequest, out *ports.Leased) error {
	r := u.runs[runKey{c.ID, q.Run}]
	out.Blocked = c.Earlier > 0
	if r.Number == c.Run && !r.halted() {
		if r.unfilled() {
			return errUnfilled{c.ID}
		}
		if c.Status == campaign.Running && !out.Blocked && q.Max > 0 {
			if err := u.leaseRows(r, worker, q, out); err != nil {
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

// inOrder chooses at most $5 attempts of a run in the order of work. Each part
// reads the head of an index of its own.
const inOrder = `FROM (SELECT * FROM (
		(SELECT contact, 0 AS class, due AS at, 0::bigint AS rank, arrival FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND state = 'callback_scheduled' AND due <= $3::timestamptz
			ORDER BY due, arrival LIMIT $5)
		UNION ALL
		(SELECT contact, 1, NULL, due_running, arrival FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND state = 'retry_scheduled' AND due_running <= $4::bigint
			ORDER BY due_running, arrival LIMIT $5)
		UNION ALL
		(SELECT contact, 2, NULL, -priority::bigint, arrival FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND state = 'pending'
			ORDER BY priority DESC, arrival LIMIT $5)
		UNION ALL
		(SELECT contact, 2, NULL, -priority::bigint, arrival FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND state = 'scheduled' AND due <= $3::timestamptz
			ORDER BY priority DESC, arrival LIMIT $5)
	) AS heads ORDER BY class, at, rank, arrival LIMIT $5) AS w
	JOIN outdial_attempts a ON a.contact = w.contact AND a.run = $2
	JOIN outdial_contacts c ON c.id = a.contact
	ORDER BY w.class, w.at, w.rank, w.arrival`

func (u *unit) leaseRows(r *run, worker attempt.ID, q *ports.LeaseRequest, out *ports.Leased) error {
	now := cut(q.Now)
	items, rows, err := u.items(inOrder, r.Campaign, r.Number, now, int64(q.Running), q.Max)
	if err != nil || len(items) == 0 {
		return err
	}
	doubts, err := u.doubts(r, rows)
	if err != nil {
		return err
	}
	rules, err := r.rulesOf()
	if err != nil {
		return err
	}
	for i, row := range rows {
		after, _, err := attempt.Next(rules, row.a, attempt.Lease{At: now, Owner: worker})
		if err != nil {
			return err
		}
		after.Version++
		if d, ok := doubts[row.Contact]; ok {
			after.Doubt, after.DoubtUntil = d.Doubt.UUID, moment(d.Until)
		}
		if err := u.put(row, after, false); err != nil {
			return err
		}
		items[i].Attempt = row.a
	}
	out.Items = items
	return u.writeRows() // another request may be for the same campaign
}

// doubt is a call in doubt of an earlier run.
type doubt struct {
	Contact attempt.ID    `db:"contact"`
	Doubt   uuid.NullUUID `db:"doubt"`
	Until   sql.NullTime  `db:"doubt_until"`
}

// doubts finds the latest call in doubt of contacts that have not been dialled
// in this run: a restart must not dial somebody whose last call may still
// surface.
func (u *unit) doubts(r *run, rows []*row) (map[attempt.ID]doubt, error) {
	var ids []attempt.ID
	for _, row := range rows {
		if row.a.Calls == 0 && row.a.Doubt == (attempt.ID{}) {
			ids = append(ids, row.Contact)
		}
	}
	if r.Number == 1 || len(ids) == 0 {
		return nil, nil
	}
	var list []doubt
	if err := u.all(&list, `SELECT DISTINCT ON (contact) contact, doubt, doubt_until FROM outdial_attempts
		WHERE contact = ANY($1::uuid[]) AND run < $2 AND doubt IS NOT NULL ORDER BY contact, run DESC`,
		idArray(ids), r.Number); err != nil {
		return nil, err
	}
	found := make(map[attempt.ID]doubt, len(list))
	for _, d := range list {
		found[d.Contact] = d
	}
	return found, nil
}

// nextDue says for when the rows that are left wait.
func (u *unit) nextDue(r *run, q *ports.LeaseRequest, out *ports.Leased) error {
	var next struct {
		Due   sql.NullTime  `db:"due"`
		Retry sql.NullInt64 `db:"retry"`
	}
	if err := u.one(&next, `SELECT least(
			(SELECT min(due) FROM outdial_attempts
				WHERE campaign = $1 AND run = $2 AND state = 'callback_scheduled' AND due > $3::timestamptz),
			(SELECT min(due) FROM outdial_attempts
				WHERE campaign = $1 AND run = $2 AND state = 'scheduled' AND due > $3::timestamptz)) AS due,
		(SELECT min(due_running) FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND state = 'retry_scheduled' AND due_running > $4::bigint) AS retry`,
		r.Campaign, r.Number, cut(q.Now), int64(q.Running)); err != nil {
		return err
	}
	out.NextDue = moment(next.Due)
	if next.Retry.Valid {
		out.NextRetry = time.Duration(next.Retry.Int64)
	}
	return nil
}
