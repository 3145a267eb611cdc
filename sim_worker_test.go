package outdial_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// worker is one process: a dialler, its connection to the switch, and what is
// on its way between it and the store.
type worker struct {
	s          *sim
	name       string
	d          *outdial.Dialler
	line       *line
	pool       *simulated.Pool
	wake       time.Time
	results    []engine.Result
	dead       bool
	frozen     bool
	everFrozen int
	leaving    bool // was asked to shut down
	cuts       int  // outages of the switch that it is in
	backAt     time.Time
}

// hire starts a process.
func (s *sim) hire() *worker {
	w := &worker{s: s, name: fmt.Sprintf("w%d", len(s.workers)+1), wake: s.now()}
	w.line = &line{Switch: s.world.Connect(), w: w}
	cfg := s.config()
	cfg.Telephony = w.line
	if s.plan.agents > 0 {
		w.pool = s.world.Agents().Join()
		cfg.Agents = w.pool
	}
	d, err := outdial.New(cfg)
	if err != nil {
		panic(err)
	}
	w.d = d
	s.workers = append(s.workers, w)
	s.note("%s starts", w.name)
	return w
}

// steps reports whether the worker is there and steps.
func (w *worker) steps() bool { return !w.dead && !w.frozen }

// settle steps the worker if there is a reason to, until it has nothing more
// to do now. It returns how many steps that took.
func (w *worker) settle() (steps int) {
	now := w.s.now()
	for w.steps() && steps < spinning {
		events := w.line.Poll()
		due := !w.wake.IsZero() && !w.wake.After(now) || w.pool != nil && len(w.pool.Notify()) > 0
		if len(events) == 0 && len(w.results) == 0 && !due && !outdial.Kicked(w.d) {
			return steps
		}
		steps++
		w.hear(events)
		in := engine.Input{Now: now, Events: events, Results: w.results}
		w.results = nil
		var ops []engine.Op
		ops, w.wake = outdial.Turn(w.d, in)
		if !w.wake.IsZero() && !w.wake.After(now) && len(ops) == 0 {
			w.s.wrong("%s wants to be woken at %v, which is now", w.name, w.wake)
			w.wake = now.Add(time.Second)
		}
		for i := range ops {
			w.send(ops[i])
		}
		if w.leaving && outdial.Left(w.d) {
			w.s.note("%s has left", w.name)
			w.dead = true
			w.line.Close()
		}
	}
	return steps
}

func (w *worker) hear(events []ports.Event) {
	for i := range events {
		e := &events[i]
		w.s.note("%s hears %s", w.name, w.s.watch.event(e))
	}
}

// send takes an operation to the store, with all that may go wrong on the way.
func (w *worker) send(op engine.Op) {
	if w.dead {
		return
	}
	op.Save, op.Lease = slices.Clone(op.Save), slices.Clone(op.Lease)
	op.Ghosts = slices.Clone(op.Ghosts)
	t, d := &w.s.plan.store, w.s.trouble
	if w.s.over || t.none() {
		w.answer(w.carryOut(&op))
		return
	}
	routine := op.Kind == engine.OpBeat || op.Kind == engine.OpChanges
	switch {
	case d.chance(t.crash):
		w.s.note("%s dies at %s", w.name, opName(&op))
		if d.chance(0.5) {
			w.carryOut(&op)
		}
		w.kill()
	case d.chance(t.unavailable):
		w.fail(op, routine)
	case d.chance(t.stuck):
		w.post(op, d.between(time.Second, 40*time.Second), d.between(0, 5*time.Second), routine)
	case d.chance(t.slow):
		w.post(op, d.between(0, t.delay), d.between(0, t.delay), routine)
	default:
		w.answer(w.carryOut(&op))
	}
}

// post lets an operation take its time there and back.
func (w *worker) post(op engine.Op, there, back time.Duration, routine bool) {
	w.s.at(w.s.now().Add(there), routine, func() {
		r := w.carryOut(&op)
		w.s.at(w.s.now().Add(back), routine, func() { w.answer(r) })
	})
}

