package postgres

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
)

// array is an array literal, which any driver can send as a string: the
// statement says what it is an array of, as in unnest($1::uuid[]).
//
// Nulls at the end are left out: unnest fills up the shorter of its arrays with
// nulls, and columns that are null throughout a batch are many.
type array struct {
	b     []byte
	nulls int // added, and not written yet
}

func (a *array) next() {
	if len(a.b) == 0 {
		a.b = append(a.b, '{')
	} else {
		a.b = append(a.b, ',')
	}
	for ; a.nulls > 0; a.nulls-- {
		a.b = append(a.b, "NULL,"...)
	}
}

func (a *array) null() { a.nulls++ }

// quoted is any text.
func (a *array) quoted(s string) {
	a.next()
	a.b = append(a.b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			a.b = append(a.b, '\\')
		}
		a.b = append(a.b, s[i])
	}
	a.b = append(a.b, '"')
}

// word is a text that needs no quotes.
func (a *array) word(s string) {
	a.next()
	a.b = append(a.b, s...)
}

func (a *array) number(n int64) {
	a.next()
	a.b = strconv.AppendInt(a.b, n, 10)
}

// flag is true, or null for false.
func (a *array) flag(set bool) {
	if !set {
		a.null()
		return
	}
	a.word("t")
}

func (a *array) id(id attempt.ID) {
	a.next()
	a.b = hex.AppendEncode(a.b, id[:]) // PostgreSQL needs no hyphens
}

// some is an id, or null for none.
func (a *array) some(id attempt.ID) {
	if id == (attempt.ID{}) {
		a.null()
		return
	}
	a.id(id)
}

func (a *array) time(t sql.NullTime) {
	if !t.Valid {
		a.null()
		return
	}
	a.word(`"` + timeText(t) + `"`)
}

// timeText is a time as text; empty for none.
func timeText(t sql.NullTime) string {
	if !t.Valid {
		return ""
	}
	return t.Time.UTC().Format(time.RFC3339Nano)
}

// json is a document, or null for none.
func (a *array) json(doc []byte) {
	if len(doc) == 0 {
		a.null()
		return
	}
	a.quoted(string(doc))
}

// empty reports whether nothing was added.
func (a *array) empty() bool { return len(a.b) == 0 && a.nulls == 0 }

// String is the literal. Nothing is added after it.
func (a *array) String() string {
	if len(a.b) == 0 {
		return "{}"
	}
	return string(append(a.b, '}'))
}

// column is an array whose elements are often all the same. Then they are sent
// once.
type column struct {
	array
	n    int
	same string // of all so far
	many bool
}

// add adds an element; the empty one is null.
func (c *column) add(text string) {
	if c.n == 0 {
		c.same = text
	}
	if c.same != text {
		c.spread()
	}
	c.n++
	if c.many {
		c.element(text)
	}
}

// spread makes it an array, even of the same.
func (c *column) spread() {
	if c.many {
		return
	}
	for range c.n {
		c.element(c.same)
	}
	c.same, c.many = "", true
}

func (c *column) element(text string) {
	if text == "" {
		c.null()
		return
	}
	c.quoted(text)
}

// one is the element of all; null for the empty one.
func (c *column) one() sql.NullString { return sql.NullString{String: c.same, Valid: c.same != ""} }

func (c *column) id(id attempt.ID) {
	if id == (attempt.ID{}) {
		c.add("")
		return
	}
	c.add(hex.EncodeToString(id[:]))
}

func (c *column) number(n int64) { c.add(strconv.FormatInt(n, 10)) }

func (c *column) time(t time.Time) { c.add(timeText(null(t))) }

func (c *column) flag(set bool) {
	if set {
		c.add("t")
		return
	}
	c.add("")
}

// documents are many documents in one text, for split. JSON has no control
// characters, so that nothing in it needs to be escaped.
type documents struct {
	b []byte
	n int
}

const separator = '\x1e' // ASCII's own for records

// split makes documents an array of json again, with null for those that are
// empty.
func split(param string) string { return `string_to_array(` + param + `, E'\x1e', '')::json[]` }

// next is where to append the next document.
func (d *documents) next() []byte {
	if d.n > 0 {
		d.b = append(d.b, separator)
	}
	d.n++
	return d.b
}

// numbers reads an array of bigint.
func numbers(doc []byte) (list []int64, err error) {
	s, opened := strings.CutPrefix(string(doc), "{")
	s, closed := strings.CutSuffix(s, "}")
	if !opened || !closed {
		return nil, fmt.Errorf("%q is no array", doc)
	}
	if s == "" {
		return nil, nil
	}
	for text := range strings.SplitSeq(s, ",") {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

func idArray(ids []attempt.ID) string {
	var a array
	for _, id := range ids {
		a.id(id)
	}
	return a.String()
}

// document is v as JSON, for a parameter that is cast to jsonb.
func document(v any) (string, error) {
	doc, err := json.Marshal(v)
	return string(doc), err
}
