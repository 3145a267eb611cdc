package outdial_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/campaign"
)

func TestOnlyWhatIsOverIsArchived(t *testing.T) {
	for _, status := range campaign.Statuses() {
		t.Run(string(status), func(t *testing.T) {
			s, d := desk(t)
			id := s.in(d, status)
			before, err := d.Campaign(s.ctx, id)
			s.must(err)
			err = d.Archive(s.ctx, id)
			after, failed := d.Campaign(s.ctx, id)
			s.must(failed)
			if status == campaign.Completed || status == campaign.Failed {
				s.must(err)
				if after.Archived.IsZero() {
					t.Error("it has no mark")
				}
				after.Archived, after.Version = before.Archived, before.Version
			} else {
				var refused *campaign.ActionError
				if !errors.As(err, &refused) || *refused != (campaign.ActionError{Status: status, Action: campaign.Archive}) {
					t.Errorf("got %v, want an ActionError", err)
				}
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("more has changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestAnEditForAnotherVersionChangesNothing(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	read, err := d.Campaign(s.ctx, id)
	s.must(err)
	first, second := read.Spec.Clone(), read.Spec.Clone()
	first.Retries, second.MaxConcurrent = 7, 7
	s.must(d.EditIf(s.ctx, id, read.Version, first))
	if err := d.EditIf(s.ctx, id, read.Version, second); !errors.Is(err, campaign.ErrChanged) {
		t.Errorf("got %v, want ErrChanged", err)
	}
	got, err := d.Campaign(s.ctx, id)
	s.must(err)
	if got.Spec.Retries != 7 || got.Spec.MaxConcurrent != read.Spec.MaxConcurrent {
		t.Errorf("the settings are %+v", got.Spec)
	}
	s.must(d.EditIf(s.ctx, id, got.Version, second))
	s.must(d.Edit(s.ctx, id, first))
}

func TestAnEditForAVersionIsCheckedAsAnyOther(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	var invalid *campaign.InvalidError
	if err := d.EditIf(s.ctx, id, 1, campaign.Spec{}); !errors.As(err, &invalid) {
		t.Errorf("got %v, want an InvalidError", err)
	}
}
