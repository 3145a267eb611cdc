package postgres

import (
	"encoding/json"
	"fmt"

	"github.com/outdial/outdial/attempt"
)

// record is a final call record to insert.
type record struct {
	row  *row
	call attempt.Call
}

// record notes the final record of a row's call, once.
func (u *unit) record(r *row, c *attempt.Call) {
	if _, ok := u.records[c.ID]; ok || c.ID == (attempt.ID{}) {
		return
	}
	u.records[c.ID] = record{r, *c}
}

// writeCalls inserts the records that are not there yet, and counts them.
func (u *unit) writeCalls() error {
	if len(u.records) == 0 {
		return nil
	}
	var ids, campaigns, runs, contacts, numbers, outcomes, docs array
	for id, rec := range u.records {
		call := rec.call
		call.Outcome = 0 // has a column, which may turn into ghost
		doc, err := json.Marshal(call)
		if err != nil {
			return err
		}
		ids.id(id)
		campaigns.id(rec.row.Campaign)
		runs.number(int64(rec.row.Run))
		contacts.id(rec.row.Contact)
		numbers.number(int64(call.Number))
		outcomes.text(outcomeText(rec.call.Outcome))
		docs.json(doc)
	}
	var inserted []attempt.ID
	err := u.all(&inserted, `INSERT INTO outdial_calls (id, campaign, run, contact, number, outcome, record)
		SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::integer[], $6::text[], $7::jsonb[])
		ON CONFLICT (id) DO NOTHING RETURNING id`,
		ids.String(), campaigns.String(), runs.String(), contacts.String(), numbers.String(), outcomes.String(), docs.String())
	if err != nil {
		return err
	}
	for _, id := range inserted {
		rec := u.records[id]
		in := u.runs[runKey{rec.row.Campaign, rec.row.Run}]
		in.counters.AddCall(&rec.call)
		in.moved = true
	}
	clear(u.records)
	return nil
}

// outcomeText is empty for no outcome.
func outcomeText(o attempt.Outcome) string {
	if o == 0 {
		return ""
	}
	return o.String()
}

// called is a row of outdial_calls.
type called struct {
	ID       attempt.ID `db:"id"`
	Campaign attempt.ID `db:"campaign"`
	Run      int        `db:"run"`
	Contact  attempt.ID `db:"contact"`
	Outcome  string     `db:"outcome"`
	Record   []byte     `db:"record"`
}

const callColumns = `id, campaign, run, contact, outcome, record`

func (c *called) whole() (*attempt.Call, error) {
	call := &attempt.Call{}
	err := json.Unmarshal(c.Record, call)
	if err == nil {
		err = call.Outcome.UnmarshalText([]byte(c.Outcome))
	}
	if err != nil {
		return nil, fmt.Errorf("record of call %s: %w", c.ID, err)
	}
	cutCall(call)
	return call, nil
}

// callsOf reads the records of attempts of a run, by contact, in the order of
// their numbers.
func (u *unit) callsOf(run int, contacts []attempt.ID) (map[attempt.ID][]*attempt.Call, error) {
	var list []called
	if err := u.all(&list, `SELECT `+callColumns+` FROM outdial_calls
		WHERE contact = ANY($1::uuid[]) AND run = $2 ORDER BY contact, number`, idArray(contacts), run); err != nil {
		return nil, err
	}
	out := map[attempt.ID][]*attempt.Call{}
	for i := range list {
		call, err := list[i].whole()
		if err != nil {
			return nil, err
		}
		out[list[i].Contact] = append(out[list[i].Contact], call)
	}
	return out, nil
}
