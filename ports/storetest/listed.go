package storetest

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var listedChecks = []check{
	{"the figures of many campaigns are those of each", listedLikeEach},
	{"they are those of the present run", listedPresent},
	{"ages count to the time that is given", listedAges},
	{"campaigns that are not known are left out", listedUnknown},
	{"a campaign that is asked for twice is answered once", listedTwice},
	{"nobody's figures are none", listedNobody},
	{"a listing whose context is done says so", listedContext},
}

// manyFigures asks for the figures of many, if the store says that it can.
func (r *room) manyFigures(ids ...ports.ID) map[ports.ID]campaign.Metrics {
	r.t.Helper()
	all, err := r.lister().MetricsOf(r.ctx, ids, r.now)
	r.must(err)
	return all
}

func (r *room) lister() ports.MetricsLister {
	r.t.Helper()
	if !r.f.MetricsLister {
		r.t.Skip("the store does not say that it lists figures")
	}
	l, ok := r.s.(ports.MetricsLister)
	r.want(ok, "the store says that it lists figures, and is no MetricsLister")
	return l
}

// likeEach wants the figures of these campaigns to be what each has by itself.
func (r *room) likeEach(ids ...ports.ID) {
	r.t.Helper()
	all := r.manyFigures(ids...)
	r.want(len(all) == len(ids), "%d campaigns have figures, want %d", len(all), len(ids))
	for i, id := range ids {
		want, err := r.s.Metrics(r.ctx, id, 0, r.now)
		r.must(err)
		r.want(reflect.DeepEqual(all[id], want), "those of campaign %d are\n%+v\nwant\n%+v", i, all[id], want)
	}
}

// listedLikeEach lists campaigns in all that may become of one.
func listedLikeEach(r *room) {
	r.lister()
	empty, draft, running, stopped := r.draft(), r.draft(), r.running(3), r.running(2)
	r.crowd(draft, 2)
	r.pass(time.Minute)
	held := r.lease(r.id(), running, 2)
	held[0].dial(lines("trunk/north", 1))
	r.pass(time.Minute)
	r.one(r.id(), stopped).unanswered()
	r.pass(time.Second)
	mixed, _ := r.mixed()
	halted, _ := r.mixed()
	r.must(r.decide(halted, campaign.Stop))
	r.must(r.decide(stopped, campaign.Stop))
	r.sweepAll(stopped)
	r.pass(time.Hour)
	r.likeEach(halted, empty, draft, mixed, running, stopped)
	r.likeEach(stopped)
}

func listedPresent(r *room) {
	r.lister()
	unfilled, _ := r.restarted()
	swept, _ := r.restarted()
	r.sweepAll(swept)
	up := r.running(2)
	r.one(r.id(), up).dial(lines("trunk/north", 1)).answered()
	r.must(r.decide(up, campaign.Stop, drained))
	r.must(r.decide(up, campaign.Restart))
	r.sweepAll(up)
	r.pass(time.Minute)
	r.likeEach(unfilled, swept, up)
	r.want(r.manyFigures(up)[up].Lines == 0, "the lines of an earlier run are counted")
}

func listedAges(r *room) {
	r.lister()
	a := r.running(2)
	r.one(r.id(), a)
	r.pass(time.Minute)
	b := r.running(1)
	r.pass(time.Minute)
	all := r.manyFigures(a, b)
	for s, age := range map[attempt.State]time.Duration{attempt.StatePending: 2 * time.Minute, attempt.StateLeased: 2 * time.Minute} {
		r.want(all[a].Oldest[s] == age, "the oldest %v is %v old, want %v", s, all[a].Oldest[s], age)
	}
	r.want(len(all[b].Oldest) == 1 && all[b].Oldest[attempt.StatePending] == time.Minute, "the ages of another are %v", all[b].Oldest)
}

func listedUnknown(r *room) {
	id := r.running(1)
	all := r.manyFigures(r.id(), id, r.id())
	_, known := all[id]
	r.want(len(all) == 1 && known, "%d of one campaign have figures, it among them: %v", len(all), known)
	r.want(len(r.manyFigures(r.id())) == 0, "a campaign that is not known has figures")
}

func listedTwice(r *room) {
	a, b := r.running(2), r.running(1)
	all := r.manyFigures(a, b, a)
	r.want(len(all) == 2 && all[a].TotalCalls == 2 && all[a].Oldest != nil, "they are %+v", all)
}

func listedNobody(r *room) {
	r.running(1)
	r.want(len(r.manyFigures()) == 0, "somebody has figures")
}

func listedContext(r *room) {
	id, l := r.running(1), r.lister()
	ctx, cancel := context.WithCancel(r.ctx)
	cancel()
	all, err := l.MetricsOf(ctx, []ports.ID{id}, r.now)
	r.want(errors.Is(err, context.Canceled) && len(all) == 0, "%d have figures, and the error is %v", len(all), err)
}
