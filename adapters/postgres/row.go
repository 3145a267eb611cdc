package postgres

import (
	"database/sql"
	"encoding/json"
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

// rest is what no query asks for.
type rest struct {
	Calls    int              `json:"calls,omitzero"`
	Dials    int              `json:"dials,omitzero"`
	Refused  int              `json:"refused,omitzero"`
	Retries  int              `json:"retries,omitzero"`
	Spent    map[string]uint8 `json:"spent,omitempty"` // by outcome
	Answered bool             `json:"answered,omitzero"`
	Callback attempt.Callback `json:"callback,omitzero"`
	Halt     attempt.Halt     `json:"halt,omitzero"`
	Reason   attempt.Reason   `json:"reason,omitzero"`
	Call     attempt.Call     `json:"call,omitzero"` // while it is held, but for when it was queued
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
	if r.claims, err = readClaims(r.Claims); !state.Line() {
		r.claims = nil
	}
	return err
}

func readRest(doc []byte, a *attempt.Attempt) error {
	var k rest
	if err := json.Unmarshal(doc, &k); err != nil {
		return err
	}
	a.Calls, a.Dials, a.Refused, a.Retries, a.Answered = k.Calls, k.Dials, k.Refused, k.Retries, k.Answered
	a.Callback, a.Halt, a.Reason, a.Call = k.Callback, k.Halt, k.Reason, k.Call
	cutCall(&a.Call)
	for name, n := range k.Spent {
		o, err := attempt.ParseOutcome(name)
		if err != nil {
			return err
		}
		a.Spent[o] = n
	}
	return nil
}

func readClaims(doc []byte) (keys []string, err error) {
	if doc != nil {
		err = json.Unmarshal(doc, &keys)
	}
	return keys, err
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
	var list []row
	if err := u.all(&list, `SELECT `+rowColumns+` FROM outdial_attempts a `+chosen, args...); err != nil {
		return nil, err
	}
	out := make([]*row, len(list))
	for i := range list {
		out[i] = &list[i]
		if err := out[i].decode(); err != nil {
			return nil, err
		}
		u.rows[rowKey{out[i].Contact, out[i].Run}] = out[i]
	}
	return out, nil
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
		list, err := u.rewrite(out, uuid.NullUUID{})
		if err != nil {
			return err
		}
		n := 0
		for _, w := range list {
			n += w.Rows
		}
		if n != out.n {
			return fmt.Errorf("postgres: %d of %d attempts were written: somebody else writes without the campaign's lock", n, out.n)
		}
	}
	return nil
}
