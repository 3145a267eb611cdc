package campaign_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/outdial/outdial/campaign"
)

// page is the operator page's table of actions: when each is available, and
// the status it leads to. Clone leaves the status as it is. What is not on the
// page stands below it.
var page = map[campaign.Action]map[campaign.Status]campaign.Status{
	campaign.Start:   {campaign.Draft: campaign.Running, campaign.Paused: campaign.Running},
	campaign.Pause:   {campaign.Running: campaign.Paused},
	campaign.Resume:  {campaign.Paused: campaign.Running},
	campaign.Stop:    {campaign.Running: campaign.Completed, campaign.Paused: campaign.Completed},
	campaign.Restart: {campaign.Completed: campaign.Draft, campaign.Failed: campaign.Draft},
	campaign.Clone: {
		campaign.Draft: campaign.Draft, campaign.Running: campaign.Running, campaign.Paused: campaign.Paused,
		campaign.Completed: campaign.Completed, campaign.Failed: campaign.Failed,
	},
	// Not on the page; semantics.md and the guide say when.
	campaign.Edit:        {campaign.Draft: campaign.Draft},
	campaign.AddContacts: {campaign.Draft: campaign.Draft, campaign.Running: campaign.Running, campaign.Paused: campaign.Paused},
	campaign.Discard:     {campaign.Draft: campaign.Completed},
	campaign.Archive:     {campaign.Completed: campaign.Completed, campaign.Failed: campaign.Failed},
	campaign.Finish:      {campaign.Running: campaign.Completed, campaign.Paused: campaign.Completed},
	campaign.Fail:        {campaign.Running: campaign.Failed, campaign.Paused: campaign.Failed},
	campaign.Close:       {campaign.Running: campaign.Running, campaign.Paused: campaign.Paused},
}

func TestStatusesHaveTheNamesOfTheOperatorPage(t *testing.T) {
	same(t, "statuses", campaign.Statuses(), []campaign.Status{"draft", "running", "paused", "completed", "failed"})
}

func TestEachStatusAllowsTheActionsOfTheOperatorPage(t *testing.T) {
	for action, allowed := range page {
		for _, s := range campaign.Statuses() {
			t.Run(string(action)+" when "+string(s), func(t *testing.T) {
				to, err := campaign.Allowed(s, action)
				want, ok := allowed[s]
				if !ok {
					want = s
				}
				if (err == nil) != ok || to != want {
					t.Errorf("leads to %v (%v), want %v, %v", to, err, want, ok)
				}
			})
		}
	}
}

func TestARefusedActionNamesStatusAndAction(t *testing.T) {
	_, err := campaign.Allowed(campaign.Completed, campaign.Pause)
	var refused *campaign.ActionError
	if !errors.As(err, &refused) || !errors.Is(err, campaign.ErrAction) {
		t.Fatalf("got %v", err)
	}
	same(t, "error", *refused, campaign.ActionError{Status: campaign.Completed, Action: campaign.Pause})
	same(t, "its words", err.Error(), "campaign: pause is not available in status completed")
}

func TestAnActionThatIsNoneIsRefused(t *testing.T) {
	for _, a := range []campaign.Action{"", "delete", "START"} {
		for _, s := range append(campaign.Statuses(), "", "archived") {
			if to, err := campaign.Allowed(s, a); err == nil {
				t.Errorf("%q in %q leads to %v", a, s, to)
			}
		}
	}
}

func TestAvailableAreTheOperatorsActions(t *testing.T) {
	for s, want := range map[campaign.Status][]campaign.Action{
		campaign.Draft:     {"start", "clone", "edit", "add_contacts"},
		campaign.Running:   {"pause", "stop", "clone", "add_contacts"},
		campaign.Paused:    {"start", "resume", "stop", "clone", "add_contacts"},
		campaign.Completed: {"restart", "clone"},
		campaign.Failed:    {"restart", "clone"},
	} {
		same(t, "actions of "+string(s), campaign.Available(s), want)
	}
}

func TestDiscardAndArchiveAreTheHostsAndNotTheOperators(t *testing.T) {
	for _, a := range []campaign.Action{campaign.Discard, campaign.Archive} {
		if slices.Contains(campaign.OperatorActions(), a) {
			t.Errorf("an operator may ask to %s", a)
		}
		for _, s := range campaign.Statuses() {
			if slices.Contains(campaign.Available(s), a) {
				t.Errorf("a page would offer to %s in status %s", a, s)
			}
		}
	}
}

func TestTheTableHasNoRowTwiceAndNoneBesideThePage(t *testing.T) {
	seen := map[campaign.Row]bool{}
	for _, r := range campaign.Rows() {
		key := campaign.Row{From: r.From, On: r.On}
		if seen[key] {
			t.Errorf("twice: %v", r)
		}
		seen[key] = true
		if page[r.On][r.From] != r.To {
			t.Errorf("not on the page: %v", r)
		}
	}
}

func TestEveryStatusCanBeReachedFromDraft(t *testing.T) {
	reached := []campaign.Status{campaign.Draft}
	for i := 0; i < len(reached); i++ {
		for _, r := range campaign.Rows() {
			if r.From == reached[i] && !slices.Contains(reached, r.To) {
				reached = append(reached, r.To)
			}
		}
	}
	same(t, "number of statuses", len(reached), len(campaign.Statuses()))
}

func TestChangingTheRowsHandedOutChangesNothing(t *testing.T) {
	campaign.Rows()[0].To = campaign.Failed
	if campaign.Rows()[0].To == campaign.Failed {
		t.Error("Rows hands out the machine itself")
	}
}

// TestDiagram holds the diagram that the README shows.
func TestDiagram(t *testing.T) {
	datadriven.RunTest(t, "testdata/diagram.txt", func(t *testing.T, d *datadriven.TestData) string {
		return campaign.Diagram()
	})
}
