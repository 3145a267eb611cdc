package outdial_test

import (
	"slices"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// stallsAfter is how long a campaign may have work, room and agents, and not dial.
const stallsAfter = 40 * time.Second

// lookAfter asks now and then whether a campaign dials that could.
func (s *sim) lookAfter(c *watched) {
	p := &s.plan
	if !p.calm() || p.trunk.Name != "" || p.limits.Ringing+p.limits.PerSecond > 0 || p.kills > 0 {
		return
	}
	var since time.Time
	var look func()
	look = func() {
		switch {
		case s.over:
			return
		case !s.couldDial(c):
			since = time.Time{}
		case since.IsZero():
			since = s.now()
		case s.now().Sub(since) > stallsAfter+2*p.poll && c.started.Before(since):
			s.wrong("%s could dial since %s and does not", c.name, since.Format(time.TimeOnly))
			s.explain()
			return
		}
		s.in(time.Second, look)
	}
	s.in(time.Second, look)
}

// couldDial reports whether nothing keeps the campaign from dialling.
func (s *sim) couldDial(c *watched) bool {
	now := c.now()
	schedule := c.spec.Schedule()
	if now.Status != campaign.Running || now.Run.Halt != attempt.HaltNone || !schedule.Open(s.now()) {
		return false
	}
	due, lines := 0, 0
	free := s.idle.Idle(c.id, s.plan.agents)
	s.attempts(func(of *watched, it *ports.Item) {
		a := &it.Attempt
		if a.State.Line() {
			free = slices.DeleteFunc(free, func(name string) bool { return name == a.Call.Agent })
		}
		switch {
		case of != c:
		case a.Run != now.Run.Number:
			if a.State.Held() {
				lines = c.spec.MaxConcurrent // nothing is leased beside an earlier run
			}
		case a.State.Line():
			lines++
		case a.State == attempt.StateLeased, a.State == attempt.StatePending,
			a.State == attempt.StateRetryScheduled && a.DueRunning <= now.Run.Running(s.now()),
			(a.State == attempt.StateScheduled || a.State == attempt.StateCallbackScheduled) && !a.Due.After(s.now()):
			due++
		}
	})
	return due > 0 && lines < c.spec.MaxConcurrent && (s.plan.agents == 0 || len(free) > 0)
}

// stopped sees a campaign stopped: its calls are hung up, by workers that have
// their switch, though they may have to ask for them first.
func (s *sim) stopped(c *watched) {
	if !s.plan.store.none() || s.plan.kills+s.plan.stops > 0 {
		return
	}
	at, run := s.now(), c.now().Run.Number
	for _, id := range s.watch.order {
		if k := s.watch.calls[id]; k.camp == c && k.run == run && k.up() && !k.ghost {
			s.hungUp(k, at)
		}
	}
}

// hungUp looks after a call that is to be hung up since t.
func (s *sim) hungUp(k *seen, t time.Time) {
	s.in(10*time.Second, func() {
		switch {
		case !k.up() || k.told.dead:
		case k.told.hasSwitchSince(t):
			s.wrong("call %s of a campaign that was stopped at %s is up", k.name, t.Format(time.TimeOnly))
		default:
			s.hungUp(k, t)
		}
	})
}

// up reports whether the carrier has the call.
func (c *seen) up() bool {
	return c.carrier != 0 && c.carrier != simulated.Ended && c.carrier != simulated.Refused
}

// hasSwitchSince reports whether the worker has had its switch for long enough
// to have hung up what was to be at t.
func (w *worker) hasSwitchSince(t time.Time) bool {
	return w.cuts == 0 && w.s.now().Sub(latest(t, w.backAt)) > w.s.plan.poll+w.s.plan.callCheck+30*time.Second
}
