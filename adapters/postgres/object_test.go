package postgres

import (
	"reflect"
	"slices"
	"strings"
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

func TestARecordReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want attempt.Call
		fill(t, reflect.ValueOf(&want).Elem())
		want.Disposed.Code = "sold" + want.Disposed.Code // without a code there is no disposition
		cleanCall(&want)
		doc, err := appendCall(nil, &want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readCall(doc)
		if err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		if got.Number != unsaid {
			t.Fatalf("%s has a number, for which there is a column", doc)
		}
		got.ID, got.Number = want.ID, want.Number
		if got != want {
			t.Fatalf("%s reads back otherwise (-want +got)\n%s", doc, cmp.Diff(want, got))
		}
	})
}

// other is an id that follows from nothing.
var other = uuid.New()

func TestTheRestOfAnAttemptComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := attempt.Attempt{
			Contact: uuid.New(), Run: 2,
			Calls: rapid.IntRange(0, 9).Draw(t, "calls"), Dials: rapid.IntRange(0, 9).Draw(t, "dials"),
			Refused: rapid.IntRange(0, 9).Draw(t, "refused"), Retries: rapid.IntRange(0, 9).Draw(t, "retries"),
			Answered: rapid.Bool().Draw(t, "answered"), Halt: attempt.Halt(rapid.IntRange(0, 3).Draw(t, "halt")),
			Callback: attempt.Callback{Asked: rapid.IntRange(0, 3).Draw(t, "asked"), Pending: rapid.Bool().Draw(t, "pending")},
			Reason:   rapid.SampledFrom([]attempt.Reason{attempt.ReasonNone, attempt.ReasonStopped, attempt.ReasonDoNotCall}).Draw(t, "reason"),
		}
		want.Spent[attempt.OutcomeBusy] = uint8(rapid.IntRange(0, 9).Draw(t, "busy"))
		if rapid.Bool().Draw(t, "called") {
			number := rapid.SampledFrom([]int{want.Calls, 0, 7}).Draw(t, "number")
			want.Call = attempt.Call{
				ID:     rapid.SampledFrom([]attempt.ID{attempt.CallID(want.Contact, want.Run, number), other, {}}).Draw(t, "id"),
				Number: number, Address: rapid.String().Draw(t, "address"), DialledAt: times.Draw(t, "dialled"),
			}
		}
		doc, err := appendRest(nil, &want)
		if err != nil {
			t.Fatal(err)
		}
		got := attempt.Attempt{Contact: want.Contact, Run: want.Run}
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

func TestTheKeysOfClaimsComeBack(t *testing.T) {
	of := uuid.New()
	if doc, err := writeClaims([]string{"campaign/" + of.String() + "/lines"}, of); strings.Contains(string(doc), of.String()) {
		t.Errorf("%s, %v: the engine's key has the campaign's id in each row", doc, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.OneOf(rapid.String(), rapid.Map(rapid.String(), func(s string) string { return s + of.String() + s }))
		want := rapid.SliceOfN(key, 1, 4).Draw(t, "keys")
		doc, err := writeClaims(want, of)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readClaims(doc, of)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s reads back as %q, %v, want %q", doc, got, err, want)
		}
	})
}
