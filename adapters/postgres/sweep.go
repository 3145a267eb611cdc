package postgres

import (
	"context"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// fillStep is how many contacts a fill looks at in one transaction.
const fillStep = 2000

// fill gives a campaign's present run the attempts that it lacks, in short
// transactions. It is what sweeps do beforehand; whoever needs the rows does it
// for what is left.
func (s *Store) fill(ctx context.Context, id attempt.ID) error {
	for {
		more := false
		if err := s.write(ctx, func(u *unit) error {
			c, err := u.locked(id)
			if err != nil {
				return err
			}
			r, err := u.run(c, 0)
			if err != nil {
				return err
			}
			if _, err := u.fillRun(r, fillStep); err != nil {
				return err
			}
			more = r.unfilled()
			return nil
		}); err != nil || !more {
			return err
		}
	}
}

// fillRun makes the attempts of at most most contacts, and returns what is left
// of most.
func (u *unit) fillRun(r *run, most int) (int, error) {
	n := min(int64(most), r.FillEnd-r.FillNext)
	if n <= 0 {
		return most, nil
	}
	err := u.exec(`INSERT INTO outdial_attempts (contact, run, campaign, arrival, priority, state, queue, queued, version, since, due)
		SELECT c.id, $3::integer, c.campaign, c.arrival, c.priority, s.state, s.state, $2::timestamptz, 1, $2::timestamptz,
			CASE s.state WHEN 'scheduled' THEN c.not_before END
		FROM outdial_contacts c
		CROSS JOIN LATERAL (SELECT CASE WHEN c.not_before > $2::timestamptz THEN 'scheduled' ELSE 'pending' END AS state) AS s
		WHERE c.campaign = $1 AND c.arrival >= $5 AND c.arrival < $6 AND `+taken,
		r.Campaign, moment(r.FillAt), r.Number, r.all(), r.FillNext, r.FillNext+n)
	if err != nil {
		return most, err
	}
	r.FillNext += n
	r.Unswept = r.unfilled() || r.halted()
	return most - int(n), u.writeRun(r)
}

// Sweep implements [ports.Work].
func (s *Store) Sweep(ctx context.Context, id ports.ID, most int) (more bool, err error) {
	err = s.write(ctx, func(u *unit) error {
		more = false
		if _, err := u.locked(id); err != nil {
			return err
		}
		runs, err := u.runsWhere(`campaign = $1 AND unswept`, id)
		if err != nil {
			return err
		}
		left := max(most, 0)
		for _, r := range runs {
			if left, err = u.sweep(r, left); err != nil {
				return err
			}
			more = more || r.Unswept
		}
		return nil
	})
	return more, err
}

// sweep lets at most most rows of a run follow, and returns what is left of most.
func (u *unit) sweep(r *run, most int) (left int, err error) {
	if most, err = u.fillRun(r, most); err != nil || !r.halted() || r.unfilled() {
		return most, err
	}
	// One more than is written tells whether more are left.
	rows, err := u.rowsWhere(`WHERE a.campaign = $1 AND a.run = $2
		AND a.queue IS NOT NULL ORDER BY a.queue LIMIT $3`,
		r.Campaign, r.Number, most+1)
	if err != nil {
		return most, err
	}
	n := min(len(rows), most)
	for _, row := range rows[:n] {
		if err := r.settle(&row.a); err != nil {
			return most, err
		}
		row.a.Version++
		row.dirty = true
	}
	if len(rows) <= most {
		r.Unswept = false
		if err := u.writeRun(r); err != nil {
			return most, err
		}
	}
	return most - n, nil
}
