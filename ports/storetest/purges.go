package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var purgeChecks = []check{
	{"an old run is forgotten and its figures are kept", purgedRun},
	{"a batch forgets at most Max rows and says whether more are left", purgedInBatches},
	{"the first batch sets the mark and later ones leave it", purgeMark},
	{"a run is refused from its first batch on", purgeRefuses},
	{"runs are purged oldest first", purgedOldestFirst},
	{"the present run is never purged", presentStays},
	{"a run that ended no earlier than Before is not purged", youngStays},
	{"a run with rows held is not purged before they are given back", heldStays},
	{"a run with a call in doubt is not purged before the doubt is over", doubtStays},
	{"later runs do not wait for one that cannot be purged", laterGoAhead},
	{"a new run takes its contacts though the run before is purged", purgedBeforeFilled},
	{"rows that still had to follow a decision are purged with their run", purgedUnswept},
	{"a failed run has no ages once it is purged", purgedFailed},
	{"contacts and upload keys are never purged", uploadsStay},
	{"ids of old commands are forgotten", commandsForgotten},
	{"a ghost of a purged call is ignored", purgedGhost},
	{"an iterator that reads a run ends when it is purged", purgedWhileRead},
	{"a purge that says nonsense is refused", purgeInvalid},
	{"a purge whose context is done does nothing", purgeContext},
	{"a run is purged while two workers lease and save", purgedBesideWorkers},
}

// purger is the store, if it says that it can.
func (r *room) purger() ports.Purger {
	r.t.Helper()
	if !r.f.Purge {
		r.t.Skip("the store does not say that it purges")
	}
	p, ok := r.s.(ports.Purger)
	r.want(ok, "the store says that it purges, and is no Purger")
	return p
}

// purge forgets at most most rows of runs that ended before now.
func (r *room) purge(id ports.ID, most int) (more bool) {
	r.t.Helper()
	more, err := r.purger().Purge(r.ctx, ports.Purge{Campaign: id, Before: r.now, At: r.now, Max: most})
	r.must(err)
	return more
}

// purgeAll purges until nothing is left.
func (r *room) purgeAll(id ports.ID) {
	r.t.Helper()
	const enough = 10_000
	for range enough {
		if !r.purge(id, 7) {
			return
		}
	}
	r.t.Fatalf("after %d batches more is left", enough)
}

// again restarts and starts a campaign, an hour after its last run was stopped.
func (r *room) again(id ports.ID, scope ...func(*ports.Decide)) {
	r.t.Helper()
	r.must(r.decide(id, campaign.Stop))
	r.pass(time.Hour)
	r.must(r.decide(id, campaign.Restart, scope...))
	r.sweepAll(id)
	r.must(r.decide(id, campaign.Start))
	r.pass(time.Hour)
}

// marked wants exactly these runs to be purged, and returns all.
func (r *room) marked(id ports.ID, want ...int) []campaign.Run {
	r.t.Helper()
	runs, err := r.s.Runs(r.ctx, id)
	r.must(err)
	purged := []int{}
	for _, run := range runs {
		if !run.Purged.IsZero() {
			purged = append(purged, run.Number)
		}
	}
	r.want(len(purged) == len(want) && (len(want) == 0 || reflect.DeepEqual(purged, want)), "purged are runs %v, want %v", purged, want)
	return runs
}

// unread wants a run to be refused.
func (r *room) unread(id ports.ID, run int, contact ports.ID) {
	r.t.Helper()
	_, of := r.s.Attempt(r.ctx, contact, run)
	for name, err := range map[string]error{
		"Attempt":                of,
		"Attempts":               last(r.s.Attempts(r.ctx, ports.Filter{Campaign: id, Run: run})),
		"Attempts of a state":    last(r.s.Attempts(r.ctx, ports.Filter{Campaign: id, Run: run, State: attempt.StateCompleted})),
		"Attempts of held state": last(r.s.Attempts(r.ctx, ports.Filter{Campaign: id, Run: run, State: attempt.StateLeased})),
		"Report":                 last(r.s.Report(r.ctx, id, run)),
	} {
		r.want(errors.Is(err, ports.ErrPurged), "%s of a purged run: %v, want %v", name, err, ports.ErrPurged)
	}
}

// figures are those of a run, but for ages.
func (r *room) figures(id ports.ID, run int) campaign.Metrics {
	r.t.Helper()
	m, err := r.s.Metrics(r.ctx, id, run, r.now)
	r.must(err)
	m.Oldest = nil
	return m
}

// recorded counts the calls whose records the store has: to such a call a late
// disposition is refused, and of others it knows nothing.
func (r *room) recorded(calls []attempt.Call) (n int) {
	r.t.Helper()
	for i := range calls {
		err := r.dispose(calls[i].ID, sold)
		if errors.Is(err, ports.ErrLate) {
			n++
			continue
		}
		r.want(errors.Is(err, ports.ErrNotFound), "a disposition of a purged call: %v, want %v", err, ports.ErrNotFound)
	}
	return n
}

// called is a campaign in its second run. In the first, three of five contacts
// were called: one twice, one once, one to its end.
func (r *room) called() (ports.ID, []campaign.Contact, []attempt.Call) {
	r.t.Helper()
	r.purger()
	id := r.draft()
	cs := r.crowd(id, 5)
	r.must(r.decide(id, campaign.Start))
	hands := r.lease(r.id(), id, 3)
	hands[0].unanswered()
	hands[1].complete()
	hands[2].dial().do(hands[2].ended("USER_BUSY"))
	r.pass(10 * time.Minute)
	h := r.one(hands[0].worker, id)
	r.want(h.a.Contact == cs[0].ID || h.a.Contact == cs[2].ID, "another is leased")
	h.unanswered()
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	calls := r.calls(id)
	r.want(len(calls) == 4, "%d calls", len(calls))
	r.pass(time.Hour)
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.pass(time.Hour)
	return id, cs, calls
}
