package outdial_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// desk is a site where nobody dials, and the dialler that takes its commands.
func desk(t *testing.T, edits ...func(*outdial.Config)) (*site, *outdial.Dialler) {
	t.Helper()
	s := &site{T: t, ctx: t.Context(), store: memory.New(), world: simulated.New(simulated.Config{})}
	clock := func(c *outdial.Config) { c.Clock, c.NewID = s.world.Clock(), seededIDs(1) }
	return s, s.clerk(append([]func(*outdial.Config){clock}, edits...)...)
}

// in brings a new campaign of two contacts into a status.
func (s *site) in(d *outdial.Dialler, status campaign.Status) outdial.ID {
	s.Helper()
	id := s.draft(d, 2)
	if status != campaign.Draft {
		s.must(d.Start(s.ctx, id))
	}
	switch status {
	case campaign.Paused:
		s.must(d.Pause(s.ctx, id))
	case campaign.Completed:
		s.must(d.Stop(s.ctx, id))
	case campaign.Failed:
		s.must(s.store.Submit(s.ctx, ports.Command{ID: uuid.New(), At: s.world.Now(), Decide: &ports.Decide{
			Campaign: id, Event: campaign.Event{Action: campaign.Fail, Reason: "no switch"},
		}}))
	}
	return id
}

// operator is what an operator may do to a campaign, by the names of the actions.
func operator(s *site, d *outdial.Dialler, id outdial.ID) map[campaign.Action]func() error {
	spec := campaign.Defaults()
	spec.Name = "Autumn offer"
	return map[campaign.Action]func() error{
		campaign.Start:   func() error { return d.Start(s.ctx, id) },
		campaign.Pause:   func() error { return d.Pause(s.ctx, id) },
		campaign.Resume:  func() error { return d.Resume(s.ctx, id) },
		campaign.Stop:    func() error { return d.Stop(s.ctx, id) },
		campaign.Restart: func() error { return d.Restart(s.ctx, id, campaign.All) },
		campaign.Edit:    func() error { return d.Edit(s.ctx, id, spec) },
		campaign.Clone:   func() error { _, err := d.Clone(s.ctx, id, "", true); return err },
		campaign.AddContacts: func() error {
			_, err := d.AddContacts(s.ctx, id, campaign.Contact{Address: "1"})
			return err
		},
	}
}

func TestActionsAreAvailableAsTheOperatorPageSays(t *testing.T) {
	for _, status := range campaign.Statuses() {
		for _, action := range campaign.OperatorActions() {
			t.Run(fmt.Sprintf("%s when %s", action, status), func(t *testing.T) {
				s, d := desk(t)
				id := s.in(d, status)
				err := operator(s, d, id)[action]()
				to, wanted := campaign.Allowed(status, action)
				if !errors.Is(err, campaign.ErrAction) && err != nil || (err == nil) != (wanted == nil) {
					t.Errorf("got %v, want %v", err, wanted)
				}
				if c, _ := d.Campaign(s.ctx, id); c.Status != to {
					t.Errorf("the campaign is %s, want %s", c.Status, to)
				}
			})
		}
	}
}

func TestOnlyADraftIsDiscarded(t *testing.T) {
	for _, status := range campaign.Statuses() {
		t.Run(string(status), func(t *testing.T) {
			s, d := desk(t)
			id := s.in(d, status)
			err := d.Discard(s.ctx, id)
			if status == campaign.Draft {
				s.must(err)
				err, status = d.Discard(s.ctx, id), campaign.Completed // the second time
			}
			var refused *campaign.ActionError
			if !errors.As(err, &refused) || *refused != (campaign.ActionError{Status: status, Action: campaign.Discard}) {
				t.Errorf("got %v, want an ActionError for %s", err, status)
			}
			if c, _ := d.Campaign(s.ctx, id); c.Status != status {
				t.Errorf("the campaign is %s, want %s", c.Status, status)
			}
		})
	}
}

func TestActionsOnAnUnknownCampaignSayThatItIsNotFound(t *testing.T) {
	s, d := desk(t)
	nothing := operator(s, d, uuid.New())
	nothing[campaign.Discard] = func() error { return d.Discard(s.ctx, uuid.New()) }
	nothing[campaign.Archive] = func() error { return d.Archive(s.ctx, uuid.New()) }
	for action, try := range nothing {
		if err := try(); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", action, err)
		}
	}
}

func TestBrokenSpecsAreRefusedWithAllFaults(t *testing.T) {
	s, d := desk(t, func(c *outdial.Config) { c.Trunks = []outdial.Trunk{{Name: "north"}} })
	id := s.draft(d, 0)
	for _, c := range []struct {
		fields string
		edit   func(*campaign.Spec)
	}{
		{"Name", func(s *campaign.Spec) { s.Name = "" }},
		{"MaxConcurrent", func(s *campaign.Spec) { s.MaxConcurrent = campaign.DefaultCeiling + 1 }},
		{"Trunk", func(s *campaign.Spec) { s.Trunk = "south" }},
		{"MaxConcurrent Retries RingTimeout", func(s *campaign.Spec) { s.RingTimeout, s.Retries, s.MaxConcurrent = 0, 11, 0 }},
	} {
		spec := campaign.Defaults()
		spec.Name = "Autumn offer"
		c.edit(&spec)
		_, created := d.Create(s.ctx, spec)
		for name, err := range map[string]error{"Create": created, "Edit": d.Edit(s.ctx, id, spec)} {
			if got := faultyFields(err); got != c.fields {
				t.Errorf("%s: %v, want faults of %s", name, err, c.fields)
			}
		}
	}
	if c, _ := d.Campaign(s.ctx, id); c.Spec.Name != "Spring offer" {
		t.Errorf("a refused edit has changed the name to %q", c.Spec.Name)
	}
}

