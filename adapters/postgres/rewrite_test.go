package postgres

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

// A server plans each statement for each connection, and keeps the plans.
func TestFewStatementsWriteAnyBatch(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	ids := []attempt.ID{{}, uuid.New(), uuid.New()}
	moments := []time.Time{{}, time.UnixMicro(1).UTC(), time.UnixMicro(2).UTC()}
	states := []attempt.State{attempt.StateDialling, attempt.StateRinging, attempt.StateRetryScheduled, attempt.StateCompleted}
	statements := map[string]bool{}
	for range 20_000 {
		var w rewrites
		same := rnd.IntN(3) // how many values each column has to choose from, less one
		for range 1 + rnd.IntN(3) {
			a := attempt.Attempt{
				Contact: uuid.New(), Campaign: ids[rnd.IntN(same+1)], Run: rnd.IntN(same + 1), State: states[rnd.IntN(same+2)],
				Since: moments[rnd.IntN(same+1)], Due: moments[rnd.IntN(same+1)], DueRunning: time.Duration(rnd.IntN(same + 1)),
				Doubt: ids[rnd.IntN(same+1)], DoubtUntil: moments[rnd.IntN(same+1)],
			}
			c := change{was: int64(rnd.IntN(same + 1)), call: ids[rnd.IntN(same+1)], ended: rnd.IntN(same+1) > 0, frees: rnd.IntN(same+1) > 0}
			if rnd.IntN(same+1) > 0 {
				c.claims = []byte(`["trunk/north"]`)
			}
			if err := w.add(&a, c); err != nil {
				t.Fatal(err)
			}
		}
		w.level()
		var q rewriting
		frees, set := q.choice(&w.frees, "frees"), q.set(&w, uuid.NullUUID{Valid: true})
		statements[held(set, frees, "")] = true
	}
	if n := len(statements); n < 20 || n > 120 {
		t.Errorf("%d statements", n)
	}
}
