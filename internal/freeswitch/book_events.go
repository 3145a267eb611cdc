package freeswitch

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Event puts in an event of a channel. Events that are none of ours change
// nothing.
func (b *Book) Event(ev *Event) {
	id, err := uuid.Parse(ev.Get("Unique-ID"))
	if err != nil {
		return
	}
	if e := b.legs[id]; e != nil {
		b.legEvent(e, ev)
		return
	}
	e := b.calls[id]
	if e == nil && b.shed.has(id) {
		b.late(id, ev)
		return
	}
	if e == nil {
		if e = b.surfaced(id, ev); e == nil {
			return
		}
	}
	if b.moved(e, ev) {
		return
	}
	if ev.Var(VarOwner) == b.owner {
		e.former = "" // a look that says so may be ahead of older events
	}
	b.contactEvent(e, ev)
}

// alive reports whether an event says that its channel lives.
func alive(ev *Event) bool {
	switch ev.Name() {
	case EventCreate, EventProgress, EventMedia, EventAnswer:
		return true
	}
	return false
}

// late hangs up an agent's leg that was let go before the switch had made it.
func (b *Book) late(leg ports.ID, ev *Event) {
	if alive(ev) {
		b.do(Deed{Kind: DeedKill, Leg: leg, Cause: ports.NormalClearing})
	}
}

// surfaced takes up a call that is not in the book and carries our name, or was
// asked about when it was not there: its originate was given up, by us or by
// whoever had it before, and it came about after all.
func (b *Book) surfaced(id ports.ID, ev *Event) *entry {
	if !alive(ev) || ev.Var(VarOwner) != b.owner && !b.inDoubt(id) || b.over.has(id) {
		return nil
	}
	if e := b.doubted(id); e != nil {
		e.former = ev.Var(VarOwner)
		b.own(e, id, ev)
		if b.legs[id] == e {
			b.legEvent(e, ev)
			return nil
		}
		return e
	}
	call := id
	if ev.Var(VarLeg) == LegAgent {
		parsed, err := uuid.Parse(ev.Var(VarCall))
		if err != nil || parsed == id || b.over.has(parsed) || b.calls[parsed] != nil {
			return nil
		}
		call = parsed
	}
	e := &entry{id: call, since: b.now()}
	b.add(e)
	if call != id {
		e.shape = attempt.AgentFirst
		b.setLeg(e, id)
		b.legEvent(e, ev)
		return nil
	}
	return e
}

// moved reports whether the call has another owner by now, who hears of it.
// While it is being adopted it is still the former owner's.
func (b *Book) moved(e *entry, ev *Event) bool {
	switch owner := ev.Var(VarOwner); owner {
	case b.owner, "", e.former:
		return false
	}
	if e.asked > 0 {
		e.former = ev.Var(VarOwner)
		return false
	}
	b.leave(e)
	return true
}

// contactEvent takes an event of the contact's leg.
func (b *Book) contactEvent(e *entry, ev *Event) {
	if !e.seen && e.former != "" && ev.Var(VarOwner) == e.former {
		// agent first: the one who placed it gave the contact's leg its name
		b.do(Deed{Kind: DeedOwn, Call: e.id, Leg: e.id})
	}
	e.since, e.quiet = b.now(), false
	switch ev.Name() {
	case EventCreate:
		e.seen = true
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted, At: ev.At()})
		if e.kill != "" {
			b.kill(e) // the first one came before there was anything to hang up
		}
	case EventProgress, EventMedia:
		e.seen = true
		b.tell(e, toldProgress, ports.Event{Kind: ports.Progress, At: ev.At()})
	case EventAnswer:
		e.seen = true
		b.answered(e, first(ev.AnsweredAt(), ev.At(), e.since))
	case EventBridge:
		b.bridged(e, ev.At())
	case EventCustom:
		b.beeped(e, ev)
	case EventHangup:
		b.hungUp(e, ev)
	case EventDestroy:
		// Without a hang-up before it nothing was ever dialled, and the reply
		// says why; with one, it has been told. Unless that was missed.
		if e.seen {
			b.hungUp(e, ev)
		}
	}
}

// hungUp tells the end as the contact's own channel tells it.
func (b *Book) hungUp(e *entry, ev *Event) {
	end := ports.Event{
		Kind: ports.Ended, At: ev.At(), Cause: ev.Get(varCause),
		SIPStatus: sipStatus(ev.Get("variable_sip_term_status")), SIPCallID: ev.Get("variable_sip_call_id"),
		AnsweredAt: ev.AnsweredAt(),
	}
	b.end(e, end)
}

// beeped takes avmd's verdict. It comes twice, and only ever says machine.
func (b *Book) beeped(e *entry, ev *Event) {
	if ev.Get("Event-Subclass") != AvmdBeep || !e.screen || e.told&toldAnswered == 0 || e.told&(toldUnserved|toldAttached) != 0 {
		return
	}
	b.tell(e, toldScreened, ports.Event{Kind: ports.Screened, At: ev.At(), Verdict: attempt.VerdictMachine})
}

// AvmdBeep is the subclass of avmd's verdict.
const AvmdBeep = "avmd::beep"

// legEvent takes an event of an agent's leg. Once there is a contact's leg, that
// one shows whose the call is.
func (b *Book) legEvent(e *entry, ev *Event) {
	if !e.seen && b.moved(e, ev) {
		return
	}
	e.since, e.quiet = b.now(), false
	if e.shape != attempt.AgentFirst {
		b.attachEvent(e, ev)
		return
	}
	switch ev.Name() {
	case EventCreate:
		b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted, At: ev.At()})
		if e.kill != "" {
			b.kill(e)
		}
	case EventAnswer:
		b.tell(e, toldAgentUp, ports.Event{Kind: ports.AgentUp, At: ev.At()})
	case EventHangup:
		b.agentGone(e, ev)
	}
}

// agentGone takes the end of the agent's leg, agent first. Its own cause is
// unreliable. If the contact's leg has existed, its own end tells; it may be
// under way. Where all that was missed, the agent's leg knows what became of it.
func (b *Book) agentGone(e *entry, ev *Event) {
	if e.seen {
		b.lookLater(e)
		return
	}
	up := e.told&toldAgentUp != 0 || !ev.AnsweredAt().IsZero()
	if up && bridgeCause(ev) != "" {
		b.contactOver(e, ev)
		return
	}
	b.refused(e, ev.Get(varCause), ev.At())
}

// refused tells that the contact was not dialled. Where we hung up, that is
// the end that was wanted.
func (b *Book) refused(e *entry, cause string, at time.Time) {
	if e.kill != "" {
		b.end(e, ports.Event{Kind: ports.Ended, At: at, Cause: e.kill})
		return
	}
	b.end(e, ports.Event{Kind: ports.Refused, At: at, Cause: cause})
}

// sipStatus reads a final SIP status. FreeSWITCH makes some up: 904 stands for
// an authentication that it could not do.
func sipStatus(s string) int {
	if len(s) != 3 || s[0] < '1' || s[0] > '6' || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	return int(s[0]-'0')*100 + int(s[1]-'0')*10 + int(s[2]-'0')
}

func first(ts ...time.Time) time.Time {
	for _, t := range ts {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func firstText(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}
