package outdial_test

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// watched is a campaign as the watcher knows it.
type watched struct {
	id       ports.ID
	name     string
	spec     campaign.Spec
	keys     int       // handed out
	accepted int       // contacts
	started  time.Time // the last call
	history  []standing
}

// standing is what a campaign was from a time on.
type standing struct {
	from time.Time
	is   campaign.Campaign
}

func (c *watched) now() *campaign.Campaign { return &c.history[len(c.history)-1].is }

type person struct {
	key  string
	camp *watched
}

// seen is what is known of a call, from whoever saw it.
type seen struct {
	name     string
	contact  ports.ID
	camp     *watched
	run      int
	granted  time.Time // when the store wrote its intent
	at       campaign.Campaign
	owner    *worker
	sent     bool // an originate was taken by the adapter
	tried    bool
	carrier  simulated.Sight // the last that the carrier saw
	answered time.Time
	attached time.Time
	ended    time.Time
	vanished bool    // its agent was not there
	ghost    bool    // it surfaced late
	told     *worker // hears of it from the switch
	is       attempt.Disposition
}

// watcher keeps books of its own, from what passes between workers, store and
// carrier.
type watcher struct {
	s        *sim
	calls    map[ports.ID]*seen
	order    []ports.ID
	contacts map[ports.ID]*person
	by       *worker // who originates now
}

func newWatcher(s *sim) *watcher {
	return &watcher{s: s, calls: map[ports.ID]*seen{}, contacts: map[ports.ID]*person{}}
}

// call names a call: contact, run and number.
func (w *watcher) call(id ports.ID) string {
	if c := w.calls[id]; c != nil {
		return c.name
	}
	return "call " + id.String()
}

// stored sees an operation done at the store.
func (w *watcher) stored(by *worker, op *engine.Op, r *engine.Result) {
	switch op.Kind {
	case engine.OpSave:
		w.saved(by, op, r)
	case engine.OpLease:
		for _, l := range r.Leased {
			for i := range l.Items {
				w.s.note("%s leases %s", by.name, l.Items[i].Contact.Key)
			}
		}
	case engine.OpAdopt:
		w.s.note("%s adopts %d from %s: %v", by.name, len(r.Items), w.s.nameOf(op.Worker.ID), r.Err)
	case engine.OpSubmit:
		d := op.Command.Decide
		w.s.note("%s submits %s of %s: %v", by.name, d.Event.Action, w.s.campOf(d.Campaign).name, r.Err)
		w.statuses()
	}
}

func (w *watcher) saved(by *worker, op *engine.Op, r *engine.Result) {
	refused := map[int]error{}
	for _, no := range r.Refusals {
		refused[no.Index] = fmt.Errorf("%w %s", no.Err, no.Key)
	}
	for i := range op.Save {
		t := &op.Save[i]
		a, p := &t.Attempt, w.contacts[t.Attempt.Contact]
		w.s.note("%s saves %s %s as %v: %v", by.name, p.key, callName(a), a.State, refused[i])
		if len(t.Claims) > 0 && refused[i] == nil && r.Err == nil {
			w.granted(by, a, p)
		}
	}
}

func callName(a *attempt.Attempt) string {
	if a.Call.ID == (ports.ID{}) {
		return "-"
	}
	return fmt.Sprint(a.Call.Number)
}

// granted sees an intent written.
func (w *watcher) granted(by *worker, a *attempt.Attempt, p *person) {
	id := a.Call.ID
	if w.calls[id] != nil {
		w.s.wrong("call %s was granted twice", w.call(id))
	}
	w.calls[id] = &seen{
		name: fmt.Sprintf("%s/%d/%d", p.key, a.Run, a.Call.Number), contact: a.Contact, camp: p.camp, run: a.Run,
		granted: w.s.now(), at: *p.camp.now(), owner: by, told: by,
	}
	w.order = append(w.order, id)
	if c := p.camp.now(); c.Status != campaign.Running || c.Run.Halt != attempt.HaltNone || c.Run.Number != a.Run {
		w.s.wrong("call %s was granted while its campaign was %s, run %d, %v", w.call(id), c.Status, c.Run.Number, c.Run.Halt)
	}
}

// dialled is the oracle's question about every originate. It must not touch
// the world.
func (w *watcher) dialled(now time.Time, d ports.Dial) error {
	c := w.calls[d.Call]
	switch {
	case c == nil:
		return fmt.Errorf("call %s is not written", d.Call)
	case c.owner != w.by:
		return fmt.Errorf("call %s is %s's, and %s originates it", c.name, c.owner.name, w.by.name)
	case now.Sub(c.granted) >= time.Second:
		return fmt.Errorf("call %s was granted at %v", c.name, c.granted)
	}
	schedule := c.camp.spec.Schedule()
	if !schedule.Open(now) {
		return fmt.Errorf("call %s is outside its window", c.name)
	}
	it, err := w.s.store.Attempt(w.s.ctx, d.Contact, d.Run)
	if err != nil {
		return err
	}
	if a := &it.Attempt; a.State != attempt.StateDialling || a.Call.ID != d.Call || a.Owner != w.by.d.Worker() {
		return fmt.Errorf("call %s is originated while its row is %v, owned by %s", c.name, a.State, w.s.nameOf(a.Owner))
	}
	return nil
}

