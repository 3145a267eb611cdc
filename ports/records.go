package ports

import (
	"context"
	"iter"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Records is the part of a Store that is only read.
type Records interface {
	// Metrics returns a run's figures; run 0 is the present one. Its cost does
	// not grow with the run. Ages count to at.
	Metrics(ctx context.Context, id ID, run int, at time.Time) (campaign.Metrics, error)
	// Runs returns all runs of a campaign, oldest first.
	Runs(ctx context.Context, id ID) ([]campaign.Run, error)
	// Attempt returns a contact's attempt in a run (0: the present one), read
	// through its campaign.
	Attempt(ctx context.Context, contact ID, run int) (Item, error)
	// Attempts yields the attempts of a run that match, in order of arrival,
	// read through their campaign.
	Attempts(ctx context.Context, f Filter) iter.Seq2[Item, error]
	// Contacts yields a campaign's contacts in order of arrival.
	Contacts(ctx context.Context, id ID) iter.Seq2[campaign.Contact, error]
	// Report yields the rows of the attempt report of a run (0: the present
	// one), by arrival of the contact and number of the call: one per final
	// call record, and one for an attempt that has none.
	Report(ctx context.Context, id ID, run int) iter.Seq2[ReportRow, error]
}

// Filter chooses attempts.
type Filter struct {
	Campaign ID
	Run      int // 0: the present one
	// State, if not 0, is the only state.
	State attempt.State
}

// ReportRow is a row of the attempt report.
type ReportRow struct {
	Item
	// Call is the final record; nil for an attempt that has none.
	Call *attempt.Call
}
