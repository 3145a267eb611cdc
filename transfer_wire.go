package outdial

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// The lines of an export, as docs/transfer.md has them. Spans of time are in
// nanoseconds. What is converted as a whole has the fields of its original, or
// it does not compile: a new one is a new line here and in the document.

type wireHead struct {
	ID         ID              `json:"id"`
	Status     campaign.Status `json:"status"`
	Created    time.Time       `json:"created,omitzero"`
	ClonedFrom ID              `json:"cloned_from,omitzero"`
	Archived   time.Time       `json:"archived,omitzero"`
	Version    int64           `json:"version"`
	Run        int             `json:"run"`
}

type wireRun struct {
	wireInfo
	Spec     wireSpec     `json:"spec"`
	Counters wireCounters `json:"counters"`
}

type wireInfo struct {
	Number       int                `json:"number"`
	Scope        campaign.Scope     `json:"scope"`
	Started      time.Time          `json:"started,omitzero"`
	Ended        time.Time          `json:"ended,omitzero"`
	EndReason    campaign.EndReason `json:"end_reason,omitempty"`
	FailReason   string             `json:"fail_reason,omitempty"`
	Halt         attempt.Halt       `json:"halt,omitzero"`
	HaltCalls    attempt.Halt       `json:"halt_calls,omitzero"`
	HaltedAt     time.Time          `json:"halted_at,omitzero"`
	Ran          time.Duration      `json:"ran,omitzero"`
	RunningSince time.Time          `json:"running_since,omitzero"`
	Purged       time.Time          `json:"purged,omitzero"`
}

type wireSpec struct {
	wireSettings
	RetryRules map[attempt.Outcome]wireRetry `json:"retry_rules,omitempty"`
}

type wireSettings struct {
	Name             string                                 `json:"name"`
	Shape            attempt.Shape                          `json:"shape"`
	Agent            string                                 `json:"agent,omitempty"`
	Destination      string                                 `json:"destination,omitempty"`
	Dialplan         string                                 `json:"dialplan"`
	Context          string                                 `json:"context"`
	CallerID         string                                 `json:"caller_id,omitempty"`
	Trunk            string                                 `json:"trunk,omitempty"`
	Gateways         []string                               `json:"gateways,omitempty"`
	Symbols          bool                                   `json:"symbols,omitempty"`
	RingTimeout      time.Duration                          `json:"ring_timeout"`
	MaxConcurrent    int                                    `json:"max_concurrent"`
	CallsPerSecond   int                                    `json:"calls_per_second"`
	Retries          int                                    `json:"retries"`
	RetryDelay       time.Duration                          `json:"retry_delay"`
	RetryRules       map[attempt.Outcome]campaign.RetryRule `json:"-"` // see wireSpec
	Callbacks        int                                    `json:"callbacks"`
	CallbackTries    int                                    `json:"callback_tries"`
	CallbackDelay    time.Duration                          `json:"callback_delay"`
	DispositionWait  time.Duration                          `json:"disposition_wait"`
	WrapUp           time.Duration                          `json:"wrap_up"`
	Screening        bool                                   `json:"screening"`
	ScreeningTimeout time.Duration                          `json:"screening_timeout"`
	AgentWait        time.Duration                          `json:"agent_wait"`
	Zone             string                                 `json:"zone"`
	Windows          []campaign.Window                      `json:"windows,omitempty"`
	Date             string                                 `json:"date,omitempty"`
	FailAfter        time.Duration                          `json:"fail_after"`
	RefusedBackoff   time.Duration                          `json:"refused_backoff"`
}

type wireRetry struct {
	Never bool          `json:"never,omitempty"`
	Delay time.Duration `json:"delay,omitempty"`
	Max   int           `json:"max,omitempty"`
}

// wireCounters names states and outcomes, so that one that a later release adds
// does not shift the others.
type wireCounters struct {
	States   map[attempt.State]int   `json:"states,omitempty"`
	Spent    map[attempt.State]int   `json:"spent,omitempty"`
	Outcomes map[attempt.Outcome]int `json:"outcomes,omitempty"`

	Attempted          int           `json:"attempted,omitempty"`
	Answered           int           `json:"answered,omitempty"`
	Dials              int           `json:"dials,omitempty"`
	Refused            int           `json:"refused,omitempty"`
	CallbacksCompleted int           `json:"callbacks_completed,omitempty"`
	CallbacksCancelled int           `json:"callbacks_cancelled,omitempty"`
	CallbacksExhausted int           `json:"callbacks_exhausted,omitempty"`
	Live               int           `json:"live,omitempty"`
	Conversations      int           `json:"conversations,omitempty"`
	Talk               time.Duration `json:"talk,omitempty"`
	WrapUp             time.Duration `json:"wrap_up,omitempty"`
	StaleRecoveries    int           `json:"stale_recoveries,omitempty"`
}

type wireContact struct {
	ID        ID                `json:"id"`
	Key       string            `json:"key,omitempty"`
	Name      string            `json:"name,omitempty"`
	Address   string            `json:"address"`
	Priority  int32             `json:"priority,omitempty"`
	NotBefore time.Time         `json:"not_before,omitzero"`
	Variables map[string]string `json:"variables,omitempty"`
}

// wireAttempt is an attempt that nobody holds, as it has its own field names.
type wireAttempt struct {
	attempt.Attempt
	Spent map[attempt.Outcome]uint8 `json:"spent,omitempty"`
}

type wireCall struct {
	Campaign ID  `json:"campaign"`
	Run      int `json:"run"`
	Contact  ID  `json:"contact"`
	attempt.Call
}

type wireBatch struct {
	Key      string `json:"key"`
	Contacts int    `json:"contacts"`
	Digest   []byte `json:"digest,omitempty"`
}

type wireTally struct {
	Runs     int `json:"runs"`
	Contacts int `json:"contacts"`
	Attempts int `json:"attempts"`
	Calls    int `json:"calls"`
	Batches  int `json:"batches"`
}
