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
	Owner      uuid.NullUUID `db:"owner"`
	Version    int64         `db:"version"`
	Since      sql.NullTime  `db:"since"`
	Due        sql.NullTime  `db:"due"`
	DueRunning int64         `db:"due_running"`
	Call       uuid.NullUUID `db:"call"`
	Doubt      uuid.NullUUID `db:"doubt"`
	DoubtUntil sql.NullTime  `db:"doubt_until"`
	Rest       []byte        `db:"rest"`

	a      attempt.Attempt // as written, not read through its run
	claims []string        // at-once limits that it holds, by key
	dirty  bool
}

const rowColumns = `a.contact, a.run, a.campaign, a.arrival, a.state, a.owner, a.version, a.since, a.due,
	a.due_running, a.call, a.doubt, a.doubt_until, a.rest`

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
	Call     attempt.Call     `json:"call,omitzero"` // while it is held
	Claims   []string         `json:"claims,omitempty"`
}

// decode reads the attempt out of its columns.
func (r *row) decode() error {
	state, err := attempt.ParseState(r.State)
	if err != nil {
		return fmt.Errorf("attempt of contact %s in run %d: %w", r.Contact, r.Run, err)
	}
	var k rest
	if r.Rest != nil {
		if err := json.Unmarshal(r.Rest, &k); err != nil {
			return fmt.Errorf("attempt of contact %s in run %d: %w", r.Contact, r.Run, err)
		}
	}
	r.claims = k.Claims
	r.a = attempt.Attempt{
		Campaign: r.Campaign, Contact: r.Contact, Run: r.Run, Version: r.Version, Owner: r.Owner.UUID,
		State: state, Since: moment(r.Since), Due: moment(r.Due), DueRunning: time.Duration(r.DueRunning),
		Calls: k.Calls, Dials: k.Dials, Refused: k.Refused, Retries: k.Retries, Answered: k.Answered,
		Callback: k.Callback, Halt: k.Halt, Reason: k.Reason,
		Doubt: r.Doubt.UUID, DoubtUntil: moment(r.DoubtUntil), Call: k.Call,
	}
	cutCall(&r.a.Call)
	for name, n := range k.Spent {
		o, err := attempt.ParseOutcome(name)
		if err != nil {
			return fmt.Errorf("attempt of contact %s in run %d: %w", r.Contact, r.Run, err)
		}
		r.a.Spent[o] = n
	}
	return nil
}

// document is the rest of the attempt, nil where there is none.
func (r *row) document() ([]byte, error) {
	a := &r.a
	k := rest{
		Calls: a.Calls, Dials: a.Dials, Refused: a.Refused, Retries: a.Retries, Answered: a.Answered,
		Callback: a.Callback, Halt: a.Halt, Reason: a.Reason, Call: a.Call, Claims: r.claims,
	}
	for o, n := range a.Spent {
		if n != 0 {
			if k.Spent == nil {
				k.Spent = map[string]uint8{}
			}
			k.Spent[attempt.Outcome(o).String()] = n
		}
	}
	doc, err := json.Marshal(k)
	if err != nil || string(doc) == "{}" {
		return nil, err
	}
	return doc, nil
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

// writeRows writes the rows that have changed. Each is guarded by the version
// that was read, though under the campaign's lock nobody else has written it.
func (u *unit) writeRows() error {
	var contacts, runs, was, states, owners, versions, sinces, dues, runnings, calls, doubts, untils, rests array
	n := 0
	for _, r := range u.rows {
		if !r.dirty {
			continue
		}
		doc, err := r.document()
		if err != nil {
			return err
		}
		contacts.id(r.Contact)
		runs.number(int64(r.Run))
		was.number(r.Version)
		states.text(r.a.State.String())
		owners.some(r.a.Owner)
		versions.number(r.a.Version)
		sinces.time(null(r.a.Since))
		dues.time(null(r.a.Due))
		runnings.number(int64(r.a.DueRunning))
		calls.some(r.Call.UUID)
		doubts.some(r.a.Doubt)
		untils.time(null(r.a.DoubtUntil))
		rests.json(doc)
		r.dirty, r.Version = false, r.a.Version
		n++
	}
	if n == 0 {
		return nil
	}
	result, err := u.tx.ExecContext(u.ctx, `UPDATE outdial_attempts a SET state = n.state, owner = n.owner,
			version = n.version, since = n.since, due = n.due, due_running = n.due_running, call = n.call,
			doubt = n.doubt, doubt_until = n.doubt_until, rest = n.rest
		FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::text[], $5::uuid[], $6::bigint[], $7::timestamptz[],
			$8::timestamptz[], $9::bigint[], $10::uuid[], $11::uuid[], $12::timestamptz[], $13::jsonb[])
			AS n(contact, run, was, state, owner, version, since, due, due_running, call, doubt, doubt_until, rest)
		WHERE a.contact = n.contact AND a.run = n.run AND a.version = n.was`,
		contacts.String(), runs.String(), was.String(), states.String(), owners.String(), versions.String(), sinces.String(),
		dues.String(), runnings.String(), calls.String(), doubts.String(), untils.String(), rests.String())
	if err != nil {
		return err
	}
	if written, err := result.RowsAffected(); err != nil || written != int64(n) {
		return fmt.Errorf("postgres: %d of %d attempts were written: somebody else writes without the campaign's lock (%w)", written, n, err)
	}
	return nil
}