// faultyFields are the fields that an InvalidError names.
func faultyFields(err error) string {
	invalid := (*campaign.InvalidError)(nil)
	if !errors.As(err, &invalid) {
		return "no InvalidError"
	}
	var names []string
	for _, f := range invalid.Faults {
		names = append(names, f.Field)
	}
	return strings.Join(names, " ")
}

func TestCeilingOfLinesIsTheHosts(t *testing.T) {
	s, d := desk(t, func(c *outdial.Config) { c.MaxConcurrent = 500 })
	s.draft(d, 0, func(spec *campaign.Spec) { spec.MaxConcurrent = 500 })
}

func TestEditReplacesTheSettingsOfADraft(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	spec := campaign.Defaults()
	spec.Name, spec.Retries = "Autumn offer", 7
	s.must(d.Edit(s.ctx, id, spec))
	c, err := d.Campaign(s.ctx, id)
	s.must(err)
	if diff := cmp.Diff(spec, c.Spec); diff != "" {
		t.Error(diff)
	}
}

func TestCloneCopiesTheSetupAndContactsWhereAsked(t *testing.T) {
	for _, withContacts := range []bool{false, true} {
		s, d := desk(t)
		id := s.in(d, campaign.Completed)
		clone, err := d.Clone(s.ctx, id, "Autumn offer", withContacts)
		s.must(err)
		original, err := d.Campaign(s.ctx, id)
		s.must(err)
		want := original.Spec
		want.Name = "Autumn offer"
		if diff := cmp.Diff(want, clone.Spec); diff != "" || clone.ClonedFrom != id || clone.Status != campaign.Draft {
			t.Errorf("the clone is %s, from %s:\n%s", clone.Status, clone.ClonedFrom, diff)
		}
		n := 0
		for c, err := range d.Contacts(s.ctx, clone.ID) {
			s.must(err)
			if n++; c.Address != fmt.Sprintf("+1555%04d", n) {
				t.Errorf("contact %d is %s", n, c.Address)
			}
		}
		if withContacts != (n == 2) {
			t.Errorf("the clone has %d contacts; asked for them: %v", n, withContacts)
		}
	}
}

func TestCloneKeepsTheNameUnlessGivenOne(t *testing.T) {
	s, d := desk(t)
	clone, err := d.Clone(s.ctx, s.draft(d, 0), "", false)
	s.must(err)
	if clone.Spec.Name != "Spring offer" {
		t.Errorf("it is called %q", clone.Spec.Name)
	}
}

func TestCloneRefusesANameThatIsTooLong(t *testing.T) {
	s, d := desk(t)
	if _, err := d.Clone(s.ctx, s.draft(d, 0), strings.Repeat("x", 256), false); faultyFields(err) != "Name" {
		t.Errorf("got %v, want a fault of Name", err)
	}
}

func TestRestartPreparesARunAndKeepsTheOldOne(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	s.must(d.Restart(s.ctx, id, campaign.NotCompleted))
	runs, err := d.Runs(s.ctx, id)
	s.must(err)
	if len(runs) != 2 || runs[0].EndReason != campaign.EndStopped || runs[1].Scope != campaign.NotCompleted {
		t.Errorf("the runs are %+v", runs)
	}
	for run, want := range map[int]int{0: 0, 1: 2, 2: 0} {
		m, err := d.Metrics(s.ctx, id, run)
		s.must(err)
		if m.TotalCalls != 2 || m.ManualStoppedCount != want {
			t.Errorf("run %d: %d of %d are stopped, want %d of 2", run, m.ManualStoppedCount, m.TotalCalls, want)
		}
	}
	if _, err := d.Metrics(s.ctx, id, 3); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("figures of a run that never was: %v, want ErrNotFound", err)
	}
}

func TestRestartRefusesAnUnknownScope(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	if err := d.Restart(s.ctx, id, "some"); faultyFields(err) != "Scope" {
		t.Errorf("%v, want a fault of Scope", err)
	}
}

func TestRestartWithoutAScopeTakesAllContacts(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	s.must(d.Restart(s.ctx, id, ""))
	if c, err := d.Campaign(s.ctx, id); err != nil || c.Run.Scope != campaign.All {
		t.Errorf("scope %q, %v", c.Run.Scope, err)
	}
}

func TestACampaignWhoseCallsNobodyTakesIsRefused(t *testing.T) {
	world := simulated.New(simulated.Config{})
	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: world.Connect(), Clock: world.Clock()})
	if err != nil {
		t.Fatal(err)
	}
	spec := campaign.Defaults()
	spec.Name = "to nobody"
	if _, err := d.Create(context.Background(), spec); faultyFields(err) != "Destination" {
		t.Errorf("contact first: %v, want a fault of Destination", err)
	}
	spec.Shape = attempt.AgentFirst
	if _, err := d.Create(context.Background(), spec); faultyFields(err) != "Agent" {
		t.Errorf("agent first: %v, want a fault of Agent", err)
	}
}

func TestSingleDayCampaignIsNotStartedAfterItsEnd(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 1, func(spec *campaign.Spec) { spec.Date = "2024-03-03" }) // the world's yesterday
	if err := d.Start(s.ctx, id); !errors.Is(err, campaign.ErrWindowOver) {
		t.Errorf("Start returned %v, want ErrWindowOver", err)
	}
}

func TestCampaignsAreListedInTheOrderOfTheirCreation(t *testing.T) {
	s, d := desk(t)
	var want []outdial.ID
	for range 3 {
		want = append(want, s.draft(d, 0))
		s.world.Advance(s.world.Now().Add(time.Minute))
	}
	var got []outdial.ID
	for c, err := range d.Campaigns(s.ctx) {
		s.must(err)
		got = append(got, c.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
