package site

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// lastCalls is for how long after its end the calls of a campaign may last.
const lastCalls = time.Hour

// startOf is when the demo's time begins: now, unless the store has seen later
// times, as it has when an earlier demo ran fast. Time must not go back. A
// campaign tells by its own times; only where calls may have come after those
// are its attempts read, and of these only who was dialled.
func startOf(ctx context.Context, store ports.Store) (time.Time, error) {
	latest := latestOf{time.Now()}
	var began []campaign.Campaign
	for c, err := range store.ListCampaigns(ctx) {
		if err != nil {
			return latest.Time, stopped(err)
		}
		latest.see(c.Created, c.Archived)
		latest.seeRun(&c.Run)
		if c.Run.Number > 1 && c.Run.Started.IsZero() { // it was restarted: the run before has the times
			if err := latest.seeRuns(ctx, store, c.ID); err != nil {
				return latest.Time, stopped(err)
			}
		}
		if !c.Run.Started.IsZero() {
			began = append(began, c)
		}
	}
	for i := range began {
		c := &began[i]
		if !c.Run.Ended.IsZero() && c.Run.Ended.Add(lastCalls).Before(latest.Time) || !c.Run.Purged.IsZero() {
			continue
		}
		for it, err := range store.Attempts(ctx, ports.Filter{Campaign: c.ID, MinDials: 1}) {
			if err != nil {
				return latest.Time, stopped(err)
			}
			latest.see(it.Attempt.Since)
		}
	}
	return latest.Time, nil
}

func stopped(err error) error { return fmt.Errorf("reading when the demo was stopped: %w", err) }

// latestOf is the latest of the times that it has seen.
type latestOf struct{ time.Time }

func (l *latestOf) see(times ...time.Time) {
	for _, t := range times {
		if t.After(l.Time) {
			l.Time = t
		}
	}
}

func (l *latestOf) seeRun(r *campaign.Run) {
	l.see(r.Started, r.RunningSince, r.HaltedAt, r.Ended, r.Purged)
}

func (l *latestOf) seeRuns(ctx context.Context, store ports.Store, id ports.ID) error {
	runs, err := store.Runs(ctx, id)
	for i := range runs {
		l.seeRun(&runs[i])
	}
	return err
}
