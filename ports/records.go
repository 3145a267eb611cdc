package ports

import (
	"context"
	"errors"
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

// MetricsLister is an optional ability of a Store: the figures of many campaigns
// at once, for whoever lists them. [MetricsOf] asks any store.
//
// The duties of an adapter:
//
//  1. MetricsOf returns the figures of each campaign's present run, as Metrics
//     does with run 0, all as they stood at one moment. Ages count to at.
//  2. Ids that are not known are left out; one that comes twice is answered once.
//  3. What it costs beyond asking for one does not include a round trip for each.
//     Callers ask for as many as they show: hundreds at once are usual.
type MetricsLister interface {
	MetricsOf(ctx context.Context, ids []ID, at time.Time) (map[ID]campaign.Metrics, error)
}

// MetricsOf asks a store for the figures of many campaigns' present runs: all at
// once where it is a [MetricsLister], else one after the other. Campaigns that are
// not known are left out.
func MetricsOf(ctx context.Context, s Store, ids []ID, at time.Time) (map[ID]campaign.Metrics, error) {
	if l, ok := s.(MetricsLister); ok {
		return l.MetricsOf(ctx, ids, at)
	}
	all := make(map[ID]campaign.Metrics, len(ids))
	for _, id := range ids {
		m, err := s.Metrics(ctx, id, 0, at)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all[id] = m
	}
	return all, nil
}

// Filter chooses attempts: those that are as every field says. A field that is
// zero asks for nothing.
type Filter struct {
	Campaign ID
	Run      int // 0: the present one
	// State is the only state.
	State attempt.State
	// Outcome and SIPStatus are what a call of the attempt in this run came to,
	// as its final record has it. With both, one and the same call had them.
	Outcome   attempt.Outcome
	SIPStatus int
	// Number is what the contact's address begins with, as it was given: the
	// whole of it, or the first digits.
	Number string
	// MinDials and MaxDials bound Attempt.Dials; both are allowed values. A
	// MaxDials of nil is no bound, one of 0 asks for contacts never dialled.
	MinDials int
	MaxDials *int
	// After is the contact after whose arrival to begin: the last one of the page
	// before. ErrNotFound if the campaign has no such contact.
	After ID

	// LastCall fills Attempt.Call of attempts that have no call in hand with the
	// final record of their last one in this run, where they have one. It is for
	// whoever shows attempts: such a row is not one to write from.
	LastCall bool
}

// ReportRow is a row of the attempt report.
type ReportRow struct {
	Item
	// Call is the final record; nil for an attempt that has none.
	Call *attempt.Call
}
