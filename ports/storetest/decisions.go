package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var decisionChecks = []check{
	{"a decision moves the campaign as the table says", movesAsTable},
	{"an action that the status does not allow is refused", actionRefused},
	{"a window that is over refuses the start", windowOver},
	{"the same command again changes nothing", commandOnce},
	{"a command that was refused may be tried again", refusedAgain},
	{"an edit replaces the settings", editReplaces},
	{"IfRun applies a decision to its run only", ifRun},
	{"IfIdle applies a decision only while nobody has dialled", ifIdle},
	{"a run finishes only when all its attempts have ended", finishesWhenDone},
	{"an empty run does not finish", emptyNeverFinishes},
	{"no dial begins unless the campaign runs", dialsOnlyRunning},
	{"a pause leaves live calls alone", pauseLeavesCalls},
	{"a command is exactly one of three", oneOfThree},
}

func movesAsTable(r *room) {
	id := r.draft()
	r.crowd(id, 1)
	want := r.campaign(id)
	for _, e := range []campaign.Event{
		{Action: campaign.Edit, Spec: settings()},
		{Action: campaign.Start},
		{Action: campaign.Pause},
		{Action: campaign.Resume},
		{Action: campaign.Close},
		{Action: campaign.Stop, Drain: true},
		{Action: campaign.Restart, Scope: campaign.NotCompleted},
		{Action: campaign.Start},
		{Action: campaign.Fail, Reason: "the switch took no call"},
		{Action: campaign.Restart},
		{Action: campaign.Discard, Drain: true},
		{Action: campaign.Archive},
		{Action: campaign.Restart},
	} {
		r.pass(90 * time.Second)
		e.At = r.now
		var err error
		want, err = campaign.Next(want, e)
		r.must(err)
		r.must(r.decide(id, e.Action, func(d *ports.Decide) { d.Event = e }))
		got := r.campaign(id)
		r.want(reflect.DeepEqual(got, want), "after %s:\n%s", e.Action, difference(got, want))
	}
}

func actionRefused(r *room) {
	id := r.draft()
	before := r.campaign(id)
	for _, a := range []campaign.Action{
		campaign.Pause, campaign.Resume, campaign.Stop, campaign.Restart, campaign.Finish, campaign.Fail, campaign.Close,
	} {
		err := r.decide(id, a)
		refused := (*campaign.ActionError)(nil)
		r.want(errors.As(err, &refused), "%s of a draft: %v", a, err)
		r.want(*refused == campaign.ActionError{Status: campaign.Draft, Action: a}, "it says %v", refused)
	}
	r.want(reflect.DeepEqual(r.campaign(id), before), "a refused action has changed something")
}

func windowOver(r *room) {
	id := r.draft(func(s *campaign.Spec) {
		s.Date, s.Windows = "2026-03-02", []campaign.Window{{From: campaign.At(8, 0), To: campaign.At(9, 0)}}
	})
	err := r.decide(id, campaign.Start)
	r.want(errors.Is(err, campaign.ErrWindowOver), "a start after the window's end: %v", err)
	r.want(r.campaign(id).Status == campaign.Draft, "it has started")
}

func commandOnce(r *room) {
	id := r.running(1)
	pause := ports.Command{ID: r.id(), At: r.now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Pause, At: r.now},
	}}
	r.must(r.s.Submit(r.ctx, pause))
	r.must(r.s.Submit(r.ctx, pause))
	r.must(r.decide(id, campaign.Resume))
	r.must(r.s.Submit(r.ctx, pause))
	r.want(r.campaign(id).Status == campaign.Running, "the pause was applied twice")
}

func refusedAgain(r *room) {
	id := r.draft()
	pause := ports.Command{ID: r.id(), At: r.now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Pause, At: r.now},
	}}
	r.want(errors.Is(r.s.Submit(r.ctx, pause), campaign.ErrAction), "a draft was paused")
	r.must(r.decide(id, campaign.Start))
	r.must(r.s.Submit(r.ctx, pause))
	r.want(r.campaign(id).Status == campaign.Paused, "it is not paused")
}

