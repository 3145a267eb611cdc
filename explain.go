package outdial

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// Explanation says what limits a campaign's dialling now.
type Explanation struct {
	Campaign ID
	Status   campaign.Status
	// Limit is what binds, and Sentence says it in words; of a campaign that has
	// failed also why.
	Limit    pacing.Limit
	Sentence string
	// Since is when it began to bind, Until when it is known to end; zero if
	// unknown.
	Since, Until time.Time
	// Lines is how many lines the campaign has open, over all workers.
	Lines int
	// Waiting is how many contacts wait.
	Waiting int
	// Workers is how many workers are known to the store.
	Workers int
}

type beatSeen struct {
	beat int64
	at   time.Time
}

// Explain says which limit binds a campaign now, or that no worker steps it. A
// dialler that runs answers from its own last decision; one that only takes
// commands reads what the workers have told the store, and calls a worker dead
// when it has seen its heartbeat stand still for the time-out.
func (d *Dialler) Explain(ctx context.Context, id ID) (Explanation, error) {
	c, err := d.cfg.Store.Campaign(ctx, id)
	if err != nil {
		return Explanation{}, err
	}
	m, err := d.Metrics(ctx, id, 0)
	if err != nil {
		return Explanation{}, err
	}
	x := Explanation{Campaign: id, Status: c.Status, Lines: m.Lines}
	for s, n := range m.States {
		if s.Waiting() {
			x.Waiting += n
		}
	}
	if err := d.explain(ctx, &x, &c); err != nil {
		return Explanation{}, err
	}
	x.Sentence = x.Limit.Sentence()
	if x.Limit == pacing.LimitFailed && c.Run.FailReason != "" {
		x.Sentence += ": " + c.Run.FailReason
	}
	return x, nil
}

func (d *Dialler) explain(ctx context.Context, x *Explanation, c *campaign.Campaign) error {
	workers, err := d.cfg.Store.Workers(ctx)
	if err != nil {
		return err
	}
	x.Workers = len(workers)
	if l := statusLimit(c.Status); l != "" {
		x.Limit = l
		return nil
	}
	if own, ok := d.decision(c.ID); ok {
		x.Limit, x.Since, x.Until = own.Limit, own.At, own.Until
		return nil
	}
	x.Limit = pacing.LimitNoWorker
	for _, w := range d.alive(workers) {
		if x.Limit == pacing.LimitNoWorker {
			x.Limit = pacing.LimitStore // it has not said yet what it makes of it
		}
		for _, dec := range w.Decisions {
			if l := pacing.Limit(dec.Limit); dec.Campaign == c.ID && ofRunning(l) {
				x.Limit, x.Since = l, dec.At
			}
		}
	}
	return nil
}

