package storetest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var recordChecks = []check{
	{"a final record is kept as the call was", recordKept},
	{"a record is inserted once per call", recordOnce},
	{"a record does not change when it is written again", recordStays},
	{"the report has one row per call and one for an attempt without", reportRows},
	{"a call keeps the address that was dialled", dialledAddress},
	{"an unknown call that surfaces becomes a ghost", ghosts},
	{"other calls do not become ghosts", noGhosts},
}

func recordKept(r *room) {
	id := r.running(1, func(s *campaign.Spec) { s.Screening = true })
	h := r.one(r.id(), id)
	tick := func() time.Time { r.pass(1001 * time.Microsecond); return r.now }
	h.do(h.dialling(), attempt.Accepted{At: tick()}, attempt.AgentUp{At: tick()}, attempt.Progress{At: tick()})
	h.do(attempt.Answered{At: tick()}, attempt.Screened{At: tick(), Verdict: attempt.VerdictUnsure})
	h.do(attempt.Attached{At: tick()})
	tick()
	h.do(attempt.Ended{At: r.now, Cause: "NORMAL_CLEARING", SIPStatus: 200, SIPCallID: "7f3a@10.0.0.1"})
	d := attempt.Disposition{Code: "vendu", Note: "à rappeler\nun jour", CallbackAt: r.now.Add(time.Hour)}
	t := h.next(attempt.Dispose{At: tick(), Disposition: d})
	t.Attempt.Call.SafePlayed = true
	_, ok := h.save(t)
	r.want(ok, "the end is refused")
	rows := all(r, r.s.Report(r.ctx, id, 0))
	r.want(len(rows) == 1 && rows[0].Call != nil, "the report is %v", rows)
	got, want := keptCall(*rows[0].Call), keptCall(t.Attempt.Call)
	r.want(got == want, "the record differs:\n%s", difference(got, want))
	r.sameAttempt(rows[0].Attempt, h.a)
	r.balanced(id, 1)
}

func recordOnce(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial()
	t := h.next(h.ended("USER_BUSY"))
	for range 3 {
		_, err := r.s.Save(r.ctx, h.worker, []ports.Transition{t})
		r.must(err)
	}
	r.want(len(r.calls(id)) == 1, "the call has %d records", len(r.calls(id)))
	m := r.balanced(id, 1)
	r.want(m.Outcomes[attempt.OutcomeBusy] == 1 && m.Dials == 1, "the figures are %+v", m)
}

func recordStays(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id).dial().answered()
	t := h.next(h.ended("NORMAL_CLEARING"))
	t.Record = true // before its time
	_, ok := h.save(t)
	r.want(ok, "the end is refused")
	h.do(attempt.Dispose{At: r.now, Disposition: sold})
	calls := r.calls(id)
	r.want(len(calls) == 1 && calls[0].Disposed.IsZero(), "the records are %+v", calls)
	r.balanced(id, 1)
}

func reportRows(r *room) {
	id := r.running(4)
	hands := r.lease(r.id(), id, 4)
	hands[3].unanswered()
	hands[1].unanswered()
	hands[2].do(attempt.Suppress{At: r.now, Reason: attempt.ReasonSuppressed})
	hands[0].dial()
	r.pass(time.Hour)
	r.one(hands[1].worker, id).unanswered()
	r.pass(time.Hour)
	for _, h := range r.lease(hands[1].worker, id, 2) {
		h.unanswered()
	}
	type row struct {
		contact ports.ID
		call    int
	}
	var got []row
	for _, x := range all(r, r.s.Report(r.ctx, id, 0)) {
		n := 0
		if x.Call != nil {
			n = x.Call.Number
			r.want(x.Call.Address == x.Contact.Address, "the call's address is %q", x.Call.Address)
		}
		got = append(got, row{x.Contact.ID, n})
	}
	c := func(i int) ports.ID { return hands[i].a.Contact }
	want := []row{{c(0), 0}, {c(1), 1}, {c(1), 2}, {c(1), 3}, {c(2), 0}, {c(3), 1}, {c(3), 2}}
	r.want(len(got) == len(want), "%d rows, want %d", len(got), len(want))
	for i := range want {
		r.want(got[i] == want[i], "row %d is %v, want %v", i, got[i], want[i])
	}
}

func dialledAddress(r *room) {
	id := r.running(1)
	h := r.one(r.id(), id)
	dial := h.dialling()
	dial.Address = "sip:other@example.com"
	h.do(dial, h.ended("NO_ANSWER"))
	r.want(r.calls(id)[0].Address == dial.Address, "the record has %q", r.calls(id)[0].Address)
}

func ghosts(r *room) {
	id := r.running(2)
	hands := r.lease(r.id(), id, 2)
	for _, h := range hands {
		h.dial().do(attempt.Lost{At: r.now, Running: h.running(), Horizon: time.Minute})
	}
	r.want(r.attempt(hands[0].a.Contact).Doubt == hands[0].a.Call.ID, "the row has no doubt")
	for range 2 {
		r.must(r.s.Ghosts(r.ctx, []ports.ID{hands[0].a.Call.ID}))
		calls := r.calls(id)
		r.want(calls[0].Outcome == attempt.OutcomeGhost, "its outcome is %v", calls[0].Outcome)
		r.want(calls[1].Outcome == attempt.OutcomeUnknown, "the other's outcome is %v", calls[1].Outcome)
		m := r.balanced(id, 1)
		r.want(m.Outcomes[attempt.OutcomeGhost] == 1 && m.Outcomes[attempt.OutcomeUnknown] == 1, "counted as %v", m.Outcomes)
	}
}

func noGhosts(r *room) {
	id := r.running(3)
	hands := r.lease(r.id(), id, 3)
	hands[0].unanswered()
	hands[1].dial()
	hands[2].complete()
	before := r.calls(id)
	r.must(r.s.Ghosts(r.ctx, nil))
	r.must(r.s.Ghosts(r.ctx, []ports.ID{r.id(), hands[0].a.Call.ID, hands[1].a.Call.ID, hands[2].a.Call.ID, {}}))
	for i, c := range r.calls(id) {
		r.want(c.Outcome == before[i].Outcome, "call %d has become %v", i, c.Outcome)
	}
	r.balanced(id, 1)
}
