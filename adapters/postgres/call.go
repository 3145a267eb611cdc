package postgres

import (
	"errors"
	"fmt"
	"slices"

	"github.com/outdial/outdial/attempt"
)

// record is a final call record to insert.
type record struct {
	of      runKey
	contact attempt.ID
	call    attempt.Call
}

// record notes the final record of a contact's call, once.
func (u *unit) record(of runKey, contact attempt.ID, c *attempt.Call) {
	if u.noted[c.ID] || c.ID == (attempt.ID{}) {
		return
	}
	u.noted[c.ID] = true
	u.records = append(u.records, record{of, contact, *c})
	call := &u.records[len(u.records)-1].call
	cleanCall(call)
	cutCall(call)
}

// errNoted says that a record to insert is there already. The transaction is
// tried again, with an insert that leaves such records out.
var errNoted = errors.New("a record is there already")

// inserting inserts records.
var inserting = `INSERT INTO outdial_calls (id, contact, number, outcome, record, campaign, run)
	SELECT n.id, n.contact, n.number, coalesce(n.outcome, ''), n.record, coalesce(n.campaign, $8::uuid), coalesce(n.run, $9::integer)
	FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], ` + split(`$5::text`) + `, $6::uuid[], $7::integer[])
		AS n(id, contact, number, outcome, record, campaign, run)`

// insertingNew inserts those that are not there yet, and says which.
var insertingNew = inserting + ` ON CONFLICT (id) DO NOTHING RETURNING id`

// writeCalls inserts the records that are not there yet, and counts them.
func (u *unit) writeCalls() error {
	if len(u.records) == 0 {
		return nil
	}
	var ids, contacts, numbers, outcomes, campaigns, runs array
	var docs documents
	first := u.records[0].of
	for i := range u.records {
		rec := &u.records[i]
		call := rec.call
		call.Outcome = 0 // has a column, which may turn into ghost
		ids.id(call.ID)
		contacts.id(rec.contact)
		numbers.number(int64(call.Number))
		if rec.call.Outcome == 0 {
			outcomes.null()
		} else {
			outcomes.word(rec.call.Outcome.String())
		}
		if rec.of == first {
			campaigns.null()
			runs.null()
		} else {
			campaigns.id(rec.of.campaign)
			runs.number(int64(rec.of.number))
		}
		var err error
		if docs.b, err = appendCall(docs.next(), &call); err != nil {
			return err
		}
	}
	query := inserting
	if u.careful {
		query = insertingNew
	}
	var added []attempt.ID
	err := u.all(&added, query, ids.String(), contacts.String(), numbers.String(), outcomes.String(), string(docs.b),
		campaigns.String(), runs.String(), first.campaign, first.number)
	if state(err) == uniqueViolation {
		return errNoted
	}
	if err != nil {
		return err
	}
	for i := range u.records {
		rec := &u.records[i]
		if !u.careful || slices.Contains(added, rec.call.ID) {
			u.runs[rec.of].counters.AddCall(&rec.call)
		}
	}
	u.records = u.records[:0]
	clear(u.noted)
	return nil
}

// called is a row of outdial_calls.
type called struct {
	ID       attempt.ID `db:"id"`
	Campaign attempt.ID `db:"campaign"`
	Run      int        `db:"run"`
	Contact  attempt.ID `db:"contact"`
	Number   int        `db:"number"`
	Outcome  string     `db:"outcome"`
	Record   []byte     `db:"record"`
}

const callColumns = `id, campaign, run, contact, number, outcome, record`

// into is where a row's callColumns go.
func (c *called) into() []any {
	return []any{&c.ID, &c.Campaign, &c.Run, &c.Contact, &c.Number, &c.Outcome, &c.Record}
}

func (c *called) whole() (*attempt.Call, error) {
	call, err := readCall(c.Record)
	if err == nil {
		err = call.Outcome.UnmarshalText([]byte(c.Outcome))
	}
	if err != nil {
		return nil, fmt.Errorf("record of call %s: %w", c.ID, err)
	}
	call.ID, call.Number = c.ID, c.Number
	return &call, nil
}

// callsOf reads the records of attempts of a run, by contact, in the order of
// their numbers.
func (u *unit) callsOf(run int, contacts []attempt.ID) (map[attempt.ID][]*attempt.Call, error) {
	out := make(map[attempt.ID][]*attempt.Call, len(contacts))
	var c called
	err := u.each(c.into(), func() error {
		call, err := c.whole()
		if err != nil {
			return err
		}
		out[c.Contact] = append(out[c.Contact], call)
		return nil
	}, `SELECT `+callColumns+` FROM outdial_calls
		WHERE contact = ANY($1::uuid[]) AND run = $2 ORDER BY contact, number`, idArray(contacts), run)
	return out, err
}
