package engine_test

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// desk sits between an engine and its store, its switch and its agents, and
// decides when the engine hears from them, and what.
type desk struct {
	t      *testing.T
	ctx    context.Context
	e      *engine.Engine
	store  *memory.Store
	worker ports.ID
	now    time.Time
	camp   ports.ID
	people []campaign.Contact
	limits ports.Limits
	agents []string // idle

	// pending are the operations that nobody has answered, held those kinds
	// that settle leaves so.
	pending []engine.Op
	held    []engine.OpKind
	acts    []engine.Act // since they were last looked at
	wake    time.Time
	steps   int
	notes   []engine.Note
	lastID  uint64
	later   time.Time // before which contacts are not to be called
}

// start is when desks open.
var start = time.Date(2024, time.March, 4, 9, 0, 0, 0, time.UTC)

// sit makes a desk with a running campaign of n contacts.
func sit(t *testing.T, n int, change func(*campaign.Spec), more ...func(*engine.Config)) *desk {
	t.Helper()
	d := &desk{
		t: t, ctx: context.Background(), store: memory.New(), now: start,
		limits: ports.Limits{GhostHorizon: 30 * time.Second},
	}
	d.e = d.engine(more...)
	d.camp = d.campaign(n, change)
	return d
}

// engine makes a worker on the desk's store.
func (d *desk) engine(more ...func(*engine.Config)) *engine.Engine {
	d.worker = d.id()
	cfg := engine.Config{
		Worker: d.worker, Pacer: pacing.Progressive{}, WorkerTimeout: 10 * time.Second,
		PollEvery: time.Second, CallCheck: time.Minute,
	}
	for _, change := range more {
		change(&cfg)
	}
	return engine.New(cfg)
}

// campaign adds a running campaign of n contacts.
func (d *desk) campaign(n int, change func(*campaign.Spec)) ports.ID {
	d.t.Helper()
	spec := campaign.Defaults()
	spec.Name, spec.Destination = "desk", "100"
	if change != nil {
		change(&spec)
	}
	c := campaign.New(d.id(), spec, d.now)
	d.must(d.store.CreateCampaign(d.ctx, c))
	people := make([]campaign.Contact, n)
	for i := range people {
		people[i] = campaign.Contact{ID: d.id(), Address: "+15550000000", NotBefore: d.later}
	}
	_, err := d.store.AddContacts(d.ctx, c.ID, ports.Batch{At: d.now}, func(yield func(campaign.Contact, error) bool) {
		for _, p := range people {
			if !yield(p, nil) {
				return
			}
		}
	})
	d.must(err)
	d.people = append(d.people, people...)
	d.decide(c.ID, campaign.Event{Action: campaign.Start})
	return c.ID
}

