package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// promoted is how many attempts join the pending in one transaction.
const promoted = 1000

// errBehind says that more attempts have come due than one transaction lets join
// the pending. They do so in short ones of their own, then it is tried again.
type errBehind struct {
	of  runKey
	now time.Time
}

func (errBehind) Error() string { return "many attempts have come due" }

// catchUp lets all attempts whose time has come join the pending.
func (s *Store) catchUp(ctx context.Context, b errBehind) error {
	for n := promoted; n == promoted; {
		if err := s.beside(ctx, []attempt.ID{b.of.campaign}, func(u *unit) (err error) {
			n, err = u.promote(b.of, b.now)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// promote lets scheduled attempts whose time has come stand among the pending,
// by priority, and returns how many.
func (u *unit) promote(of runKey, now time.Time) (int, error) {
	result, err := u.tx.ExecContext(u.ctx, `UPDATE outdial_attempts SET queue = 'due' WHERE ctid = ANY(ARRAY(
			SELECT ctid FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND queue = 'scheduled' AND due <= $3::timestamptz
			ORDER BY due LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED))`, of.campaign, of.number, now, promoted)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// nextPromoted finds attempts whose time has come by another worker's clock, and
// not yet by this one's. All others of their queue have been taken, so that few
// are looked at.
func (u *unit) nextPromoted(r *run, q *ports.LeaseRequest, out *ports.Leased) error {
	var due sql.NullTime
	if err := u.one(&due, `SELECT min(due) FROM outdial_attempts
		WHERE campaign = $1 AND run = $2 AND queue IN ('pending', 'due') AND queue = 'due' AND due > $3::timestamptz`,
		r.Campaign, r.Number, cut(q.Now)); err != nil {
		return err
	}
	out.NextDue = moment(due)
	return nil
}

// relook is when to ask again for rows that are due and were skipped.
const relook = time.Second

// leftBehind looks for rows that are due and were not taken, although more were
// asked for: somebody has them locked, perhaps a transaction whose worker is gone,
// or has just written them. Nobody would tell when they are free.
func (u *unit) leftBehind(r *run, q *ports.LeaseRequest, out *ports.Leased) error {
	waiting := r.counters.States
	if len(out.Items) == q.Max || waiting[attempt.StatePending]+waiting[attempt.StateScheduled]+
		waiting[attempt.StateCallbackScheduled]+waiting[attempt.StateRetryScheduled] == 0 {
		return nil
	}
	const of = `EXISTS(SELECT FROM outdial_attempts WHERE campaign = $1 AND run = $2 AND `
	now, left := cut(q.Now), false
	if err := u.one(&left, `SELECT `+of+`queue = 'callback_scheduled' AND due <= $3::timestamptz)
		OR `+of+`queue = 'retry_scheduled' AND due_running <= $4::bigint)
		OR `+of+`queue = 'scheduled' AND due <= $3::timestamptz)
		OR `+of+`queue IN ('pending', 'due') AND (queue = 'pending' OR due <= $3::timestamptz))`,
		r.Campaign, r.Number, now, int64(q.Running)); err != nil {
		return err
	}
	if soon := now.Add(relook); left && (out.NextDue.IsZero() || soon.Before(out.NextDue)) {
		out.NextDue = soon
	}
	return nil
}

// nextDue says for when the rows that are left wait.
func (u *unit) nextDue(r *run, q *ports.LeaseRequest, out *ports.Leased) error {
	waiting := r.counters.States
	if waiting[attempt.StateCallbackScheduled]+waiting[attempt.StateScheduled]+waiting[attempt.StateRetryScheduled] == 0 {
		return nil
	}
	var next struct {
		Due   sql.NullTime  `db:"due"`
		Retry sql.NullInt64 `db:"retry"`
	}
	if err := u.one(&next, `SELECT least(
			(SELECT due FROM outdial_attempts
				WHERE campaign = $1 AND run = $2 AND queue = 'callback_scheduled' AND due > $3::timestamptz ORDER BY due LIMIT 1),
			(SELECT due FROM outdial_attempts
				WHERE campaign = $1 AND run = $2 AND queue = 'scheduled' AND due > $3::timestamptz ORDER BY due LIMIT 1)) AS due,
		(SELECT due_running FROM outdial_attempts
			WHERE campaign = $1 AND run = $2 AND queue = 'retry_scheduled' AND due_running > $4::bigint
			ORDER BY due_running LIMIT 1) AS retry`,
		r.Campaign, r.Number, cut(q.Now), int64(q.Running)); err != nil {
		return err
	}
	if at := moment(next.Due); out.NextDue.IsZero() || next.Due.Valid && at.Before(out.NextDue) {
		out.NextDue = at
	}
	if next.Retry.Valid {
		out.NextRetry = time.Duration(next.Retry.Int64)
	}
	return nil
}
