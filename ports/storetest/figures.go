package storetest

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

var figureChecks = []check{
	{"figures follow every write", figuresFollow},
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
