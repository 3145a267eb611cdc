package outdial_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// schedule puts what befalls the world on the agenda.
func (s *sim) schedule() {
	d, p := s.fate, &s.plan
	some := func() time.Duration { return d.between(0, p.span) }
	for _, c := range s.camps {
		start := d.between(0, 20*time.Second)
		if d.chance(0.1) {
			start = some()
		}
		s.in(start, func() { s.say("start", c, s.hand().Start(s.ctx, c.id)) })
		s.lookAfter(c)
	}
	for range p.acts {
		s.in(some(), s.act)
	}
	for range p.stops {
		s.in(some(), func() { s.anyWorker().freeze(d.between(100*time.Millisecond, 3*p.timeout)) })
	}
	for range p.kills {
		s.in(some(), func() {
			s.end(s.anyWorker())
			s.in(d.between(0, 2*p.timeout), func() { s.hire() })
		})
	}
	for range p.outages {
		s.in(some(), func() { s.cut(s.anyWorker(), d.between(time.Second, 5*time.Minute)) })
	}
	for range 5 {
		s.in(some(), s.audit)
	}
	s.in(p.span/2, s.rehire)
}

func (s *sim) anyWorker() *worker { return s.workers[s.fate.IntN(len(s.workers))] }

// end kills a worker, or asks it to shut down.
func (s *sim) end(w *worker) {
	if w.dead || w.leaving {
		return
	}
	if s.fate.chance(0.7) {
		w.kill()
		return
	}
	s.note("%s shuts down", w.name)
	w.leaving, w.wake = true, s.now()
	if err := w.d.Shutdown(s.ctx); err != nil {
		s.wrong("shutdown: %v", err)
	}
}

// rehire starts a worker when none is left.
func (s *sim) rehire() {
	for _, w := range s.workers {
		if !w.dead && !w.leaving {
			return
		}
	}
	s.hire()
}

// cut takes the switch from a worker for a while.
func (s *sim) cut(w *worker, d time.Duration) {
	if w.dead {
		return
	}
	s.note("%s loses the switch for %v", w.name, d)
	w.line.Down("lost")
	w.cuts++
	if s.fate.chance(0.3) {
		c := s.camps[s.fate.IntN(len(s.camps))]
		s.in(s.fate.between(0, d), func() { s.stop(c) })
	}
	s.in(d, func() {
		w.cuts--
		if w.cuts == 0 && !w.dead {
			s.note("%s has the switch again", w.name)
			w.line.Up()
			w.backAt = s.now()
		}
	})
}

// hand is the process through which a command comes: the operator's, or a
// worker's own.
func (s *sim) hand() *outdial.Dialler {
	if w := s.anyWorker(); w.steps() && s.fate.chance(0.5) {
		return w.d
	}
	return s.operator
}

// create makes a campaign and its contacts.
func (s *sim) create(spec campaign.Spec, contacts int) {
	spec.Name = fmt.Sprintf("c%d", len(s.camps)+1)
	c, err := s.operator.Create(s.ctx, spec)
	if err != nil {
		panic(err)
	}
	w := &watched{id: c.ID, name: spec.Name, spec: spec}
	s.camps = append(s.camps, w)
	s.world.BindCampaign(c.ID, s.plan.bounds(spec.MaxConcurrent, spec.CallsPerSecond))
	s.watch.statuses()
	s.add(w, contacts)
}

// add adds contacts to a campaign.
func (s *sim) add(c *watched, n int) {
	d := s.fate
	contacts := make([]campaign.Contact, n)
	for i := range contacts {
		c.keys++
		contacts[i] = campaign.Contact{
			Key: fmt.Sprintf("%s.%d", c.name, c.keys), Address: fmt.Sprintf("+1555%07d", c.keys),
			Priority: int32(oneOf(d, 0, 0, 0, 1, 5)),
		}
		if d.chance(0.1) {
			contacts[i].NotBefore = s.now().Add(d.between(-time.Minute, 10*time.Minute))
		}
	}
	added, err := s.hand().AddContacts(s.ctx, c.id, contacts...)
	s.say(fmt.Sprintf("add %d contacts to", n), c, err)
	for i := range added {
		s.watch.contacts[added[i].ID] = &person{key: added[i].Key, camp: c}
	}
	c.accepted += len(added)
}

