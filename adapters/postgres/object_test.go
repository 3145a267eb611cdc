package postgres

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/attempt"
)

// times are any moment that a column can keep, the zero time among them.
var times = rapid.Custom(func(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "none") {
		return time.Time{}
	}
	return time.UnixMicro(rapid.Int64Range(1, 4e15).Draw(t, "µs")).UTC()
})

// fill gives every field of a struct any value that it may have.
func fill(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(times.Draw(t, name)))
		case attempt.ID:
			f.Set(reflect.ValueOf(attempt.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name))))
		case attempt.Outcome:
			f.SetUint(rapid.Uint64Range(0, uint64(attempt.NumOutcomes)-1).Draw(t, name))
		case attempt.Verdict:
			f.SetUint(rapid.Uint64Range(0, uint64(attempt.VerdictUnsure)).Draw(t, name))
		default:
			fillPlain(t, f, name)
		}
	}
}

func fillPlain(t *rapid.T, f reflect.Value, name string) {
	switch f.Kind() {
	case reflect.Struct:
		fill(t, f)
	case reflect.Bool:
		f.SetBool(rapid.Bool().Draw(t, name))
	case reflect.String:
		f.SetString(rapid.String().Draw(t, name))
	default:
		f.SetInt(rapid.Int64Range(0, 1000).Draw(t, name))
	}
}

// What is written by hand reads back as what encoding/json would have written.
func TestACallIsWrittenAsItsTagsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c, back, want attempt.Call
		fill(t, reflect.ValueOf(&c).Elem())
		c.Disposed.Code = "sold" + c.Disposed.Code // without a code there is no disposition
		doc, err := appendCall(nil, &c)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(doc, &back); err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		proper, err := json.Marshal(&c)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(proper, &want); err != nil {
			t.Fatal(err)
		}
		if back != want {
			t.Fatalf("it reads back otherwise (-want +got)\n%s", cmp.Diff(want, back))
		}
	})
}

func TestTheRestOfAnAttemptComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := attempt.Attempt{
			Calls: rapid.IntRange(0, 9).Draw(t, "calls"), Dials: rapid.IntRange(0, 9).Draw(t, "dials"),
			Refused: rapid.IntRange(0, 9).Draw(t, "refused"), Retries: rapid.IntRange(0, 9).Draw(t, "retries"),
			Answered: rapid.Bool().Draw(t, "answered"), Halt: attempt.Halt(rapid.IntRange(0, 3).Draw(t, "halt")),
			Callback: attempt.Callback{Asked: rapid.IntRange(0, 3).Draw(t, "asked"), Pending: rapid.Bool().Draw(t, "pending")},
			Reason:   rapid.SampledFrom([]attempt.Reason{attempt.ReasonNone, attempt.ReasonStopped, attempt.ReasonDoNotCall}).Draw(t, "reason"),
		}
		want.Spent[attempt.OutcomeBusy] = uint8(rapid.IntRange(0, 9).Draw(t, "busy"))
		if rapid.Bool().Draw(t, "called") {
			want.Call = attempt.Call{ID: uuid.New(), Number: 1, Address: rapid.String().Draw(t, "address")}
		}
		doc, err := appendRest(nil, &want)
		if err != nil {
			t.Fatal(err)
		}
		var got attempt.Attempt
		if len(doc) > 0 {
			if err := readRest(doc, &got); err != nil {
				t.Fatalf("%s: %v", doc, err)
			}
		}
		if got != want {
			t.Fatalf("%s reads back otherwise (-want +got)\n%s", doc, cmp.Diff(want, got))
		}
	})
}
