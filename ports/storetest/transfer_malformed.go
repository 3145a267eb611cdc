package storetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// parcel is an export that is to be spoilt.
type parcel struct {
	r      *room
	pieces []ports.Piece
}

// first is the index of the first piece that holds.
func (p *parcel) first(holds func(*ports.Piece) bool) int {
	p.r.t.Helper()
	i := slices.IndexFunc(p.pieces, func(piece ports.Piece) bool { return holds(&piece) })
	p.r.want(i >= 0, "the export has no such piece")
	return i
}

func isContact(p *ports.Piece) bool { return p.Contact != nil }
func isAttempt(p *ports.Piece) bool { return p.Attempt != nil }
func isCall(p *ports.Piece) bool    { return p.Call != nil }
func isRun(p *ports.Piece) bool     { return p.Run != nil }

func (p *parcel) attempt(edit func(*attempt.Attempt)) {
	a := *p.pieces[p.first(isAttempt)].Attempt
	edit(&a)
	p.pieces[p.first(isAttempt)].Attempt = &a
}

func (p *parcel) contact(edit func(*campaign.Contact)) {
	c := *p.pieces[p.first(isContact)].Contact
	edit(&c)
	p.pieces[p.first(isContact)].Contact = &c
}

func (p *parcel) call(edit func(*ports.CallRecord)) {
	c := *p.pieces[p.first(isCall)].Call
	edit(&c)
	p.pieces[p.first(isCall)].Call = &c
}

func (p *parcel) run(edit func(*ports.RunRecord)) {
	r := *p.pieces[p.first(isRun)].Run
	edit(&r)
	p.pieces[p.first(isRun)].Run = &r
}

func (p *parcel) head(edit func(*ports.Head)) {
	h := *p.pieces[0].Campaign
	edit(&h)
	p.pieces[0].Campaign = &h
}

func (p *parcel) drop(i int) { p.pieces = slices.Delete(p.pieces, i, i+1) }

