package postgres

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/attempt"
)

// object appends the fields of a JSON object that are not zero. A worker writes
// a document at every step of every call, for which encoding/json takes several
// times as long; it reads what is written here.
type object struct {
	b   []byte
	any bool
}

func (o *object) open() { o.b = append(o.b, '{') }

func (o *object) close() []byte { return append(o.b, '}') }

func (o *object) name(n string) {
	if o.any {
		o.b = append(o.b, ',')
	}
	o.any = true
	o.b = append(o.b, '"')
	o.b = append(o.b, n...)
	o.b = append(o.b, '"', ':')
}

func (o *object) number(n string, v int) {
	if v != 0 {
		o.name(n)
		o.b = strconv.AppendInt(o.b, int64(v), 10)
	}
}

func (o *object) flag(n string, v bool) {
	if v {
		o.name(n)
		o.b = append(o.b, "true"...)
	}
}

func (o *object) text(n, v string) {
	if v == "" {
		return
	}
	o.name(n)
	for i := range len(v) {
		if c := v[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			doc, _ := json.Marshal(v) // a string always can be
			o.b = append(o.b, doc...)
			return
		}
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, v...)
	o.b = append(o.b, '"')
}

func (o *object) id(n string, v attempt.ID) {
	o.name(n)
	o.b = append(o.b, '"')
	for i, part := range [...][]byte{v[:4], v[4:6], v[6:8], v[8:10], v[10:]} {
		if i > 0 {
			o.b = append(o.b, '-')
		}
		o.b = hex.AppendEncode(o.b, part)
	}
	o.b = append(o.b, '"')
}

// time is in microseconds since 1970: half as long as a date, and read in a
// fraction of the time.
func (o *object) time(n string, v time.Time) {
	if v.IsZero() {
		return
	}
	o.name(n)
	o.b = strconv.AppendInt(o.b, v.UnixMicro(), 10)
}

// other is a field of few attempts.
func (o *object) other(n string, v any) error {
	doc, err := json.Marshal(v)
	if err == nil {
		o.name(n)
		o.b = append(o.b, doc...)
	}
	return err
}

// usual is the room that most calls need.
const usual = 512

// appendCall appends a call's document: all but its id, its number and what it
// has columns for.
func appendCall(b []byte, c *attempt.Call) ([]byte, error) {
	o := object{b: slices.Grow(b, usual)}
	o.open()
	return o.call(c)
}

// appendInHand appends the call that an attempt has in hand: the last of its
// calls, under the id that follows from its number, or it says otherwise.
func appendInHand(b []byte, a *attempt.Attempt) ([]byte, error) {
	o := object{b: slices.Grow(b, usual)}
	o.open()
	if a.Call.ID != attempt.CallID(a.Contact, a.Run, a.Call.Number) {
		o.id("id", a.Call.ID)
	}
	if a.Call.Number != a.Calls {
		o.name("number")
		o.b = strconv.AppendInt(o.b, int64(a.Call.Number), 10)
	}
	call := a.Call
	call.QueuedAt = time.Time{} // has a column
	return o.call(&call)
}

// call appends what both have, and closes the object.
func (o *object) call(c *attempt.Call) ([]byte, error) {
	o.text("address", c.Address)
	o.text("trunk", c.Trunk)
	o.text("caller_id", c.CallerID)
	o.text("agent", c.Agent)
	o.flag("callback", c.Callback)
	o.time("queued_at", c.QueuedAt)
	o.time("dialled_at", c.DialledAt)
	o.time("agent_at", c.AgentAt)
	o.time("ringing_at", c.RingingAt)
	o.time("answered_at", c.AnsweredAt)
	o.time("screened_at", c.ScreenedAt)
	o.time("attached_at", c.AttachedAt)
	o.time("ended_at", c.EndedAt)
	o.time("disposed_at", c.DisposedAt)
	if c.Outcome != 0 {
		o.text("outcome", c.Outcome.String())
	}
	o.text("cause", c.Cause)
	o.number("sip_status", c.SIPStatus)
	o.text("sip_call_id", c.SIPCallID)
	o.flag("screened", c.Screened)
	o.text("verdict", c.Verdict.String())
	o.flag("unserved", c.Unserved)
	o.flag("safe_played", c.SafePlayed)
	if !c.Disposed.IsZero() {
		if err := o.other("disposition", c.Disposed); err != nil {
			return o.b, err
		}
	}
	return o.close(), nil
}

// appendRest appends the rest of an attempt, nothing where there is none.
func appendRest(b []byte, a *attempt.Attempt) ([]byte, error) {
	o := object{b: b}
	o.open()
	o.number("calls", a.Calls)
	o.number("dials", a.Dials)
	o.number("refused", a.Refused)
	o.number("retries", a.Retries)
	if a.Spent != (attempt.Spent{}) {
		if err := o.other("spent", spent(a)); err != nil {
			return b, err
		}
	}
	o.flag("answered", a.Answered)
	if a.Callback != (attempt.Callback{}) {
		if err := o.other("callback", a.Callback); err != nil {
			return b, err
		}
	}
	o.text("halt", a.Halt.String())
	o.text("reason", a.Reason.String())
	call := a.Call
	call.QueuedAt = time.Time{}
	if call != (attempt.Call{}) {
		o.name("call")
		doc, err := appendInHand(o.b, a)
		if err != nil {
			return b, err
		}
		o.b = doc
	}
	if !o.any {
		return b, nil
	}
	return o.close(), nil
}

// spent is by outcome.
func spent(a *attempt.Attempt) map[string]uint8 {
	by := map[string]uint8{}
	for o, n := range a.Spent {
		if n != 0 {
			by[attempt.Outcome(o).String()] = n
		}
	}
	return by
}
