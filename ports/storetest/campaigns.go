package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var campaignChecks = []check{
	{"a campaign is kept as it was created", keptAsCreated},
	{"an id can be taken once", takenOnce},
	{"an unknown campaign is not found", unknownCampaign},
	{"campaigns are listed in the order of their creation", listedInOrder},
	{"a caller's copy of a campaign is its own", ownCopy},
}

func keptAsCreated(r *room) {
	spec := settings()
	spec.Shape, spec.Agent = attempt.AgentFirst, "user/1000"
	spec.Destination, spec.Dialplan, spec.Context = "5000", "YAML", "outbound"
	spec.CallerID, spec.Trunk, spec.Gateways = "+33100000000", "north", []string{"north", "south"}
	spec.Windows = []campaign.Window{{Days: campaign.Weekdays, From: campaign.At(9, 0), To: campaign.At(17, 30)}}
	spec.Zone, spec.Date = "Europe/Paris", "2026-03-02"
	spec.Screening, spec.ScreeningTimeout, spec.AgentWait = true, 3*time.Second, 4*time.Second
	spec.WrapUp, spec.FailAfter, spec.RefusedBackoff = 5*time.Second, time.Hour, 7*time.Second
	spec.RetryRules[attempt.OutcomeBusy] = campaign.RetryRule{Never: true, Delay: time.Minute, Max: 2}
	want := campaign.New(r.id(), spec, r.now)
	want.ClonedFrom = r.id()
	r.must(r.s.CreateCampaign(r.ctx, want))
	got := r.campaign(want.ID)
	r.want(reflect.DeepEqual(got.Spec, want.Spec), "the settings differ:\n%s", difference(got.Spec, want.Spec))
	r.want(reflect.DeepEqual(got, want), "the campaign differs:\n%s", difference(got, want))
}

func takenOnce(r *room) {
	id := r.draft()
	r.crowd(id, 2)
	err := r.s.CreateCampaign(r.ctx, campaign.New(id, settings(), r.now))
	r.want(errors.Is(err, ports.ErrExists), "the second one of an id: %v", err)
	r.want(len(all(r, r.s.Contacts(r.ctx, id))) == 2, "the first one lost its contacts")
}

func unknownCampaign(r *room) {
	r.draft()
	id := r.id()
	_, err := r.s.Campaign(r.ctx, id)
	r.notFound("Campaign", err)
	_, err = r.s.AddContacts(r.ctx, id, ports.Batch{At: r.now}, each([]campaign.Contact{r.contact()}))
	r.notFound("AddContacts", err)
	r.notFound("Submit", r.decide(id, campaign.Start))
	_, err = r.s.Metrics(r.ctx, id, 0, r.now)
	r.notFound("Metrics", err)
	_, err = r.s.Runs(r.ctx, id)
	r.notFound("Runs", err)
	_, err = r.s.Sweep(r.ctx, id, 10)
	r.notFound("Sweep", err)
	r.notFound("Contacts", last(r.s.Contacts(r.ctx, id)))
	r.notFound("Attempts", last(r.s.Attempts(r.ctx, ports.Filter{Campaign: id})))
	r.notFound("Report", last(r.s.Report(r.ctx, id, 0)))
}

func (r *room) notFound(what string, err error) {
	r.t.Helper()
	r.want(errors.Is(err, ports.ErrNotFound), "%s: %v, want ErrNotFound", what, err)
}

func listedInOrder(r *room) {
	var want []ports.ID
	for range 20 {
		want = append(want, r.draft()) // all at one time
	}
	r.must(r.decide(want[3], campaign.Edit, func(d *ports.Decide) { d.Event.Spec = settings() }))
	var got []ports.ID
	for _, c := range all(r, r.s.ListCampaigns(r.ctx)) {
		got = append(got, c.ID)
	}
	r.want(reflect.DeepEqual(got, want), "listed as %v, created as %v", got, want)
}

func ownCopy(r *room) {
	spec := settings()
	spec.Gateways = []string{"north"}
	c := campaign.New(r.id(), spec, r.now)
	r.must(r.s.CreateCampaign(r.ctx, c))
	c.Spec.Gateways[0] = "mine"
	read := r.campaign(c.ID)
	read.Spec.RetryRules[attempt.OutcomeBusy] = campaign.RetryRule{Never: true}
	again := r.campaign(c.ID)
	r.want(again.Spec.Gateways[0] == "north", "the store has the creator's slice")
	r.want(len(again.Spec.RetryRules) == 1, "the store has the reader's map")
}
