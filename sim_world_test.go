package outdial_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// sim is a world with its store, its workers and its operator.
type sim struct {
	plan     plan
	ctx      context.Context
	world    *simulated.World
	store    ports.Store
	operator *outdial.Dialler
	workers  []*worker
	ids      func() uuid.UUID
	idle     *simulated.Pool // the agents as somebody sees them who holds none

	trouble dice // what befalls workers and their store
	fate    dice // what the operator does
	agenda  []errand
	seq     int
	over    bool // trouble is: no fault is added any more

	camps   []*watched
	watch   *watcher
	wrongs  []string
	story   []string
	reports string
}

// errand is something to happen outside the carrier's world.
type errand struct {
	at  time.Time
	seq int
	// routine errands keep nobody waiting for the end.
	routine bool
	do      func()
}

const (
	// afterwards is how long a calm world may take to come to its end.
	afterwards = 24 * time.Hour
	// spinning is how many steps of all workers in one second are too many.
	spinning = 4000
)

// play lets a world happen from beginning to end.
func play(seed uint64, store ports.Store) *sim {
	s := newSim(planOf(seed), store)
	s.schedule()
	s.run(s.now().Add(s.plan.span), false)
	s.calmDown()
	s.run(s.now().Add(afterwards), true)
	for range 5 {
		if !s.revive() {
			break
		}
		s.run(s.now().Add(afterwards), true)
	}
	s.check()
	return s
}

func newSim(p plan, store ports.Store) *sim {
	s := &sim{
		plan: p, ctx: context.Background(), store: store, ids: seededIDs(p.seed),
		trouble: diceOf(p.seed, 2), fate: diceOf(p.seed, 3),
	}
	s.watch = newWatcher(s)
	p.opinions.Dispose = s.opine
	s.world = simulated.New(simulated.Config{
		Seed: p.seed, Carrier: p.carrier, Agents: p.opinions, Faults: p.faults, Limits: p.limits,
		Oracle: true, Watch: s.watch.dialled,
	})
	s.world.Observe(s.watch.saw)
	s.idle = s.world.Agents().Join()
	var err error
	if s.operator, err = outdial.New(s.config()); err != nil {
		panic(err)
	}
	for range p.workers {
		s.hire()
	}
	for i := range p.specs {
		s.create(p.specs[i], p.contacts[i])
	}
	if p.trunk.Name != "" {
		s.world.BindTrunk(p.trunk.Name, p.bounds(p.trunk.Lines, p.trunk.CallsPerSecond))
	}
	return s
}

// config is a dialler's, without a switch.
func (s *sim) config() outdial.Config {
	c := outdial.Config{
		Store: s.store, Clock: s.world.Clock(), NewID: s.ids,
		WorkerTimeout: s.plan.timeout, PollEvery: s.plan.poll, CallCheck: s.plan.callCheck,
	}
	if s.plan.trunk.Name != "" {
		c.Trunks = []outdial.Trunk{s.plan.trunk}
	}
	return c
}

func (s *sim) now() time.Time { return s.world.Now() }

func (s *sim) note(format string, args ...any) {
	s.story = append(s.story, s.now().Format("15:04:05.000000 ")+fmt.Sprintf(format, args...))
}

// wrong notes that a promise is broken.
func (s *sim) wrong(format string, args ...any) {
	text := s.now().Format("15:04:05.000000 ") + fmt.Sprintf(format, args...)
	s.wrongs = append(s.wrongs, text)
	s.story = append(s.story, "!!! "+text)
}

// at puts an errand on the agenda.
func (s *sim) at(t time.Time, routine bool, do func()) {
	s.seq++
	e := errand{at: t, seq: s.seq, routine: routine, do: do}
	i, _ := slices.BinarySearchFunc(s.agenda, e, func(a, b errand) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.seq, b.seq))
	})
	s.agenda = slices.Insert(s.agenda, i, e)
}

func (s *sim) in(d time.Duration, do func()) { s.at(s.now().Add(d), false, do) }

// run lets time pass up to the end or, if so asked, until all is quiet.
func (s *sim) run(end time.Time, untilQuiet bool) {
	second, steps := s.now(), 0
	for {
		for _, w := range s.workers {
			steps += w.settle()
		}
		if s.now().Sub(second) >= time.Second {
			second, steps = s.now(), 0
		}
		if steps > spinning {
			s.wrong("the workers spin: %d steps within a second", steps)
			return
		}
		if untilQuiet && s.quiet() {
			return
		}
		next := s.next()
		if next.IsZero() || next.After(end) {
			if untilQuiet {
				s.wrong("the world does not come to its end: %s", s.unrest())
				s.explain()
			}
			s.world.Advance(end)
			return
		}
		s.world.Advance(latest(next, s.now()))
		s.doErrands()
	}
}

func (s *sim) doErrands() {
	for len(s.agenda) > 0 && !s.agenda[0].at.After(s.now()) {
		do := s.agenda[0].do
		s.agenda = slices.Delete(s.agenda, 0, 1)
		do()
	}
}

// next is when the next thing happens to anybody.
func (s *sim) next() time.Time {
	next := s.world.Next()
	sooner := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if len(s.agenda) > 0 {
		sooner(s.agenda[0].at)
	}
	for _, w := range s.workers {
		if w.steps() {
			sooner(w.wake)
		}
	}
	return next
}

func (s *sim) quiet() bool { return s.unrest() == "" }

// unrest says what keeps the world from its end.
func (s *sim) unrest() string {
	var why []string
	if at := s.world.Next(); !at.IsZero() {
		why = append(why, "the carrier until "+at.Format(time.TimeOnly))
	}
	for _, e := range s.agenda {
		if !e.routine {
			why = append(why, "an errand at "+e.at.Format(time.TimeOnly))
			break
		}
	}
	for _, w := range s.workers {
		if w.steps() && !outdial.Quiet(w.d) {
			why = append(why, w.name+" is not quiet")
		}
	}
	return strings.Join(why, ", ")
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// calmDown ends all trouble: stopped workers go on, the switch is there, every
// campaign that can runs, and somebody is there to run it.
func (s *sim) calmDown() {
	s.note("--- it is calm")
	s.over = true
	alive := false
	for _, w := range s.workers {
		if w.dead {
			continue
		}
		w.goOn()
		if w.cuts == 0 {
			w.line.Up()
		}
		alive = alive || !w.leaving
	}
	if !alive {
		s.hire()
	}
	for _, c := range s.camps {
		s.finish(c)
	}
	s.in(2*s.plan.timeout+10*time.Second, func() {}) // until then the dead are not known to be
}

// revive restarts campaigns that have failed, and reports whether any had.
func (s *sim) revive() (any bool) {
	for _, c := range s.camps {
		if c.now().Status == campaign.Failed {
			s.finish(c)
			any = true
		}
	}
	return any
}

// finish lets a campaign come to its end.
func (s *sim) finish(c *watched) {
	now, err := s.operator.Campaign(s.ctx, c.id)
	if err != nil {
		s.wrong("campaign: %v", err)
		return
	}
	switch now.Status {
	case campaign.Failed:
		s.say("restart", c, s.operator.Restart(s.ctx, c.id, campaign.NotCompleted))
		s.say("start", c, s.operator.Start(s.ctx, c.id))
	case campaign.Draft:
		s.say("start", c, s.operator.Start(s.ctx, c.id))
	case campaign.Paused:
		s.say("resume", c, s.operator.Resume(s.ctx, c.id))
	}
}

// everything is all that a world has to say.
func (s *sim) everything() string { return strings.Join(s.story, "\n") + "\n" + s.reports }
