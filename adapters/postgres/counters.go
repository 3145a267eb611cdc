package postgres

import (
	"encoding/json"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// counters are a run's counters as they are kept: by name, so that a state or
// an outcome that a later release adds does not shift the others.
type counters struct {
	States   map[attempt.State]int   `json:"states,omitempty"`
	Spent    map[attempt.State]int   `json:"spent,omitempty"`
	Outcomes map[attempt.Outcome]int `json:"outcomes,omitempty"`

	Attempted int `json:"attempted,omitzero"`
	Answered  int `json:"answered,omitzero"`
	Dials     int `json:"dials,omitzero"`
	Refused   int `json:"refused,omitzero"`

	CallbacksCompleted int `json:"callbacks_completed,omitzero"`
	CallbacksCancelled int `json:"callbacks_cancelled,omitzero"`
	CallbacksExhausted int `json:"callbacks_exhausted,omitzero"`

	Live            int           `json:"live,omitzero"`
	Conversations   int           `json:"conversations,omitzero"`
	Talk            time.Duration `json:"talk,omitzero"`
	WrapUp          time.Duration `json:"wrap_up,omitzero"`
	StaleRecoveries int           `json:"stale_recoveries,omitzero"`
}

func encodeCounters(c *campaign.Counters) ([]byte, error) {
	k := counters{
		States: map[attempt.State]int{}, Spent: map[attempt.State]int{}, Outcomes: map[attempt.Outcome]int{},
		Attempted: c.Attempted, Answered: c.Answered, Dials: c.Dials, Refused: c.Refused,
		CallbacksCompleted: c.CallbacksCompleted, CallbacksCancelled: c.CallbacksCancelled,
		CallbacksExhausted: c.CallbacksExhausted, Live: c.Live, Conversations: c.Conversations,
		Talk: c.Talk, WrapUp: c.WrapUp, StaleRecoveries: c.StaleRecoveries,
	}
	for i, n := range c.States {
		keep(k.States, attempt.State(i), n)
	}
	for i, n := range c.Spent {
		keep(k.Spent, attempt.State(i), n)
	}
	for i, n := range c.Outcomes {
		keep(k.Outcomes, attempt.Outcome(i), n)
	}
	return json.Marshal(k)
}

func keep[K comparable](into map[K]int, k K, n int) {
	if n != 0 {
		into[k] = n
	}
}

func decodeCounters(doc []byte, c *campaign.Counters) error {
	var k counters
	if err := json.Unmarshal(doc, &k); err != nil {
		return err
	}
	*c = campaign.Counters{
		Attempted: k.Attempted, Answered: k.Answered, Dials: k.Dials, Refused: k.Refused,
		CallbacksCompleted: k.CallbacksCompleted, CallbacksCancelled: k.CallbacksCancelled,
		CallbacksExhausted: k.CallbacksExhausted, Live: k.Live, Conversations: k.Conversations,
		Talk: k.Talk, WrapUp: k.WrapUp, StaleRecoveries: k.StaleRecoveries,
	}
	for s, n := range k.States {
		c.States[s] = n
	}
	for s, n := range k.Spent {
		c.Spent[s] = n
	}
	for o, n := range k.Outcomes {
		c.Outcomes[o] = n
	}
	return nil
}
