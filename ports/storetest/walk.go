package storetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// walkChecks is one random history per seed.
func walkChecks() (checks []check) {
	seeds := 8
	if n, err := strconv.Atoi(os.Getenv("OUTDIAL_SEEDS")); err == nil {
		seeds = n
	}
	for seed := range seeds {
		checks = append(checks, check{fmt.Sprintf("seed %d", seed), func(r *room) { newWalk(r, uint64(seed)).wander(800) }})
	}
	return checks
}

// walk is a random history of one campaign, with the model that the store is
// compared with.
type walk struct {
	*room
	rng     *rand.Rand
	rules   attempt.Rules
	workers []ports.Worker

	c        campaign.Campaign
	contacts []campaign.Contact
	runs     []*modelRun
	hands    map[ports.ID]*hand // what is held, by contact
	starts   []time.Time        // that the rate has granted
}

// modelRun is what a run's rows should be.
type modelRun struct {
	info       campaign.Run
	rows       map[ports.ID]attempt.Attempt
	calls      map[ports.ID][]attempt.Call
	recoveries int
}

const (
	walkLines  = 3
	walkStarts = 4
	walkPer    = 10 * time.Second
)

func newWalk(r *room, seed uint64) *walk {
	w := &walk{room: r, rng: rand.New(rand.NewPCG(seed, 1)), hands: map[ports.ID]*hand{}}
	spec := settings()
	spec.Screening, spec.Retries = seed%3 == 1, 2
	if seed%4 == 3 {
		spec.Shape = attempt.AgentFirst
	}
	if seed%2 == 1 {
		spec.DispositionWait = 0
	}
	spec.RetryRules[attempt.OutcomeMachine] = campaign.RetryRule{Delay: time.Minute, Max: 1}
	w.rules = spec.Rules()
	w.c = campaign.New(r.id(), spec, r.now)
	r.must(r.s.CreateCampaign(r.ctx, w.c))
	w.openRun()
	for range 3 {
		w.workers = append(w.workers, ports.Worker{ID: r.id(), Beat: 1})
		r.beat(w.workers[len(w.workers)-1])
	}
	w.addContacts(8)
	return w
}

func (w *walk) openRun() {
	w.runs = append(w.runs, &modelRun{
		info: w.c.Run, rows: map[ports.ID]attempt.Attempt{}, calls: map[ports.ID][]attempt.Call{},
	})
}

func (w *walk) run() *modelRun { return w.runs[len(w.runs)-1] }

func (w *walk) worker() ports.ID { return w.workers[w.rng.IntN(len(w.workers))].ID }

// wander takes steps, and compares the store with the model now and then.
func (w *walk) wander(steps int) {
	for step := range steps {
		switch n := w.rng.IntN(100); {
		case n < 15:
			w.stepTime()
		case n < 35:
			w.stepLease()
		case n < 85:
			w.stepSave()
		case n < 90:
			w.stepCommand()
		case n < 92:
			w.stepAdopt()
		case n < 93:
			w.addContacts(1 + w.rng.IntN(4))
		case n < 98:
			w.stepDecide()
		default:
			_, err := w.s.Sweep(w.ctx, w.c.ID, 1+w.rng.IntN(6))
			w.must(err)
		}
		if step%50 == 49 {
			w.compare()
		}
	}
	w.sweepAll(w.c.ID)
	w.compare()
}

func (w *walk) stepTime() {
	d := time.Duration(w.rng.IntN(90_000)) * time.Millisecond
	if w.rng.IntN(4) == 0 {
		d *= 20
	}
	w.pass(d)
}

