package memory

import (
	"github.com/outdial/outdial/attempt"
)

// call is a final call record as it is kept.
type call struct {
	id attempt.ID

	queued, dialled, agent, ringing, answered moment
	screened, attached, ended, disposed       moment
	callbackAt                                moment

	text place  // SIP call id, note, address; only with markTexts
	prev uint32 // the contact's call before it in the run; none
	run  uint32

	number                     uint32
	trunk, callerID, agentName uint32 // words
	cause, code                uint32
	sip                        uint16
	outcome                    attempt.Outcome
	verdict                    attempt.Verdict
	marks                      callMarks
}

type callMarks uint8

const (
	markCallbackCall callMarks = 1 << iota
	markScreened
	markUnserved
	markSafePlayed
	markDoNotCall
	markTexts
)

// record inserts the final record of a row's call, once: it can only be the
// row's last record already, as one call ends before the next begins.
func (s *Store) record(h *held) {
	r, c := h.run, &h.a.Call
	w := r.rows.at(h.row)
	if c.ID == (attempt.ID{}) || w.lastCall != none && s.calls.at(w.lastCall).id == c.ID {
		return
	}
	rec := call{
		id: c.ID, prev: w.lastCall, run: r.index, number: uint32(c.Number),
		queued: at(c.QueuedAt), dialled: at(c.DialledAt), agent: at(c.AgentAt), ringing: at(c.RingingAt),
		answered: at(c.AnsweredAt), screened: at(c.ScreenedAt), attached: at(c.AttachedAt),
		ended: at(c.EndedAt), disposed: at(c.DisposedAt), callbackAt: at(c.Disposed.CallbackAt),
		trunk: s.words.id(c.Trunk), callerID: s.words.id(c.CallerID), agentName: s.words.id(c.Agent),
		cause: s.words.id(c.Cause), code: s.words.id(c.Disposed.Code),
		sip: uint16(c.SIPStatus), outcome: c.Outcome, verdict: c.Verdict, marks: marksOf(c),
	}
	address := c.Address
	if address == h.address { // as a rule the very same string
		address = ""
	}
	if c.SIPCallID != "" || c.Disposed.Note != "" || address != "" {
		rec.marks |= markTexts
		rec.text = s.texts.begin()
		s.texts.add(c.SIPCallID)
		s.texts.add(c.Disposed.Note)
		s.texts.add(address)
	}
	w.lastCall = s.keepCall(rec)
	s.callIDs.addLater(c.ID, w.lastCall)
	r.counters.AddCall(c)
}

// recorded finds a final record by the id of its call.
func (s *Store) recorded(id attempt.ID) (*call, bool) {
	i, ok := s.callIDs.find(id, func(i uint32) bool { return s.calls.at(i).id == id })
	if !ok {
		return nil, false
	}
	return s.calls.at(i), true
}

func marksOf(c *attempt.Call) (m callMarks) {
	for _, mark := range [...]struct {
		set  bool
		mark callMarks
	}{
		{c.Callback, markCallbackCall},
		{c.Screened, markScreened},
		{c.Unserved, markUnserved},
		{c.SafePlayed, markSafePlayed},
		{c.Disposed.DoNotCall, markDoNotCall},
	} {
		if mark.set {
			m |= mark.mark
		}
	}
	return m
}

// call makes the record that a caller sees, of a contact with this address.
func (s *Store) call(rec *call, address string) *attempt.Call {
	c := &attempt.Call{
		ID: rec.id, Number: int(rec.number), Address: address,
		Trunk: s.words.name(rec.trunk), CallerID: s.words.name(rec.callerID), Agent: s.words.name(rec.agentName),
		Callback: rec.marks&markCallbackCall != 0,
		QueuedAt: rec.queued.time(), DialledAt: rec.dialled.time(), AgentAt: rec.agent.time(),
		RingingAt: rec.ringing.time(), AnsweredAt: rec.answered.time(), ScreenedAt: rec.screened.time(),
		AttachedAt: rec.attached.time(), EndedAt: rec.ended.time(), DisposedAt: rec.disposed.time(),
		Outcome: rec.outcome, Cause: s.words.name(rec.cause), SIPStatus: int(rec.sip),
		Screened: rec.marks&markScreened != 0, Verdict: rec.verdict,
		Unserved: rec.marks&markUnserved != 0, SafePlayed: rec.marks&markSafePlayed != 0,
		Disposed: s.disposed(rec),
	}
	if rec.marks&markTexts != 0 {
		r := s.texts.read(rec.text)
		c.SIPCallID = r.text()
		r.text() // the note
		if other := r.text(); other != "" {
			c.Address = other
		}
	}
	return c
}

// disposed is the disposition in a record.
func (s *Store) disposed(rec *call) attempt.Disposition {
	d := attempt.Disposition{
		Code:       s.words.name(rec.code),
		CallbackAt: rec.callbackAt.time(),
		DoNotCall:  rec.marks&markDoNotCall != 0,
	}
	if rec.marks&markTexts != 0 {
		r := s.texts.read(rec.text)
		r.text() // the SIP call id
		d.Note = r.text()
	}
	return d
}
