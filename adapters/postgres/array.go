package postgres

import (
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
)

// array is an array literal, which any driver can send as a string: the
// statement says what it is an array of, as in unnest($1::uuid[]).
type array struct{ b strings.Builder }

func (a *array) next() {
	if a.b.Len() == 0 {
		a.b.WriteByte('{')
		return
	}
	a.b.WriteByte(',')
}

func (a *array) null() {
	a.next()
	a.b.WriteString("NULL")
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (a *array) text(s string) {
	a.next()
	a.b.WriteByte('"')
	_, _ = escaper.WriteString(&a.b, s) // a Builder does not fail
	a.b.WriteByte('"')
}

func (a *array) number(n int64) {
	a.next()
	a.b.WriteString(strconv.FormatInt(n, 10))
}

func (a *array) id(id attempt.ID) {
	a.next()
	a.b.WriteString(id.String())
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
	a.text(t.Time.UTC().Format(time.RFC3339Nano))
}

// json is a document, or null for none.
func (a *array) json(doc []byte) {
	if doc == nil {
		a.null()
		return
	}
	a.text(string(doc))
}

func (a *array) String() string {
	if a.b.Len() == 0 {
		return "{}"
	}
	return a.b.String() + "}"
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