// act does something that an operator might.
func (s *sim) act() {
	c := s.camps[s.fate.IntN(len(s.camps))]
	d := s.hand()
	switch s.fate.IntN(15) {
	case 0, 1, 2:
		s.say("pause", c, d.Pause(s.ctx, c.id))
		if s.fate.chance(0.8) {
			s.in(s.fate.between(0, 3*time.Minute), func() { s.say("resume", c, s.hand().Resume(s.ctx, c.id)) })
		}
	case 3:
		s.say("resume", c, d.Resume(s.ctx, c.id))
	case 4:
		s.stop(c)
	case 5:
		s.say("drain", c, d.StopDraining(s.ctx, c.id))
		s.again(c)
	case 6:
		s.restart(c)
	case 7, 8, 9:
		s.add(c, s.fate.IntN(8))
	case 10, 11:
		s.cancel(c)
	case 12:
		s.say("start", c, d.Start(s.ctx, c.id))
	case 13:
		s.discard(c)
	default:
		s.say("edit", c, d.Edit(s.ctx, c.id, c.spec))
	}
	if s.fate.chance(0.5) {
		s.audit()
	}
}

func (s *sim) stop(c *watched) {
	err := s.hand().Stop(s.ctx, c.id)
	s.say("stop", c, err)
	if err == nil {
		s.stopped(c)
	}
	s.again(c)
}

// again may restart a campaign that was stopped.
func (s *sim) again(c *watched) {
	if s.fate.chance(0.7) {
		s.in(s.fate.between(0, 2*time.Minute), func() { s.restart(c) })
	}
}

func (s *sim) restart(c *watched) {
	scope := oneOf(s.fate, campaign.All, campaign.NotCompleted)
	s.say("restart with "+string(scope), c, s.hand().Restart(s.ctx, c.id, scope))
	s.in(s.fate.between(0, 10*time.Second), func() {
		if s.fate.chance(0.25) {
			s.discard(c)
			return
		}
		s.say("start", c, s.hand().Start(s.ctx, c.id))
	})
}

func (s *sim) discard(c *watched) {
	s.say("discard", c, s.hand().Discard(s.ctx, c.id))
	s.again(c)
}

// cancel gives up the callback of a contact that has one, where there is one.
func (s *sim) cancel(c *watched) {
	for it, err := range s.operator.Attempts(s.ctx, ports.Filter{Campaign: c.id}) {
		if err != nil {
			s.wrong("attempts: %v", err)
			return
		}
		if it.Attempt.Callback.Pending && !it.Attempt.State.Line() {
			s.say("cancel the callback of "+it.Contact.Key+" in", c, s.hand().CancelCallback(s.ctx, it.Contact.ID))
			return
		}
	}
}

// say notes what an operator did. Refusals that the status explains are no wrongs.
func (s *sim) say(what string, c *watched, err error) {
	s.note("operator: %s %s: %v", what, c.name, err)
	s.watch.statuses()
	s.in(s.plan.poll+time.Second, func() {}) // until then workers may not know
	for _, known := range []error{campaign.ErrAction, campaign.ErrWindowOver, campaign.ErrCallsUp} {
		if errors.Is(err, known) {
			return
		}
	}
	if err != nil {
		s.wrong("%s %s: %v", what, c.name, err)
	}
}

// opine is an agent's disposition, on its way: at once, late, twice, never.
func (s *sim) opine(call ports.ID, is attempt.Disposition) {
	d := s.fate
	switch d.IntN(8) {
	case 0:
		return
	case 1:
		s.in(d.between(0, 3*time.Minute), func() { s.dispose(call, is, 0) })
	case 2:
		s.dispose(call, is, 0)
		s.in(d.between(0, time.Minute), func() { s.dispose(call, is, 0) })
	case 3:
		s.dispose(call, is, 0)
		s.in(d.between(0, time.Minute), func() { s.dispose(call, attempt.Disposition{Code: "other"}, 0) })
	default:
		s.dispose(call, is, 0)
	}
}

// dispose hands a disposition in; while the store has not heard that the call
// was answered, the bot tries again.
func (s *sim) dispose(call ports.ID, is attempt.Disposition, tries int) {
	err := s.hand().Dispose(s.ctx, call, is)
	s.note("disposition of %s: %s %v: %v", s.watch.call(call), is.Code, is.CallbackAt.Format(time.TimeOnly), err)
	var illegal *attempt.IllegalMoveError
	switch {
	case err == nil:
		s.watch.disposed(call, is)
	case errors.As(err, &illegal):
		if tries < 5 {
			s.in(2*time.Second, func() { s.dispose(call, is, tries+1) })
		}
	case errors.Is(err, ports.ErrLate), errors.Is(err, attempt.ErrDisposed):
	default:
		s.wrong("disposition of %s: %v", s.watch.call(call), err)
	}
}
