package pgbench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Documents as the store would write them, and a call's record.
const (
	dialDoc = `{"calls":1,"dials":1,"call":{"address":"+33100000000","trunk":"north","caller_id":"+15550100",` +
		`"dialled_at":1795255200123456}}`
	ringDoc = `{"calls":1,"dials":1,"call":{"address":"+33100000000","trunk":"north","caller_id":"+15550100",` +
		`"dialled_at":1795255200123456,"ringing_at":1795255201123456}}`
	endDoc    = `{"calls":1,"dials":1,"reason":"outcome"}`
	recordDoc = `{"address":"+33100000000","trunk":"north","caller_id":"+15550100","queued_at":1795251600123456,` +
		`"dialled_at":1795255200123456,"ringing_at":1795255201123456,"ended_at":1795255202123456,"cause":"USER_BUSY","sip_status":486}`
)

// tx does plain SQL in a transaction.
func (f *Floor) tx(ctx context.Context, do func(*sqlx.Tx) error) error {
	tx, err := f.DB.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// count adds to the run's counters, as the store's own statement does.
func (f *Floor) count(ctx context.Context, tx *sqlx.Tx, added map[int]int) error {
	list := make([]string, 84)
	for i := range list {
		list[i] = fmt.Sprint(added[i])
	}
	_, err := tx.ExecContext(ctx, `UPDATE outdial_runs SET counters = ARRAY(SELECT coalesce(h, 0) + coalesce(d, 0)
			FROM unnest(counters, $2::bigint[]) WITH ORDINALITY AS pair(h, d, place) ORDER BY place)
		WHERE campaign = $1 AND number = 1`, f.ID, "{"+strings.Join(list, ",")+"}")
	return err
}

// plainItem is what a lease needs to know of an attempt and its contact.
type plainItem struct {
	Contact   uuid.UUID  `db:"contact"`
	Version   int64      `db:"version"`
	Since     time.Time  `db:"since"`
	Queued    *time.Time `db:"queued"`
	Rest      []byte     `db:"rest"`
	Key       string     `db:"key"`
	Name      string     `db:"name"`
	Address   string     `db:"address"`
	Priority  int32      `db:"priority"`
	NotBefore *time.Time `db:"not_before"`
	Variables []byte     `db:"variables"`
}

// PlainLease leases at most most attempts that are pending.
func (f *Floor) PlainLease(ctx context.Context, worker ports.ID, most int) (list []plainItem, err error) {
	err = f.tx(ctx, func(tx *sqlx.Tx) error {
		if err := tx.SelectContext(ctx, &list, `WITH head AS MATERIALIZED (
				SELECT ctid FROM outdial_attempts
				WHERE campaign = $1 AND run = 1 AND queue IN ('pending', 'due')
				ORDER BY priority DESC, arrival LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
			), taken AS (
				UPDATE outdial_attempts a SET state = 'leased', queue = NULL, owner = $3, since = $4, version = a.version + 1
				FROM head WHERE a.ctid = head.ctid
				RETURNING a.contact, a.version, a.since, a.queued, a.rest
			)
			SELECT a.*, c.key, c.name, c.address, c.priority, c.not_before, c.variables
			FROM taken a JOIN outdial_contacts c ON c.id = a.contact ORDER BY c.priority DESC, c.arrival`,
			f.ID, most, worker, time.Now()); err != nil || len(list) == 0 {
			return err
		}
		return f.count(ctx, tx, map[int]int{0: -len(list), 4: len(list)})
	})
	return list, err
}

// rows are the columns that plain SQL writes.
type rows struct{ ids, calls, docs []string }

func (r *rows) add(contact uuid.UUID, doc string) {
	r.ids = append(r.ids, contact.String())
	r.calls = append(r.calls, attempt.CallID(contact, 1, 1).String())
	r.docs = append(r.docs, `"`+strings.ReplaceAll(doc, `"`, `\"`)+`"`)
}

func literal(list []string) string { return "{" + strings.Join(list, ",") + "}" }

// PlainLife does what [Floor.Life] does.
func (f *Floor) PlainLife(ctx context.Context, worker ports.ID, most int) (int, error) {
	items, err := f.PlainLease(ctx, worker, most)
	if err != nil || len(items) == 0 {
		return 0, err
	}
	n := len(items)
	var dial, ring, end, record rows
	for _, it := range items {
		dial.add(it.Contact, dialDoc)
		ring.add(it.Contact, ringDoc)
		end.add(it.Contact, endDoc)
		record.add(it.Contact, recordDoc)
	}
	for _, step := range []func(*sqlx.Tx) error{
		func(tx *sqlx.Tx) error { return f.plainDial(ctx, tx, worker, &dial) },
		func(tx *sqlx.Tx) error {
			if _, err := tx.ExecContext(ctx, `UPDATE outdial_attempts a SET state = 'ringing', version = a.version + 1, since = $4, rest = n.rest
				FROM unnest($1::uuid[], $2::json[]) AS n(contact, rest)
				WHERE a.contact = n.contact AND a.run = 1 AND a.owner IS NOT DISTINCT FROM $3`,
				literal(ring.ids), literal(ring.docs), worker, time.Now()); err != nil {
				return err
			}
			return f.count(ctx, tx, map[int]int{5: -n, 6: n})
		},
		func(tx *sqlx.Tx) error { return f.plainEnd(ctx, tx, worker, &end, &record) },
	} {
		if err := f.tx(ctx, step); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (f *Floor) plainDial(ctx context.Context, tx *sqlx.Tx, worker ports.ID, dial *rows) error {
	n := len(dial.ids)
	if _, err := tx.ExecContext(ctx, `INSERT INTO outdial_limits (key, per, held, log) VALUES ($1, 0, $4, '[]'), ($2, 1000000000, 0, $5), ($3, 0, $4, '[]')
		ON CONFLICT (key, per) DO UPDATE SET held = outdial_limits.held + excluded.held, log = excluded.log`,
		"campaign/"+f.ID.String()+"/lines", "campaign/"+f.ID.String()+"/rate", "trunk/north/lines", n, fmt.Sprintf(`[[%d,%d]]`, time.Now().UnixMicro(), n)); err != nil {
		return err
	}
	const claims = `[["campaign/","/lines"],"trunk/north/lines"]`
	if _, err := tx.ExecContext(ctx, `UPDATE outdial_attempts a SET state = 'dialling', version = a.version + 1, since = $3, claims = $4, rest = n.rest
		FROM unnest($1::uuid[], $5::json[]) AS n(contact, rest)
		WHERE a.contact = n.contact AND a.run = 1 AND a.owner IS NOT DISTINCT FROM $2`,
		literal(dial.ids), worker, time.Now(), claims, literal(dial.docs)); err != nil {
		return err
	}
	return f.count(ctx, tx, map[int]int{4: -n, 5: n, 72: n, 74: n})
}

func (f *Floor) plainEnd(ctx context.Context, tx *sqlx.Tx, worker ports.ID, end, record *rows) error {
	n := len(end.ids)
	if _, err := tx.ExecContext(ctx, `UPDATE outdial_attempts a SET state = 'exhausted', version = a.version + 1, since = $4,
			owner = NULL, queued = NULL, rest = n.rest
		FROM unnest($1::uuid[], $2::json[]) AS n(contact, rest)
		WHERE a.contact = n.contact AND a.run = 1 AND a.owner IS NOT DISTINCT FROM $3`,
		literal(end.ids), literal(end.docs), worker, time.Now()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO outdial_calls (id, campaign, run, contact, number, outcome, record)
		SELECT call, $4, 1, contact, 1, 'busy', record FROM unnest($1::uuid[], $2::uuid[], $3::json[]) AS n(call, contact, record)`, literal(record.calls), literal(record.ids), literal(record.docs), f.ID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO outdial_limits (key, per, held) VALUES ($1, 0, 0), ('trunk/north/lines', 0, 0)
		ON CONFLICT (key, per) DO UPDATE SET held = outdial_limits.held - $2`, "campaign/"+f.ID.String()+"/lines", n); err != nil {
		return err
	}
	return f.count(ctx, tx, map[int]int{6: -n, 12: n, 49: n})
}