func (w *watcher) originated(d *ports.Dial, err error) {
	if c := w.calls[d.Call]; c != nil {
		c.tried, c.sent = true, c.sent || err == nil
	}
}

// saw sees what happens at the carrier, with the world locked.
func (w *watcher) saw(o simulated.Observation) {
	c := w.calls[o.Call]
	if c == nil {
		return
	}
	w.s.story = append(w.s.story, fmt.Sprintf("%s carrier: %s %v %s %s",
		o.At.Format("15:04:05.000000"), c.name, o.What, o.Agent, o.Cause))
	c.carrier = o.What
	switch o.What {
	case simulated.Started:
		c.camp.started = o.At
	case simulated.Surfaced:
		c.ghost = true
	case simulated.Answered:
		c.answered = o.At
	case simulated.Attached:
		c.attached = o.At
	case simulated.Unserved:
		c.vanished = true
	case simulated.Ended, simulated.Refused:
		c.ended = o.At
	}
}

func (w *watcher) disposed(call ports.ID, is attempt.Disposition) {
	c := w.calls[call]
	if c == nil {
		return
	}
	if !c.is.IsZero() && !c.is.Equal(is) {
		w.s.wrong("%s took two dispositions, %q and %q", c.name, c.is.Code, is.Code)
	}
	c.is = is
}

// asked sees a worker take over the news of a call.
func (w *watcher) asked(by *worker, id ports.ID) {
	if c := w.calls[id]; c != nil {
		c.told = by
	}
}

// hangup sees a hang-up: nobody hangs up a call that another worker has and
// hears of, unless the switch tells old news.
func (w *watcher) hangup(by *worker, id ports.ID) {
	c := w.calls[id]
	if f := w.s.plan.faults; c == nil || f.Late+f.Swap+f.Double > 0 {
		return
	}
	it, err := w.s.store.Attempt(w.s.ctx, c.contact, c.run)
	if err != nil {
		w.s.wrong("attempt: %v", err)
		return
	}
	if a := &it.Attempt; a.Call.ID == id && a.State.Line() && a.Owner != by.d.Worker() && c.told != by {
		w.s.wrong("%s hangs up %s, which %s has", by.name, c.name, w.s.nameOf(a.Owner))
	}
}

// statuses notes what has become of the campaigns.
func (w *watcher) statuses() {
	for _, c := range w.s.camps {
		now, err := w.s.store.Campaign(w.s.ctx, c.id)
		if err != nil {
			w.s.wrong("campaign: %v", err)
			return
		}
		if n := len(c.history); n == 0 || c.history[n-1].is.Version != now.Version {
			c.history = append(c.history, standing{w.s.now(), now})
			w.s.note("%s is %s, run %d %v", c.name, now.Status, now.Run.Number, now.Run.Halt)
		}
	}
}

// died sees a worker die: others are to adopt what it held, within its
// time-out and a few beats.
func (w *watcher) died(dead *worker) {
	s := w.s
	t := s.plan.store
	t.crash = 0
	if !t.none() {
		return
	}
	var others []*worker
	for _, o := range s.workers {
		if o.steps() && !o.leaving {
			others = append(others, o)
		}
	}
	s.in(s.plan.timeout+s.plan.timeout*3/10+time.Second, func() {
		for _, o := range others {
			if o.steps() && !o.leaving && o.everFrozen == 0 {
				s.ownsNothing(dead)
				return
			}
		}
	})
}

func (s *sim) ownsNothing(dead *worker) {
	s.attempts(func(c *watched, it *ports.Item) {
		if it.Attempt.Owner == dead.d.Worker() {
			s.wrong("%s is dead for long and has %s still: %v", dead.name, it.Contact.Key, it.Attempt.State)
		}
	})
}

// event says an event of the switch in a few words.
func (w *watcher) event(e *ports.Event) string {
	switch e.Kind {
	case ports.Down:
		return "that the switch is lost"
	case ports.Up:
		return "that the switch is back"
	}
	name := [...]string{ports.Accepted: "accepted", ports.Refused: "refused", ports.AgentUp: "agent up",
		ports.Progress: "progress", ports.Answered: "answered", ports.Screened: "screened", ports.Attached: "attached",
		ports.Unserved: "unserved", ports.Stage: "stage", ports.Ended: "ended"}[e.Kind]
	what := ""
	switch e.Kind {
	case ports.Stage:
		what = [...]string{"absent", "dialling", "ringing", "answered", "attached"}[e.Stage]
	case ports.Screened:
		what = e.Verdict.String()
	case ports.Ended, ports.Refused:
		what = e.Cause
	}
	return fmt.Sprintf("of %s: %s %s", w.call(e.Call), name, what)
}
