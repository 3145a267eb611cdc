package outdial

import (
	"context"
	"time"

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
