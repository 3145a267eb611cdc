package campaign

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// Metrics are a run's figures under the operator page's names. A rate whose
// denominator is empty is nil, not 0. Dials and live answers count from the
// moment they happen, so rates are right while calls are up; conversations and
// outcomes count with the final record, once the call is over.
type Metrics struct {
	TotalCalls     int `json:"total_calls"` // contacts in the run
	AttemptedCount int `json:"attempted_count"`
	AnsweredCount  int `json:"answered_count"`
	CompletedCount int `json:"completed_count"`
	FailedCount    int `json:"failed_count"` // attempts `exhausted`

	AbandonedCount     int `json:"abandoned_count"`
	MachineCount       int `json:"amd_machine_count"` // attempts `amd_machine`
	WindowClosedCount  int `json:"window_closed_count"`
	ManualStoppedCount int `json:"manual_stopped_count"`

	RetriesRemaining  int      `json:"retries_remaining"`
	AttemptAnswerRate *float64 `json:"attempt_answer_rate"` // dials answered by a person ÷ dials
	CompletionRate    *float64 `json:"completion_rate"`     // completed ÷ total
	AverageHandleTime *float64 `json:"average_handle_time"` // seconds of talk + wrap-up per conversation
	AbandonRate       *float64 `json:"abandon_rate"`        // abandoned ÷ calls answered live by a person
	MachineDetected   int      `json:"machine_detected_count"`
	CallbackPending   int      `json:"callback_pending"`
	CallbackCompleted int      `json:"callback_completed"`
	CallbackCancelled int      `json:"callback_cancelled"`
	CallbackExhausted int      `json:"callback_exhausted"`
	Dials             int      `json:"dials"`   // the guide's calls_originated
	RefusedDials      int      `json:"refused"` // the guide's calls_failed
	Lines             int      `json:"lines"`   // the guide's active_calls
	Remaining         int      `json:"remaining"`
	LiveAnswers       int      `json:"live_answers"` // calls answered by a person, those still up among them
	AbandonedCalls    int      `json:"abandoned_calls"`
	Conversations     int      `json:"conversations"`     // that are over
	Penetration       *float64 `json:"penetration"`       // contacts answered ÷ contacts
	CallsPerContact   *float64 `json:"calls_per_contact"` // dials ÷ contacts attempted

	// States counts attempts by state.
	States map[attempt.State]int `json:"states"`
	// Outcomes counts final call records by outcome.
	Outcomes map[attempt.Outcome]int `json:"outcomes"`

	// Oldest is the age of the oldest attempt in each non-terminal state that
	// has one. Stuck states are an operations signal.
	Oldest map[attempt.State]time.Duration `json:"oldest"`
	// StaleRecoveries counts attempts taken over from dead workers.
	StaleRecoveries int `json:"stale_recoveries"`
}

// Metrics makes the figures of a run with these settings. Oldest is left to
// whoever knows the rows' ages.
func (c *Counters) Metrics(spec *Spec) Metrics {
	m := Metrics{
		TotalCalls:         c.Total(),
		AttemptedCount:     c.Attempted,
		AnsweredCount:      c.Answered,
		CompletedCount:     c.States[attempt.StateCompleted],
		FailedCount:        c.States[attempt.StateExhausted],
		AbandonedCount:     c.States[attempt.StateAbandoned],
		MachineCount:       c.States[attempt.StateAMDMachine],
		WindowClosedCount:  c.States[attempt.StateWindowClosed],
		ManualStoppedCount: c.States[attempt.StateManualStopped],
		RetriesRemaining:   c.retriesRemaining(spec.Retries),
		MachineDetected:    c.Outcomes[attempt.OutcomeMachine],
		CallbackPending:    c.States[attempt.StateCallbackScheduled],
		CallbackCompleted:  c.CallbacksCompleted,
		CallbackCancelled:  c.CallbacksCancelled,
		CallbackExhausted:  c.CallbacksExhausted,
		Dials:              c.Dials,
		RefusedDials:       c.Refused,
		Lines:              c.Lines(),
		Remaining:          c.Open() - c.Lines(),
		LiveAnswers:        c.Live,
		AbandonedCalls:     c.Outcomes[attempt.OutcomeAbandoned],
		Conversations:      c.Conversations,
		StaleRecoveries:    c.StaleRecoveries,
		States:             map[attempt.State]int{},
		Outcomes:           map[attempt.Outcome]int{},
	}
	m.AttemptAnswerRate = rate(c.Live, c.Dials)
	m.CompletionRate = rate(m.CompletedCount, m.TotalCalls)
	m.AbandonRate = rate(m.AbandonedCalls, c.Live)
	m.Penetration = rate(c.Answered, m.TotalCalls)
	m.CallsPerContact = rate(c.Dials, c.Attempted)
	if c.Conversations > 0 {
		aht := (c.Talk + c.WrapUp).Seconds() / float64(c.Conversations)
		m.AverageHandleTime = &aht
	}
	for _, s := range attempt.States() {
		m.States[s] = c.States[s]
	}
	for _, o := range attempt.Outcomes() {
		m.Outcomes[o] = c.Outcomes[o]
	}
	return m
}

// retriesRemaining is the unspent retries of attempts that have not ended.
func (c *Counters) retriesRemaining(total int) int {
	left := c.Open() * total
	for s := attempt.StatePending; !s.Terminal(); s++ {
		left -= c.Spent[s]
	}
	return left
}

func rate(n, of int) *float64 {
	if of == 0 {
		return nil
	}
	r := float64(n) / float64(of)
	return &r
}
