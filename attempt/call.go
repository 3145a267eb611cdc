package attempt

import "time"

// Verdict is what screening said of whoever answered.
type Verdict uint8

// The verdicts. VerdictNone means that the call was not screened, or hung up
// before screening said anything.
const (
	VerdictNone Verdict = iota
	VerdictHuman
	VerdictMachine
	// VerdictUnsure is screening's time-out; the call is treated as a person's.
	VerdictUnsure
)

var verdictNames = []string{"", "human", "machine", "unsure"}

// String returns the wire name, empty for none.
func (v Verdict) String() string { return name(verdictNames, v) }

// ParseVerdict reads a wire name; the empty string is no verdict.
func ParseVerdict(s string) (Verdict, error) {
	if s == "" {
		return VerdictNone, nil
	}
	return parse[Verdict]("verdict", verdictNames, s)
}

// MarshalText implements encoding.TextMarshaler with the wire name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Verdict) UnmarshalText(b []byte) (err error) {
	*v, err = ParseVerdict(string(b))
	return err
}

// Call is one dial of an attempt: while it lives, what is known so far; once
// over, its one final record, a row of the attempt report. Times that did not
// happen are zero.
type Call struct {
	ID     ID  `json:"id"`
	Number int `json:"number"` // 1 is the contact's first call in the run

	Address  string `json:"address"`
	Trunk    string `json:"trunk,omitzero"`
	CallerID string `json:"caller_id,omitzero"`
	Agent    string `json:"agent,omitzero"`    // the agent held for the call
	Callback bool   `json:"callback,omitzero"` // dialled because the customer asked

	QueuedAt   time.Time `json:"queued_at,omitzero"` // when the attempt began to wait for this call
	DialledAt  time.Time `json:"dialled_at,omitzero"`
	AgentAt    time.Time `json:"agent_at,omitzero"` // agent first: when the agent's leg was up
	RingingAt  time.Time `json:"ringing_at,omitzero"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	ScreenedAt time.Time `json:"screened_at,omitzero"`
	AttachedAt time.Time `json:"attached_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
	DisposedAt time.Time `json:"disposed_at,omitzero"`

	Outcome    Outcome     `json:"outcome,omitzero"`
	Cause      string      `json:"cause,omitzero"`
	SIPStatus  int         `json:"sip_status,omitzero"`
	SIPCallID  string      `json:"sip_call_id,omitzero"`
	Screened   bool        `json:"screened,omitzero"` // screening was asked for
	Verdict    Verdict     `json:"verdict,omitzero"`
	Unserved   bool        `json:"unserved,omitzero"`    // no agent came within the threshold
	SafePlayed bool        `json:"safe_played,omitzero"` // the safe-harbour message was played
	Disposed   Disposition `json:"disposition,omitzero"`
}

// Live reports whether a person answered, as far as is known: the denominator
// of the abandonment rate. Whoever hangs up during screening is not counted.
func (c *Call) Live() bool {
	if c.AnsweredAt.IsZero() || c.Verdict == VerdictMachine {
		return false
	}
	return !c.Screened || c.Verdict != VerdictNone
}

// Spoke reports whether a conversation took place: a person and an agent were
// connected.
func (c *Call) Spoke() bool { return !c.AttachedAt.IsZero() }

// Ring is how long the far end rang, from its first sign (or from the dial,
// where there was none) to the answer or the end.
func (c *Call) Ring() time.Duration {
	return span(first(c.RingingAt, c.DialledAt), first(c.AnsweredAt, c.EndedAt))
}

// Wait is how long the person waited for an agent, from the answer to the
// attachment, or to the end where none came.
func (c *Call) Wait() time.Duration {
	return span(c.AnsweredAt, first(c.AttachedAt, c.EndedAt))
}

// Talk is the length of the conversation.
func (c *Call) Talk() time.Duration { return span(c.AttachedAt, c.EndedAt) }

// WrapUp is the time between the end of the conversation and its disposition.
func (c *Call) WrapUp() time.Duration {
	if !c.Spoke() {
		return 0
	}
	return span(c.EndedAt, c.DisposedAt)
}

// Screening is how long screening took to decide.
func (c *Call) Screening() time.Duration { return span(c.AnsweredAt, c.ScreenedAt) }

func first(ts ...time.Time) time.Time {
	for _, t := range ts {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// span is zero unless both ends happened, in order.
func span(from, to time.Time) time.Duration {
	if from.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from)
}
