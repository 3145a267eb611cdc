package postgres_test

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
)

// heard is a statement as the store has sent it.
type heard struct {
	sql  string
	args []any
	set  [][]string // by its transaction: name and value
}

// ear hears what the store says to the server, so that a test can ask what a
// plan costs without knowing the text of any statement.
type ear struct {
	mu   sync.Mutex
	list []heard
	set  map[*pgx.Conn][][]string // by the transaction that goes on there
}

var _ pgx.QueryTracer = (*ear)(nil)

// big are the statements about tables that grow with the number of contacts.
var big = regexp.MustCompile(`(?s)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b.*outdial_(attempts|contacts|calls)`)

// sets are the settings that a transaction gives itself as it begins.
var sets = regexp.MustCompile(`set_config\('(\w+)', '(\w+)', true\)`)

// TraceQueryStart implements pgx.QueryTracer.
func (e *ear) TraceQueryStart(ctx context.Context, conn *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	e.mu.Lock()
	defer e.mu.Unlock()
	if set := sets.FindAllStringSubmatch(d.SQL, -1); set != nil {
		if e.set == nil {
			e.set = map[*pgx.Conn][][]string{}
		}
		e.set[conn] = set
	}
	if !big.MatchString(d.SQL) {
		return ctx
	}
	args := d.Args
	if len(args) > 0 {
		switch args[0].(type) {
		case pgx.QueryResultFormats, pgx.QueryResultFormatsByOID: // how database/sql wants the answer
			args = args[1:]
		}
	}
	e.list = append(e.list, heard{d.SQL, args, e.set[conn]})
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*ear) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// since returns what was heard since the last call.
func (e *ear) since() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := e.list
	e.list = nil
	return list
}

// plan is a node of what EXPLAIN says.
type plan struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Cond     string  `json:"Index Cond"`
	Rows     float64 `json:"Plan Rows"`
	Plans    []plan
}

func (p *plan) walk(visit func(*plan)) {
	visit(p)
	for i := range p.Plans {
		p.Plans[i].walk(visit)
	}
}

// String is the plan, a node a line.
func (p *plan) String() string { return p.indented("") }

func (p *plan) indented(by string) string {
	s := fmt.Sprintf("%s%s %s %s %s (%.0f rows)\n", by, p.Type, p.Relation, p.Index, p.Cond, p.Rows)
	for i := range p.Plans {
		s += p.Plans[i].indented(by + "  ")
	}
	return s
}

// settled is after how many times the server has decided whether to plan a
// prepared statement without looking at what is asked for: five, and then some.
const settled = 7

// explain asks for the plan of a statement, the first time and once the server
// has settled on how to plan it: drivers prepare their statements.
func explain(t *testing.T, db *sqlx.DB, h heard) (first, last *plan) {
	t.Helper()
	conn, err := db.Connx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, set := range h.set {
		if _, err := conn.ExecContext(t.Context(), `SELECT set_config($1, $2, false)`, set[1], set[2]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.ExecContext(t.Context(), "PREPARE asked AS "+h.sql); err != nil {
		t.Fatalf("%s: %v", h.sql, err)
	}
	execute := "EXPLAIN (FORMAT JSON) EXECUTE asked"
	if len(h.args) > 0 {
		execute += "(" + literals(t, h.args) + ")"
	}
	first = explained(t, conn, execute)
	for range settled - 1 {
		last = explained(t, conn, execute)
	}
	if _, err := conn.ExecContext(t.Context(), "DEALLOCATE asked; RESET ALL"); err != nil {
		t.Fatal(err)
	}
	return first, last
}

func explained(t *testing.T, conn *sqlx.Conn, sql string) *plan {
	t.Helper()
	var doc []byte
	if err := conn.GetContext(t.Context(), &doc, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var said []struct{ Plan plan }
	if err := json.Unmarshal(doc, &said); err != nil || len(said) != 1 {
		t.Fatalf("EXPLAIN says %s: %v", doc, err)
	}
	return &said[0].Plan
}

// literals writes arguments into a statement: EXECUTE takes no parameters.
func literals(t *testing.T, args []any) string {
	t.Helper()
	var out []string
	for _, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			t.Fatal(err)
		}
		switch v := v.(type) {
		case nil:
			out = append(out, "NULL")
		case time.Time:
			out = append(out, quote(v.Format(time.RFC3339Nano)))
		default:
			out = append(out, quote(fmt.Sprint(v)))
		}
	}
	return strings.Join(out, ", ")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
