package campaign_test

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/campaign"
)

func TestAnEventForAnotherVersionIsRefused(t *testing.T) {
	was := after(t, named(), campaign.Event{Action: campaign.Edit, At: sec(1), Spec: named()})
	for version, refused := range map[int64]bool{0: false, 1: true, 2: false, 3: true, -1: true} {
		got, err := campaign.Next(was, campaign.Event{Action: campaign.Start, At: sec(2), Version: version})
		if errors.Is(err, campaign.ErrChanged) != refused || (err == nil) == refused {
			t.Errorf("for version %d of 2: %v", version, err)
		}
		if refused {
			same(t, "campaign", got, was)
		}
	}
}

func TestThatItWasForAnotherVersionIsSaidFirst(t *testing.T) {
	_, err := campaign.Next(after(t, named(), do(campaign.Start, 0)), campaign.Event{Action: campaign.Edit, At: sec(1), Version: 1, Spec: named()})
	if !errors.Is(err, campaign.ErrChanged) || errors.Is(err, campaign.ErrAction) {
		t.Errorf("got %v", err)
	}
	same(t, "its words", err.Error(), "campaign: version 2, not 1: the campaign has changed since")
}

func TestAnArchiveMarksTheCampaignAndChangesNothingElse(t *testing.T) {
	for _, end := range []campaign.Action{campaign.Stop, campaign.Finish, campaign.Fail} {
		was := after(t, named(), do(campaign.Start, 0), do(end, 60))
		got, err := campaign.Next(was, do(campaign.Archive, 90))
		if err != nil {
			t.Fatal(err)
		}
		want := was
		want.Archived, want.Version = sec(90), was.Version+1
		same(t, "campaign after "+string(end), got, want)
	}
}

func TestASecondArchiveLeavesTheMarkAndARestartTakesItAway(t *testing.T) {
	c := after(t, named(), do(campaign.Discard, 60), do(campaign.Archive, 90), do(campaign.Archive, 120))
	same(t, "archived", c.Archived, sec(90))
	same(t, "archived", after(t, named(), do(campaign.Discard, 60), do(campaign.Archive, 90), do(campaign.Restart, 120)).Archived, time.Time{})
}
