package postgres

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

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
	Archived   sql.NullTime    `db:"archived"`
	Run        int             `db:"run"`
	Earlier    int             `db:"earlier"`
	Contacts   int64           `db:"contacts"`

	ended int // how many rows of earlier runs are held no more
}

const campColumns = `id, position, changed, status, version, created, cloned_from, archived, run, earlier, contacts`

// lockKey is the advisory lock of a campaign: its writers share it, whoever
// decides for the whole campaign has it alone. A host's own advisory lock, or
// another campaign's, that happens to have the same number only makes both wait
// for each other.
func lockKey(id attempt.ID) int64 {
	return int64(binary.BigEndian.Uint64(id[:8]) ^ binary.BigEndian.Uint64(id[8:])) //nolint:gosec // any 64 bits will do
}

// uploadKey is the advisory lock of uploads to a campaign: one after the other.
func uploadKey(id attempt.ID) int64 { return ^lockKey(id) }

// lockKeys are the locks of campaigns, in the order in which all take them.
func lockKeys(ids []attempt.ID) string {
	keys := make([]int64, len(ids))
	for i, id := range ids {
		keys[i] = lockKey(id)
	}
	slices.Sort(keys)
	var a array
	for _, k := range slices.Compact(keys) {
		a.number(k)
	}
	return a.String()
}

// lock takes campaigns for this transaction alone, with all that is theirs, and
// reads them. Those that are not known are left out.
func (u *unit) lock(ids []attempt.ID) error {
	if err := u.exec(`SELECT count(pg_advisory_xact_lock(k)) FROM unnest($1::bigint[]) AS k`, lockKeys(ids)); err != nil {
		return err
	}
	return u.campsWhere(`id = ANY($1::uuid[])`, idArray(ids))
}

// campsWhere reads campaigns.
func (u *unit) campsWhere(condition string, args ...any) error {
	var list []camp
	if err := u.all(&list, `SELECT `+campColumns+` FROM outdial_campaigns WHERE `+condition, args...); err != nil {
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
		ClonedFrom: c.ClonedFrom.UUID, Archived: moment(c.Archived), Version: c.Version, Run: r.info(),
	}, nil
}

// dials reports whether calls of the run may begin.
func (c *camp) dials(r *run) bool {
	return c.Status == campaign.Running && r.Number == c.Run && !r.halted()
}

// writeCamps writes how many rows of earlier runs are held no more. Other
// writers may do so too, hence the difference, and the order.
func (u *unit) writeCamps() error {
	var ids, ended array
	for _, c := range u.camps {
		if c.ended != 0 {
			ids.id(c.ID)
			ended.number(int64(c.ended))
			c.ended = 0
		}
	}
	if ids.empty() {
		return nil
	}
	if err := u.exec(`SELECT FROM outdial_campaigns WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, ids.String()); err != nil {
		return err
	}
	return u.exec(`UPDATE outdial_campaigns c SET earlier = c.earlier - n.ended
		FROM unnest($1::uuid[], $2::integer[]) AS n(id, ended) WHERE c.id = n.id`, ids.String(), ended.String())
}

// tick raises the cursor of Changes. Whoever has it makes all other commands
// wait, so it comes when nothing is left to wait for. At the commit it wakes listeners.
func (u *unit) tick() (seq int64, err error) {
	err = u.one(&seq, `WITH c AS (UPDATE outdial_change SET seq = seq + 1 WHERE one RETURNING seq)
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
