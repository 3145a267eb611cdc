package storetest

import (
	"errors"
	"reflect"
	"sync"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var editChecks = []check{
	{"an edit that is meant for another version is refused", editOfAnother},
	{"every decision is a change to who edits", editAfterDecision},
	{"contacts are no change to who edits", editAfterContacts},
	{"of two edits of one version one is refused", editsTogether},
}

// editing makes an edit of a version, which sets how many retries there are.
func editing(version int64, retries int) func(*ports.Decide) {
	return func(d *ports.Decide) {
		d.Event.Version, d.Event.Spec = version, settings()
		d.Event.Spec.Retries = retries
	}
}

func editOfAnother(r *room) {
	id := r.draft()
	first := r.campaign(id).Version
	r.want(first > 0, "a new campaign has version %d, which no edit can be meant for", first)
	r.must(r.decide(id, campaign.Edit, editing(first, 1)))
	before := r.campaign(id)
	for _, version := range []int64{first, before.Version + 1, -1} {
		err := r.decide(id, campaign.Edit, editing(version, 2))
		r.want(errors.Is(err, campaign.ErrChanged), "for version %d of %d: %v", version, before.Version, err)
		r.want(reflect.DeepEqual(r.campaign(id), before), "a refused edit has changed something")
	}
	r.must(r.decide(id, campaign.Edit, editing(before.Version, 3)))
	r.must(r.decide(id, campaign.Edit, editing(0, 4)))
	r.want(r.campaign(id).Spec.Retries == 4, "the settings are %+v", r.campaign(id).Spec)
}

func editAfterDecision(r *room) {
	id := r.draft()
	version := r.campaign(id).Version
	for _, a := range []campaign.Action{campaign.Start, campaign.Pause, campaign.Stop, campaign.Archive, campaign.Restart} {
		r.must(r.decide(id, a))
		err := r.decide(id, campaign.Edit, editing(version, 1))
		r.want(errors.Is(err, campaign.ErrChanged), "after %s: %v", a, err)
	}
}

func editAfterContacts(r *room) {
	id := r.draft()
	version := r.campaign(id).Version
	r.crowd(id, 2)
	r.must(r.decide(id, campaign.Edit, editing(version, 1)))
}

// editsTogether lets a crew edit at once, each again until it was the first: none
// of their changes is lost. Who is refused has been overtaken by an edit, so that
// there are at most as many refusals as edits.
func editsTogether(r *room) {
	const turns = 5
	id := r.draft(func(s *campaign.Spec) { s.MaxConcurrent = 1 })
	var wg sync.WaitGroup
	for range crew {
		commands := make([]ports.ID, turns*crew)
		for i := range commands {
			commands[i] = r.id()
		}
		wg.Go(func() {
			done := 0
			for i := 0; i < len(commands) && done < turns; i++ {
				c, err := r.s.Campaign(r.ctx, id)
				if err == nil {
					c.Spec.MaxConcurrent++
					err = r.s.Submit(r.ctx, ports.Command{ID: commands[i], At: r.now, Decide: &ports.Decide{
						Campaign: id, Event: campaign.Event{Action: campaign.Edit, Version: c.Version, Spec: c.Spec},
					}})
				}
				switch {
				case err == nil:
					done++
				case !errors.Is(err, campaign.ErrChanged):
					r.t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	got := r.campaign(id).Spec.MaxConcurrent
	r.want(got == 1+turns*crew, "%d edits at once have made 1 to %d", turns*crew, got)
}