// decision is what this worker has decided about a running campaign; false
// where it does not step (any more), or has not heard yet that it runs.
func (d *Dialler) decision(id ID) (engine.Decision, bool) {
	select {
	case <-d.done:
		return engine.Decision{}, false
	default:
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	own, known := d.engine.Decision(id)
	return own, known && ofRunning(own.Limit) && !d.engine.Left()
}

// ofRunning reports whether a limit can be that of a campaign that runs.
func ofRunning(l pacing.Limit) bool {
	switch l {
	case "", pacing.LimitDraft, pacing.LimitPaused, pacing.LimitCompleted, pacing.LimitFailed:
		return false
	}
	return true
}

func statusLimit(s campaign.Status) pacing.Limit {
	switch s {
	case campaign.Draft:
		return pacing.LimitDraft
	case campaign.Paused:
		return pacing.LimitPaused
	case campaign.Completed:
		return pacing.LimitCompleted
	case campaign.Failed:
		return pacing.LimitFailed
	}
	return ""
}

// alive leaves out the workers whose heartbeat has stood still for the
// time-out, as far as this process has looked.
func (d *Dialler) alive(workers []ports.Worker) []ports.Worker {
	d.watchMu.Lock()
	defer d.watchMu.Unlock()
	now := d.now()
	var alive []ports.Worker
	watched := make(map[ID]beatSeen, len(workers))
	for _, w := range workers {
		s, known := d.watched[w.ID]
		if !known || s.beat != w.Beat {
			s = beatSeen{w.Beat, now}
		}
		watched[w.ID] = s
		if !w.Leaving && now.Sub(s.at) < d.cfg.WorkerTimeout {
			alive = append(alive, w)
		}
	}
	d.watched = watched
	return alive
}

// ContactExplanation says why a contact is not being called, or what it is at.
type ContactExplanation struct {
	Contact  campaign.Contact
	Attempt  attempt.Attempt
	Sentence string
	// Due is when it may be dialled at the earliest; zero: now, or never.
	Due time.Time
}

// ExplainContact says why a contact is not being called.
func (d *Dialler) ExplainContact(ctx context.Context, contact ID) (ContactExplanation, error) {
	it, err := d.cfg.Store.Attempt(ctx, contact, 0)
	if err != nil {
		return ContactExplanation{}, err
	}
	c, err := d.cfg.Store.Campaign(ctx, it.Attempt.Campaign)
	if err != nil {
		return ContactExplanation{}, err
	}
	x := ContactExplanation{Contact: it.Contact, Attempt: it.Attempt}
	a := &x.Attempt
	switch {
	case a.State.Terminal():
		x.Sentence = ended(a)
	case a.State.Held():
		x.Sentence = inHand[a.State]
	default:
		x.Sentence, x.Due = d.waits(a, &c)
	}
	if a.State.Waiting() && x.Due.IsZero() {
		why, err := d.Explain(ctx, c.ID)
		if err != nil {
			return ContactExplanation{}, err
		}
		x.Sentence += "; " + why.Sentence
	}
	return x, nil
}

// waits says what a waiting attempt waits for; with a zero time nothing of its
// own keeps it.
func (d *Dialler) waits(a *attempt.Attempt, c *campaign.Campaign) (string, time.Time) {
	now := d.now()
	switch {
	case c.Status == campaign.Failed:
		return "it waited when the run ended", time.Time{}
	case a.State == attempt.StateRetryScheduled && a.DueRunning > c.Run.Running(now):
		left := a.DueRunning - c.Run.Running(now)
		if c.Run.RunningSince.IsZero() {
			return fmt.Sprintf("its retry is due %v after the campaign goes on", left.Round(time.Second)), time.Time{}
		}
		return fmt.Sprintf("its retry is due in %v", left.Round(time.Second)), now.Add(left)
	case a.State == attempt.StateCallbackScheduled && a.Due.After(now):
		return "its callback is due later", a.Due
	case a.Due.After(now) && a.Refused > 0:
		return "the switch refused its last dial; it is tried again later", a.Due
	case a.Due.After(now):
		return "it is not to be called before its time", a.Due
	}
	return "it is due and waits for its turn", time.Time{}
}

// inHand says what a held attempt is at.
var inHand = map[attempt.State]string{
	attempt.StateLeased:       "a worker has taken it and is about to dial",
	attempt.StateDialling:     "it is being dialled",
	attempt.StateRinging:      "its phone rings",
	attempt.StateAMDScreening: "it has answered and is being screened",
	attempt.StateAttaching:    "it has answered and is being connected to an agent",
	attempt.StateInProgress:   "it is in conversation",
	attempt.StateProcessing:   "its conversation is over and waits for the disposition",
}

// endings says in words why an attempt will not be called again.
var endings = map[attempt.Reason]string{
	attempt.ReasonRetriesSpent:      "its retries are used up",
	attempt.ReasonNotRetryable:      "its last outcome is not retried",
	attempt.ReasonDoNotCall:         "the person asked not to be called",
	attempt.ReasonSuppressed:        "a check refused it",
	attempt.ReasonStopped:           "the campaign was stopped",
	attempt.ReasonWindowClosed:      "the campaign's day ended while it waited",
	attempt.ReasonCallbackCancelled: "its callback was cancelled",
	attempt.ReasonCallbackSpent:     "its callback's tries are used up",
	attempt.ReasonNoDisposition:     "it had its conversation; no disposition came in time",
	attempt.ReasonHungUpEarly:       "it answered and hung up before an agent was on the line",
}

func ended(a *attempt.Attempt) string {
	if s, ok := endings[a.Reason]; ok {
		return s
	}
	switch a.State {
	case attempt.StateAbandoned:
		return "it answered and no agent was free"
	case attempt.StateAMDMachine:
		return "a machine answered"
	}
	return "it had its conversation"
}