func (w *walk) addContacts(n int) {
	var batch []campaign.Contact
	for range n {
		batch = append(batch, w.contact(func(c *campaign.Contact) {
			c.Priority = []int32{0, 0, 0, 5, -5}[w.rng.IntN(5)]
			if w.rng.IntN(3) == 0 {
				c.NotBefore = w.now.Add(time.Duration(w.rng.IntN(3600)) * time.Second)
			}
		}))
	}
	_, err := w.s.AddContacts(w.ctx, w.c.ID, ports.Batch{At: w.now}, each(batch))
	if _, refused := campaign.Allowed(w.c.Status, campaign.AddContacts); refused != nil {
		w.want(err != nil, "contacts are taken in status %s", w.c.Status)
		return
	}
	w.must(err)
	for _, c := range batch {
		w.contacts = append(w.contacts, c)
		w.begin(c)
	}
}

// begin adds a contact's attempt to the present run.
func (w *walk) begin(c campaign.Contact) {
	a := attempt.Attempt{
		Campaign: w.c.ID, Contact: c.ID, Run: w.c.Run.Number, State: attempt.StatePending, Since: w.now,
	}
	if c.NotBefore.After(w.now) {
		a.State, a.Due = attempt.StateScheduled, c.NotBefore
	}
	w.run().rows[c.ID] = campaign.Settle(&w.rules, &w.c.Run, a)
}

func (w *walk) stepDecide() {
	var actions []campaign.Action
	switch n := w.rng.IntN(20); {
	case n == 0:
		actions = []campaign.Action{campaign.Stop, campaign.Close, campaign.Fail}
	case n < 6:
		actions = []campaign.Action{campaign.Pause, campaign.Finish, campaign.Discard}
	default:
		actions = []campaign.Action{campaign.Resume, campaign.Start, campaign.Restart}
	}
	e := campaign.Event{Action: actions[w.rng.IntN(len(actions))], At: w.now, Drain: w.rng.IntN(2) == 0}
	if w.rng.IntN(2) == 0 {
		e.Scope = campaign.NotCompleted
	}
	after, err := campaign.Next(w.c, e)
	if e.Action == campaign.Finish && err == nil && (w.open() > 0 || len(w.run().rows) == 0) {
		err = campaign.ErrOpenContacts
	}
	if e.Action == campaign.Restart && e.Scope == campaign.NotCompleted && err == nil && w.held() > 0 {
		err = campaign.ErrCallsUp
	}
	got := w.decide(w.c.ID, e.Action, func(d *ports.Decide) { d.Event = e })
	w.want((got == nil) == (err == nil), "%s in %s: %v, want %v", e.Action, w.c.Status, got, err)
	if err == nil {
		w.apply(after, e)
	}
}

// apply lets the model's rows follow a decision at once.
func (w *walk) apply(after campaign.Campaign, e campaign.Event) {
	was := w.run()
	w.c = after
	if e.Action == campaign.Restart {
		w.openRun()
		for _, c := range w.contacts {
			if a, ok := was.rows[c.ID]; e.Scope != campaign.NotCompleted || ok && a.State != attempt.StateCompleted {
				w.begin(c)
			}
		}
		return
	}
	was.info = after.Run
	for id, a := range was.rows {
		was.rows[id] = campaign.Settle(&w.rules, &was.info, a)
	}
}

func (w *walk) held() (n int) {
	for _, a := range w.run().rows {
		if a.State.Held() {
			n++
		}
	}
	return n
}

func (w *walk) open() (n int) {
	for _, a := range w.run().rows {
		if !a.State.Terminal() {
			n++
		}
	}
	return n
}

func (w *walk) stepAdopt() {
	k := w.rng.IntN(len(w.workers))
	dead, me := w.workers[k], w.workers[(k+1)%len(w.workers)]
	items, err := w.s.Adopt(w.ctx, me.ID, dead, w.now, 1+w.rng.IntN(3))
	w.must(err)
	for _, it := range items {
		h := w.hands[it.Contact.ID]
		w.want(h != nil && h.worker == dead.ID, "a row is adopted that the worker does not hold")
		h.worker, h.a.Owner = me.ID, me.ID
		h.a.Version++
		run := w.runs[h.a.Run-1]
		run.rows[it.Contact.ID] = h.a
		run.recoveries++
		w.sameAttempt(it.Attempt, h.a)
	}
	w.beat(dead) // it was only slow
}
