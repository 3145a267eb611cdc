package outdial_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// journal is what a logger has written so far.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *journal) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *journal) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestCallsThatTheSwitchRefusesAreLoggedInTheGuidesWords(t *testing.T) {
	refused := simulated.Plan{Outcome: attempt.OutcomeRefused}
	inBubble(t, simulated.Config{Carrier: always(refused)}, func(s *site) {
		var l journal
		w := s.running(func(c *outdial.Config) { c.Logger = slog.New(slog.NewTextHandler(&l, nil)) })
		id := s.campaign(w.Dialler, 1)
		s.untilStatus(id, campaign.Failed)
		for _, want := range []string{"Error originating call", "DESTINATION_OUT_OF_ORDER"} {
			if !strings.Contains(l.String(), want) {
				t.Errorf("the log does not say %q:\n%s", want, l.String())
			}
		}
	})
}

// picky is a switch that can't be told of a trunk.
type picky struct{ ports.Telephony }

func (picky) CheckSpec(spec *campaign.Spec) error {
	return &campaign.InvalidError{What: "campaign spec", Faults: []campaign.Fault{
		{Field: "Agent", Value: spec.Agent, Want: "an endpoint that the switch knows"},
	}}
}

func TestWhatTheSwitchCannotBeToldIsRefusedWithTheCampaign(t *testing.T) {
	s, d := desk(t, func(c *outdial.Config) { c.Telephony = picky{} })
	spec := campaign.Defaults()
	spec.Name, spec.Destination, spec.Agent = "Spring offer", "1000", "a b"
	_, err := d.Create(s.ctx, spec)
	var invalid *campaign.InvalidError
	if !errors.As(err, &invalid) || invalid.Faults[0].Field != "Agent" {
		t.Errorf("Create returned %v, want a fault of Agent", err)
	}
}

// named is a switch that says by which trunk it calls.
type named struct{ ports.Telephony }

func (named) DefaultTrunk() string { return "west" }

func withTrunk(lines int) func(*outdial.Config) {
	return func(c *outdial.Config) {
		c.Telephony = named{c.Telephony}
		c.Trunks = []outdial.Trunk{{Name: "west", Lines: lines}}
	}
}

func TestRecordsNameTheTrunkThatCarriedTheCall(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running(withTrunk(0))
		id := s.campaign(w.Dialler, 1, func(spec *campaign.Spec) { spec.Gateways = []string{"east"} })
		for _, address := range []string{"sofia/gateway/east/1", "sip:a@b.example"} {
			_, err := w.AddContacts(s.ctx, id, campaign.Contact{Address: address})
			s.must(err)
		}
		s.untilStatus(id, campaign.Completed)
		got := map[string]string{}
		for _, c := range s.calls(id) {
			got[c.Address] = c.Trunk
		}
		want := map[string]string{"+15550001": "west", "sofia/gateway/east/1": "east", "sip:a@b.example": ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheDefaultTrunksLimitsHoldForCampaignsThatNameNone(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute))}, func(s *site) {
		w := s.running(withTrunk(1))
		t0 := time.Now()
		id := s.campaign(w.Dialler, 3)
		s.untilStatus(id, campaign.Completed)
		if took := time.Since(t0); took < 3*time.Minute {
			t.Errorf("three calls on one line took %s", took)
		}
	})
}
