package postgres

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// moveStep is how many pieces one row of the temporary table holds.
const moveStep = 500

// mover is an import on its way: its campaign and runs are here, its rows are
// in a temporary table, as arrays of their columns.
type mover struct {
	ctx   context.Context
	store *Store
	conn  *sqlx.Conn // has the table
	done  func()     // when it is closed

	head     ports.Head
	runs     []ports.RunRecord
	contacts int64 // so far

	kind    string // of the pieces in columns
	columns []array
	held    int // pieces in columns
}

// take stages one checked piece.
func (m *mover) take(p *ports.Piece) error {
	switch {
	case p.Campaign != nil:
		m.head = *p.Campaign
		return m.open()
	case p.Run != nil:
		m.runs = append(m.runs, *p.Run)
	case p.Contact != nil:
		return m.contact(p.Contact)
	case p.Attempt != nil:
		return m.attempt(p.Attempt)
	case p.Call != nil:
		return m.call(p.Call)
	case p.Batch != nil:
		return m.batch(p.Batch)
	case p.End != nil:
		return m.send()
	}
	return nil
}

// open creates the table, unless there is no use in it.
func (m *mover) open() (err error) {
	if err := m.store.read(m.ctx, func(u *unit) error { return u.vacant(m.head.ID) }); err != nil {
		return err
	}
	if m.conn, m.done, err = m.store.keep(m.ctx); err != nil {
		return err
	}
	_, err = m.conn.ExecContext(m.ctx, `CREATE TEMPORARY TABLE outdial_import (
		n bigint GENERATED ALWAYS AS IDENTITY, kind text NOT NULL, columns text[] NOT NULL)`)
	return err
}

// end gives the connection back without the table, or closes it.
func (m *mover) end() {
	if m.conn == nil {
		return
	}
	defer m.done()
	if _, err := m.conn.ExecContext(m.ctx, `DROP TABLE pg_temp.outdial_import`); err != nil {
		discard(m.conn.Conn) // the table goes with its session
		return
	}
	_ = m.conn.Close() // only gives it back
}

// row begins the columns of one more piece.
func (m *mover) row(kind string, width int) ([]array, error) {
	if m.kind != kind || m.held == moveStep {
		if err := m.send(); err != nil {
			return nil, err
		}
		m.kind, m.columns = kind, make([]array, width)
	}
	m.held++
	return m.columns, nil
}

// send moves what is here to the table.
func (m *mover) send() error {
	if m.held == 0 {
		return nil
	}
	var columns array
	for i := range m.columns {
		columns.quoted(m.columns[i].String())
	}
	m.held = 0
	_, err := m.conn.ExecContext(m.ctx, `INSERT INTO pg_temp.outdial_import (kind, columns) VALUES ($1, $2::text[])`,
		m.kind, columns.String())
	return err
}

func (m *mover) contact(c *campaign.Contact) error {
	to, err := m.row("contact", 8)
	if err != nil {
		return err
	}
	to[0].id(c.ID)
	to[1].number(m.contacts)
	to[2].quoted(c.Key)
	to[3].quoted(c.Name)
	to[4].quoted(c.Address)
	to[5].number(int64(c.Priority))
	to[6].time(null(c.NotBefore))
	m.contacts++
	return addVariables(&to[7], c)
}

func (m *mover) attempt(a *attempt.Attempt) error {
	to, err := m.row("attempt", 11)
	if err != nil {
		return err
	}
	doc, err := appendRest(nil, a)
	if err != nil {
		return fmt.Errorf("attempt of contact %s in run %d: %w", a.Contact, a.Run, err)
	}
	to[0].id(a.Contact)
	to[1].number(int64(a.Run))
	to[2].quoted(a.State.String())
	to[3].number(a.Version)
	to[4].time(null(a.Since))
	to[5].time(null(a.Due))
	to[6].number(int64(a.DueRunning))
	to[7].some(a.Doubt)
	to[8].time(null(a.DoubtUntil))
	to[9].json(doc)
	to[10].word(kindOf(a.State))
	return nil
}

func (m *mover) call(rec *ports.CallRecord) error {
	to, err := m.row("call", 6)
	if err != nil {
		return err
	}
	call := rec.Call
	cutCall(&call)
	cleanCall(&call)
	call.Outcome = 0 // has a column
	doc, err := appendCall(nil, &call)
	if err != nil {
		return fmt.Errorf("record of call %s: %w", call.ID, err)
	}
	to[0].id(call.ID)
	to[1].number(int64(rec.Run))
	to[2].id(rec.Contact)
	to[3].number(int64(call.Number))
	outcome := ""
	if rec.Call.Outcome != 0 {
		outcome = rec.Call.Outcome.String()
	}
	to[4].quoted(outcome)
	to[5].json(doc)
	return nil
}

func (m *mover) batch(b *ports.BatchRecord) error {
	to, err := m.row("batch", 3)
	if err != nil {
		return err
	}
	to[0].quoted(b.Key)
	to[1].number(int64(b.Contacts))
	if len(b.Digest) == 0 {
		to[2].null()
	} else {
		to[2].quoted(`\x` + hex.EncodeToString(b.Digest))
	}
	return nil
}
