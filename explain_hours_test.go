package outdial_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func TestExplainContactKnowsTheCallingWindows(t *testing.T) {
	nine := simulated.DefaultStart // a Monday
	between := func(from, to int) func(*campaign.Spec) {
		return func(spec *campaign.Spec) {
			spec.Windows = []campaign.Window{{From: campaign.At(from, 0), To: campaign.At(to, 0)}}
		}
	}
	const closed, nobody = "; it is outside the campaign's calling windows then", "; no worker is stepping the campaign"
	for name, c := range map[string]struct {
		hours func(*campaign.Spec)
		a     attempt.Attempt
		then  func(*site, *outdial.Dialler, outdial.ID)
		want  string
		due   time.Time
	}{
		"due before they open": {between(10, 12), attempt.Attempt{State: attempt.StatePending}, nil,
			"it is due and waits for its turn" + nobody, nine.Add(time.Hour)},
		"due while they are open": {between(8, 12), attempt.Attempt{State: attempt.StatePending}, nil,
			"it is due and waits for its turn" + nobody, time.Time{}},
		"due, and the campaign is paused": {between(10, 12), attempt.Attempt{State: attempt.StatePending}, pause,
			"it is due and waits for its turn; the campaign is paused", time.Time{}},
		"a callback while they are open": {between(8, 12), attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine.Add(time.Hour)}, nil,
			"its callback is due later", nine.Add(time.Hour)},
		"a callback when they are closed": {between(8, 12), attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine.Add(4 * time.Hour)}, nil,
			"its callback is due later" + closed, nine.Add(23 * time.Hour)},
		"a retry when they are closed": {between(8, 10), attempt.Attempt{State: attempt.StateRetryScheduled, DueRunning: 2 * time.Hour}, nil,
			"its retry is due in 2h0m0s" + closed, nine.Add(23 * time.Hour)},
		"a callback after the campaign's only day": {func(spec *campaign.Spec) { spec.Date = "2024-03-04" },
			attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine.Add(24 * time.Hour)}, nil, "its callback is due later" + closed, time.Time{}},
		"a conversation": {between(10, 12), attempt.Attempt{State: attempt.StateInProgress}, nil, "it is in conversation", time.Time{}},
	} {
		got, due := explained(t, c.a, c.then, c.hours)
		if got != c.want || !due.Equal(c.due) {
			t.Errorf("%s: %q, due %v; want %q, %v", name, got, due, c.want, c.due)
		}
	}
}
