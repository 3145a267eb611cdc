package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var _ ports.MetricsLister = (*Store)(nil)

// Metrics implements [ports.Records].
func (s *Store) Metrics(ctx context.Context, id ports.ID, number int, now time.Time) (m campaign.Metrics, err error) {
	err = s.read(ctx, func(u *unit) error {
		c, err := u.camp(id)
		if err != nil {
			return err
		}
		r, err := u.run(c, number)
		if err != nil {
			return err
		}
		all, err := u.metrics([]*run{r}, cut(now))
		m = all[id]
		return err
	})
	return m, err
}

// MetricsOf implements [ports.MetricsLister]. It sends the same few statements
// however many campaigns are asked for.
func (s *Store) MetricsOf(ctx context.Context, ids []ports.ID, now time.Time) (all map[ports.ID]campaign.Metrics, err error) {
	err = s.read(ctx, func(u *unit) error {
		runs, err := u.runsWhere(`(campaign, number) IN (SELECT id, run FROM outdial_campaigns WHERE id = ANY($1::uuid[]))`, idArray(ids))
		if err != nil {
			return err
		}
		all, err = u.metrics(runs, cut(now))
		return err
	})
	return all, err
}

// metrics are the figures of runs, of each campaign one.
func (u *unit) metrics(runs []*run, now time.Time) (map[ports.ID]campaign.Metrics, error) {
	oldest, err := u.oldest(runs, now)
	if err != nil {
		return nil, err
	}
	all := make(map[ports.ID]campaign.Metrics, len(runs))
	for _, r := range runs {
		spec, err := r.settings()
		if err != nil {
			return nil, err
		}
		m := r.counters.Metrics(&spec)
		m.Oldest = oldest[r.Campaign]
		all[r.Campaign] = m
	}
	return all, nil
}

// oldestSince asks an index for the oldest row of each state that waits, run by
// run, and looks at the rows that are held, which are as many as there are lines:
// not for runs that hold none, as the index of those begins with who holds them.
var oldestSince = func() string {
	var parts []string
	for s := attempt.StatePending; s.Waiting(); s++ {
		parts = append(parts, oldestIn(s, s.String()))
	}
	parts = append(parts, oldestIn(attempt.StateScheduled, "due"))
	return `SELECT r.campaign, o.state, o.since FROM unnest($1::uuid[], $2::integer[], $3::boolean[]) AS r(campaign, number, holds)
		CROSS JOIN LATERAL (` + strings.Join(parts, " UNION ALL ") + ` UNION ALL
			SELECT a.state, min(a.since) FROM outdial_attempts a
				WHERE r.holds AND a.owner IS NOT NULL AND a.campaign = r.campaign AND a.run = r.number GROUP BY a.state) AS o`
}()

func oldestIn(s attempt.State, queue string) string {
	// Not min: before it has statistics, the server takes that from all of them.
	return fmt.Sprintf(`SELECT '%s' AS state, (SELECT a.queued FROM outdial_attempts a
		WHERE a.campaign = r.campaign AND a.run = r.number AND a.queue = '%s' ORDER BY a.queued LIMIT 1) AS since`, s, queue)
}

// oldest is the age of the oldest attempt in each state that has one, by the
// campaigns of the runs. Runs without attempts to grow old are not asked for.
func (u *unit) oldest(runs []*run, now time.Time) (map[attempt.ID]map[attempt.State]time.Duration, error) {
	ages := make(map[attempt.ID]map[attempt.State]time.Duration, len(runs))
	open := make(map[attempt.ID]*run, len(runs))
	var ids, numbers, holds array
	for _, r := range runs {
		ages[r.Campaign] = map[attempt.State]time.Duration{}
		if r.counters.Open() == 0 || r.kept() != nil {
			continue
		}
		open[r.Campaign] = r
		ids.id(r.Campaign)
		numbers.number(int64(r.Number))
		holds.flag(r.holding() > 0)
	}
	if len(open) == 0 {
		return ages, nil
	}
	var list []struct {
		Campaign attempt.ID   `db:"campaign"`
		State    string       `db:"state"`
		Since    sql.NullTime `db:"since"`
	}
	if err := u.all(&list, oldestSince, ids.String(), numbers.String(), holds.String()); err != nil {
		return nil, err
	}
	for _, one := range list {
		state, err := attempt.ParseState(one.State)
		if err != nil {
			return nil, err
		}
		if r := open[one.Campaign]; r.counters.States[state] > 0 { // else none, or a halted run's rows that count as ended
			of := ages[one.Campaign]
			of[state] = max(of[state], now.Sub(r.since(one.Since, now)), 0)
		}
	}
	return ages, nil
}

// since is since when the oldest attempt of a state is in it, given the oldest
// row that there is.
func (r *run) since(row sql.NullTime, now time.Time) time.Time {
	switch {
	case row.Valid:
		return moment(row)
	case r.unfilled():
		return moment(r.FillAt)
	}
	return now
}
