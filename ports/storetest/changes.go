package storetest

import (
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var changeChecks = []check{
	{"from 0 every campaign that is not settled is told", changesFromZero},
	{"a campaign with held rows is not settled", heldNotSettled},
	{"after the cursor only what has changed is told", changesAfterCursor},
	{"every kind of change is told", changesOfEveryKind},
	{"what changes nothing is not told", noChange},
	{"a change says whether rows are still to follow", changeSaysUnswept},
	{"a change names the earlier runs that have rows held", changeNamesEarlier},
	{"held rows that a command has written to are told", commandedRowsTold},
	{"a cancelled callback is told as a change of its campaign", cancelTold},
	{"a settled campaign's last change is told", settledTold},
}

// changes asks for what has changed, and checks the cursor.
func (r *room) changes(since int64) ports.Changes {
	r.t.Helper()
	ch, err := r.s.Changes(r.ctx, since)
	r.must(err)
	r.want(ch.Seq >= since, "the cursor goes back from %d to %d", since, ch.Seq)
	return ch
}

// told wants exactly these campaigns among the changes, in any order.
func (r *room) told(ch ports.Changes, want ...ports.ID) {
	r.t.Helper()
	var got []ports.ID
	for _, c := range ch.Campaigns {
		got = append(got, c.Campaign.ID)
	}
	byID := func(a, b ports.ID) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	r.want(slices.Equal(got, want), "told are\n  %v, want\n  %v", got, want)
}

func changesFromZero(r *room) {
	r.told(r.changes(0))
	draft, running, paused := r.draft(), r.running(1), r.running(1)
	completed, failed, unswept := r.running(1), r.running(1), r.running(1)
	r.must(r.decide(paused, campaign.Pause))
	r.must(r.decide(completed, campaign.Stop))
	r.sweepAll(completed)
	r.must(r.decide(failed, campaign.Fail))
	r.must(r.decide(unswept, campaign.Stop))
	r.told(r.changes(0), draft, running, paused, unswept)
	r.sweepAll(unswept)
	r.told(r.changes(0), draft, running, paused)
}

func heldNotSettled(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial()
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	r.told(r.changes(0), id)
	r.must(r.decide(id, campaign.Restart))
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	r.told(r.changes(0), id) // the earlier run's row is held
	h.do(h.ended("NO_ANSWER"))
	r.told(r.changes(0))
}

func changesAfterCursor(r *room) {
	a, b := r.draft(), r.draft()
	first := r.changes(0)
	r.told(first, a, b)
	r.told(r.changes(first.Seq))
	r.crowd(b, 1)
	second := r.changes(first.Seq)
	r.told(second, b)
	r.crowd(a, 1)
	r.crowd(b, 1)
	r.told(r.changes(second.Seq), a, b)
	r.told(r.changes(first.Seq), a, b)
	r.told(r.changes(r.changes(second.Seq).Seq))
}

func changesOfEveryKind(r *room) {
	cursor := r.changes(0).Seq
	id := r.draft()
	tells := func(what string) campaign.Campaign {
		r.t.Helper()
		ch := r.changes(cursor)
		r.want(len(ch.Campaigns) == 1 && ch.Campaigns[0].Campaign.ID == id, "%s tells %d campaigns", what, len(ch.Campaigns))
		cursor = ch.Seq
		return ch.Campaigns[0].Campaign
	}
	tells("a new campaign")
	r.crowd(id, 1)
	tells("an upload")
	for _, a := range []campaign.Action{
		campaign.Edit, campaign.Start, campaign.Pause, campaign.Resume, campaign.Close, campaign.Stop, campaign.Restart,
	} {
		r.must(r.decide(id, a, func(d *ports.Decide) { d.Event.Spec = settings() }))
		got, want := tells(string(a)), r.campaign(id)
		r.want(got.Status == want.Status && got.Version == want.Version && got.Run == want.Run, "%s tells %+v", a, got)
	}
}

func noChange(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	pause := ports.Command{ID: r.id(), At: r.now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Pause, At: r.now},
	}}
	r.must(r.s.Submit(r.ctx, pause))
	cursor := r.changes(0).Seq
	r.must(r.s.Submit(r.ctx, pause))
	_ = r.decide(id, campaign.Finish)
	h.do(attempt.Release{At: r.now})
	r.beat(ports.Worker{ID: h.worker, Beat: 1})
	ch := r.changes(cursor)
	r.told(ch)
	r.want(len(ch.Attempts) == 0, "attempts are told: %v", ch.Attempts)
}

