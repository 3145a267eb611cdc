package postgres

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// vacant refuses the id of a campaign that is there.
func (u *unit) vacant(id attempt.ID) error {
	var taken bool
	if err := u.one(&taken, `SELECT EXISTS (SELECT FROM outdial_campaigns WHERE id = $1)`, id); err != nil || !taken {
		return err
	}
	return fmt.Errorf("campaign %s: %w", id, ports.ErrExists)
}

// insert makes the campaign of all that is staged.
func (m *mover) insert(u *unit) (it campaign.Campaign, err error) {
	h := &m.head
	if err := u.vacant(h.ID); err != nil {
		return it, err
	}
	// It gets its position, which makes all other commands wait, at the very
	// end. Until then it stands where no other transaction's does.
	err = u.exec(`INSERT INTO outdial_campaigns (id, position, changed, status, version, created, cloned_from, archived, run, contacts)
		VALUES ($1, -(pg_current_xact_id()::text::bigint), 0, $2, $3, $4, $5, $6, $7, $8)`, h.ID, string(h.Status), h.Version,
		null(h.Created), uuid.NullUUID{UUID: h.ClonedFrom, Valid: h.ClonedFrom != attempt.ID{}}, null(h.Archived), h.Run, m.contacts)
	if err != nil {
		return it, nameTaken("the campaign's", err)
	}
	for i := range m.runs {
		if err := m.insertRun(u, &m.runs[i]); err != nil {
			return it, err
		}
	}
	for _, one := range staged {
		if err := u.exec(one.query, h.ID); err != nil {
			return it, nameTaken(one.whose, err)
		}
	}
	seq, err := u.tick()
	if err != nil {
		return it, err
	}
	if err := u.exec(`UPDATE outdial_campaigns SET position = $2, changed = $2 WHERE id = $1`, h.ID, seq); err != nil {
		return it, err
	}
	c, err := u.camp(h.ID)
	if err != nil {
		return it, err
	}
	return u.whole(c)
}

func (m *mover) insertRun(u *unit, rec *ports.RunRecord) error {
	spec, err := document(rec.Spec)
	if err != nil {
		return fmt.Errorf("settings of run %d of campaign %s: %w", rec.Run.Number, m.head.ID, err)
	}
	r := &run{Campaign: m.head.ID, Spec: []byte(spec), counters: rec.Counters}
	r.become(rec.Run)
	if r.Purged.Valid {
		r.PurgeNext = purgedAll
	}
	return u.insertRun(r)
}

// staged inserts what is in the temporary table, of campaign $1.
var staged = []struct{ whose, query string }{
	{"a contact's", `INSERT INTO outdial_contacts (id, campaign, arrival, key, name, address, priority, not_before, variables)
		SELECT r.id, $1, r.arrival, r.key, r.name, r.address, r.priority, r.not_before, r.variables
		FROM pg_temp.outdial_import p, unnest(p.columns[1]::uuid[], p.columns[2]::bigint[], p.columns[3]::text[],
			p.columns[4]::text[], p.columns[5]::text[], p.columns[6]::integer[], p.columns[7]::timestamptz[],
			p.columns[8]::jsonb[]) AS r(id, arrival, key, name, address, priority, not_before, variables)
		WHERE p.kind = 'contact' ORDER BY p.n`},
	{"an attempt's", `INSERT INTO outdial_attempts (contact, run, campaign, arrival, priority, state, queue, queued, version, since, due,
			due_running, doubt, doubt_until, rest)
		SELECT r.contact, r.run, $1, c.arrival, c.priority, r.state, w.queue, CASE WHEN w.queue IS NOT NULL THEN r.since END,
			r.version, r.since, r.due, r.due_running, r.doubt, r.doubt_until, r.rest
		FROM pg_temp.outdial_import p, unnest(p.columns[1]::uuid[], p.columns[2]::integer[], p.columns[3]::text[],
			p.columns[4]::bigint[], p.columns[5]::timestamptz[], p.columns[6]::timestamptz[], p.columns[7]::bigint[],
			p.columns[8]::uuid[], p.columns[9]::timestamptz[], p.columns[10]::json[], p.columns[11]::text[])
			AS r(contact, run, state, version, since, due, due_running, doubt, doubt_until, rest, kind)
		JOIN outdial_contacts c ON c.id = r.contact
		CROSS JOIN LATERAL (SELECT CASE r.kind WHEN 'waits' THEN r.state END AS queue) AS w
		WHERE p.kind = 'attempt' ORDER BY p.n`},
	{"a call's", `INSERT INTO outdial_calls (id, campaign, run, contact, number, outcome, record)
		SELECT r.id, $1, r.run, r.contact, r.number, r.outcome, r.record
		FROM pg_temp.outdial_import p, unnest(p.columns[1]::uuid[], p.columns[2]::integer[], p.columns[3]::uuid[],
			p.columns[4]::integer[], p.columns[5]::text[], p.columns[6]::json[])
			AS r(id, run, contact, number, outcome, record)
		WHERE p.kind = 'call' ORDER BY p.n`},
	{"an upload's", `INSERT INTO outdial_batches (campaign, key, contacts, digest)
		SELECT $1, r.key, r.contacts, r.digest
		FROM pg_temp.outdial_import p, unnest(p.columns[1]::text[], p.columns[2]::bigint[], p.columns[3]::bytea[])
			AS r(key, contacts, digest)
		WHERE p.kind = 'batch' ORDER BY p.n`},
}

// nameTaken tells a name that is taken from other errors.
func nameTaken(whose string, err error) error {
	if state(err) == uniqueViolation {
		return fmt.Errorf("%s id: %w: %w", whose, ports.ErrExists, err)
	}
	return err
}
