package attempt_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/attempt"
)

// walk leads an attempt under drawn rules through drawn events, mostly legal
// ones, and keeps the books that the properties are held against.
type walk struct {
	t     *rapid.T
	rules attempt.Rules
	a     attempt.Attempt

	now     time.Time
	running time.Duration

	// The last step.
	before attempt.Attempt
	event  attempt.Event
	owed   []attempt.Effect
	err    error

	placed, freed, recorded, unsent map[int]int // by call number
	standing                        []attempt.Effect
}

func newWalk(t *rapid.T) *walk {
	w := &walk{
		t: t, rules: drawRules(t), a: fresh(), now: t0,
		placed: map[int]int{}, freed: map[int]int{}, recorded: map[int]int{}, unsent: map[int]int{},
	}
	if rapid.Bool().Draw(t, "not before") {
		w.a.State, w.a.Due = attempt.StateScheduled, sec(60)
	}
	return w
}

func drawRules(t *rapid.T) attempt.Rules {
	r := attempt.Rules{
		Shape:           rapid.SampledFrom([]attempt.Shape{attempt.ContactFirst, attempt.AgentFirst}).Draw(t, "shape"),
		Screening:       rapid.Bool().Draw(t, "screening"),
		DispositionWait: rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "wait"),
		Retries:         rapid.IntRange(0, 5).Draw(t, "retries"),
		Callbacks:       rapid.IntRange(0, 3).Draw(t, "callbacks"),
		CallbackTries:   rapid.IntRange(0, 3).Draw(t, "tries"),
		CallbackDelay:   time.Minute,
		Backoff:         rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(t, "backoff"),
	}
	for o := range r.Retry {
		r.Retry[o] = attempt.RetryRule{
			Never: rapid.IntRange(0, 5).Draw(t, "never") == 0,
			Delay: time.Duration(rapid.IntRange(0, 600).Draw(t, "delay")) * time.Second,
			Max:   rapid.IntRange(-1, 3).Draw(t, "max"),
		}
	}
	return r
}

// step lets one more event happen.
func (w *walk) step() {
	pause := time.Duration(rapid.IntRange(0, 300).Draw(w.t, "seconds")) * time.Second
	w.now = w.now.Add(pause)
	if rapid.IntRange(0, 3).Draw(w.t, "paused") > 0 {
		w.running += pause
	}
	w.before = w.a
	w.event = w.draw()
	w.a, w.owed, w.err = attempt.Next(&w.rules, w.a, w.event)
	if w.err == nil {
		w.keepBooks()
	}
}

// onwards are the events of a call that gets somewhere; they are drawn more often.
var onwards = []attempt.EventKind{
	attempt.KindLease, attempt.KindDial, attempt.KindAnswered, attempt.KindScreened,
	attempt.KindUnserved, attempt.KindAttached, attempt.KindEnded, attempt.KindDispose,
}

// draw chooses an event, nine times of ten one that the state has a row for.
func (w *walk) draw() attempt.Event {
	kinds := attempt.Kinds()
	if rapid.IntRange(0, 9).Draw(w.t, "any") < 9 {
		kinds = nil
		for _, k := range slices.Concat(onwards, onwards, onwards, attempt.Kinds()) {
			if len(index[w.a.State][k]) > 0 {
				kinds = append(kinds, k)
			}
		}
		if len(kinds) == 0 {
			kinds = attempt.Kinds()
		}
	}
	k := rapid.SampledFrom(kinds).Draw(w.t, "event")
	return withParticulars(anyOf(k), w.now, w.running, w.particulars(k))
}

// index finds the rows of a state and an event.
var index = func() (all [attempt.NumStates][attempt.NumEvents][]attempt.Row) {
	for _, r := range attempt.Rows() {
		all[r.From][r.On] = append(all[r.From][r.On], r)
	}
	return all
}()

func (w *walk) particulars(k attempt.EventKind) map[string]string {
	p := map[string]string{}
	pick := func(key string, values ...string) {
		p[key] = rapid.SampledFrom(values).Draw(w.t, key)
	}
	switch k {
	case attempt.KindRelease:
		pick("delay", "0s", "30s")
	case attempt.KindEnded:
		pick("cause", "NO_ANSWER", "USER_BUSY", "UNALLOCATED_NUMBER", "NORMAL_CLEARING", "")
		if rapid.Bool().Draw(w.t, "was answered") {
			p["answered"] = w.now.Sub(t0).String()
		}
	case attempt.KindLost:
		pick("horizon", "0s", "15m")
	case attempt.KindScreened:
		pick("verdict", "human", "machine", "unsure")
	case attempt.KindDispose:
		pick("code", "sold", "lost", "")
		pick("callback", "", w.now.Sub(t0).String(), "48h")
		pick("never", "true", "false", "false")
	case attempt.KindStop:
		pick("drain", "true", "false")
	case attempt.KindSuppress:
		pick("why", "suppressed", "do_not_call")
	}
	return p
}

// keepBooks notes what the step owes.
func (w *walk) keepBooks() {
	n := w.before.Calls
	if w.event.Kind() == attempt.KindUnsent {
		w.unsent[n]++
	}
	var open []attempt.Effect
	for _, e := range w.owed {
		switch e {
		case attempt.FreeAgent:
			w.freed[n]++
		case attempt.Record:
			w.recorded[n]++
		case attempt.Originate:
			w.placed[w.a.Calls]++
			open = append(open, e)
		default:
			open = append(open, e)
		}
	}
	if w.a.State != w.before.State || len(open) > 0 {
		w.standing = open
	}
}

// walks holds a property after every step of many walks.
func walks(t *testing.T, holds func(w *walk)) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWalk(t)
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			w.step()
			holds(w)
			if w.a.State.Terminal() && w.before.State.Terminal() {
				return
			}
		}
	})
}

func TestWalksReachEveryState(t *testing.T) {
	seen := map[attempt.State]bool{}
	for seed := range 300 {
		w := rapid.Custom(func(t *rapid.T) *walk {
			w := newWalk(t)
			for range 60 {
				w.step()
				seen[w.a.State] = true
			}
			return w
		})
		_ = w.Example(seed)
	}
	for _, s := range attempt.States() {
		if !seen[s] {
			t.Errorf("no walk comes to %v: the properties say nothing of it", s)
		}
	}
}
