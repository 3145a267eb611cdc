package postgres

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// dispose is idempotent by what it says: the disposition that a call has
// already changes nothing.
func (u *unit) dispose(now time.Time, d *ports.Dispose) error {
	disposition := d.Disposition
	disposition.CallbackAt = cut(disposition.CallbackAt)
	if err := disposition.Validate(); err != nil {
		return err
	}
	r, err := u.inHand(d.Call)
	if err != nil {
		return err
	}
	if r != nil {
		return u.command(r, attempt.Dispose{At: now, Disposition: disposition})
	}
	call, err := u.recorded(d.Call)
	if errors.Is(err, ports.ErrNotFound) {
		r, lost := u.tooEarly(d.Call)
		if lost != nil {
			return lost
		}
		if r != nil {
			return u.command(r, attempt.Dispose{At: now, Disposition: disposition})
		}
		call, err = u.recorded(d.Call) // its record may have been written since
	}
	if err != nil {
		return err
	}
	switch known := call.Disposed; {
	case known.IsZero():
		return fmt.Errorf("call %s: %w", d.Call, ports.ErrLate)
	case known.Equal(disposition):
		return nil
	default:
		return fmt.Errorf("call %s: %w: %q", d.Call, attempt.ErrDisposed, known.Code)
	}
}

// inHand locks and reads the row whose call takes a disposition; nil for none.
func (u *unit) inHand(call attempt.ID) (*row, error) { return u.rowWhere(`a.call = $1`, call) }

// tooEarly is the row of a call that takes none yet; nil for none. It looks at
// all that is held: hosts dispose of calls that they have spoken on.
func (u *unit) tooEarly(call attempt.ID) (*row, error) {
	var a attempt.Attempt
	var id uuid.NullUUID
	var of rowKey
	if err := u.each([]any{&a.Contact, &a.Run, &a.Call.Number, &id}, func() error {
		if a.Call.ID = id.UUID; !id.Valid {
			a.Call.ID = attempt.CallID(a.Contact, a.Run, a.Call.Number)
		}
		if a.Call.ID == call {
			of = rowKey{a.Contact, a.Run}
		}
		return nil
	}, `SELECT contact, run, coalesce(rest->'call'->>'number', rest->>'calls', '0')::integer, (rest->'call'->>'id')::uuid
		FROM outdial_attempts WHERE owner IS NOT NULL AND rest->'call' IS NOT NULL`); err != nil || of == (rowKey{}) {
		return nil, err
	}
	r, err := u.rowWhere(`a.contact = $1 AND a.run = $2`, of.contact, of.run)
	if r == nil || r.a.Call.ID != call {
		return nil, err // it has moved on
	}
	return r, err
}

// rowWhere locks and reads a row. It looks twice: before it has the campaign's
// lock the row may move on.
func (u *unit) rowWhere(condition string, args ...any) (*row, error) {
	var id attempt.ID
	err := u.one(&id, `SELECT a.campaign FROM outdial_attempts a WHERE `+condition, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := u.locked(id)
	if err != nil {
		return nil, err
	}
	rows, err := u.rowsWhere(`WHERE `+condition, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	_, err = u.run(c, rows[0].Run)
	return rows[0], err
}

// recorded reads a final record.
func (u *unit) recorded(id attempt.ID) (*attempt.Call, error) {
	var rec called
	err := u.one(&rec, `SELECT `+callColumns+` FROM outdial_calls WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("call %s: %w", id, ports.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return rec.whole()
}

// cancel gives up the callback of a contact in the present run.
func (u *unit) cancel(command *ports.Command, now time.Time) error {
	d := command.Cancel
	of, err := u.campaignOf(d.Contact)
	if err != nil {
		return err
	}
	c, err := u.locked(of)
	if err != nil {
		return err
	}
	in, err := u.run(c, 0)
	if err != nil {
		return err
	}
	if in.unfilled() {
		return errUnfilled{c.ID}
	}
	r, err := u.rowOf(d.Contact, in)
	if err != nil {
		return err
	}
	if known, err := u.applied(c, command); known || err != nil {
		return err
	}
	if r.a.State.Held() {
		err = u.command(r, attempt.Cancel{At: now})
	} else {
		err = u.revise(c, in, r, attempt.Cancel{At: now})
	}
	if err != nil {
		return err
	}
	return u.remember(c, command, now)
}

// rowOf reads a contact's row in a run.
func (u *unit) rowOf(contact attempt.ID, in *run) (*row, error) {
	key := rowKey{contact, in.Number}
	if err := u.loadRows([]rowKey{key}); err != nil {
		return nil, err
	}
	if r := u.rows[key]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("contact %s in run %d: %w", contact, in.Number, ports.ErrNotFound)
}

// command applies a command's event to a row that a worker holds, and tells.
func (u *unit) command(r *row, e attempt.Event) error {
	in := u.runs[runKey{r.Campaign, r.Run}]
	rules, err := in.rulesOf()
	if err != nil {
		return err
	}
	after, effects, err := attempt.Next(rules, r.a, e)
	if err != nil || after == r.a {
		return err
	}
	if !after.State.Line() {
		held := map[limitKey]bool{}
		for _, key := range r.claims {
			held[limitKey{key, 0}] = true
		}
		if err := u.lockLimits(held); err != nil {
			return err
		}
	}
	after.Version++
	record := false
	for _, e := range effects {
		record = record || e == attempt.Record
	}
	if err := u.put(r, after, record); err != nil {
		return err
	}
	return u.told(r)
}

// maxWritten is how far behind the cursor hints are kept.
const maxWritten = 1024

// told notes that a command has written to a held row.
func (u *unit) told(r *row) error {
	seq, err := u.tick()
	if err != nil {
		return err
	}
	if err := u.exec(`INSERT INTO outdial_written (seq, contact, run) VALUES ($1, $2, $3)`, seq, r.Contact, r.Run); err != nil {
		return err
	}
	return u.exec(`DELETE FROM outdial_written WHERE seq <= $1`, seq-maxWritten)
}

// revise applies a command's event to a row that waits.
func (u *unit) revise(c *camp, in *run, r *row, e attempt.Event) error {
	rules, err := in.rulesOf()
	if err != nil {
		return err
	}
	before := r.a
	if err := in.settle(&before); err != nil {
		return err
	}
	after, _, err := attempt.Next(rules, before, e)
	if err != nil {
		return err
	}
	after.Version++
	if err := u.put(r, after, false); err != nil {
		return err
	}
	return u.changed(c)
}
