package postgres

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// camp is a row of outdial_campaigns.
type camp struct {
	ID         attempt.ID      `db:"id"`
	Position   int64           `db:"position"`
	Changed    int64           `db:"changed"`
	Status     campaign.Status `db:"status"`
	Version    int64           `db:"version"`
	Created    sql.NullTime    `db:"created"`
	ClonedFrom uuid.NullUUID   `db:"cloned_from"`
	Run        int             `db:"run"`
	Earlier    int             `db:"earlier"`
	Contacts   int64           `db:"contacts"`

	moved bool // Earlier has
}

const campColumns = `id, position, changed, status, version, created, cloned_from, run, earlier, contacts`

// lock locks campaigns, in the order of their ids, and with them all that is
// theirs. Those that are not known are left out.
func (u *unit) lock(ids []attempt.ID) error {
	var list []camp
	if err := u.all(&list, `SELECT `+campColumns+` FROM outdial_campaigns
		WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, idArray(ids)); err != nil {
		return err
	}
	for i := range list {
		u.camps[list[i].ID] = &list[i]
	}
	return nil
}

// locked locks one campaign.
func (u *unit) locked(id attempt.ID) (*camp, error) {
	if err := u.lock([]attempt.ID{id}); err != nil {
		return nil, err
	}
	if c := u.camps[id]; c != nil {
		return c, nil
	}
	return nil, unknown(id)
}

func unknown(id attempt.ID) error { return fmt.Errorf("campaign %s: %w", id, ports.ErrNotFound) }

// camp reads a campaign without locking it.
func (u *unit) camp(id attempt.ID) (*camp, error) {
	c := &camp{}
	err := u.one(c, `SELECT `+campColumns+` FROM outdial_campaigns WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, unknown(id)
	}
	return c, err
}

// whole is the campaign as a caller sees it, with its present run.
func (c *camp) whole(r *run) (campaign.Campaign, error) {
	spec, err := r.settings()
	if err != nil {
		return campaign.Campaign{}, err
	}
	return campaign.Campaign{
		ID: c.ID, Spec: spec, Status: c.Status, Created: moment(c.Created),
		ClonedFrom: c.ClonedFrom.UUID, Version: c.Version, Run: r.info(),
	}, nil
}

// dials reports whether calls of the run may begin.
func (c *camp) dials(r *run) bool {
	return c.Status == campaign.Running && r.Number == c.Run && !r.halted()
}

// writeCamps writes how many rows of earlier runs are held.
func (u *unit) writeCamps() error {
	var ids, earlier array
	n := 0
	for _, c := range u.camps {
		if !c.moved {
			continue
		}
		ids.id(c.ID)
		earlier.number(int64(c.Earlier))
		c.moved = false
		n++
	}
	if n == 0 {
		return nil
	}
	return u.exec(`UPDATE outdial_campaigns c SET earlier = n.earlier
		FROM unnest($1::uuid[], $2::integer[]) AS n(id, earlier) WHERE c.id = n.id`, ids.String(), earlier.String())
}

// tick raises the cursor of Changes. It comes last in a transaction: whoever
// has it makes all other commands wait. At the commit it wakes listeners.
func (u *unit) tick() (seq int64, err error) {
	err = u.one(&seq, `WITH c AS (UPDATE outdial_change SET seq = seq + 1 RETURNING seq)
		SELECT seq FROM c, pg_notify($1, '')`, channel)
	return seq, err
}

// changed notes that a command or an upload has changed the campaign.
func (u *unit) changed(c *camp) error {
	seq, err := u.tick()
	if err != nil {
		return err
	}
	c.Changed = seq
	return u.exec(`UPDATE outdial_campaigns SET changed = $2 WHERE id = $1`, c.ID, seq)
}
