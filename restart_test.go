package outdial_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial/campaign"
)

func TestARestartThatIsRepeatedChangesNothing(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	command := uuid.New()
	s.must(d.RestartAs(s.ctx, command, id, campaign.All))
	s.must(d.Start(s.ctx, id))
	s.must(d.Stop(s.ctx, id))
	s.must(d.RestartAs(s.ctx, command, id, campaign.All)) // its answer was lost
	if c, err := d.Campaign(s.ctx, id); err != nil || c.Status != campaign.Completed || c.Run.Number != 2 {
		t.Errorf("run %d is %s, error %v; want run 2 as it was completed", c.Run.Number, c.Status, err)
	}
	s.must(d.RestartAs(s.ctx, uuid.New(), id, ""))
	if c, err := d.Campaign(s.ctx, id); err != nil || c.Status != campaign.Draft || c.Run.Number != 3 {
		t.Errorf("under another command, run %d is %s, error %v", c.Run.Number, c.Status, err)
	}
}

func TestARestartThatWasRefusedMayBeGivenAgain(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Running)
	command := uuid.New()
	if err := d.RestartAs(s.ctx, command, id, campaign.All); !errors.Is(err, campaign.ErrAction) {
		t.Errorf("of a running campaign: %v", err)
	}
	if err := d.RestartAs(s.ctx, command, id, "half"); !errors.Is(err, campaign.ErrInvalid) {
		t.Errorf("with half of the contacts: %v", err)
	}
	s.must(d.Stop(s.ctx, id))
	s.must(d.RestartAs(s.ctx, command, id, campaign.NotCompleted))
	if c, err := d.Campaign(s.ctx, id); err != nil || c.Status != campaign.Draft || c.Run.Number != 2 {
		t.Errorf("run %d is %s, error %v", c.Run.Number, c.Status, err)
	}
}
