package campaign_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// sample is a run in which no two counts are equal.
func sample() campaign.Counters {
	c := campaign.Counters{
		Attempted: 70, Answered: 40, Dials: 160, Refused: 6,
		CallbacksCompleted: 4, CallbacksCancelled: 3, CallbacksExhausted: 2,
		Live: 44, Conversations: 32, Talk: 90 * time.Minute, WrapUp: 6 * time.Minute, StaleRecoveries: 9,
	}
	for s, n := range map[attempt.State]int{
		attempt.StatePending: 11, attempt.StateScheduled: 5, attempt.StateRetryScheduled: 7, attempt.StateCallbackScheduled: 8,
		attempt.StateLeased: 2, attempt.StateDialling: 3, attempt.StateRinging: 4, attempt.StateAMDScreening: 1,
		attempt.StateAttaching: 1, attempt.StateInProgress: 6, attempt.StateProcessing: 2,
		attempt.StateCompleted: 25, attempt.StateExhausted: 13, attempt.StateAbandoned: 3, attempt.StateAMDMachine: 4,
		attempt.StateWindowClosed: 2, attempt.StateManualStopped: 3,
	} {
		c.States[s] = n
		c.Spent[s] = 2 * n
	}
	c.Spent[attempt.StatePending] = 0
	c.Outcomes[attempt.OutcomeMachine] = 14
	c.Outcomes[attempt.OutcomeAbandoned] = 5
	return c
}

func TestTheFiguresOfTheOperatorPage(t *testing.T) {
	spec := named()
	c := sample()
	m := c.Metrics(&spec)
	for _, f := range []struct {
		name      string
		got, want int
	}{
		{"total_calls: contacts in the run", m.TotalCalls, 100},
		{"attempted_count: contacts with a dial", m.AttemptedCount, 70},
		{"answered_count: contacts that a person answered", m.AnsweredCount, 40},
		{"completed_count", m.CompletedCount, 25},
		{"failed_count: attempts exhausted", m.FailedCount, 13},
		{"abandoned_count", m.AbandonedCount, 3},
		{"amd_machine_count", m.MachineCount, 4},
		{"window_closed_count", m.WindowClosedCount, 2},
		{"manual_stopped_count", m.ManualStoppedCount, 3},
		{"machine_detected_count: calls", m.MachineDetected, 14},
		{"callback_pending", m.CallbackPending, 8},
		{"callback_completed", m.CallbackCompleted, 4},
		{"callback_cancelled", m.CallbackCancelled, 3},
		{"callback_exhausted", m.CallbackExhausted, 2},
		{"dials", m.Dials, 160},
		{"refused", m.RefusedDials, 6},
		{"lines", m.Lines, 15},
		{"remaining: not ended and without a line", m.Remaining, 35},
		{"live_answers", m.LiveAnswers, 44},
		{"abandoned_calls", m.AbandonedCalls, 5},
		{"conversations", m.Conversations, 32},
		{"stale_recoveries", m.StaleRecoveries, 9},
		{"retries_remaining: 50 open of 3 each, less 78 spent", m.RetriesRemaining, 50*3 - 78},
	} {
		t.Run(f.name, func(t *testing.T) { same(t, "figure", f.got, f.want) })
	}
}

func TestTheRatesOfTheOperatorPage(t *testing.T) {
	spec := named()
	c := sample()
	m := c.Metrics(&spec)
	for _, f := range []struct {
		name string
		got  *float64
		want float64
	}{
		{"attempt_answer_rate: dials answered by a person ÷ dials", m.AttemptAnswerRate, 44.0 / 160},
		{"completion_rate: completed ÷ total", m.CompletionRate, 25.0 / 100},
		{"average_handle_time: seconds of talk and wrap-up per conversation", m.AverageHandleTime, 96 * 60 / 32.0},
		{"abandon_rate: abandoned ÷ calls answered live", m.AbandonRate, 5.0 / 44},
		{"penetration: contacts answered ÷ contacts", m.Penetration, 40.0 / 100},
		{"calls_per_contact: dials ÷ contacts attempted", m.CallsPerContact, 160.0 / 70},
	} {
		t.Run(f.name, func(t *testing.T) {
			if f.got == nil || math.Abs(*f.got-f.want) > 1e-12 {
				t.Errorf("got %v, want %v", f.got, f.want)
			}
		})
	}
}

func TestTerminalCountsAndOpenOnesSumToTheTotal(t *testing.T) {
	spec := named()
	c := sample()
	m := c.Metrics(&spec)
	ended := m.CompletedCount + m.FailedCount + m.AbandonedCount + m.MachineCount + m.WindowClosedCount + m.ManualStoppedCount
	same(t, "ended, remaining and lines", ended+m.Remaining+m.Lines, m.TotalCalls)
}

func TestARateWithoutADenominatorIsNil(t *testing.T) {
	spec := named()
	m := (&campaign.Counters{}).Metrics(&spec)
	for name, r := range map[string]*float64{
		"attempt_answer_rate": m.AttemptAnswerRate, "completion_rate": m.CompletionRate,
		"average_handle_time": m.AverageHandleTime, "abandon_rate": m.AbandonRate,
		"penetration": m.Penetration, "calls_per_contact": m.CallsPerContact,
	} {
		if r != nil {
			t.Errorf("%s is %v", name, *r)
		}
	}
}

func TestARateOfNothingIsNullAndOfNoneIsZeroInJSON(t *testing.T) {
	spec := named()
	c := campaign.Counters{Live: 10}
	text, err := json.Marshal(c.Metrics(&spec))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"abandon_rate":0,`, `"attempt_answer_rate":null,`, `"_processing":0`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

func TestStatesAndOutcomesAreListedInFull(t *testing.T) {
	spec := named()
	c := sample()
	m := c.Metrics(&spec)
	same(t, "states", len(m.States), 17)
	same(t, "outcomes", len(m.Outcomes), 13)
	same(t, "pending", m.States[attempt.StatePending], 11)
	same(t, "machines", m.Outcomes[attempt.OutcomeMachine], 14)
}

func TestAConversationIsCountedWithItsTimes(t *testing.T) {
	var c campaign.Counters
	c.AddCall(&attempt.Call{
		AnsweredAt: sec(10), AttachedAt: sec(11), EndedAt: sec(71), DisposedAt: sec(90), Outcome: attempt.OutcomeAnswered,
	})
	c.AddCall(&attempt.Call{AnsweredAt: sec(10), EndedAt: sec(12), Outcome: attempt.OutcomeAbandoned})
	c.AddCall(&attempt.Call{EndedAt: sec(30), Outcome: attempt.OutcomeBusy})
	same(t, "live answers", c.Live, 2)
	same(t, "conversations", c.Conversations, 1)
	same(t, "talk and wrap-up", []time.Duration{c.Talk, c.WrapUp}, []time.Duration{60 * time.Second, 19 * time.Second})
	same(t, "busy", c.Outcomes[attempt.OutcomeBusy], 1)
}
