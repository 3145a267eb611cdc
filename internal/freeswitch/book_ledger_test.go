package freeswitch_test

import (
	"maps"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/ports"
)

// page is what the port has heard of one call since it was last taken over.
type page struct {
	said  []string
	seen  map[ports.EventKind]bool
	last  int
	ended bool
	known bool // the port knows that the call is
	there bool // so was the contact, when Adopt asked last
}

// ledger is what the port has heard, as telephonytest's stories see it: each
// thing once, in order, one end.
type ledger struct {
	pages     map[ports.ID]*page
	questions map[ports.ID]int // Adopts without an answer
}

var order = map[ports.EventKind]int{
	ports.Accepted: 1, ports.AgentUp: 2, ports.Progress: 3, ports.Answered: 4,
	ports.Screened: 5, ports.Unserved: 6, ports.Attached: 6, ports.Ended: 7, ports.Refused: 7,
}

func (l *ledger) page(call ports.ID) *page {
	if l.pages == nil {
		l.pages = map[ports.ID]*page{}
	}
	if l.pages[call] == nil {
		l.pages[call] = &page{seen: map[ports.EventKind]bool{}}
	}
	return l.pages[call]
}

func (l *ledger) asked() map[ports.ID]int {
	if l.questions == nil {
		l.questions = map[ports.ID]int{}
	}
	return l.questions
}

// adopted notes a question; anew says that the book did not have the call, and
// there that its contact was there.
func (l *ledger) adopted(call ports.ID, anew, there bool) {
	l.asked()[call]++
	if anew {
		delete(l.pages, call)
	}
	l.page(call).there = there
}

// forgive drops the questions that an outage has cut off.
func (l *ledger) forgive() { clear(l.asked()) }

// enter checks events as they are told.
func (l *ledger) enter(t *rapid.T, of map[ports.ID]*life, evs []ports.Event) {
	for _, ev := range evs {
		p := l.page(ev.Call)
		p.said = append(p.said, say(ev))
		t.Logf("told: %s of %s", say(ev), ev.Call)
		if ev.At.IsZero() {
			t.Errorf("%s has no time", say(ev))
		}
		if ev.Kind == ports.Stage {
			l.stage(t, p, ev, of[ev.Call])
			continue
		}
		p.event(t, ev, of[ev.Call])
	}
}

func (p *page) event(t *rapid.T, ev ports.Event, truth *life) {
	switch {
	case truth == nil:
		t.Fatalf("%v was told of a call that nobody placed", p.said)
	case p.ended:
		t.Errorf("told after the end: %v", p.said)
	case p.seen[ev.Kind] && ev.Kind != ports.Unserved:
		t.Errorf("told twice: %v", p.said)
	case order[ev.Kind] < p.last:
		t.Errorf("told too late: %v", p.said)
	case ev.Kind != ports.Accepted && ev.Kind != ports.Refused && !p.known:
		t.Errorf("told before it was accepted: %v", p.said)
	}
	p.last, p.seen[ev.Kind] = max(p.last, order[ev.Kind]), true
	answered := !truth.contact.answered.IsZero()
	switch ev.Kind {
	case ports.Accepted:
		p.known = true
	case ports.Answered:
		if !answered {
			t.Errorf("nobody answered: %v", p.said)
		}
	case ports.Refused:
		p.ended = true
		if answered {
			t.Errorf("refused after an answer: %v", p.said)
		}
	case ports.Ended:
		p.ended = true
		if p.seen[ports.Answered] == ev.AnsweredAt.IsZero() {
			t.Errorf("AnsweredAt is %v: %v", ev.AnsweredAt, p.said)
		}
		if truth.contact.alive {
			t.Errorf("the contact is still there: %v", p.said)
		}
	}
}

// stage takes an answer to Adopt, which says as much as events would have.
func (l *ledger) stage(t *rapid.T, p *page, ev ports.Event, truth *life) {
	if l.asked()[ev.Call]--; l.asked()[ev.Call] < 0 {
		t.Errorf("a stage without a question: %v", p.said)
	}
	if ev.Stage == ports.StageAbsent {
		if p.there && truth.contact.alive {
			t.Errorf("it is not absent: %v", p.said)
		}
		return
	}
	p.known = true
	for kind, from := range map[ports.EventKind]ports.CallStage{
		ports.Accepted: ports.StageDialling, ports.Progress: ports.StageRinging,
		ports.Answered: ports.StageAnswered, ports.Attached: ports.StageAttached,
	} {
		switch {
		case ev.Stage >= from:
			p.seen[kind] = true
			p.last = max(p.last, order[kind])
		case kind == ports.Answered && p.seen[kind]:
			t.Errorf("the stage is behind: %v", p.said)
		}
	}
	if ev.Stage >= ports.StageAnswered && truth.contact.answered.IsZero() {
		t.Errorf("nobody answered: %v", p.said)
	}
}

// close sees that each call that the port knew has ended, where it was not
// given away, and that each question has been answered.
func (l *ledger) close(t *rapid.T, of map[ports.ID]*life) {
	for call, p := range l.pages {
		if p.known && !p.ended && !of[call].theirs {
			t.Errorf("no end: %v", p.said)
		}
	}
	for call, n := range maps.All(l.asked()) {
		if n != 0 {
			t.Errorf("%d questions about %s have no answer", n, call)
		}
	}
}

// story is all that was told.
func (l *ledger) story() [][]string {
	var all [][]string
	for _, p := range l.pages {
		all = append(all, p.said)
	}
	return all
}
