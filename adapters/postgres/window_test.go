package postgres

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/pacing"
)

// The window's log, kept in a document between any two steps, grants what
// pacing.Rate grants.
func TestWindowGrantsWhatARateGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		per := time.Duration(rapid.IntRange(1, 5).Draw(t, "per")) * time.Second
		rate := pacing.Rate{Per: per}
		var w window
		now := time.Unix(1_700_000_000, 0).UTC()
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(-200, 900).Draw(t, "ms")) * time.Millisecond)
			rate.Max = rapid.IntRange(-1, 4).Draw(t, "max")
			want, got := rate.Left(now), w.left(rate.Max, per, now)
			if got != want {
				t.Fatalf("%d are left, want %d", got, want)
			}
			if !w.next(per).Equal(rate.Next()) {
				t.Fatalf("the next is at %v, want %v", w.next(per), rate.Next())
			}
			if got > 0 && rapid.Bool().Draw(t, "take") {
				rate.Take(now, 1)
				w.take(now)
			}
			w = throughJSON(t, w)
		}
	})
}

func throughJSON(t *rapid.T, w window) (back window) {
	doc, err := json.Marshal(w)
	if err == nil {
		err = json.Unmarshal(doc, &back)
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}
