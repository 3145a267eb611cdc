package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Beat implements [ports.Work]. Workers come in the order of their ids.
func (s *Store) Beat(ctx context.Context, w ports.Worker) (all []ports.Worker, err error) {
	decisions := slices.Clone(w.Decisions)
	for i := range decisions {
		decisions[i].At = cut(decisions[i].At)
	}
	doc, err := document(decisions)
	if err != nil {
		return nil, fmt.Errorf("decisions of worker %s: %w", w.ID, err)
	}
	err = s.write(ctx, func(u *unit) error {
		if err := u.exec(`INSERT INTO outdial_workers (id, beat, leaving, decisions) VALUES ($1, $2, $3, $4::json)
			ON CONFLICT (id) DO UPDATE SET beat = $2, leaving = $3, decisions = $4::json`, w.ID, w.Beat, w.Leaving, doc); err != nil {
			return err
		}
		all, err = u.workers()
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Workers implements [ports.Work].
func (s *Store) Workers(ctx context.Context) (all []ports.Worker, err error) {
	err = s.read(ctx, func(u *unit) error {
		all, err = u.workers()
		return err
	})
	return all, err
}

// worker is a row of outdial_workers, or one that only holds rows.
type worker struct {
	ID        attempt.ID `db:"id"`
	Beat      int64      `db:"beat"`
	Leaving   bool       `db:"leaving"`
	Decisions []byte     `db:"decisions"`
}

func (u *unit) workers() ([]ports.Worker, error) {
	var list []worker
	if err := u.all(&list, `SELECT id, beat, leaving, decisions FROM outdial_workers
		UNION ALL
		SELECT owner, 0::bigint, false, 'null'::json FROM (SELECT DISTINCT owner FROM outdial_attempts WHERE owner IS NOT NULL) AS o
			WHERE NOT EXISTS (SELECT FROM outdial_workers w WHERE w.id = o.owner)
		ORDER BY id`); err != nil {
		return nil, err
	}
	all := make([]ports.Worker, len(list))
	for i, w := range list {
		all[i] = ports.Worker{ID: w.ID, Beat: w.Beat, Leaving: w.Leaving}
		if err := json.Unmarshal(w.Decisions, &all[i].Decisions); err != nil {
			return nil, fmt.Errorf("decisions of worker %s: %w", w.ID, err)
		}
	}
	return all, nil
}

// Adopt implements [ports.Work].
func (s *Store) Adopt(ctx context.Context, me ports.ID, dead ports.Worker, _ time.Time, most int) (items []ports.Item, err error) {
	if me == dead.ID {
		err = s.read(ctx, func(u *unit) error {
			items, err = u.holdings(me, most)
			return err
		})
		return items, err
	}
	err = s.write(ctx, func(u *unit) error {
		items, err = u.adopt(me, dead, most)
		return err
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

// byOwner is what a worker holds, in an order that pages.
const byOwner = `FROM outdial_attempts a JOIN outdial_contacts c ON c.id = a.contact
	WHERE a.owner = $1 ORDER BY a.contact, a.run LIMIT $2`

// holdings are at most most rows of the worker's.
func (u *unit) holdings(id attempt.ID, most int) ([]ports.Item, error) {
	var items []ports.Item
	err := u.items(func(_ *row, it ports.Item) { items = append(items, it) }, byOwner, id, max(most, 0))
	return items, err
}

func (u *unit) adopt(me attempt.ID, dead ports.Worker, most int) ([]ports.Item, error) {
	var w worker
	err := u.one(&w, `SELECT id, beat, leaving, decisions FROM outdial_workers WHERE id = $1 FOR UPDATE`, dead.ID)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var camps []attempt.ID
	if err := u.all(&camps, `SELECT DISTINCT campaign FROM outdial_attempts WHERE owner = $1`, dead.ID); err != nil {
		return nil, err
	}
	switch {
	case !known && len(camps) == 0:
		return nil, nil
	case !w.Leaving && w.Beat != dead.Beat:
		return nil, ports.ErrAlive
	}
	if err := u.lock(camps); err != nil {
		return nil, err
	}
	items, err := u.take(me, dead.ID, camps, most)
	if err != nil {
		return nil, err
	}
	return items, u.exec(`DELETE FROM outdial_workers WHERE id = $1
		AND NOT EXISTS (SELECT FROM outdial_attempts WHERE owner = $1)`, dead.ID)
}

// take makes rows of locked campaigns another worker's, claims and all.
func (u *unit) take(me, from attempt.ID, camps []attempt.ID, most int) ([]ports.Item, error) {
	var items []ports.Item
	var rows []*row
	if err := u.items(func(r *row, it ports.Item) {
		items, rows = append(items, it), append(rows, u.copied(r))
	}, `FROM outdial_attempts a JOIN outdial_contacts c ON c.id = a.contact
		WHERE a.owner = $1 AND a.campaign = ANY($3::uuid[]) ORDER BY a.contact, a.run LIMIT $2`,
		from, max(most, 0), idArray(camps)); err != nil {
		return nil, err
	}
	keys := make([]runKey, 0, len(rows))
	for _, r := range rows {
		keys = append(keys, runKey{r.Campaign, r.Run})
	}
	if err := u.loadRuns(keys); err != nil {
		return nil, err
	}
	for i, r := range rows {
		r.a.Owner = me
		r.a.Version++
		r.dirty = true
		in := u.runs[runKey{r.Campaign, r.Run}]
		in.counters.StaleRecoveries++
		items[i].Attempt = r.a
	}
	return items, u.writeRows()
}