// malformed are things that no store hands out, and what names them.
var malformed = []struct {
	name, says string
	spoil      func(*parcel)
}{
	{"no id", "ID", func(p *parcel) { p.head(func(h *ports.Head) { h.ID = ports.ID{} }) }},
	{"a campaign that runs", "Status", func(p *parcel) { p.head(func(h *ports.Head) { h.Status = campaign.Running }) }},
	{"an unknown status", "Status", func(p *parcel) { p.head(func(h *ports.Head) { h.Status = "asleep" }) }},
	{"a version that no campaign has", "Version", func(p *parcel) { p.head(func(h *ports.Head) { h.Version = 0 }) }},
	{"an archive of what is not over", "Archived", func(p *parcel) {
		p.head(func(h *ports.Head) { h.Status, h.Archived = campaign.Paused, h.Created.Add(1) })
	}},
	{"a run too few", "runs", func(p *parcel) { p.head(func(h *ports.Head) { h.Run++ }) }},
	{"no campaign", "campaign", func(p *parcel) { p.drop(0) }},
	{"two campaigns", "campaign", func(p *parcel) { p.pieces = slices.Insert(p.pieces, 1, p.pieces[0]) }},
	{"two fields", "exactly one", func(p *parcel) { p.pieces[0].End = &ports.Tally{} }},
	{"no field", "exactly one", func(p *parcel) { p.pieces[3] = ports.Piece{} }},
	{"a lost run", "Number", func(p *parcel) { p.drop(1) }},
	{"an unknown scope", "Scope", func(p *parcel) { p.run(func(r *ports.RunRecord) { r.Run.Scope = "some" }) }},
	{"an unknown reason", "EndReason", func(p *parcel) { p.run(func(r *ports.RunRecord) { r.Run.EndReason = "x" }) }},
	{"running time that goes on", "RunningSince", func(p *parcel) { p.run(func(r *ports.RunRecord) { r.Run.RunningSince = nine }) }},
	{"settings out of bounds", "CallsPerSecond", func(p *parcel) { p.run(func(r *ports.RunRecord) { r.Spec.CallsPerSecond = 0 }) }},
	{"a figure too high", "Counters.Dials", func(p *parcel) { p.run(func(r *ports.RunRecord) { r.Counters.Dials++ }) }},
	{"a negative figure", "StaleRecoveries", func(p *parcel) { p.run(func(r *ports.RunRecord) { r.Counters.StaleRecoveries = -1 }) }},
	{"a row that is held", "Counters.States", func(p *parcel) {
		p.run(func(r *ports.RunRecord) { r.Counters.States[attempt.StateRinging]++ })
	}},
	{"a number that can't be dialled", "Address", func(p *parcel) {
		p.contact(func(c *campaign.Contact) { c.Address = "+33 & originate" })
	}},
	{"a contact twice", "no contact before it", func(p *parcel) {
		i := p.first(isContact)
		p.pieces = slices.Insert(p.pieces, i, p.pieces[i])
	}},
	{"a contact too late", "behind", func(p *parcel) {
		i := p.first(isContact)
		p.pieces = slices.Insert(slices.Clone(p.pieces), p.first(isCall), p.pieces[i])
	}},
	{"a time out of time", "NotBefore", func(p *parcel) {
		p.contact(func(c *campaign.Contact) { c.NotBefore = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) })
	}},
	{"a lost contact", "Contact", func(p *parcel) { p.drop(p.first(isContact)) }},
	{"a lost attempt", "Contact", func(p *parcel) { p.drop(p.first(isAttempt)) }},
	{"an attempt twice", "behind the last", func(p *parcel) {
		i := p.first(isAttempt)
		p.pieces = slices.Insert(p.pieces, i, p.pieces[i])
	}},
	{"an attempt of another campaign", "Campaign", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Campaign = a.Contact }) }},
	{"an attempt in no run", "Run", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Run = 9 }) }},
	{"a state that is none", "State", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.State = 200 }) }},
	{"an attempt in hand", "State", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.State = attempt.StateLeased }) }},
	{"an owner", "Owner", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Owner = a.Contact }) }},
	{"a call in hand", "Call", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Call.Number = 1 }) }},
	{"a row of a halted run that waits", "State", func(p *parcel) {
		p.attempt(func(a *attempt.Attempt) { a.State = attempt.StatePending })
	}},
	{"more dials than calls", "Calls", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Dials++ }) }},
	{"no version", "Version", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Version = 0 }) }},
	{"a callback too many", "Callback.Asked", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Callback.Asked++ }) }},
	{"a reason that is none", "Reason", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Reason = 99 }) }},
	{"a retry that is not counted", "Counters.Spent", func(p *parcel) { p.attempt(func(a *attempt.Attempt) { a.Retries++ }) }},
	{"a lost call", "Counters.Outcomes", func(p *parcel) { p.drop(p.first(isCall)) }},
	{"a call that was never begun", "Number", func(p *parcel) {
		p.call(func(c *ports.CallRecord) {
			c.Call.Number = 5
			c.Call.ID = attempt.CallID(c.Contact, c.Run, 5)
		})
	}},
	{"another call's name", "ID", func(p *parcel) { p.call(func(c *ports.CallRecord) { c.Call.ID = c.Contact }) }},
	{"a call without an outcome", "Outcome", func(p *parcel) { p.call(func(c *ports.CallRecord) { c.Call.Outcome = 0 }) }},
	{"a call of nobody", "Contact", func(p *parcel) { p.call(func(c *ports.CallRecord) { c.Contact = c.Call.ID }) }},
	{"a disposition without a code", "Disposed", func(p *parcel) { p.call(func(c *ports.CallRecord) { c.Call.Disposed.Note = "x" }) }},
	{"an upload of more than there are", "Contacts", func(p *parcel) {
		i := p.first(func(p *ports.Piece) bool { return p.Batch != nil })
		p.pieces[i].Batch = &ports.BatchRecord{Key: "x", Contacts: 1000}
	}},
	{"an upload with half a digest", "Digest", func(p *parcel) {
		i := p.first(func(p *ports.Piece) bool { return p.Batch != nil })
		p.pieces[i].Batch = &ports.BatchRecord{Key: "x", Digest: make([]byte, ports.DigestSize/2)}
	}},
	{"another count", "Calls", func(p *parcel) {
		end := *p.pieces[len(p.pieces)-1].End
		end.Calls++
		p.pieces[len(p.pieces)-1].End = &end
	}},
}

func refusesMalformed(r *room) {
	id := r.lively()
	sent, to := r.pieces(id), r.abroad()
	for _, m := range malformed {
		p := parcel{r, slices.Clone(sent)}
		m.spoil(&p)
		_, err := to.mover().Import(to.ctx, each(p.pieces))
		var which *ports.PieceError
		var invalid *campaign.InvalidError
		r.want(errors.As(err, &which) && errors.As(err, &invalid), "%s: %v", m.name, err)
		r.want(which.Number >= 1 && which.Number <= len(p.pieces), "%s: piece %d of %d", m.name, which.Number, len(p.pieces))
		r.want(strings.Contains(invalid.Error(), m.says), "%s: %v, want it to say %q", m.name, err, m.says)
		r.want(take(r, to.s.ListCampaigns(to.ctx), 1) == 0, "%s: it is there", m.name)
	}
	r.sends(id, to)
}
