package campaign_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Every broken field is reported at once.
func ExampleSpec_Validate() {
	spec := campaign.Defaults()
	spec.Retries = 11
	spec.RingTimeout = 0
	fmt.Println(spec.Validate(campaign.DefaultCeiling))

	spec.Name, spec.Retries, spec.RingTimeout = "Spring offer", 2, 20*time.Second
	fmt.Println(spec.Validate(campaign.DefaultCeiling))
	// Output:
	// invalid campaign spec: Name is "": want 1 to 255 characters, it has 0; Retries is 11: want 0 to 10; RingTimeout is 0s: want 1s to 5m0s
	// <nil>
}

// Machines are called again once they are named: here once, six hours later.
func ExampleSpec_retryRules() {
	spec := campaign.Defaults()
	spec.RetryRules = map[attempt.Outcome]campaign.RetryRule{
		attempt.OutcomeMachine: {Delay: 6 * time.Hour, Max: 1},
	}
	rules := spec.Rules()
	fmt.Println(rules.Retry[attempt.OutcomeMachine].Never, rules.Retry[attempt.OutcomeAbandoned].Never)
	// Output: false true
}

func ExampleNext() {
	spec := campaign.Defaults()
	spec.Name = "Spring offer"
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := campaign.New(uuid.UUID{1}, spec, nine)

	for i, action := range []campaign.Action{campaign.Start, campaign.Pause, campaign.Edit, campaign.Resume, campaign.Stop} {
		var err error
		c, err = campaign.Next(c, campaign.Event{Action: action, At: nine.Add(time.Duration(i) * time.Hour)})
		if errors.Is(err, campaign.ErrAction) {
			fmt.Println(err)
			continue
		}
		fmt.Println(action, "->", c.Status)
	}
	fmt.Println("ran for", c.Run.Running(nine.Add(24*time.Hour)), "and ended:", c.Run.EndReason)
	// Output:
	// start -> running
	// pause -> paused
	// campaign: edit is not available in status paused
	// resume -> running
	// stop -> completed
	// ran for 2h0m0s and ended: stopped
}

// On the day on which clocks spring forward, nine o'clock is still nine o'clock.
func ExampleSchedule_NextOpen() {
	spec := campaign.Defaults()
	spec.Zone = "Europe/Berlin"
	spec.Windows = []campaign.Window{{From: campaign.At(9, 0), To: campaign.At(17, 0)}}
	s := spec.Schedule()

	evening := time.Date(2026, 3, 28, 16, 0, 0, 0, time.UTC)
	opens, _ := s.NextOpen(evening)
	fmt.Println("in", opens.Sub(evening))
	// Output: in 15h0m0s
}

func ExampleParseAddress() {
	for _, s := range []string{"+15551234567", "sip:user@domain.com", "sofia/gateway/trunk/5551234567", "1001 &system(id)"} {
		a, err := campaign.ParseAddress(s, campaign.Allow{Gateways: []string{"trunk"}})
		if err != nil {
			fmt.Println("refused")
			continue
		}
		fmt.Println(a.Kind, a.Gateway, a.Number+a.URI)
	}
	// Output:
	// e164  +15551234567
	// sip  sip:user@domain.com
	// dial_string trunk 5551234567
	// refused
}

func ExampleAvailable() {
	fmt.Println(campaign.Available(campaign.Paused))
	// Output: [start resume stop clone add_contacts]
}