// fail answers with an error: nothing was done, or all of it, or it is yet to be.
func (w *worker) fail(op engine.Op, routine bool) {
	d := w.s.trouble
	r := engine.Result{Kind: op.Kind, Err: fmt.Errorf("lost: %w", ports.ErrUnavailable)}
	done := "not done"
	switch fate := d.IntN(4); {
	case fate < 2:
	case fate == 2:
		done = "done"
		w.carryOut(&op)
	default:
		done = "to be done"
		w.s.at(w.s.now().Add(d.between(0, 3*time.Second)), routine, func() { w.carryOut(&op) })
	}
	w.s.note("%s hears no more of %s: %s", w.name, opName(&op), done)
	w.s.at(w.s.now().Add(d.between(0, 2*time.Second)), routine, func() { w.answer(r) })
}

func (w *worker) answer(r engine.Result) {
	if !w.dead {
		w.results = append(w.results, r)
	}
}

// carryOut does an operation at the store, and watches.
func (w *worker) carryOut(op *engine.Op) engine.Result {
	r := outdial.CarryOut(w.s.ctx, w.d, op)
	w.s.watch.stored(w, op, &r)
	return r
}

// kill ends the process at once.
func (w *worker) kill() {
	if w.dead {
		return
	}
	w.s.note("%s is dead", w.name)
	w.dead = true
	w.line.Close()
	w.s.watch.died(w)
}

// freeze lets the process stand still, as SIGSTOP does.
func (w *worker) freeze(d time.Duration) {
	if w.dead || w.frozen {
		return
	}
	w.s.note("%s stands still for %v", w.name, d)
	w.frozen = true
	w.everFrozen++
	w.s.in(d, w.goOn)
}

func (w *worker) goOn() {
	if w.frozen && !w.dead {
		w.s.note("%s goes on", w.name)
		w.frozen = false
		w.wake = w.s.now()
	}
}

// line is a worker's connection to the switch, seen by the watcher.
type line struct {
	*simulated.Switch
	w *worker
}

// perish may let the process die between two commands: before this one, or
// after it. A process that has died sends none.
func (l *line) perish(command func() error) error {
	w := l.w
	switch d := w.s.trouble; {
	case w.dead:
		return nil
	case w.s.over || !d.chance(w.s.plan.store.crash):
		return command()
	case d.chance(0.5):
		w.s.note("%s dies before a command", w.name)
		w.kill()
		return nil
	}
	err := command()
	w.s.note("%s dies after a command", w.name)
	w.kill()
	return err
}

// Originate implements ports.Telephony.
func (l *line) Originate(d ports.Dial) error {
	return l.perish(func() error { return l.originate(d) })
}

func (l *line) originate(d ports.Dial) error {
	s := l.w.s
	s.watch.by = l.w
	err := l.Switch.Originate(d)
	s.note("%s originates %s: %v", l.w.name, s.watch.call(d.Call), err)
	s.watch.originated(&d, err)
	return err
}

// Attach implements ports.Telephony.
func (l *line) Attach(id ports.ID, to ports.Target) error {
	return l.perish(func() error {
		err := l.Switch.Attach(id, to)
		l.w.s.note("%s attaches %s to %s: %v", l.w.name, l.w.s.watch.call(id), to.Agent+to.Destination, err)
		return err
	})
}

// Hangup implements ports.Telephony.
func (l *line) Hangup(id ports.ID, cause string) error {
	return l.perish(func() error {
		l.w.s.watch.hangup(l.w, id)
		err := l.Switch.Hangup(id, cause)
		l.w.s.note("%s hangs up %s: %v", l.w.name, l.w.s.watch.call(id), err)
		return err
	})
}

// Adopt implements ports.Telephony.
func (l *line) Adopt(ids []ports.ID) error {
	if l.w.dead {
		return nil
	}
	err := l.Switch.Adopt(ids)
	for _, id := range ids {
		if err == nil {
			l.w.s.watch.asked(l.w, id)
		}
		l.w.s.note("%s asks about %s: %v", l.w.name, l.w.s.watch.call(id), err)
	}
	return err
}

func opName(op *engine.Op) string {
	switch op.Kind {
	case engine.OpSave:
		return fmt.Sprintf("save of %d", len(op.Save))
	case engine.OpLease:
		return "lease"
	case engine.OpBeat:
		return "beat"
	case engine.OpChanges:
		return "changes"
	case engine.OpAdopt:
		return "adopt"
	case engine.OpSweep:
		return "sweep"
	case engine.OpSubmit:
		return "submit " + string(op.Command.Decide.Event.Action)
	default:
		return "ghosts"
	}
}
