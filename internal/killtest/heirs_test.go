//go:build unix

package killtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// adoptWithin is how long after a worker's death its rows may still be its own
// if another has been up all the while. The time-out and a few heartbeats (of a
// tenth of it) would do, but processes on a busy machine are not heard for
// seconds at a time: what takes longer than this hangs. How quick it is, the
// simulations check in virtual time; here the log tells.
const adoptWithin = 15 * workerTimeout

// heirs watches in the database that the rows of the dead become others'.
type heirs struct {
	t    *testing.T
	db   *sqlx.DB
	crew *crew
	end  chan struct{}
	over chan struct{}

	worst  time.Duration      // from a death until the last row was another's
	steady time.Duration      // of this, the longest while for which one other was up
	rich   map[uuid.UUID]bool // the dead who had rows
	late   map[uuid.UUID]bool // of them, whose were not adopted in time
}

func watchHeirs(t *testing.T, db *sqlx.DB, c *crew) *heirs {
	h := &heirs{
		t: t, db: db, crew: c, end: make(chan struct{}), over: make(chan struct{}),
		rich: map[uuid.UUID]bool{}, late: map[uuid.UUID]bool{},
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(h.over)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for h.look(ctx) {
			select {
			case <-tick.C:
			case <-h.end:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-h.over
	})
	return h
}

// look reads who holds rows.
func (h *heirs) look(ctx context.Context) bool {
	var owners []uuid.UUID
	err := h.db.SelectContext(ctx, &owners, `SELECT DISTINCT owner FROM outdial_attempts WHERE owner IS NOT NULL`)
	if err != nil {
		if ctx.Err() == nil {
			h.t.Errorf("who holds rows: %v", err)
		}
		return false
	}
	now := time.Now()
	h.crew.mu.Lock()
	defer h.crew.mu.Unlock()
	for _, id := range owners {
		for _, w := range h.crew.all {
			if w.id == id && !w.killed.IsZero() {
				h.holds(w, now)
			}
		}
	}
	return true
}

// holds notes that a dead worker still has rows.
func (h *heirs) holds(dead *worker, now time.Time) {
	h.rich[dead.id] = true
	h.worst = max(h.worst, now.Sub(dead.killed))
	for _, w := range h.crew.all {
		if !w.killed.IsZero() || w.stopped {
			continue
		}
		both := dead.killed // since when one is dead and the other up
		if w.since.After(both) {
			both = w.since
		}
		h.steady = max(h.steady, now.Sub(both))
		if now.Sub(both) > adoptWithin && !h.late[dead.id] {
			h.late[dead.id] = true
			h.t.Errorf("%s after the death of %s it still has rows, though %s was up for %s",
				now.Sub(dead.killed), dead.id, w.id, now.Sub(both))
		}
	}
}

// finish is for when the campaign is over: nobody holds anything.
func (h *heirs) finish() {
	close(h.end)
	<-h.over
	var held int
	if err := h.db.GetContext(h.t.Context(), &held, `SELECT count(*) FROM outdial_attempts WHERE owner IS NOT NULL`); err != nil {
		h.t.Fatal(err)
	}
	if held > 0 {
		h.t.Errorf("%d rows are held in the end", held)
	}
	if len(h.rich) == 0 {
		h.t.Error("none of the dead had rows: nothing was tried")
	}
}
