package site

import (
	"context"
	"log/slog"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// closings writes each campaign's closing figures into the log, as the memory
// store takes them along when the process ends. It goes by what the store says
// has changed, which loses nothing, and not by events, which may.
type closings struct {
	store  ports.Store
	now    func() time.Time
	log    *slog.Logger
	since  int64
	open   map[ports.ID]campaign.Campaign // with a run that is not logged
	logged map[ports.ID]int               // the last run that is
}

// lookEvery is how often it is looked which campaigns are over.
const lookEvery = time.Second

func newClosings(store ports.Store, now func() time.Time, log *slog.Logger) *closings {
	return &closings{store: store, now: now, log: log, open: map[ports.ID]campaign.Campaign{}, logged: map[ports.ID]int{}}
}

// run looks until the context is done, and then logs what is lost.
func (c *closings) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			c.last(context.WithoutCancel(ctx))
			return
		case <-tick.C:
			c.look(ctx)
		}
	}
}

// look logs the runs that are over, once no call of theirs is up.
func (c *closings) look(ctx context.Context) {
	changes, err := c.store.Changes(ctx, c.since)
	if err != nil {
		return // next time
	}
	c.since = changes.Seq
	for i := range changes.Campaigns {
		at := changes.Campaigns[i].Campaign
		c.open[at.ID] = at
	}
	for id, at := range c.open {
		for n := c.logged[id] + 1; n < at.Run.Number; n++ { // restarted before anybody looked
			c.tell(ctx, &at, n, "a run is over")
		}
		over := at.Status == campaign.Completed || at.Status == campaign.Failed
		if over && c.quiet(ctx, id) {
			c.tell(ctx, &at, at.Run.Number, "a campaign is over")
			delete(c.open, id)
		}
	}
}

// quiet reports whether no attempt of the present run is on its way.
func (c *closings) quiet(ctx context.Context, id ports.ID) bool {
	m, err := c.store.Metrics(ctx, id, 0, c.now())
	if err != nil {
		return false
	}
	for s, n := range m.States {
		if n > 0 && s.Held() {
			return false
		}
	}
	return true
}

// last logs the figures of what is not over and is about to be lost.
func (c *closings) last(ctx context.Context) {
	c.look(ctx)
	for id, at := range c.open {
		if c.logged[id] < at.Run.Number {
			c.tell(ctx, &at, at.Run.Number, "a campaign is lost with the process, as its store is memory")
		}
	}
}

func (c *closings) tell(ctx context.Context, at *campaign.Campaign, run int, what string) {
	m, err := c.store.Metrics(ctx, at.ID, run, c.now())
	if err != nil {
		c.log.Error("closing figures could not be read", "campaign", at.ID, "run", run, "err", err)
		return
	}
	c.logged[at.ID] = run
	attrs := []any{"campaign", at.ID, "name", at.Spec.Name, "run", run}
	if run == at.Run.Number {
		attrs = append(attrs, "status", at.Status, "end_reason", at.Run.EndReason, "fail_reason", at.Run.FailReason)
	}
	c.log.Info(what, append(attrs, closingFigures(&m)...)...)
}

// closingFigures are the operator page's, and the guide's calls_originated and
// calls_failed among them (dials, refused).
func closingFigures(m *campaign.Metrics) []any {
	attrs := []any{
		"total_calls", m.TotalCalls, "attempted_count", m.AttemptedCount, "answered_count", m.AnsweredCount,
		"completed_count", m.CompletedCount, "failed_count", m.FailedCount, "abandoned_count", m.AbandonedCount,
		"amd_machine_count", m.MachineCount, "window_closed_count", m.WindowClosedCount, "manual_stopped_count", m.ManualStoppedCount,
		"remaining", m.Remaining, "dials", m.Dials, "refused", m.RefusedDials, "conversations", m.Conversations,
		"callback_completed", m.CallbackCompleted, "callback_cancelled", m.CallbackCancelled, "callback_exhausted", m.CallbackExhausted,
	}
	for _, r := range []struct {
		name  string
		value *float64
	}{
		{"attempt_answer_rate", m.AttemptAnswerRate}, {"completion_rate", m.CompletionRate},
		{"average_handle_time", m.AverageHandleTime}, {"abandon_rate", m.AbandonRate},
	} {
		if r.value != nil {
			attrs = append(attrs, r.name, *r.value)
		}
	}
	return attrs
}
