package postgres

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

type rowKey struct {
	contact attempt.ID
	run     int
}

// row is a row of outdial_attempts.
type row struct {
	Contact    attempt.ID    `db:"contact"`
	Run        int           `db:"run"`
	Campaign   attempt.ID    `db:"campaign"`
	Arrival    int64         `db:"arrival"`
	State      string        `db:"state"`
	Queued     sql.NullTime  `db:"queued"`
	Owner      uuid.NullUUID `db:"owner"`
	Version    int64         `db:"version"`
	Since      sql.NullTime  `db:"since"`
	Due        sql.NullTime  `db:"due"`
	DueRunning int64         `db:"due_running"`
	Call       uuid.NullUUID `db:"call"`
	Doubt      uuid.NullUUID `db:"doubt"`
	DoubtUntil sql.NullTime  `db:"doubt_until"`
	Claims     []byte        `db:"claims"`
	Rest       []byte        `db:"rest"`

	a      attempt.Attempt // as written, not read through its run
	claims []string        // at-once limits that it holds, by key
	dirty  bool
}

const rowColumns = `a.contact, a.run, a.campaign, a.arrival, a.state, a.queued, a.owner, a.version, a.since, a.due,
	a.due_running, a.call, a.doubt, a.doubt_until, a.claims, a.rest`

// into is where a row's rowColumns go.
func (r *row) into() []any {
	return []any{
		&r.Contact, &r.Run, &r.Campaign, &r.Arrival, &r.State, &r.Queued, &r.Owner, &r.Version, &r.Since, &r.Due,
		&r.DueRunning, &r.Call, &r.Doubt, &r.DoubtUntil, &r.Claims, &r.Rest,
	}
}

// decode reads the attempt out of its columns.
func (r *row) decode() (err error) {
	if err = r.read(); err != nil {
		err = fmt.Errorf("attempt of contact %s in run %d: %w", r.Contact, r.Run, err)
	}
	return err
}

func (r *row) read() error {
	state, err := attempt.ParseState(r.State)
	if err != nil {
		return err
	}
	r.a = attempt.Attempt{
		Campaign: r.Campaign, Contact: r.Contact, Run: r.Run, Version: r.Version, Owner: r.Owner.UUID,
		State: state, Since: moment(r.Since), Due: moment(r.Due), DueRunning: time.Duration(r.DueRunning),
		Doubt: r.Doubt.UUID, DoubtUntil: moment(r.DoubtUntil),
	}
	if r.Rest != nil {
		if err := readRest(r.Rest, &r.a); err != nil {
			return err
		}
	}
	if state.Held() {
		r.a.Call.QueuedAt = moment(r.Queued)
	}
	if r.claims, err = readClaims(r.Claims, r.Campaign); !state.Line() {
		r.claims = nil
	}
	return err
}

// loadRows reads attempts. Those that are not known are left out.
func (u *unit) loadRows(keys []rowKey) error {
	var contacts, runs array
	for _, k := range keys {
		contacts.id(k.contact)
		runs.number(int64(k.run))
	}
	_, err := u.rowsWhere(`JOIN (SELECT DISTINCT * FROM unnest($1::uuid[], $2::integer[]) AS k(contact, run)) AS k
		ON a.contact = k.contact AND a.run = k.run`, contacts.String(), runs.String())
	return err
}

// rowsWhere reads the attempts that a join or condition chooses.
func (u *unit) rowsWhere(chosen string, args ...any) ([]*row, error) {
	var r row
	var out []*row
	err := u.each(r.into(), func() error {
		if err := r.decode(); err != nil {
			return err
		}
		out = append(out, u.copied(&r))
		return nil
	}, `SELECT `+rowColumns+` FROM outdial_attempts a `+chosen, args...)
	return out, err
}

// copied is a copy of a row that the unit knows from now on, and may write.
func (u *unit) copied(r *row) *row {
	c := *r
	u.rows[rowKey{c.Contact, c.Run}] = &c
	return &c
}

// writeRows writes the rows that have changed, of campaigns that the unit has
// for itself.
func (u *unit) writeRows() error {
	byOwner := map[attempt.ID]*rewrites{} // one at most, but for nobody
	for _, r := range u.rows {
		if !r.dirty {
			continue
		}
		out := byOwner[r.a.Owner]
		if out == nil {
			out = &rewrites{owner: r.a.Owner}
			byOwner[r.a.Owner] = out
		}
		if err := out.add(&r.a, change{was: r.Version, call: r.Call.UUID, ended: !r.Call.Valid}); err != nil {
			return err
		}
		r.dirty, r.Version = false, r.a.Version
	}
	for _, out := range byOwner {
		n, _, err := u.rewrite(out, uuid.NullUUID{})
		if err != nil {
			return err
		}
		if n != out.n {
			return fmt.Errorf("postgres: %d of %d attempts were written: somebody else writes without the campaign's lock", n, out.n)
		}
	}
	return nil
}