func changeSaysUnswept(r *room) {
	id := r.running(2)
	unswept := func(want bool, when string) {
		r.t.Helper()
		for _, c := range r.changes(0).Campaigns {
			r.want(c.Unswept == want, "%s: Unswept is %v", when, c.Unswept)
		}
	}
	unswept(false, "running")
	r.must(r.decide(id, campaign.Close))
	unswept(true, "closed")
	r.sweepAll(id)
	unswept(false, "closed and swept")
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	unswept(true, "restarted")
	r.sweepAll(id)
	unswept(false, "restarted and swept")
	empty := r.draft()
	r.must(r.decide(empty, campaign.Start))
	r.must(r.decide(empty, campaign.Stop))
	unswept(false, "stopped without contacts")
}

func changeNamesEarlier(r *room) {
	id := r.running(2)
	hands := r.lease(r.id(), id, 2)
	earlier := func(want ...int) {
		r.t.Helper()
		runs, err := r.s.Runs(r.ctx, id)
		r.must(err)
		ch := r.changes(0)
		r.told(ch, id)
		got := ch.Campaigns[0].Earlier
		r.want(len(got) == len(want), "the earlier runs are %+v, want %v", got, want)
		for i, n := range want {
			r.want(got[i] == runs[n-1], "the earlier run is %+v, want %+v", got[i], runs[n-1])
		}
	}
	earlier()
	r.must(r.decide(id, campaign.Stop, drained))
	earlier()
	r.must(r.decide(id, campaign.Restart))
	earlier(1)
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart))
	earlier(1)
	hands[0].do(attempt.Release{At: r.now})
	earlier(1)
	hands[1].do(attempt.Release{At: r.now})
	earlier()
}

func commandedRowsTold(r *room) {
	id := r.running(4)
	hands := r.lease(r.id(), id, 4)
	up, waiting := hands[0].dial().answered(), hands[1].talk()
	hands[2].askCallback(time.Hour)
	r.pass(time.Hour)
	leased := r.one(r.id(), id)
	cursor := r.changes(0).Seq
	tells := func(what string, h *hand) {
		r.t.Helper()
		ch := r.changes(cursor)
		r.want(len(ch.Attempts) == 1, "%s tells %d attempts", what, len(ch.Attempts))
		r.sameAttempt(ch.Attempts[0], r.attempt(h.a.Contact))
		r.want(ch.Attempts[0].Version == h.a.Version+1, "%s tells version %d", what, ch.Attempts[0].Version)
		cursor = ch.Seq
	}
	r.must(r.dispose(up.a.Call.ID, sold))
	tells("a disposition while the call is up", up)
	r.must(r.dispose(waiting.a.Call.ID, sold))
	tells("a disposition that was waited for", waiting)
	r.must(r.cancel(leased.a.Contact))
	tells("a cancellation of a leased callback", leased)
	r.must(r.dispose(up.a.Call.ID, sold)) // again
	r.want(len(r.changes(cursor).Attempts) == 0, "what changes nothing is told")
}

// cancelTold matters where the callback was all that a run waited for.
func cancelTold(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).askCallback(time.Hour)
	cursor := r.changes(0).Seq
	r.must(r.cancel(h.a.Contact))
	r.told(r.changes(cursor), id)
	r.must(r.decide(id, campaign.Finish))
}

func settledTold(r *room) {
	id := r.running(1)
	r.one(r.id(), id).complete()
	cursor := r.changes(0).Seq
	r.must(r.decide(id, campaign.Finish))
	ch := r.changes(cursor)
	r.told(ch, id)
	r.want(ch.Campaigns[0].Campaign.Status == campaign.Completed, "told as %s", ch.Campaigns[0].Campaign.Status)
	r.told(r.changes(0))
}
