package engine

import (
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// camp is a campaign as this worker steps it.
type camp struct {
	c        campaign.Campaign
	rules    attempt.Rules
	schedule campaign.Schedule
	earlier  []campaign.Run // that have rows held
	trunk    *trunk

	lineKey, rateKey string
	rate             rate
	shares           []ports.Claim // what every dial claims

	held  []*held
	ready []*held // leased and not yet dialled, in order of work
	lines int     // lines in use and intents

	idle []string // agents offered in this step

	wanting   bool // stands in Engine.wantRows
	leasing   bool
	touchedIn bool          // a save landed while the lease was in flight
	leasedAt  time.Time     // of the last lease with rows
	batch     int           // how many rows to lease at a time
	want      int           // how many are asked for
	dry       bool          // nothing is due before nextDue and nextRetry
	recheck   time.Time     // when to ask again all the same
	checked   bool          // open is as the store has it
	nextDue   time.Time     // wall time; zero: none waits
	nextRetry time.Duration // running time; negative: none waits
	open      int
	total     int
	blocked   bool // calls of an earlier run are up

	stale    bool // the store knows better: wait for its changes
	unswept  bool
	submit   bool // a command about it is queued or in flight
	finished bool

	trouble      time.Time // since when the switch has taken none of its calls; zero: none
	refusedAt    time.Time // when the switch last refused one
	troubleCause string
	troubleDials int // the run's dials then, less this worker's open ones
	troubleKnown bool

	queued   bool      // waits to be paced
	wake     int64     // its nearest entry in the timers; 0: none
	later    int64     // the one after it, as far as known
	sharing  bool      // stands in Engine.shared
	unbound  time.Time // since when lines wait for a lease; zero: none do
	decision Decision
}

// trunk is a gateway's use by this worker.
type trunk struct {
	Trunk
	lines            int
	rate             rate
	lineKey, rateKey string
}

func newTrunk(t Trunk) *trunk {
	return &trunk{
		Trunk: t, rate: perSecond(t.PerSecond),
		lineKey: "trunk/" + t.Name + "/lines", rateKey: "trunk/" + t.Name + "/rate",
	}
}

// set takes the campaign as the store has it.
func (c *camp) set(now campaign.Campaign) {
	if now.Run.Number != c.c.Run.Number {
		c.checked, c.finished, c.blocked = false, false, false
		c.trouble = time.Time{}
	}
	c.c = now
	c.rules = now.Spec.Rules()
	c.schedule = now.Spec.Schedule()
	c.rate.Max, c.rate.Per = now.Spec.CallsPerSecond, time.Second
	c.stale = false
	c.moreWork()
}

// moreWork notes that there may be work of which no lease knows, neither one that
// is answered nor one that is on its way: its answer may be from before.
func (c *camp) moreWork() { c.dry, c.checked, c.touchedIn = false, false, true }

// touch lets the campaign be paced in this step.
func (e *Engine) touch(c *camp) {
	if !c.queued {
		c.queued = true
		e.toPace = append(e.toPace, c)
	}
}

// wakeAt lets the campaign be paced at t. An earlier entry stands in for it, as
// whoever paces arms what is needed anew; of the entries in the timers the two
// nearest are known, so that a far one is not pushed again and again.
func (e *Engine) wakeAt(c *camp, t time.Time) {
	if t.IsZero() {
		return
	}
	at := ceil(max(t.UnixNano(), e.now.UnixNano()+1))
	if c.wake != 0 && at >= c.wake {
		return
	}
	c.later, c.wake = c.wake, at
	e.timers.push(timer{at: at, camp: c})
}

// woken handles a campaign's entry of the timers.
func (e *Engine) woken(t timer) {
	c := t.camp
	if t.at != c.wake {
		return
	}
	c.wake, c.later = c.later, 0
	e.touch(c)
}

func (c *camp) running(now time.Time) time.Duration { return c.c.Run.Running(now) }

// due reports whether leasing may bring something. Other workers give rows
// back without a word, so where there are some the store is asked now and then.
func (e *Engine) due(c *camp) bool {
	if !c.dry || len(e.workers) > 0 && !e.now.Before(c.recheck) {
		return true
	}
	if !c.nextDue.IsZero() && !e.now.Before(c.nextDue) {
		return true
	}
	return c.nextRetry >= 0 && c.running(e.now) >= c.nextRetry
}

// nextWork is when leasing will bring something; zero if unknown.
func (c *camp) nextWork() time.Time {
	next := c.nextDue
	if c.nextRetry >= 0 {
		if retry := c.c.Run.WallTime(c.nextRetry); next.IsZero() || retry.Before(next) {
			next = retry
		}
	}
	return next
}

// hint notes when a row that this worker has given back is due.
func (c *camp) hint(a *attempt.Attempt) {
	switch a.State {
	case attempt.StatePending:
		c.dry = false
	case attempt.StateRetryScheduled:
		if c.nextRetry < 0 || a.DueRunning < c.nextRetry {
			c.nextRetry = a.DueRunning
		}
	case attempt.StateScheduled, attempt.StateCallbackScheduled:
		if c.nextDue.IsZero() || a.Due.Before(c.nextDue) {
			c.nextDue = a.Due
		}
	}
}

// target is who takes the campaign's answered calls.
func (c *camp) target(agent string) ports.Target {
	s := &c.c.Spec
	if agent != "" {
		return ports.Target{Agent: agent, Dialplan: s.Dialplan, Context: s.Context}
	}
	if s.Shape == attempt.AgentFirst {
		return ports.Target{Agent: s.Agent, Dialplan: s.Dialplan, Context: s.Context}
	}
	return ports.Target{Destination: s.Destination, Dialplan: s.Dialplan, Context: s.Context}
}

// haltOf is how a run was halted: the present one, or an earlier one whose
// calls are still up.
func (c *camp) haltOf(run int) attempt.Halt {
	if run == c.c.Run.Number {
		return c.c.Run.HaltCalls
	}
	for i := range c.earlier {
		if c.earlier[i].Number == run {
			return c.earlier[i].HaltCalls
		}
	}
	return attempt.HaltNone
}

// closing reports whether the run dials no more.
func (c *camp) closing() bool { return c.c.Run.Halt != attempt.HaltNone }

func (c *camp) live() bool {
	return c.c.Status == campaign.Running || c.c.Status == campaign.Paused
}

// prune forgets a completed campaign once the store has said that nothing of it
// is left open anywhere, in this run or an earlier one. Where other workers have
// last calls, lookAfter asks again. A restart brings it back with the store's
// changes.
func (e *Engine) prune(c *camp) {
	busy := len(c.held) > 0 || c.unswept || c.blocked || c.leasing || c.wanting || c.submit
	if c.c.Status != campaign.Completed || busy || e.camps[c.c.ID] != c {
		return
	}
	if !c.checked {
		e.wantLease(c, 0)
		return
	}
	if c.open > 0 {
		return
	}
	delete(e.camps, c.c.ID)
	delete(e.full, c.lineKey)
	delete(e.full, c.rateKey)
	e.order = slices.DeleteFunc(e.order, func(o *camp) bool { return o == c })
}
