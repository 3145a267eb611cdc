package storetest

import (
	"context"
	"errors"
	"reflect"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var contextChecks = []check{
	{"a call whose context is done does nothing and says so", contextDone},
}

func contextDone(r *room) {
	id := r.running(2)
	h := r.one(r.id(), id)
	before, figures := r.campaign(id), r.balanced(id, 0)
	ctx, stop := context.WithCancel(r.ctx)
	stop()
	pause := ports.Command{ID: r.id(), At: r.now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Pause, At: r.now},
	}}
	errs := map[string]error{
		"CreateCampaign": r.s.CreateCampaign(ctx, campaign.New(r.id(), settings(), r.now)),
		"Submit":         r.s.Submit(ctx, pause),
		"Ghosts":         r.s.Ghosts(ctx, []ports.ID{h.a.Call.ID}),
		"ListCampaigns":  last(r.s.ListCampaigns(ctx)),
		"Attempts":       last(r.s.Attempts(ctx, ports.Filter{Campaign: id})),
		"Contacts":       last(r.s.Contacts(ctx, id)),
		"Report":         last(r.s.Report(ctx, id, 0)),
	}
	_, errs["Campaign"] = r.s.Campaign(ctx, id)
	_, errs["AddContacts"] = r.s.AddContacts(ctx, id, ports.Batch{At: r.now}, each([]campaign.Contact{r.contact()}))
	_, errs["Changes"] = r.s.Changes(ctx, 0)
	_, errs["Lease"] = r.s.Lease(ctx, r.id(), []ports.LeaseRequest{r.ask(id, 1)})
	_, errs["Save"] = r.s.Save(ctx, h.worker, []ports.Transition{h.next(h.dialling())})
	_, errs["Beat"] = r.s.Beat(ctx, ports.Worker{ID: r.id(), Beat: 1})
	_, errs["Workers"] = r.s.Workers(ctx)
	_, errs["Adopt"] = r.s.Adopt(ctx, r.id(), ports.Worker{ID: r.id()}, r.now, 1)
	_, errs["Sweep"] = r.s.Sweep(ctx, id, 1)
	_, errs["Metrics"] = r.s.Metrics(ctx, id, 0, r.now)
	_, errs["Runs"] = r.s.Runs(ctx, id)
	_, errs["Attempt"] = r.s.Attempt(ctx, h.a.Contact, 0)
	for method, err := range errs {
		r.want(errors.Is(err, context.Canceled), "%s: %v", method, err)
	}
	r.want(reflect.DeepEqual(r.campaign(id), before), "the campaign has changed")
	r.want(difference(r.balanced(id, 0), figures) == "", "the figures have moved")
	r.want(len(all(r, r.s.ListCampaigns(r.ctx))) == 1, "a campaign was created")
	r.known(ports.Worker{ID: h.worker})
}