func (d *desk) id() (id uuid.UUID) {
	d.lastID++
	binary.BigEndian.PutUint64(id[8:], d.lastID)
	return id
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// decide is an operator's action.
func (d *desk) decide(id ports.ID, e campaign.Event) {
	d.t.Helper()
	d.submit(ports.Command{Decide: &ports.Decide{Campaign: id, Event: e}})
}

func (d *desk) submit(c ports.Command) {
	d.t.Helper()
	c.ID, c.At = d.id(), d.now
	d.must(d.store.Submit(d.ctx, c))
}

// step steps the engine and keeps what it wants.
func (d *desk) step(in engine.Input) {
	for {
		d.steps++
		in.Now, in.Limits, in.Notes = d.now, d.limits, true
		out := d.e.Step(in)
		d.acts = append(d.acts, out.Acts...)
		d.attend(out.Acts)
		d.pending = append(d.pending, out.Ops...)
		d.notes = append(d.notes, out.Notes...)
		d.wake = out.Wake
		if len(out.Seek) == 0 || len(d.agents) == 0 {
			return
		}
		in = engine.Input{}
		for _, s := range out.Seek {
			n := min(s.Max, len(d.agents))
			in.Agents = append(in.Agents, engine.Offer{Campaign: s.Campaign, Agents: slices.Clone(d.agents[:n])})
		}
	}
}

// attend keeps the list of idle agents.
func (d *desk) attend(acts []engine.Act) {
	for _, a := range acts {
		switch a.Kind {
		case engine.ActHold:
			d.agents = slices.DeleteFunc(d.agents, func(name string) bool { return name == a.Agent })
		case engine.ActRelease:
			d.agents = append(d.agents, a.Agent)
		}
	}
}

// settle answers operations until none is left but those held back.
func (d *desk) settle() {
	for {
		i := slices.IndexFunc(d.pending, func(op engine.Op) bool { return !slices.Contains(d.held, op.Kind) })
		if i < 0 {
			return
		}
		d.step(engine.Input{Results: []engine.Result{d.do(d.pending[i].Kind)}})
	}
}

// do carries out the operation of that kind and returns its result.
func (d *desk) do(k engine.OpKind) (r engine.Result) {
	op := d.take(k)
	r.Kind = k
	switch k {
	case engine.OpSave:
		r.Refusals, r.Err = d.store.Save(d.ctx, d.worker, op.Save)
	case engine.OpLease:
		r.Leased, r.Err = d.store.Lease(d.ctx, d.worker, op.Lease)
	case engine.OpBeat:
		r.Workers, r.Err = d.store.Beat(d.ctx, op.Worker)
	case engine.OpChanges:
		r.Changes, r.Err = d.store.Changes(d.ctx, op.Since)
	case engine.OpAdopt:
		r.Items, r.Err = d.store.Adopt(d.ctx, d.worker, op.Worker, op.At, op.Max)
	case engine.OpSweep:
		r.More, r.Err = d.store.Sweep(d.ctx, op.Campaign, op.Max)
	case engine.OpSubmit:
		r.Err = d.store.Submit(d.ctx, op.Command)
	case engine.OpGhosts:
		r.Err = d.store.Ghosts(d.ctx, op.Ghosts)
	}
	return r
}

// take takes the operation of that kind off the desk; there must be one.
func (d *desk) take(k engine.OpKind) engine.Op {
	d.t.Helper()
	i := slices.IndexFunc(d.pending, func(op engine.Op) bool { return op.Kind == k })
	if i < 0 {
		d.t.Fatalf("no operation of kind %d is pending", k)
	}
	op := d.pending[i]
	d.pending = slices.Delete(d.pending, i, i+1)
	return op
}

func (d *desk) has(k engine.OpKind) bool {
	return slices.ContainsFunc(d.pending, func(op engine.Op) bool { return op.Kind == k })
}

// lose answers an operation with an error, after it was done or without.
func (d *desk) lose(k engine.OpKind, done bool) {
	if done {
		d.do(k)
	} else {
		d.take(k)
	}
	d.step(engine.Input{Results: []engine.Result{{Kind: k, Err: ports.ErrUnavailable}}})
}

// answer carries out an operation and brings its result.
func (d *desk) answer(k engine.OpKind) { d.step(engine.Input{Results: []engine.Result{d.do(k)}}) }

// pass lets time pass, stepping whenever the engine wants to be woken.
func (d *desk) pass(span time.Duration) {
	end := d.now.Add(span)
	for !d.wake.IsZero() && d.wake.Before(end) {
		d.now = d.wake
		d.step(engine.Input{})
		d.settle()
	}
	d.now = end
	d.step(engine.Input{})
	d.settle()
}

// tell lets the switch tell of a call.
func (d *desk) tell(call ports.ID, e ports.Event) {
	e.Call, e.At = call, d.now
	d.step(engine.Input{Events: []ports.Event{e}})
	d.settle()
}

// did returns the acts of a kind since the last look, and forgets all.
func (d *desk) did(k engine.ActKind) (acts []engine.Act) {
	for _, a := range d.acts {
		if a.Kind == k {
			acts = append(acts, a)
		}
	}
	d.acts = nil
	return acts
}

// row is the attempt of the nth contact.
func (d *desk) row(n int) attempt.Attempt {
	d.t.Helper()
	it, err := d.store.Attempt(d.ctx, d.people[n].ID, 0)
	d.must(err)
	return it.Attempt
}

// records are the final records of the nth contact's calls.
func (d *desk) records(n int) (calls []attempt.Call) {
	d.t.Helper()
	for row, err := range d.store.Report(d.ctx, d.camp, 0) {
		d.must(err)
		if row.Contact.ID == d.people[n].ID && row.Call != nil {
			calls = append(calls, *row.Call)
		}
	}
	return calls
}

// dialled settles and returns the one call that was originated.
func (d *desk) dialled() ports.ID {
	d.t.Helper()
	d.step(engine.Input{})
	d.settle()
	calls := d.did(engine.ActOriginate)
	if len(calls) != 1 {
		d.t.Fatalf("%d calls were originated, want 1", len(calls))
	}
	return calls[0].Dial.Call
}

// is fails the test unless the condition holds.
func (d *desk) is(ok bool, format string, args ...any) {
	d.t.Helper()
	if !ok {
		d.t.Errorf(format, args...)
	}
}
