package storetest

import (
	"errors"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var commandChecks = []check{
	{"an id that was another action's is refused", otherAction},
	{"an id that restarted with another scope is refused", otherScope},
	{"an id that cancelled a callback decides nothing", otherKind},
	{"an id is known as another command's elsewhere", otherElsewhere},
	{"an id is another campaign's command there", sameIDElsewhere},
}

// command is an action under this id.
func (r *room) command(command, id ports.ID, a campaign.Action, scope campaign.Scope) error {
	return r.s.Submit(r.ctx, ports.Command{ID: command, At: r.now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: a, At: r.now, Scope: scope},
	}})
}

// taken wants the refusal of an id that was another command's, which changes nothing.
func (r *room) taken(id ports.ID, do func() error) {
	r.t.Helper()
	was := r.campaign(id)
	err := do()
	r.want(errors.Is(err, ports.ErrExists), "another command's id: %v", err)
	is := r.campaign(id)
	r.want(is.Status == was.Status && is.Version == was.Version && is.Run == was.Run, "it has become %s", is.Status)
}

func otherAction(r *room) {
	id, command := r.running(1), r.id()
	r.must(r.command(command, id, campaign.Pause, ""))
	r.taken(id, func() error { return r.command(command, id, campaign.Resume, "") })
	r.taken(id, func() error { return r.command(command, id, campaign.Stop, "") })
	r.must(r.command(command, id, campaign.Pause, ""))
	r.must(r.command(r.id(), id, campaign.Resume, ""))
}

func otherScope(r *room) {
	id, all, some := r.running(1), r.id(), r.id()
	r.must(r.decide(id, campaign.Stop))
	r.must(r.command(all, id, campaign.Restart, campaign.All))
	r.taken(id, func() error { return r.command(all, id, campaign.Restart, campaign.NotCompleted) })
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.taken(id, func() error { return r.command(all, id, campaign.Restart, campaign.NotCompleted) })
	r.must(r.command(all, id, campaign.Restart, ""))
	r.want(r.campaign(id).Run.Number == 2, "it is in run %d", r.campaign(id).Run.Number)
	r.sweepAll(id)
	r.must(r.command(some, id, campaign.Restart, campaign.NotCompleted))
	r.taken(id, func() error { return r.command(some, id, campaign.Restart, "") })
	r.must(r.command(some, id, campaign.Restart, campaign.NotCompleted))
	r.want(r.campaign(id).Run.Number == 3, "it is in run %d", r.campaign(id).Run.Number)
}

func otherKind(r *room) {
	id := r.running(2)
	h := r.one(r.id(), id).askCallback(time.Hour)
	cancel := ports.Command{ID: r.id(), At: r.now, Cancel: &ports.Cancel{Contact: h.a.Contact}}
	r.must(r.s.Submit(r.ctx, cancel))
	r.taken(id, func() error { return r.command(cancel.ID, id, campaign.Pause, "") })
	r.must(r.s.Submit(r.ctx, cancel))
	pause := r.id()
	r.must(r.command(pause, id, campaign.Pause, ""))
	cancel.ID = pause
	r.taken(id, func() error { return r.s.Submit(r.ctx, cancel) })
}

func otherElsewhere(r *room) {
	id, command := r.running(1), r.id()
	other := r.elsewhere()
	r.must(r.command(command, id, campaign.Pause, ""))
	other.taken(id, func() error { return other.command(command, id, campaign.Stop, "") })
	other.must(other.command(command, id, campaign.Pause, ""))
}

func sameIDElsewhere(r *room) {
	command := r.id()
	one, two := r.running(1), r.running(1)
	r.must(r.command(command, one, campaign.Pause, ""))
	r.must(r.command(command, two, campaign.Stop, ""))
	r.want(r.campaign(one).Status == campaign.Paused && r.campaign(two).Status == campaign.Completed, "they are not what they were told")
}
