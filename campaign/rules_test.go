package campaign_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func TestSettingsBecomeRules(t *testing.T) {
	s := named()
	s.Shape, s.Screening, s.DispositionWait = attempt.AgentFirst, true, time.Minute
	s.Retries, s.Callbacks, s.CallbackTries, s.CallbackDelay, s.RefusedBackoff = 1, 2, 3, 4*time.Minute, 5*time.Second
	got := s.Rules()
	got.Retry = [attempt.NumOutcomes]attempt.RetryRule{}
	same(t, "rules", got, attempt.Rules{
		Shape: attempt.AgentFirst, Screening: true, DispositionWait: time.Minute,
		Retries: 1, Callbacks: 2, CallbackTries: 3, CallbackDelay: 4 * time.Minute, Backoff: 5 * time.Second,
	})
}

func TestByDefaultOutcomesAreRetriedAsTheRetryDelaySays(t *testing.T) {
	s := named()
	rules := s.Rules()
	for _, o := range attempt.Outcomes() {
		want := attempt.RetryRule{Delay: 300 * time.Second, Max: -1}
		switch o {
		case attempt.OutcomeInvalidNumber, attempt.OutcomeMachine, attempt.OutcomeAbandoned:
			want.Never = true
		}
		same(t, o.String(), rules.Retry[o], want)
	}
}

func TestNamingAnOutcomeOptsIn(t *testing.T) {
	s := named()
	s.RetryRules = map[attempt.Outcome]campaign.RetryRule{
		attempt.OutcomeMachine:   {},
		attempt.OutcomeAbandoned: {Delay: 72 * time.Hour, Max: 1},
		attempt.OutcomeBusy:      {Never: true},
	}
	rules := s.Rules()
	same(t, "machine", rules.Retry[attempt.OutcomeMachine], attempt.RetryRule{Delay: 300 * time.Second, Max: -1})
	same(t, "abandoned", rules.Retry[attempt.OutcomeAbandoned], attempt.RetryRule{Delay: 72 * time.Hour, Max: 1})
	same(t, "busy", rules.Retry[attempt.OutcomeBusy], attempt.RetryRule{Never: true, Delay: 300 * time.Second, Max: -1})
}

func TestACloneOfASpecSharesNothing(t *testing.T) {
	s := named()
	s.Gateways = []string{"a"}
	s.Windows = windows(window("", "09:00", "17:00"))
	s.RetryRules = rule(attempt.OutcomeBusy, campaign.RetryRule{Max: 1})
	c := s.Clone()
	same(t, "clone", c, s)
	c.Gateways[0], c.Windows[0].From = "b", 0
	c.RetryRules[attempt.OutcomeBusy] = campaign.RetryRule{Max: 2}
	same(t, "gateway, window, rule", []any{s.Gateways[0], s.Windows[0].From, s.RetryRules[attempt.OutcomeBusy].Max},
		[]any{"a", campaign.At(9, 0), 1})
}

func TestACloneOfASpecWithoutRulesHasNone(t *testing.T) {
	if c := named().Clone(); c.RetryRules != nil {
		t.Errorf("got %v", c.RetryRules)
	}
}
