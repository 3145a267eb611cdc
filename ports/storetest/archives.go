package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var archiveChecks = []check{
	{"an archived campaign has a mark and is else as before", archiveMarks},
	{"only a campaign that is over is archived", onlyOverArchived},
	{"a second archive leaves the mark as it was", archivedTwice},
	{"a restart takes the mark away", restartUnmarks},
	{"a mark is kept as it was created", archivedAsCreated},
	{"an archive is told as a change", archiveTold},
	{"a mark moves with its campaign", archiveMoves},
}

// over is a campaign with a contact that was called and one that was not, which
// ended as a stop ends it.
func (r *room) over() ports.ID {
	r.t.Helper()
	id := r.running(2)
	r.one(r.id(), id).complete()
	r.must(r.decide(id, campaign.Stop))
	r.sweepAll(id)
	return id
}

func archiveMarks(r *room) {
	id := r.over()
	before, figures, rows := r.campaign(id), r.balanced(id, 1), all(r, r.s.Report(r.ctx, id, 1))
	r.pass(90 * time.Second)
	r.must(r.decide(id, campaign.Archive))
	got := r.campaign(id)
	r.want(got.Archived.Equal(r.now), "it was archived at %v, want %v", got.Archived, r.now)
	r.want(got.Version == before.Version+1, "its version is %d, was %d", got.Version, before.Version)
	got.Archived, got.Version = before.Archived, before.Version
	r.want(reflect.DeepEqual(got, before), "more has changed:\n%s", difference(got, before))
	after := r.balanced(id, 1)
	r.want(reflect.DeepEqual(after, figures), "its figures were\n%+v and are\n%+v", figures, after)
	report := all(r, r.s.Report(r.ctx, id, 1))
	r.want(reflect.DeepEqual(report, rows), "its report was\n%+v and is\n%+v", rows, report)
	listed := all(r, r.s.ListCampaigns(r.ctx))
	r.want(len(listed) == 1 && listed[0].Archived.Equal(r.now), "the list has %+v", listed)
}

func onlyOverArchived(r *room) {
	for status, id := range r.oneInEach() {
		before := r.campaign(id)
		err := r.decide(id, campaign.Archive)
		if status == campaign.Failed || status == campaign.Completed {
			r.must(err)
			r.want(r.campaign(id).Status == status, "it was %s and is %s", status, r.campaign(id).Status)
			continue
		}
		refused := (*campaign.ActionError)(nil)
		r.want(errors.As(err, &refused), "in status %s: %v", status, err)
		r.want(*refused == campaign.ActionError{Status: status, Action: campaign.Archive}, "it says %v", refused)
		r.want(reflect.DeepEqual(r.campaign(id), before), "a refused archive has changed something")
	}
}

func archivedTwice(r *room) {
	id := r.over()
	r.must(r.decide(id, campaign.Archive))
	first := r.now
	r.pass(time.Hour)
	r.must(r.decide(id, campaign.Archive))
	r.want(r.campaign(id).Archived.Equal(first), "it was archived at %v, want %v", r.campaign(id).Archived, first)
}

func restartUnmarks(r *room) {
	id := r.over()
	r.must(r.decide(id, campaign.Archive))
	r.must(r.decide(id, campaign.Restart))
	r.want(r.campaign(id).Archived.IsZero(), "a draft was archived at %v", r.campaign(id).Archived)
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.want(r.campaign(id).Archived.IsZero(), "it was archived at %v again", r.campaign(id).Archived)
}

func archivedAsCreated(r *room) {
	want := campaign.New(r.id(), settings(), r.now)
	want.Status, want.Archived = campaign.Completed, r.now.Add(time.Minute)
	finer := want
	finer.Archived = finer.Archived.Add(999)
	r.must(r.s.CreateCampaign(r.ctx, finer))
	got := r.campaign(want.ID)
	r.want(reflect.DeepEqual(got, want), "the campaign differs:\n%s", difference(got, want))
}

func archiveTold(r *room) {
	id := r.over()
	seq := r.changes(0).Seq
	r.must(r.decide(id, campaign.Archive))
	ch := r.changes(seq)
	r.told(ch, id)
	r.want(ch.Campaigns[0].Campaign.Archived.Equal(r.now), "it is told as %+v", ch.Campaigns[0].Campaign)
}

func archiveMoves(r *room) {
	id := r.over()
	r.pass(time.Minute)
	r.must(r.decide(id, campaign.Archive))
	want := r.campaign(id)
	other := r.abroad()
	_, err := other.mover().Import(r.ctx, each(all(r, r.mover().Export(r.ctx, id))))
	r.must(err)
	got := other.campaign(id)
	r.want(reflect.DeepEqual(got, want), "it arrives as another:\n%s", difference(got, want))
}
