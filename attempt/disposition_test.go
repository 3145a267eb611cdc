package attempt_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

// takesDispositions are the states in which a call has an agent, or has had one.
var takesDispositions = []attempt.State{attempt.StateAttaching, attempt.StateInProgress, attempt.StateProcessing}

func TestADispositionIsWrittenIntoTheCall(t *testing.T) {
	for _, s := range takesDispositions {
		t.Run(s.String(), func(t *testing.T) {
			l := in(t, s)
			l.do(dispose(80, sold))
			same(t, "disposition", l.Call.Disposed, sold)
			same(t, "disposed at", l.Call.DisposedAt, sec(80))
		})
	}
}

func TestADispositionOfACallWithoutAnAgentIsIllegal(t *testing.T) {
	for _, s := range []attempt.State{
		attempt.StatePending, attempt.StateLeased, attempt.StateDialling, attempt.StateRinging, attempt.StateAMDScreening,
	} {
		t.Run(s.String(), func(t *testing.T) {
			l := in(t, s)
			_, _, err := attempt.Next(&l.rules, l.Attempt, dispose(80, sold))
			var illegal *attempt.IllegalMoveError
			if !errors.As(err, &illegal) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheSameDispositionAgainChangesNothing(t *testing.T) {
	elsewhere := wantsCall
	elsewhere.CallbackAt = wantsCall.CallbackAt.In(time.FixedZone("elsewhere", 3600))
	for name, again := range map[string]attempt.Disposition{"to the letter": wantsCall, "in another time zone": elsewhere} {
		t.Run(name, func(t *testing.T) {
			l := in(t, attempt.StateInProgress)
			l.do(dispose(20, wantsCall))
			before := l.Attempt
			l.do(dispose(30, again))
			l.wants(attempt.StateInProgress)
			same(t, "attempt", l.Attempt, before)
		})
	}
}

func TestASecondDispositionThatDiffersIsRefused(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second attempt.Disposition
	}{
		{"in its code", sold, attempt.Disposition{Code: "lost"}},
		{"in its note", sold, attempt.Disposition{Code: "sold", Note: "two"}},
		{"in its callback", wantsCall, attempt.Disposition{Code: "call_me", CallbackAt: sec(7200)}},
		{"in that it asks for none any more", never, attempt.Disposition{Code: "go_away"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := in(t, attempt.StateAttaching)
			l.do(dispose(20, c.first))
			after, owed, err := attempt.Next(&l.rules, l.Attempt, dispose(30, c.second))
			if !errors.Is(err, attempt.ErrDisposed) || owed != nil {
				t.Errorf("owed %v, error %v", owed, err)
			}
			same(t, "attempt", after, l.Attempt)
		})
	}
}

func TestTheRefusalSaysWhatWasRecordedAndWhen(t *testing.T) {
	l := in(t, attempt.StateInProgress)
	l.do(dispose(20, sold))
	_, _, err := attempt.Next(&l.rules, l.Attempt, dispose(30, never))
	want := `the call has another disposition already: "sold" was recorded at 2026-03-02T09:00:20Z`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestADispositionOfAnEarlierCallDoesNotStandInTheWay(t *testing.T) {
	l := in(t, attempt.StateCallbackScheduled)
	l.do(append(toAnswer(4000), screened(4009, attempt.VerdictHuman), attached(4010), dispose(4020, sold))...)
	same(t, "disposition", l.Call.Disposed, sold)
}

func TestABadDispositionIsRefusedUnchanged(t *testing.T) {
	l := in(t, attempt.StateInProgress)
	after, owed, err := attempt.Next(&l.rules, l.Attempt, dispose(20, attempt.Disposition{}))
	if !errors.Is(err, attempt.ErrDisposition) || owed != nil {
		t.Errorf("owed %v, error %v", owed, err)
	}
	same(t, "attempt", after, l.Attempt)
}

// at reads a time as a request gives it.
func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDispositionBounds(t *testing.T) {
	for _, c := range []struct {
		name   string
		d      attempt.Disposition
		faults []string
	}{
		{"code of one character", attempt.Disposition{Code: "x"}, nil},
		{"code of 64 characters", attempt.Disposition{Code: strings.Repeat("ü", 64)}, nil},
		{"code of 65 characters", attempt.Disposition{Code: strings.Repeat("x", 65)}, []string{"code has 65 characters, want 1 to 64"}},
		{"no code", attempt.Disposition{Note: "n"}, []string{"code has 0 characters, want 1 to 64"}},
		{"a code between blanks", attempt.Disposition{Code: " 1 "}, nil},
		{"a code of one sign", attempt.Disposition{Code: "👍"}, nil},
		{"a code of blanks", attempt.Disposition{Code: " \u00a0\u3000"}, []string{"code shows nothing, want a character that can be seen"}},
		{"a code of nothing to see", attempt.Disposition{Code: "\u200b\u00ad\u3164\ufe0f"}, []string{"code shows nothing, want a character that can be seen"}},
		{"note of 1,000 characters", attempt.Disposition{Code: "x", Note: strings.Repeat("ü", 1000)}, nil},
		{"note of 1,001 characters", attempt.Disposition{Code: "x", Note: strings.Repeat("n", 1001)},
			[]string{"note has 1001 characters, want at most 1000"}},
		{"a note of blanks", attempt.Disposition{Code: "x", Note: "  "}, nil},
		{"a callback at the first moment there is", attempt.Disposition{Code: "x", CallbackAt: at("1970-01-01T00:00:00Z")}, nil},
		{"a callback before it", attempt.Disposition{Code: "x", CallbackAt: at("1970-01-01T00:00:00+00:01")},
			[]string{"callback_at is 1969-12-31T23:59:00Z, want the years 1970 to 9999 in UTC"}},
		{"a callback at the last moment there is", attempt.Disposition{Code: "x", CallbackAt: at("9999-12-31T23:59:59.999999999Z")}, nil},
		{"a callback after it", attempt.Disposition{Code: "x", CallbackAt: at("9999-12-31T23:59:59-23:59")},
			[]string{"callback_at is 10000-01-01T23:58:59Z, want the years 1970 to 9999 in UTC"}},
		{"a callback and do-not-call", attempt.Disposition{Code: "x", CallbackAt: sec(1), DoNotCall: true},
			[]string{"callback_at is given with do_not_call, want one of them: they exclude each other"}},
		{"everything wrong at once",
			attempt.Disposition{Note: strings.Repeat("n", 1001), CallbackAt: at("1969-12-31T00:00:00Z"), DoNotCall: true},
			[]string{"code has 0 characters, want 1 to 64", "note has 1001 characters, want at most 1000",
				"callback_at is 1969-12-31T00:00:00Z, want the years 1970 to 9999 in UTC", "callback_at is given with do_not_call, want one of them: they exclude each other"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.d.Validate()
			if len(c.faults) == 0 {
				same(t, "faults", err, nil)
				return
			}
			var all *attempt.DispositionError
			if !errors.Is(err, attempt.ErrDisposition) || !errors.As(err, &all) {
				t.Fatalf("got %v", err)
			}
			var got []string
			for _, f := range all.Faults {
				got = append(got, f.Field+" "+f.Is+", want "+f.Want)
			}
			same(t, "faults", got, c.faults)
			same(t, "error", err.Error(), "invalid disposition: "+strings.Join(c.faults, "; "))
		})
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("sold", "", int64(0), false)
	f.Add("", "note", int64(0), true)
	f.Add("call_me", strings.Repeat("ü", 1001), int64(3600), false)
	f.Add("\xff", "\x00", int64(-1), true)
	f.Fuzz(func(t *testing.T, code, note string, callback int64, never bool) {
		d := attempt.Disposition{Code: code, Note: note, DoNotCall: never}
		if callback != 0 {
			d.CallbackAt = time.Unix(callback, 0)
		}
		l := in(t, attempt.StateInProgress)
		after, owed, err := attempt.Next(&l.rules, l.Attempt, dispose(20, d))
		if bad := d.Validate(); bad != nil {
			if !errors.Is(err, attempt.ErrDisposition) || after != l.Attempt || owed != nil {
				t.Errorf("invalid (%v), yet: owed %v, error %v", bad, owed, err)
			}
			return
		}
		if err != nil || !after.Call.Disposed.Equal(d) {
			t.Errorf("valid, yet: %v, %v", after.Call.Disposed, err)
		}
		if again, _, err := attempt.Next(&l.rules, after, dispose(30, d)); err != nil || again != after {
			t.Errorf("the same again: %v", err)
		}
	})
}
