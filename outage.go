package outdial

import (
	"log/slog"
	"time"

	"github.com/outdial/outdial/internal/engine"
)

// outage is the store's absence as this worker sees it: its own operations fail,
// whether or not anybody asks the dialler for something. The log is told when it
// begins and when it is over, and not of every try between.
type outage struct {
	began  time.Time                   // zero: the store answers
	failed map[engine.OpKind]time.Time // when those kinds failed whose last try did
	beat   time.Time                   // when a heartbeat last came through
}

// watch takes what became of operations of the store, of which some are under way.
func (o *outage) watch(results []engine.Result, now time.Time, underWay func(engine.OpKind) bool, log *slog.Logger) {
	for i := range results {
		r := &results[i]
		if r.Failed() {
			o.fail(r, now, log)
			continue
		}
		o.succeed(r.Kind, now, underWay)
		if len(o.failed) == 0 && !o.began.IsZero() {
			log.Info("the store is back", "after", now.Sub(o.began))
			o.began = time.Time{}
		}
	}
}

func (o *outage) fail(r *engine.Result, now time.Time, log *slog.Logger) {
	if o.failed == nil {
		o.failed = map[engine.OpKind]time.Time{}
	}
	o.failed[r.Kind] = now
	if o.began.IsZero() {
		log.Warn("the store is away: its operations are tried again until it is back", "err", r.Err)
		o.began = now
	}
}

// succeed forgets the failure of the same kind. Not all kinds are tried again, as
// a campaign may have been paused meanwhile; after two heartbeats nobody waits
// for those that were not, and are not being tried.
func (o *outage) succeed(kind engine.OpKind, now time.Time, underWay func(engine.OpKind) bool) {
	delete(o.failed, kind)
	if kind != engine.OpBeat {
		return
	}
	for k, at := range o.failed {
		if at.Before(o.beat) && !underWay(k) {
			delete(o.failed, k)
		}
	}
	o.beat = now
}
