package ports

import (
	"cmp"
	"math"
	"strings"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func (c *checker) checkContact(it *campaign.Contact) {
	c.some("ID", it.ID)
	if _, known := c.arrivals[it.ID]; known {
		c.add("ID", it.ID, "an id that no contact before it has")
	}
	c.nested(it.Validate(anyGateway(it.Address)))
	c.when("NotBefore", it.NotBefore)
	c.count("Piece", c.tally.Contacts+1, 1)
	c.arrivals[it.ID] = c.tally.Contacts
	c.tally.Contacts++
}

// anyGateway allows what any campaign may allow.
func anyGateway(address string) campaign.Allow {
	allow := campaign.Allow{Symbols: true}
	if rest, ok := strings.CutPrefix(address, "sofia/gateway/"); ok {
		gateway, _, _ := strings.Cut(rest, "/")
		allow.Gateways = []string{gateway}
	}
	return allow
}

// position is where an attempt or a call stands among its like.
type position struct{ run, arrival, number int }

func (p position) compare(o position) int {
	return cmp.Or(cmp.Compare(p.run, o.run), cmp.Compare(p.arrival, o.arrival), cmp.Compare(p.number, o.number))
}

// place finds the run and the contact of a row, which comes behind the one
// before it.
func (c *checker) place(of, contact ID, run, number int) (r *checkedRun, arrival int, ok bool) {
	c.same("Campaign", of, c.head.ID)
	if run < 1 || run > len(c.runs) {
		c.add("Run", run, "1 to %d", len(c.runs))
		return nil, 0, false
	}
	arrival, known := c.arrivals[contact]
	if !known {
		c.add("Contact", contact, "a contact that came before")
		return nil, 0, false
	}
	at := position{run, arrival, number}
	if at.compare(c.at) <= 0 {
		c.add("Contact", contact, "one behind the last: by run, by arrival of the contact, by number of the call")
	}
	c.at = at
	r = &c.runs[run-1]
	if !r.run.Purged.IsZero() {
		c.add("Run", run, "a run that was not purged")
	}
	return r, arrival, true
}

func (c *checker) checkAttempt(a *attempt.Attempt) {
	r, arrival, ok := c.place(a.Campaign, a.Contact, a.Run, 0)
	c.checkStanding(a)
	c.checkSpent(a)
	if !ok || len(c.faults) > 0 {
		return // it can't be counted
	}
	if r.run.Scope == campaign.All && arrival != r.rows {
		c.add("Contact", a.Contact, "the contact that arrived as number %d: the run takes all", r.rows+1)
	}
	if a.State.Waiting() && r.run.Halt != attempt.HaltNone {
		c.add("State", a.State, "one that has ended, as the run has")
	}
	r.count.Add(campaign.FactsOf(a))
	r.rows++
	for len(r.calls) <= arrival {
		r.calls = append(r.calls, 0)
	}
	r.calls[arrival] = uint32(a.Calls) + 1
	c.tally.Attempts++
}

// checkStanding checks where the attempt stands.
func (c *checker) checkStanding(a *attempt.Attempt) {
	if !a.State.Waiting() && !a.State.Terminal() {
		c.add("State", a.State, "one that waits or has ended: nobody holds it")
	}
	c.same("Owner", a.Owner, ID{})
	if a.Call != (attempt.Call{}) {
		c.add("Call", a.Call.ID, "no call in hand")
	}
	c.halt("Halt", a.Halt)
	if int(a.Reason) > len(attempt.Reasons()) {
		c.add("Reason", a.Reason, "one of %v, or nothing", attempt.Reasons())
	}
	c.between("Version", a.Version, 1, most)
	c.span("DueRunning", a.DueRunning)
	c.when("Since", a.Since)
	c.when("Due", a.Due)
	c.when("DoubtUntil", a.DoubtUntil)
}

// checkSpent checks what the attempt has spent.
func (c *checker) checkSpent(a *attempt.Attempt) {
	c.count("Dials", a.Dials, 0)
	c.count("Refused", a.Refused, 0)
	c.between("Calls", int64(a.Calls), int64(a.Dials)+int64(a.Refused), most)
	c.between("Retries", int64(a.Retries), 0, math.MaxUint16)
	b := &a.Callback
	c.count("Callback.Completed", b.Completed, 0)
	c.count("Callback.Cancelled", b.Cancelled, 0)
	c.count("Callback.Exhausted", b.Exhausted, 0)
	c.count("Callback.Tries", b.Tries, 0)
	if waits := a.State == attempt.StateCallbackScheduled; b.Pending != waits {
		c.add("Callback.Pending", b.Pending, "%t in state %s", waits, a.State)
	}
	asked := int64(b.Completed) + int64(b.Cancelled) + int64(b.Exhausted)
	if b.Pending {
		asked++
	}
	c.between("Callback.Asked", int64(b.Asked), asked, asked)
}

func (c *checker) checkCall(rec *CallRecord) {
	call := &rec.Call
	r, arrival, ok := c.place(rec.Campaign, rec.Contact, rec.Run, call.Number)
	if call.Outcome < 1 || call.Outcome >= attempt.NumOutcomes {
		c.add("Outcome", call.Outcome, "one of %v", attempt.Outcomes())
	}
	if call.Verdict > attempt.VerdictUnsure {
		c.add("Verdict", call.Verdict, "human, machine, unsure, or nothing")
	}
	c.between("SIPStatus", int64(call.SIPStatus), 0, math.MaxUint16)
	c.checkTimes(call)
	if d := call.Disposed; d != (attempt.Disposition{}) {
		if err := d.Validate(); err != nil {
			c.add("Disposed", d.Code, "a valid disposition: %v", err)
		}
	}
	if !ok || len(c.faults) > 0 {
		return
	}
	begun := 0
	if arrival < len(r.calls) {
		begun = int(r.calls[arrival]) - 1
	}
	// The next call of the attempt takes the next number, and must find neither
	// it nor its id taken.
	c.between("Number", int64(call.Number), 1, int64(begun))
	c.same("ID", call.ID, attempt.CallID(rec.Contact, rec.Run, call.Number))
	r.count.AddCall(call)
	c.tally.Calls++
}

func (c *checker) checkTimes(call *attempt.Call) {
	c.when("QueuedAt", call.QueuedAt)
	c.when("DialledAt", call.DialledAt)
	c.when("AgentAt", call.AgentAt)
	c.when("RingingAt", call.RingingAt)
	c.when("AnsweredAt", call.AnsweredAt)
	c.when("ScreenedAt", call.ScreenedAt)
	c.when("AttachedAt", call.AttachedAt)
	c.when("EndedAt", call.EndedAt)
	c.when("DisposedAt", call.DisposedAt)
	c.when("CallbackAt", call.Disposed.CallbackAt)
}
