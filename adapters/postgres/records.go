package postgres

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Ghosts implements [ports.Work].
func (s *Store) Ghosts(ctx context.Context, calls []ports.ID) error {
	return s.write(ctx, func(u *unit) error {
		if len(calls) == 0 {
			return nil
		}
		var camps []attempt.ID
		if err := u.all(&camps, `SELECT DISTINCT campaign FROM outdial_calls
			WHERE id = ANY($1::uuid[]) AND outcome = 'unknown'`, idArray(calls)); err != nil || len(camps) == 0 {
			return err
		}
		if err := u.lock(camps); err != nil {
			return err
		}
		var turned []called
		if err := u.all(&turned, `UPDATE outdial_calls SET outcome = 'ghost'
			WHERE id = ANY($1::uuid[]) AND outcome = 'unknown' AND campaign = ANY($2::uuid[])
			RETURNING `+callColumns, idArray(calls), idArray(camps)); err != nil {
			return err
		}
		keys := make([]runKey, len(turned))
		for i, c := range turned {
			keys[i] = runKey{c.Campaign, c.Run}
		}
		if err := u.loadRuns(keys); err != nil {
			return err
		}
		for _, k := range keys {
			u.runs[k].counters.Ghost()
		}
		return nil
	})
}

// Runs implements [ports.Records].
func (s *Store) Runs(ctx context.Context, id ports.ID) (all []campaign.Run, err error) {
	err = s.read(ctx, func(u *unit) error {
		if _, err := u.camp(id); err != nil {
			return err
		}
		runs, err := u.runsWhere(`campaign = $1`, id)
		all = make([]campaign.Run, len(runs))
		for i, r := range runs {
			all[i] = r.info()
		}
		return err
	})
	return all, err
}

// Attempt implements [ports.Records].
func (s *Store) Attempt(ctx context.Context, contact ports.ID, number int) (it ports.Item, err error) {
	err = s.read(ctx, func(u *unit) error {
		id, err := u.campaignOf(contact)
		if err != nil {
			return err
		}
		r, err := u.filled(id, number)
		if err != nil {
			return err
		}
		err = u.items(func(_ *row, found ports.Item) { it = found }, `FROM outdial_attempts a JOIN outdial_contacts c ON c.id = a.contact
			WHERE a.contact = $1 AND a.run = $2`, contact, r.Number)
		if err == nil && it.Contact.ID != contact {
			err = fmt.Errorf("contact %s in run %d: %w", contact, r.Number, ports.ErrNotFound)
		}
		return err
	})
	return it, err
}

// filled returns a run that has all its rows; 0 is the present one. One that is
// purged is refused.
func (u *unit) filled(id attempt.ID, number int) (*run, error) {
	c, err := u.camp(id)
	if err != nil {
		return nil, err
	}
	r, err := u.run(c, number)
	if err != nil {
		return nil, err
	}
	if r.unfilled() {
		return nil, errUnfilled{id}
	}
	return r, r.kept()
}
