package postgres

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Copy writes rows into a table, of whose columns each row has one value: a
// [16]byte (uuid), int32, int64, string (text, and documents for jsonb),
// time.Time, or nil for null. It gets the driver's own connection, as
// [sql.Conn.Raw] hands it out, because database/sql knows no COPY; package
// pgxcopy has one for pgx. The table is in the schema pg_temp.
type Copy func(ctx context.Context, driverConn any, table string, columns []string, rows [][]any) error

// copies is how uploads go that have at least a chunk of contacts: into a
// temporary table first, by COPY or, without one, by arrays.
type copies struct {
	by    Copy
	chunk int
	conn  *sqlx.Conn // of the upload at hand: see upload
}

// ordinary is the chunk of uploads without a Copy.
const ordinary = 10_000

// ByCopy sends uploads by COPY, chunk contacts at a time. Ten thousand is a good
// chunk; less than one is one.
//
// With or without it, an upload of at least a chunk (ten thousand without) goes
// into a temporary table, which the transaction then inserts from. No more than
// a chunk is in memory here, and no transaction is open while contacts are read.
// A connection of the pool is taken, which must be the server's own: a pooler
// such as PgBouncer must not share it out by transaction. Its role may create
// temporary tables.
func ByCopy(by Copy, chunk int) Option {
	return func(s *Store) { s.copies = copies{by: by, chunk: max(1, chunk)} }
}

// begin begins a transaction on any connection, or on that of an upload.
func (s *Store) begin(ctx context.Context, o *sql.TxOptions) (*sqlx.Tx, error) {
	if s.copies.conn != nil {
		return s.copies.conn.BeginTxx(ctx, o)
	}
	return s.db.BeginTxx(ctx, o)
}

// upload is AddContacts, a chunk at a time.
func (s *Store) upload(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (n int, err error) {
	st := &stage{ctx: ctx, store: s, now: cut(b.At)}
	defer st.end()
	for c, err := range contacts {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = st.take(c)
		}
		if err != nil {
			return 0, explain(ctx, err)
		}
	}
	if st.conn == nil {
		return s.addAll(ctx, id, b, len(st.list), func(u *unit, c *camp, r *run) error { return u.insertAll(c, r, b, st.list) })
	}
	if err := st.send(); err != nil {
		return 0, explain(ctx, err)
	}
	on := &Store{db: s.db, copies: copies{conn: st.conn}}
	return on.addAll(ctx, id, b, st.total(), st.insert)
}

// stage is an upload on its way: what is still here, and what is in the
// temporary table.
type stage struct {
	ctx   context.Context
	store *Store
	now   time.Time // of the batch
	conn  *sqlx.Conn
	done  func() // when it is closed
	list  []campaign.Contact
	// pending and scheduled are how many contacts of the table begin so.
	pending, scheduled int
}

func (st *stage) total() int { return st.pending + st.scheduled }

// take keeps a contact, and sends what is here once that is a chunk.
func (st *stage) take(c campaign.Contact) error {
	st.list = append(st.list, c)
	if len(st.list) < st.chunk() {
		return nil
	}
	return st.send()
}

func (st *stage) chunk() int {
	if st.store.copies.by == nil {
		return ordinary
	}
	return st.store.copies.chunk
}

// send moves what is here to the table, which the first chunk creates.
func (st *stage) send() error {
	if st.conn == nil {
		if err := st.open(); err != nil {
			return err
		}
	}
	if len(st.list) == 0 {
		return nil
	}
	list := st.list
	st.list = st.list[:0]
	if st.store.copies.by == nil {
		return st.insertStaged(list)
	}
	rows := make([][]any, len(list))
	for i := range list {
		row, err := st.row(&list[i])
		if err != nil {
			return err
		}
		rows[i] = row
	}
	return st.conn.Raw(func(c any) error { return st.store.copies.by(st.ctx, c, "outdial_upload", stageColumns, rows) })
}

// insertStaged moves contacts to the table by arrays, some with each statement.
func (st *stage) insertStaged(list []campaign.Contact) error {
	for from := 0; from < len(list); from += uploadStep {
		p, err := peopleOf(list[from:min(from+uploadStep, len(list))], int64(st.total()), st.now)
		if err != nil {
			return err
		}
		if _, err := st.conn.ExecContext(st.ctx, `INSERT INTO pg_temp.outdial_upload (`+peopleColumns+`)
			SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::integer[],
				$7::timestamptz[], $8::jsonb[], $9::text[], $10::timestamptz[])`, p.args()...); err != nil {
			return err
		}
		st.pending += p.pending
		st.scheduled += p.scheduled
	}
	return nil
}

var stageColumns = []string{"id", "arrival", "key", "name", "address", "priority", "not_before", "variables", "state", "due"}

func (st *stage) open() (err error) {
	if st.conn, st.done, err = st.store.keep(st.ctx); err != nil {
		return err
	}
	_, err = st.conn.ExecContext(st.ctx, `CREATE TEMPORARY TABLE outdial_upload (id uuid, arrival bigint, key text, name text,
		address text, priority integer, not_before timestamptz, variables jsonb, state text, due timestamptz)`)
	return err
}

// end gives the connection back without the table, or closes it.
func (st *stage) end() {
	if st.conn == nil {
		return
	}
	defer st.done()
	if _, err := st.conn.ExecContext(st.ctx, `DROP TABLE pg_temp.outdial_upload`); err != nil {
		discard(st.conn.Conn) // the table goes with its session
		return
	}
	_ = st.conn.Close() // only gives it back
}

// row counts a contact, and makes it what Copy writes. Arrivals begin at 0.
func (st *stage) row(c *campaign.Contact) ([]any, error) {
	var variables, notBefore, due any
	if len(c.Variables) > 0 {
		doc, err := variablesOf(c)
		if err != nil {
			return nil, err
		}
		variables = doc
	}
	if t := null(c.NotBefore); t.Valid {
		notBefore = t.Time
	}
	arrival := int64(st.total())
	state, at := begins(c, st.now)
	if at.Valid {
		due = at.Time
		st.scheduled++
	} else {
		st.pending++
	}
	return []any{[16]byte(c.ID), arrival, c.Key, c.Name, c.Address, c.Priority, notBefore, variables, state.String(), due}, nil
}

// insert gives the campaign what is in the table.
func (st *stage) insert(u *unit, c *camp, r *run) error {
	r.take(attempt.StatePending, st.pending)
	r.take(attempt.StateScheduled, st.scheduled)
	first := c.Contacts
	c.Contacts += int64(st.total())
	return exists(u.exec(`WITH n AS MATERIALIZED (
			SELECT id, arrival + $4::bigint AS arrival, key, name, address, priority, not_before, variables, state, due
			FROM pg_temp.outdial_upload
		)`+insertContacts, c.ID, r.Number, null(st.now), first))
}
