package pgbench

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// UploadByCopy adds contacts to a new campaign, ten thousand to a COPY.
func (f *Floor) UploadByCopy(ctx context.Context, n int) (time.Duration, error) {
	return f.upload(ctx, f.Store, n)
}

// UploadByArrays adds contacts to a new campaign by arrays.
func (f *Floor) UploadByArrays(ctx context.Context, n int) (time.Duration, error) {
	return f.upload(ctx, postgres.New(f.DB), n)
}

func (f *Floor) upload(ctx context.Context, s *postgres.Store, n int) (time.Duration, error) {
	id, err := f.draft(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	_, err = s.AddContacts(ctx, id, ports.Batch{At: f.Began}, People(n))
	return time.Since(began), err
}

func (f *Floor) draft(ctx context.Context) (ports.ID, error) {
	spec := campaign.Defaults()
	spec.Name = "upload"
	it := campaign.New(uuid.New(), spec, f.Began)
	return it.ID, f.Store.CreateCampaign(ctx, it)
}

// PlainCopy copies as many rows into the same tables, contacts and their
// attempts, ten thousand to a COPY, in one transaction.
func (f *Floor) PlainCopy(ctx context.Context, n int) (time.Duration, error) {
	const chunk = 10_000
	id, err := f.draft(ctx)
	if err != nil {
		return 0, err
	}
	conn, err := f.DB.Connx(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	began := time.Now()
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return 0, err
	}
	var contacts, attempts [][]any
	i := int64(0)
	for c := range people(n) {
		key := [16]byte(c.ID)
		contacts = append(contacts, []any{key, [16]byte(id), i, c.Key, c.Name, c.Address, int32(0)})
		attempts = append(attempts, []any{key, int32(1), [16]byte(id), i, int32(0), "pending", "pending", f.Began, int64(1), f.Began})
		if i++; len(contacts) == chunk || i == int64(n) {
			err := conn.Raw(func(raw any) error {
				if err := copyInto(ctx, raw, "outdial_contacts",
					[]string{"id", "campaign", "arrival", "key", "name", "address", "priority"}, contacts); err != nil {
					return err
				}
				return copyInto(ctx, raw, "outdial_attempts", []string{"contact", "run", "campaign", "arrival", "priority",
					"state", "queue", "queued", "version", "since"}, attempts)
			})
			if err != nil {
				return 0, err
			}
			contacts, attempts = contacts[:0], attempts[:0]
		}
	}
	_, err = conn.ExecContext(ctx, `COMMIT`)
	return time.Since(began), err
}

// PlainArrays inserts as many rows into the same tables, a thousand contacts a
// statement, in one transaction.
func (f *Floor) PlainArrays(ctx context.Context, n int) (time.Duration, error) {
	const step = 1000
	id, err := f.draft(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	err = f.tx(ctx, func(tx *sqlx.Tx) error {
		var ids, arrivals, keys, names, addresses []string
		i := 0
		for c := range people(n) {
			ids = append(ids, c.ID.String())
			arrivals = append(arrivals, fmt.Sprint(i))
			keys = append(keys, c.Key)
			names = append(names, `"`+c.Name+`"`)
			addresses = append(addresses, c.Address)
			if i++; len(ids) < step && i < n {
				continue
			}
			if _, err := tx.ExecContext(ctx, `WITH n AS MATERIALIZED (
					SELECT * FROM unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[]) AS n(id, arrival, key, name, address)
				), contacts AS (
					INSERT INTO outdial_contacts (id, campaign, arrival, key, name, address, priority)
					SELECT id, $1, arrival, key, name, address, 0 FROM n
				)
				INSERT INTO outdial_attempts (contact, run, campaign, arrival, priority, state, queue, queued, version, since)
				SELECT id, 1, $1, arrival, 0, 'pending', 'pending', $2, 1, $2 FROM n`,
				id, f.Began, literal(ids), literal(arrivals), literal(keys), literal(names), literal(addresses)); err != nil {
				return err
			}
			ids, arrivals, keys, names, addresses = ids[:0], arrivals[:0], keys[:0], names[:0], addresses[:0]
		}
		return nil
	})
	return time.Since(began), err
}

func copyInto(ctx context.Context, raw any, table string, columns []string, rows [][]any) error {
	_, err := raw.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	return err
}
