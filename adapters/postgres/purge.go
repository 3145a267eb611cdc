package postgres

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

var _ ports.Purger = (*Store)(nil)

// purgedAll is where the cursor of a run stands that has nothing left to forget.
const purgedAll = -1

// Purge implements [ports.Purger]. A call does one run, in the order in which
// its contacts arrived, and looks at no more than Max contacts. What it deletes
// is dead space until autovacuum has been there.
func (s *Store) Purge(ctx context.Context, p ports.Purge) (more bool, err error) {
	if err := p.Validate(); err != nil {
		return false, err
	}
	p.Before, p.At = cut(p.Before), cut(p.At)
	err = s.write(ctx, func(u *unit) error {
		more, err = u.purge(&p)
		return err
	})
	return more && err == nil, err
}

func (u *unit) purge(p *ports.Purge) (more bool, err error) {
	c, err := u.locked(p.Campaign)
	if err != nil {
		return false, err
	}
	r, err := u.purgeable(c, p)
	if err != nil {
		return false, err
	}
	left := p.Max
	if r != nil {
		if left, err = u.purgeRun(c, r, p); err != nil {
			return false, err
		}
		if r, err = u.purgeable(c, p); err != nil {
			return false, err
		}
	}
	more, err = u.forgetCommands(c, p, left)
	return more || r != nil, err
}

// purgeable is the oldest run with something to forget; nil for none.
func (u *unit) purgeable(c *camp, p *ports.Purge) (*run, error) {
	runs, err := u.runsWhere(`campaign = $1 AND number < $2 AND purge_next <> $3 AND ended < $4::timestamptz`,
		c.ID, c.Run, purgedAll, p.Before)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		ready := r.Purged.Valid
		if !ready && r.holding() == 0 {
			var doubt bool
			if err := u.one(&doubt, `SELECT EXISTS (SELECT FROM outdial_attempts
				WHERE campaign = $1 AND run = $2 AND doubt IS NOT NULL AND doubt_until > $3::timestamptz)`,
				r.Campaign, r.Number, p.At); err != nil {
				return nil, err
			}
			ready = !doubt
		}
		if ready {
			return r, nil
		}
	}
	return nil, nil
}

// kept refuses to read a run that is purged.
func (r *run) kept() error {
	if !r.Purged.Valid {
		return nil
	}
	return fmt.Errorf("run %d of campaign %s: %w", r.Number, r.Campaign, ports.ErrPurged)
}

// purgeRun forgets at most Max rows and records of a run, and returns what is
// left of Max.
func (u *unit) purgeRun(c *camp, r *run, p *ports.Purge) (left int, err error) {
	present, err := u.run(c, 0)
	if err != nil {
		return 0, err
	}
	if present.unfilled() {
		return 0, errUnfilled{c.ID} // it may go by the rows of the run before
	}
	page, err := u.purgePage(c, r, p.Max)
	if err != nil {
		return 0, err
	}
	gone, left := fit(page, p.Max)
	if len(gone) == 0 && len(page) > 0 { // more records than Max: some of them at least
		left = 0
		err = u.exec(`DELETE FROM outdial_calls WHERE id IN (SELECT id FROM outdial_calls
			WHERE contact = $1 AND run = $2 ORDER BY number LIMIT $3)`, page[0].Contact, r.Number, p.Max)
	} else {
		err = u.forgetAttempts(r, gone)
	}
	if err != nil {
		return 0, err
	}
	if r.PurgeNext += int64(len(gone)); r.PurgeNext >= c.Contacts {
		r.PurgeNext = purgedAll
	}
	return left, u.exec(`UPDATE outdial_runs SET purged = coalesce(purged, $3::timestamptz), purge_next = $4, unswept = false
		WHERE campaign = $1 AND number = $2`, r.Campaign, r.Number, p.At, r.PurgeNext)
}

// purgeItem is a contact and how many rows a run has of it: the attempt, which
// counts whether or not the run took the contact, and its records.
type purgeItem struct {
	Contact attempt.ID `db:"contact"`
	Rows    int        `db:"rows"`
}

// purgePage reads the next contacts of a run. Arrivals have no gaps, so it asks
// for a span of them, and counts contact by contact: joined, the server might
// read all records there are.
func (u *unit) purgePage(c *camp, r *run, most int) (page []purgeItem, err error) {
	err = u.all(&page, `SELECT c.id AS contact,
			1 + (SELECT count(*) FROM outdial_calls k WHERE k.contact = c.id AND k.run = $2) AS rows
		FROM outdial_contacts c WHERE c.campaign = $1 AND c.arrival >= $3 AND c.arrival < $4 ORDER BY c.arrival`,
		c.ID, r.Number, r.PurgeNext, r.PurgeNext+min(int64(most), c.Contacts-r.PurgeNext))
	return page, err
}

// fit is as many contacts as have at most most rows together, in order, and what
// is left of most.
func fit(page []purgeItem, most int) (gone []attempt.ID, left int) {
	left = most
	for _, one := range page {
		if one.Rows > left {
			break
		}
		left -= one.Rows
		gone = append(gone, one.Contact)
	}
	return gone, left
}

// forgetAttempts deletes by index however many contacts there are: the server
// sees no list whose length would make it read the tables whole.
func (u *unit) forgetAttempts(r *run, contacts []attempt.ID) error {
	const these = ` WHERE contact = ANY(ARRAY(SELECT unnest($1::uuid[]))) AND run = $2`
	ids := idArray(contacts)
	if err := u.exec(`DELETE FROM outdial_calls`+these, ids, r.Number); err != nil {
		return err
	}
	return u.exec(`DELETE FROM outdial_attempts`+these, ids, r.Number)
}

// forgetCommands forgets at most most ids of commands, the oldest first, and
// reports whether more are left.
func (u *unit) forgetCommands(c *camp, p *ports.Purge, most int) (more bool, err error) {
	if err := u.exec(`DELETE FROM outdial_commands WHERE campaign = $1 AND id IN (SELECT id FROM outdial_commands
		WHERE campaign = $1 AND at < $2::timestamptz ORDER BY at LIMIT $3)`, c.ID, p.Before, most); err != nil {
		return false, err
	}
	err = u.one(&more, `SELECT EXISTS (SELECT FROM outdial_commands WHERE campaign = $1 AND at < $2::timestamptz)`, c.ID, p.Before)
	return more, err
}
