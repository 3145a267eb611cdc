package storetest

import (
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func purgedRun(r *room) {
	id, cs, calls := r.called()
	figures, runs, whole := r.figures(id, 1), r.marked(id), r.campaign(id)
	r.purgeAll(id)
	r.unread(id, 1, cs[0].ID)
	r.want(r.recorded(calls) == 0, "%d records are kept", r.recorded(calls))
	r.want(reflect.DeepEqual(r.figures(id, 1), figures), "the figures differ:\n%s", difference(r.figures(id, 1), figures))
	m, err := r.s.Metrics(r.ctx, id, 1, r.now)
	r.must(err)
	r.want(len(m.Oldest) == 0, "a purged run has oldest attempts: %v", m.Oldest)
	after := r.marked(id, 1)
	r.want(after[0].Purged.Equal(r.now), "it is marked %v, want %v", after[0].Purged, r.now)
	after[0].Purged = time.Time{}
	r.want(reflect.DeepEqual(after, runs), "the runs are %+v, want %+v", after, runs)
	r.want(reflect.DeepEqual(r.campaign(id), whole), "the campaign differs:\n%s", difference(r.campaign(id), whole))
	r.balanced(id, 2)
	r.must(r.decide(id, campaign.Start))
	r.one(r.id(), id).complete()
	r.balanced(id, 2)
}

func purgedInBatches(r *room) {
	const most = 2
	id, cs, calls := r.called()
	rows := len(cs) + len(calls)
	before, batches := r.recorded(calls), 0
	r.want(before == len(calls), "%d of %d records", before, len(calls))
	for more := true; more; batches++ {
		r.want(batches < 100, "after %d batches more is left", batches)
		more = r.purge(id, most)
		left := r.recorded(calls)
		r.want(before-left <= most, "a batch of %d has forgotten %d records", most, before-left)
		before = left
	}
	r.want(before == 0, "%d records are left, and no more, it says", before)
	r.want(batches*most >= rows, "%d rows are forgotten by %d batches of %d", rows, batches, most)
	r.want(!r.purge(id, most), "there is always more")
}

func purgeMark(r *room) {
	id, _, _ := r.called()
	first := r.now.Add(1001 * time.Nanosecond)
	more, err := r.purger().Purge(r.ctx, ports.Purge{Campaign: id, Before: r.now, At: first, Max: 1})
	r.must(err)
	r.want(more, "one row was all")
	r.pass(time.Hour)
	r.purgeAll(id)
	runs := r.marked(id, 1)
	r.want(runs[0].Purged.Equal(cut(first)) && runs[0].Purged.Location() == time.UTC, "the mark is %v, want %v", runs[0].Purged, cut(first))
}

func purgeRefuses(r *room) {
	id, cs, _ := r.called()
	r.want(r.purge(id, 1), "one row was all")
	for _, c := range cs {
		r.unread(id, 1, c.ID)
	}
	r.want(len(all(r, r.s.Report(r.ctx, id, 2))) == len(cs), "the present run is not read")
	r.want(len(all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))) == len(cs), "the present run is not read")
}

func purgedOldestFirst(r *room) {
	r.purger()
	id := r.running(2)
	r.again(id)
	r.again(id)
	r.want(r.purge(id, 1), "one row was all")
	r.marked(id, 1)
	r.purgeAll(id)
	r.marked(id, 1, 2)
	r.again(id)
	r.purgeAll(id)
	r.marked(id, 1, 2, 3)
}

func purgedBeforeFilled(r *room) {
	r.purger()
	id, cs := r.restarted(notCompleted)
	r.pass(time.Hour)
	r.purgeAll(id)
	r.marked(id, 1)
	r.sweepAll(id)
	as := all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id}))
	r.want(len(as) == 3, "the new run has %d contacts, want 3", len(as))
	for i, it := range as {
		r.want(it.Contact.ID == cs[i+1].ID, "attempt %d is another contact's", i)
	}
	r.balanced(id, 2)
}

func purgedUnswept(r *room) {
	r.purger()
	id := r.running(20)
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	r.pass(time.Hour)
	r.want(r.purge(id, 5), "five rows were all")
	r.sweepAll(id)
	r.purgeAll(id)
	more, err := r.s.Sweep(r.ctx, id, 100)
	r.must(err)
	r.want(!more, "a purged run has rows to sweep")
	r.want(r.figures(id, 1).States[attempt.StateManualStopped] == 20, "its figures are %v", counts(r.figures(id, 1)))
	r.balanced(id, 2)
}

// purgedFailed has figures that speak of rows which wait, and are no more.
func purgedFailed(r *room) {
	r.purger()
	id := r.running(3)
	r.must(r.decide(id, campaign.Fail))
	r.must(r.decide(id, campaign.Restart))
	r.sweepAll(id)
	r.pass(time.Hour)
	m, err := r.s.Metrics(r.ctx, id, 1, r.now)
	r.must(err)
	r.want(m.Oldest[attempt.StatePending] == time.Hour, "its ages are %v", m.Oldest)
	for more := true; more; {
		more = r.purge(id, 1)
		m, err = r.s.Metrics(r.ctx, id, 1, r.now)
		r.must(err)
		r.want(len(m.Oldest) == 0 && m.States[attempt.StatePending] == 3, "purged, it has %v, of ages %v", counts(m), m.Oldest)
	}
}

// purgedWhileRead ends the reader with an error: it must not take the rows that
// it has got for all of them.
func purgedWhileRead(r *room) {
	r.purger()
	id := r.running(3 * crowded)
	r.again(id)
	read := 0
	var err error
	for _, err = range r.s.Report(r.ctx, id, 1) {
		if err != nil {
			break
		}
		if read++; read == 1 {
			r.purge(id, 10)
		}
	}
	r.want(read < 2*crowded, "%d rows are read", read)
	r.isPurged(err)
	r.purgeAll(id)
	r.isPurged(last(r.s.Report(r.ctx, id, 1)))
}
