package postgres

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
)

// Documents hold what no query asks for: the rest of an attempt, and the record
// of a call. They are written by [object], and kept short, as the rows of calls
// in hand are rewritten within their page.

// rest is the rest of an attempt.
type rest struct {
	Calls    int              `json:"calls"`
	Dials    int              `json:"dials"`
	Refused  int              `json:"refused"`
	Retries  int              `json:"retries"`
	Spent    map[string]uint8 `json:"spent"` // by outcome
	Answered bool             `json:"answered"`
	Callback attempt.Callback `json:"callback"`
	Halt     attempt.Halt     `json:"halt"`
	Reason   attempt.Reason   `json:"reason"`
	Call     *inHand          `json:"call"`
}

// callDoc is a call, its times in microseconds since 1970.
type callDoc struct {
	ID     *attempt.ID `json:"id"` // nil: the one that follows from its number
	Number int         `json:"number"`

	Address  string `json:"address"`
	Trunk    string `json:"trunk"`
	CallerID string `json:"caller_id"`
	Agent    string `json:"agent"`
	Callback bool   `json:"callback"`

	QueuedAt   int64 `json:"queued_at"`
	DialledAt  int64 `json:"dialled_at"`
	AgentAt    int64 `json:"agent_at"`
	RingingAt  int64 `json:"ringing_at"`
	AnsweredAt int64 `json:"answered_at"`
	ScreenedAt int64 `json:"screened_at"`
	AttachedAt int64 `json:"attached_at"`
	EndedAt    int64 `json:"ended_at"`
	DisposedAt int64 `json:"disposed_at"`

	Outcome    attempt.Outcome     `json:"outcome"`
	Cause      string              `json:"cause"`
	SIPStatus  int                 `json:"sip_status"`
	SIPCallID  string              `json:"sip_call_id"`
	Screened   bool                `json:"screened"`
	Verdict    attempt.Verdict     `json:"verdict"`
	Unserved   bool                `json:"unserved"`
	SafePlayed bool                `json:"safe_played"`
	Disposed   attempt.Disposition `json:"disposition"`
}

// never is a time, and unsaid a number, that a document does not have.
const (
	never  = math.MinInt64
	unsaid = -1
)

// blank is a document of which nothing has been read yet.
func blank() callDoc {
	return callDoc{
		Number: unsaid, QueuedAt: never, DialledAt: never, AgentAt: never, RingingAt: never, AnsweredAt: never,
		ScreenedAt: never, AttachedAt: never, EndedAt: never, DisposedAt: never,
	}
}

func (d *callDoc) call() attempt.Call {
	c := attempt.Call{
		Number: d.Number, Address: d.Address, Trunk: d.Trunk, CallerID: d.CallerID, Agent: d.Agent, Callback: d.Callback,
		QueuedAt: micro(d.QueuedAt), DialledAt: micro(d.DialledAt), AgentAt: micro(d.AgentAt), RingingAt: micro(d.RingingAt),
		AnsweredAt: micro(d.AnsweredAt), ScreenedAt: micro(d.ScreenedAt), AttachedAt: micro(d.AttachedAt),
		EndedAt: micro(d.EndedAt), DisposedAt: micro(d.DisposedAt),
		Outcome: d.Outcome, Cause: d.Cause, SIPStatus: d.SIPStatus, SIPCallID: d.SIPCallID, Screened: d.Screened,
		Verdict: d.Verdict, Unserved: d.Unserved, SafePlayed: d.SafePlayed, Disposed: d.Disposed,
	}
	c.Disposed.CallbackAt = cut(c.Disposed.CallbackAt)
	return c
}

func micro(v int64) time.Time {
	if v == never {
		return time.Time{}
	}
	return time.UnixMicro(v).UTC()
}

// inHand is the document of the call in hand.
type inHand callDoc

// UnmarshalJSON implements json.Unmarshaler.
func (d *inHand) UnmarshalJSON(doc []byte) error {
	*d = inHand(blank())
	return json.Unmarshal(doc, (*callDoc)(d))
}

// of is the call in hand of an attempt.
func (d *inHand) of(a *attempt.Attempt) attempt.Call {
	c := (*callDoc)(d).call()
	if c.Number == unsaid {
		c.Number = a.Calls
	}
	if d.ID != nil {
		c.ID = *d.ID
	} else {
		c.ID = attempt.CallID(a.Contact, a.Run, c.Number)
	}
	return c
}

// readCall reads the record of a call, but for what has columns.
func readCall(doc []byte) (attempt.Call, error) {
	d := blank()
	err := json.Unmarshal(doc, &d)
	return d.call(), err
}

// readRest reads the rest of an attempt.
func readRest(doc []byte, a *attempt.Attempt) error {
	var k rest
	if err := json.Unmarshal(doc, &k); err != nil {
		return err
	}
	a.Calls, a.Dials, a.Refused, a.Retries, a.Answered = k.Calls, k.Dials, k.Refused, k.Retries, k.Answered
	a.Callback, a.Halt, a.Reason = k.Callback, k.Halt, k.Reason
	if k.Call != nil {
		a.Call = k.Call.of(a)
	}
	for name, n := range k.Spent {
		o, err := attempt.ParseOutcome(name)
		if err != nil {
			return err
		}
		a.Spent[o] = n
	}
	return nil
}

// Claims are an array of keys. One that has the id of the row's campaign in it, as
// that of its lines does, is an array of what comes before it and what after: it
// is in every row of a call.

func writeClaims(keys []string, of attempt.ID) ([]byte, error) {
	list, id := make([]any, len(keys)), of.String()
	for i, k := range keys {
		if before, after, own := strings.Cut(k, id); own {
			list[i] = [2]string{before, after}
		} else {
			list[i] = k
		}
	}
	return json.Marshal(list)
}

func readClaims(doc []byte, of attempt.ID) (keys []string, err error) {
	if doc == nil {
		return nil, nil
	}
	var list []claimKey
	if err := json.Unmarshal(doc, &list); err != nil {
		return nil, err
	}
	for _, k := range list {
		keys = append(keys, k.whole(of))
	}
	return keys, nil
}

// claimKey is a key, or what is around the campaign's id in one.
type claimKey struct {
	text string
	own  []string
}

func (k *claimKey) whole(of attempt.ID) string {
	if k.own == nil {
		return k.text
	}
	return strings.Join(k.own, of.String())
}

// UnmarshalJSON implements json.Unmarshaler.
func (k *claimKey) UnmarshalJSON(doc []byte) error {
	if doc[0] == '[' {
		return json.Unmarshal(doc, &k.own)
	}
	return json.Unmarshal(doc, &k.text)
}
