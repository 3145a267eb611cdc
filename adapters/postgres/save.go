package postgres

import (
	"context"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Save implements [ports.Work].
func (s *Store) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) (refused []ports.Refusal, err error) {
	err = s.write(ctx, func(u *unit) error {
		refused = nil
		if err := u.readFor(ts); err != nil {
			return err
		}
		for i := range ts {
			no, ok, err := u.save(worker, &ts[i])
			if err != nil {
				return err
			}
			if !ok {
				no.Index = i
				refused = append(refused, no)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return refused, nil
}

// readFor locks and reads all that a batch is about: a statement for each table,
// however long the batch.
func (u *unit) readFor(ts []ports.Transition) error {
	if len(ts) == 0 {
		return nil
	}
	var camps []attempt.ID
	var rows []rowKey
	seen, runs := map[attempt.ID]bool{}, map[runKey]bool{}
	for i := range ts {
		a := &ts[i].Attempt
		if !seen[a.Campaign] {
			seen[a.Campaign] = true
			camps = append(camps, a.Campaign)
		}
		rows = append(rows, rowKey{a.Contact, a.Run})
		runs[runKey{a.Campaign, a.Run}] = true
	}
	if err := u.lock(camps); err != nil {
		return err
	}
	if err := u.loadRows(rows); err != nil {
		return err
	}
	keys := make([]runKey, 0, len(runs))
	for k := range runs {
		keys = append(keys, k)
	}
	if err := u.loadRuns(keys); err != nil {
		return err
	}
	return u.lockLimits(u.limitsOf(ts))
}

// limitsOf are the limits that the batch claims, and those that its rows hold
// and may give back.
func (u *unit) limitsOf(ts []ports.Transition) map[limitKey]bool {
	wanted := map[limitKey]bool{}
	for i := range ts {
		for k := range ts[i].Claims {
			wanted[keyOf(&ts[i].Claims[k])] = true
		}
		a := &ts[i].Attempt
		if r := u.rows[rowKey{a.Contact, a.Run}]; r != nil && !a.State.Line() {
			for _, key := range r.claims {
				wanted[limitKey{key, 0}] = true
			}
		}
	}
	return wanted
}

// save writes one row, or says why not.
func (u *unit) save(worker attempt.ID, t *ports.Transition) (no ports.Refusal, ok bool, err error) {
	r := u.rows[rowKey{t.Attempt.Contact, t.Attempt.Run}]
	switch {
	case r == nil || r.Campaign != t.Attempt.Campaign || !r.a.State.Held() || r.a.Owner != worker:
		return ports.Refusal{Err: ports.ErrFenced}, false, nil
	case r.a.Version != t.Attempt.Version:
		return ports.Refusal{Err: ports.ErrState, Current: r.a}, false, nil
	}
	dials := t.Attempt.State.Line() && !r.a.State.Line() || len(t.Claims) > 0
	if dials && !u.camps[r.Campaign].dials(u.runs[runKey{r.Campaign, r.Run}]) {
		return ports.Refusal{Err: ports.ErrNotRunning}, false, nil
	}
	if len(t.Claims) > 0 {
		if no, ok := u.claim(r, t.Claims, cut(t.Attempt.Since)); !ok {
			return no, false, nil
		}
	}
	after := t.Attempt
	after.Version++
	after.Owner = worker
	return ports.Refusal{}, true, u.put(r, after, t.Record)
}
