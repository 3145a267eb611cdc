package postgres

import (
	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// put makes a row what it is after a write, and brings in line all that depends
// on it. Its campaign is locked, its run read, and the limits that it holds are
// locked where it may leave the states that have a line.
func (u *unit) put(r *row, after attempt.Attempt, record bool) error {
	in := u.runs[runKey{r.Campaign, r.Run}]
	cutAttempt(&after)
	cleanCall(&after.Call)
	if record {
		u.record(runKey{r.Campaign, r.Run}, r.Contact, &after.Call)
	}
	if err := in.settle(&after); err != nil {
		return err
	}
	in.move(campaign.FactsOf(&r.a), campaign.FactsOf(&after))
	if !after.State.Line() {
		u.free(r.claims)
		r.claims = nil
	}
	r.Call = r.inHand(&after, record)
	if !after.State.Held() {
		after.Owner, after.Call = attempt.ID{}, attempt.Call{}
		if c := u.camps[r.Campaign]; r.a.State.Held() && r.Run != c.Run {
			c.ended++
		}
	}
	r.a, r.dirty = after, true
	return nil
}

// inHand is the call that a disposition finds the row by: the call in hand,
// while it takes one, until it has its record, and not again after. Most calls
// never get there, and never touch the index.
func (r *row) inHand(after *attempt.Attempt, record bool) uuid.NullUUID {
	switch {
	case record || !disposable(after.State):
		return uuid.NullUUID{}
	case disposable(r.a.State):
		return r.Call
	}
	return uuid.NullUUID{UUID: after.Call.ID, Valid: true}
}

// disposable reports whether a call in this state takes a disposition.
func disposable(s attempt.State) bool {
	return s == attempt.StateAttaching || s == attempt.StateInProgress || s == attempt.StateProcessing
}