func editReplaces(r *room) {
	id := r.draft()
	spec := settings()
	spec.Name, spec.Retries, spec.Gateways = "new", 0, []string{"south"}
	r.must(r.decide(id, campaign.Edit, func(d *ports.Decide) { d.Event.Spec = spec }))
	spec.Gateways[0] = "mine"
	got := r.campaign(id).Spec
	r.want(got.Name == "new" && got.Retries == 0 && got.Gateways[0] == "south", "the settings are %+v", got)
	r.crowd(id, 1)
	r.want(r.balanced(id, 1).RetriesRemaining == 0, "the figures go by the settings before")
}

func ifRun(r *room) {
	id := r.running(1)
	in := func(run int) func(*ports.Decide) { return func(d *ports.Decide) { d.IfRun = run } }
	err := r.decide(id, campaign.Pause, in(2))
	r.want(errors.Is(err, ports.ErrState), "for another run: %v", err)
	r.want(r.campaign(id).Status == campaign.Running, "it was applied")
	r.must(r.decide(id, campaign.Pause, in(1)))
}

func ifIdle(r *room) {
	id := r.running(1)
	idle := func(dials int) func(*ports.Decide) {
		return func(d *ports.Decide) { d.IfIdle, d.IfDials = true, dials }
	}
	h := r.one(r.id(), id).dial()
	err := r.decide(id, campaign.Fail, idle(0))
	r.want(errors.Is(err, ports.ErrState), "after a dial: %v", err)
	h.do(attempt.Refused{At: r.now, Running: h.running()})
	r.must(r.decide(id, campaign.Fail, idle(0)))
}

func finishesWhenDone(r *room) {
	id, w := r.running(2), r.id()
	hands := r.lease(w, id, 2)
	hands[0].complete()
	unfinished := func(when string) {
		r.t.Helper()
		err := r.decide(id, campaign.Finish)
		r.want(errors.Is(err, campaign.ErrOpenContacts), "%s: %v", when, err)
	}
	unfinished("one is leased")
	hands[1].talk()
	unfinished("one waits for its disposition")
	hands[1].do(attempt.Expire{At: r.now})
	r.must(r.decide(id, campaign.Finish))
	c := r.campaign(id)
	r.want(c.Status == campaign.Completed && c.Run.EndReason == campaign.EndFinished, "it is %s, %s", c.Status, c.Run.EndReason)
}

func emptyNeverFinishes(r *room) {
	id := r.running(0)
	err := r.decide(id, campaign.Finish)
	r.want(errors.Is(err, campaign.ErrOpenContacts), "an empty run: %v", err)
}

func dialsOnlyRunning(r *room) {
	claim := lines("trunk/north", 1)
	for _, end := range []campaign.Action{campaign.Pause, campaign.Stop, campaign.Fail, campaign.Close} {
		id := r.running(2)
		hands := r.lease(r.id(), id, 2)
		r.must(r.decide(id, end))
		for _, h := range hands {
			h.refused(ports.ErrNotRunning, h.dialling(), claim)
			h.refused(ports.ErrNotRunning, h.dialling())
		}
	}
	r.one(r.id(), r.running(1)).dial(claim) // the refused ones hold nothing
}

func pauseLeavesCalls(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial(lines("trunk/north", 1))
	r.must(r.decide(id, campaign.Pause))
	h.answered().do(h.ended("NORMAL_CLEARING"), attempt.Expire{At: r.now})
	r.want(h.a.State == attempt.StateCompleted, "it is %v", h.a.State)
	r.balanced(id, 1)
}

func oneOfThree(r *room) {
	id := r.running(1)
	decide := &ports.Decide{Campaign: id, Event: campaign.Event{Action: campaign.Pause}}
	err := r.s.Submit(r.ctx, ports.Command{ID: r.id(), At: r.now})
	r.want(err != nil, "a command that says nothing is taken")
	err = r.s.Submit(r.ctx, ports.Command{ID: r.id(), At: r.now, Decide: decide, Cancel: &ports.Cancel{}})
	r.want(err != nil && r.campaign(id).Status == campaign.Running, "a command that says two things is taken: %v", err)
}
