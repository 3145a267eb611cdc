package engine

import (
	"time"

	"github.com/outdial/outdial/pacing"
)

// unbound notes that lines wait for contacts that are being leased. Nothing binds
// then, but with every lease of a few milliseconds the limit would be told to have
// gone and come back. One that comes and goes with each call is therefore named
// until it has been gone for as long as a store takes that is not slow.
func (e *Engine) unbound(c *camp) {
	if c.unbound.IsZero() {
		c.unbound = e.now
	}
	if comesAndGoes(c.decision.Limit) && e.now.Sub(c.unbound) < e.cfg.storeSlow() {
		c.decision.Lines, c.decision.Until = c.lines, time.Time{}
		return
	}
	e.decide(c, pacing.LimitNone, time.Time{})
}

// comesAndGoes reports whether a limit may bind again as soon as a lease is answered.
func comesAndGoes(l pacing.Limit) bool {
	switch l {
	case pacing.LimitAgents, pacing.LimitConcurrent, pacing.LimitRate, pacing.LimitTrunkLines, pacing.LimitTrunkRate,
		pacing.LimitRinging, pacing.LimitSwitchRate, pacing.LimitSwitchBusy, pacing.LimitStore, pacing.LimitNotDue, pacing.LimitFinishing:
		return true
	}
	return false
}

// decide notes what binds, and arranges to look again when that may change.
func (e *Engine) decide(c *camp, l pacing.Limit, until time.Time) {
	e.wakeAt(c, until)
	if l != pacing.LimitNone {
		c.unbound = time.Time{}
	}
	changed := c.decision.Limit != l
	if changed {
		c.decision.Limit, c.decision.At = l, e.now
	}
	c.decision.Lines, c.decision.Until = c.lines, until
	if changed && e.notes {
		e.out.Notes = append(e.out.Notes, Note{Kind: NoteDecision, At: e.now, Campaign: c.c.ID, Run: c.c.Run.Number, Decision: c.decision})
	}
}
