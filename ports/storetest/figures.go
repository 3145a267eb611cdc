package storetest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var figureChecks = []check{
	{"figures follow every write", figuresFollow},
	{"a live answer counts once, from the moment it happens", liveAnswers},
	{"an empty campaign has figures without rates", emptyFigures},
	{"the oldest of each state is known by its age", oldestAges},
	{"ages do not count what a halted run has ended", oldestHalted},
	{"figures are each campaign's own", figuresApart},
}

func figuresFollow(r *room) {
	id := r.running(2, func(s *campaign.Spec) { s.Screening = true; s.Retries = 1 })
	hands := r.lease(r.id(), id, 2)
	r.balanced(id, 1)
	h := hands[0]
	for _, e := range []attempt.Event{
		h.dialling(), attempt.Accepted{At: r.now}, attempt.Progress{At: r.now}, attempt.Answered{At: r.now},
		attempt.Screened{At: r.now, Verdict: attempt.VerdictHuman}, attempt.Attached{At: r.now},
		h.ended("NORMAL_CLEARING"), attempt.Dispose{At: r.now, Disposition: r.later(time.Minute)},
	} {
		h.do(e)
		r.pass(time.Second)
		r.balanced(id, 1)
	}
	h = hands[1]
	for range 2 {
		h.unanswered()
		r.balanced(id, 1)
		r.pass(time.Hour)
		for _, next := range r.lease(h.worker, id, 2) {
			if next.a.Contact == h.a.Contact {
				h = next
			}
		}
		r.balanced(id, 1)
	}
	r.want(h.a.State == attempt.StateExhausted, "it is %v", h.a.State)
}

// liveAnswers: a call that is up counts, and its final record takes its place.
// Another worker goes on with one of them half-way.
func liveAnswers(r *room) {
	id := r.running(3, func(s *campaign.Spec) { s.Screening = true })
	live := func(want int, when string) {
		r.t.Helper()
		m := r.balanced(id, 1)
		r.want(m.LiveAnswers == want, "%d live answers %s, want %d", m.LiveAnswers, when, want)
	}
	hands := r.lease(r.id(), id, 3)
	for _, h := range hands {
		h.do(h.dialling(), attempt.Accepted{At: r.now}, attempt.Progress{At: r.now}, attempt.Answered{At: r.now})
	}
	live(0, "while all are being screened")
	talks, waits, machine := hands[0], hands[1], hands[2]
	machine.do(attempt.Screened{At: r.now, Verdict: attempt.VerdictMachine})
	live(0, "with a machine on the line")
	for _, h := range []*hand{talks, waits} {
		h.do(attempt.Screened{At: r.now, Verdict: attempt.VerdictHuman})
	}
	live(2, "while two persons wait")
	talks.do(attempt.Attached{At: r.now})
	live(2, "in conversation")
	machine.do(machine.ended("NORMAL_CLEARING"))
	live(2, "with the machine's record")
	waits.do(attempt.Unserved{At: r.now}, waits.ended("NORMAL_CLEARING"))
	live(2, "with the abandoned call's record")
	heir := r.id()
	items, err := r.s.Adopt(r.ctx, heir, ports.Worker{ID: talks.worker}, r.now, 10)
	r.must(err)
	r.want(len(items) == 1, "%d rows are adopted", len(items))
	talks.worker, talks.a = heir, items[0].Attempt
	live(2, "once its worker has died")
	talks.do(talks.ended("NORMAL_CLEARING"))
	live(2, "when the conversation is over")
	if talks.a.State.Held() {
		talks.do(attempt.Expire{At: r.now})
	}
	live(2, "with all records")
}

func emptyFigures(r *room) {
	m := r.balanced(r.draft(), 0)
	r.want(m.TotalCalls == 0 && m.CompletionRate == nil && m.AbandonRate == nil && len(m.Oldest) == 0, "they are %+v", m)
	r.want(len(m.States) == len(attempt.States()), "%d states are counted", len(m.States))
}

func oldestAges(r *room) {
	id := r.running(3)
	r.pass(time.Minute)
	r.crowd(id, 1)
	first := r.one(r.id(), id)
	r.pass(time.Minute)
	second := r.one(r.id(), id)
	r.pass(time.Minute)
	first.dial()
	m := r.balanced(id, 0)
	for s, want := range map[attempt.State]time.Duration{
		attempt.StatePending: 3 * time.Minute, attempt.StateLeased: time.Minute, attempt.StateDialling: 0,
	} {
		got, ok := m.Oldest[s]
		r.want(ok && got == want, "the oldest %v is %v old, want %v", s, got, want)
	}
	r.want(len(m.Oldest) == 3, "ages of states that nothing is in: %v", m.Oldest)
	second.do(attempt.Release{At: r.now})
	r.balanced(id, 0)
}

func oldestHalted(r *room) {
	id, _ := r.mixed()
	r.must(r.decide(id, campaign.Stop))
	r.pass(time.Hour)
	m := r.balanced(id, 1)
	r.want(len(m.Oldest) == 2 && m.Oldest[attempt.StateDialling] == time.Hour, "the ages are %v", m.Oldest)
}

func figuresApart(r *room) {
	a, b := r.running(2), r.running(3)
	r.one(r.id(), a).complete()
	r.one(r.id(), b).unanswered()
	r.want(r.balanced(a, 0).CompletedCount == 1 && r.balanced(b, 0).CompletedCount == 0, "they are mixed up")
	r.want(r.balanced(a, 0).TotalCalls == 2 && r.balanced(b, 0).TotalCalls == 3, "they are mixed up")
}
