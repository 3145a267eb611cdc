package outdial_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// spring is a valid spec.
func spring() campaign.Spec {
	spec := campaign.Defaults()
	spec.Name, spec.Destination = "Spring offer", "1000"
	return spec
}

// count reads how many there are.
func count[T any](s *site, seq func(func(T, error) bool)) (n int) {
	s.Helper()
	for _, err := range seq {
		s.must(err)
		n++
	}
	return n
}

func TestCreatingAgainUnderAnIDReturnsTheCampaignAsItStands(t *testing.T) {
	s, d := desk(t)
	id := uuid.New()
	spec := spring()
	c, err := d.CreateAs(s.ctx, id, spec)
	s.must(err)
	if c.ID != id || c.Status != campaign.Draft {
		t.Fatalf("made %s in status %s", c.ID, c.Status)
	}
	s.must(d.Start(s.ctx, id))
	spec.RetryRules, spec.Gateways = map[attempt.Outcome]campaign.RetryRule{}, []string{} // empty is none
	again, err := d.CreateAs(s.ctx, id, spec)
	s.must(err)
	if again.ID != id || again.Status != campaign.Running {
		t.Errorf("got %s in status %s, want the running one", again.ID, again.Status)
	}
	if n := count(s, d.Campaigns(s.ctx)); n != 1 {
		t.Errorf("there are %d campaigns", n)
	}
}

func TestAnIDWithOtherSettingsIsTaken(t *testing.T) {
	s, d := desk(t)
	c, err := d.CreateAs(s.ctx, uuid.New(), spring())
	s.must(err)
	other := spring()
	other.Retries = 7
	if _, err := d.CreateAs(s.ctx, c.ID, other); !errors.Is(err, ports.ErrExists) {
		t.Errorf("other settings: %v, want ErrExists", err)
	}
	clone, err := d.Clone(s.ctx, c.ID, "", false)
	s.must(err)
	if _, err := d.CreateAs(s.ctx, clone.ID, spring()); !errors.Is(err, ports.ErrExists) {
		t.Errorf("a clone's id: %v, want ErrExists", err)
	}
	if got, err := d.Campaign(s.ctx, c.ID); err != nil || got.Spec.Retries != spring().Retries {
		t.Errorf("a refused creation has changed the campaign: %d retries, %v", got.Spec.Retries, err)
	}
}

func TestCloningAgainUnderAnIDCompletesTheClone(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	as := uuid.New()
	for i, withContacts := range []bool{false, true, true} { // the first answer was lost before the contacts
		clone, err := d.CloneAs(s.ctx, as, id, "Autumn offer", withContacts)
		s.must(err)
		if clone.ID != as || clone.ClonedFrom != id {
			t.Fatalf("try %d: %s from %s", i, clone.ID, clone.ClonedFrom)
		}
		want := 0
		if withContacts {
			want = 2
		}
		if n := count(s, d.Contacts(s.ctx, as)); n != want {
			t.Errorf("try %d: the clone has %d contacts, want %d", i, n, want)
		}
	}
}

func TestAnIDThatIsNoCloneOfThatCampaignIsTaken(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	other := s.draft(d, 1)
	clone, err := d.CloneAs(s.ctx, uuid.New(), id, "Autumn offer", false)
	s.must(err)
	for name, try := range map[string]func() (campaign.Campaign, error){
		"another name":     func() (campaign.Campaign, error) { return d.CloneAs(s.ctx, clone.ID, id, "Winter offer", true) },
		"another original": func() (campaign.Campaign, error) { return d.CloneAs(s.ctx, clone.ID, other, "Autumn offer", true) },
		"no clone":         func() (campaign.Campaign, error) { return d.CloneAs(s.ctx, other, id, "", true) },
	} {
		if _, err := try(); !errors.Is(err, ports.ErrExists) {
			t.Errorf("%s: %v, want ErrExists", name, err)
		}
	}
	for id, want := range map[outdial.ID]int{clone.ID: 0, other: 1} {
		if n := count(s, d.Contacts(s.ctx, id)); n != want {
			t.Errorf("a refused clone has left %s with %d contacts, want %d", id, n, want)
		}
	}
}
