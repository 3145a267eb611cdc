package postgres

import (
	"context"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// unsettled is the condition that something is left to do for campaign c.
const unsettled = `(c.status NOT IN ('completed', 'failed') OR c.earlier > 0
	OR EXISTS (SELECT FROM outdial_attempts a WHERE a.campaign = c.id AND a.run = c.run AND a.owner IS NOT NULL)
	OR EXISTS (SELECT FROM outdial_runs r WHERE r.campaign = c.id AND r.unswept))`

// Changes implements [ports.Campaigns]. Campaigns come in the order of their
// last change.
func (s *Store) Changes(ctx context.Context, since int64) (out ports.Changes, err error) {
	err = s.read(ctx, func(u *unit) error {
		out = ports.Changes{}
		if err := u.one(&out.Seq, `SELECT seq FROM outdial_change`); err != nil || since >= out.Seq {
			return err
		}
		var list []camp
		if err := u.all(&list, `SELECT `+campColumns+` FROM outdial_campaigns c
			WHERE changed > $1::bigint AND ($1::bigint <> 0 OR `+unsettled+`) ORDER BY changed`, since); err != nil {
			return err
		}
		if out.Campaigns, err = u.changes(list); err != nil {
			return err
		}
		out.Attempts, err = u.writtenSince(since)
		return err
	})
	return out, err
}

func (u *unit) changes(list []camp) ([]ports.Change, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]attempt.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	whole, err := u.wholes(list)
	if err != nil {
		return nil, err
	}
	var unswept []attempt.ID
	if err := u.all(&unswept, `SELECT DISTINCT campaign FROM outdial_runs WHERE unswept AND campaign = ANY($1::uuid[])`, idArray(ids)); err != nil {
		return nil, err
	}
	earlier, err := u.earlier(list)
	if err != nil {
		return nil, err
	}
	out := make([]ports.Change, len(list))
	at := make(map[attempt.ID]int, len(list))
	for i, it := range whole {
		out[i] = ports.Change{Campaign: it, Earlier: earlier[it.ID]}
		at[it.ID] = i
	}
	for _, id := range unswept {
		out[at[id]].Unswept = true
	}
	return out, nil
}

// earlier are the earlier runs that have rows held, oldest first.
func (u *unit) earlier(list []camp) (map[attempt.ID][]campaign.Run, error) {
	var ids []attempt.ID
	for i := range list {
		if list[i].Earlier > 0 {
			ids = append(ids, list[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	runs, err := u.runsWhere(`campaign = ANY($1::uuid[])
		AND number < (SELECT c.run FROM outdial_campaigns c WHERE c.id = campaign)
		AND EXISTS (SELECT FROM outdial_attempts a
			WHERE a.campaign = outdial_runs.campaign AND a.run = number AND a.owner IS NOT NULL)`, idArray(ids))
	if err != nil {
		return nil, err
	}
	out := map[attempt.ID][]campaign.Run{}
	for _, r := range runs {
		out[r.Campaign] = append(out[r.Campaign], r.info())
	}
	return out, nil
}

// writtenSince are held rows that commands have written to, as they are now.
func (u *unit) writtenSince(since int64) ([]attempt.Attempt, error) {
	rows, err := u.rowsWhere(`JOIN outdial_written w ON w.contact = a.contact AND w.run = a.run
		WHERE w.seq > $1 ORDER BY w.seq`, since)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	keys := make([]runKey, len(rows))
	for i, r := range rows {
		keys[i] = runKey{r.Campaign, r.Run}
	}
	if err := u.loadRuns(keys); err != nil {
		return nil, err
	}
	out := make([]attempt.Attempt, len(rows))
	for i, r := range rows {
		a := r.a
		if err := u.runs[keys[i]].settle(&a); err != nil {
			return nil, err
		}
		if !a.State.Held() {
			calls, err := u.callsOf(r.Run, []attempt.ID{r.Contact})
			if err != nil {
				return nil, err
			}
			if last := calls[r.Contact]; len(last) > 0 {
				a.Call = *last[len(last)-1]
			}
		}
		out[i] = a
	}
	return out, nil
}
