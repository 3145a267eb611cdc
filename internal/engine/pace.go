package engine

import (
	"cmp"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
)

// paceAll paces the campaigns for which something has changed.
func (e *Engine) paceAll() {
	for i := 0; i < len(e.toPace); i++ {
		c := e.toPace[i]
		c.queued = false
		e.pace(c)
	}
	e.toPace = e.toPace[:0]
}

// pace decides how many lines to open now, opens them as far as there is work
// in hand, asks for more work and agents, and says what binds.
func (e *Engine) pace(c *camp) {
	e.conclude(c)
	if limit, until := e.gate(c); limit != "" {
		if !c.live() {
			c.wake, c.later = 0, 0
			e.prune(c)
		}
		if limit == pacing.LimitPreviousRun && !e.now.Before(c.recheck) {
			e.wantLease(c, 0) // are they still up?
		}
		e.giveBackReady(c)
		e.decide(c, limit, until)
		return
	}
	d := e.cfg.Pacer.Lines(e.snapshot(c))
	for d.Lines > 0 && len(c.ready) > 0 {
		if e.begun(c) {
			d.Lines--
		}
	}
	e.after(c, d)
}

// gate names what keeps the campaign from dialling whatever its pacer says.
func (e *Engine) gate(c *camp) (pacing.Limit, time.Time) {
	switch c.c.Status {
	case campaign.Draft:
		return pacing.LimitDraft, time.Time{}
	case campaign.Paused:
		return pacing.LimitPaused, time.Time{}
	case campaign.Completed:
		return pacing.LimitCompleted, time.Time{}
	case campaign.Failed:
		return pacing.LimitFailed, time.Time{}
	}
	switch {
	case e.stopping:
		return pacing.LimitShutdown, time.Time{}
	case c.closing():
		return pacing.LimitFinishing, time.Time{}
	case !c.schedule.Open(e.now):
		next, _ := c.schedule.NextOpen(e.now)
		return pacing.LimitWindow, next
	case !e.now.Before(e.trustUntil):
		return pacing.LimitTrust, time.Time{}
	case c.submit:
		return cmp.Or(c.decision.Limit, pacing.LimitFinishing), time.Time{}
	case c.stale || e.slow(OpSave) || e.slow(OpLease):
		return pacing.LimitStore, time.Time{}
	case c.trunk == nil && c.c.Spec.Trunk != "":
		return pacing.LimitNoTrunk, time.Time{} // its limits would not be kept
	case c.blocked:
		return pacing.LimitPreviousRun, e.now.Add(e.cfg.PollEvery)
	case e.switchDown:
		return pacing.LimitSwitchDown, time.Time{}
	case e.now.Before(e.busyUntil):
		return pacing.LimitSwitchBusy, e.busyUntil
	}
	return "", time.Time{}
}

// slow reports whether an operation has been in flight for long, or fails. For
// saves that is as long as dials may wait for them: those that wait longer are not
// sent, whatever the clock's speed.
func (e *Engine) slow(k OpKind) bool {
	patience := e.cfg.storeSlow()
	if k == OpSave {
		patience = sendWithin
	}
	return e.now.Before(e.again[k]) || e.flight[k] && e.now.Sub(e.since[k]) >= patience
}

func (e *Engine) snapshot(c *camp) pacing.Snapshot {
	s := &c.c.Spec
	rooms := append(e.rooms[:0],
		pacing.Room{Limit: pacing.LimitConcurrent, Left: e.room(c.lineKey, s.MaxConcurrent-c.lines)},
		pacing.Room{Limit: pacing.LimitRate, Left: e.room(c.rateKey, c.rate.Left(e.now))},
	)
	if t := c.trunk; t != nil && t.Lines > 0 {
		rooms = append(rooms, pacing.Room{Limit: pacing.LimitTrunkLines, Left: e.room(t.lineKey, t.Lines-t.lines)})
	}
	if t := c.trunk; t != nil && t.PerSecond > 0 {
		rooms = append(rooms, pacing.Room{Limit: pacing.LimitTrunkRate, Left: e.room(t.rateKey, t.rate.Left(e.now))})
	}
	if e.limits.Ringing > 0 {
		rooms = append(rooms, pacing.Room{Limit: pacing.LimitRinging, Left: e.limits.Ringing - e.ringing})
	}
	if e.limits.PerSecond > 0 {
		rooms = append(rooms, pacing.Room{Limit: pacing.LimitSwitchRate, Left: e.switchRate.Left(e.now)})
	}
	e.rooms = rooms
	return pacing.Snapshot{Pool: e.cfg.Pool, Idle: len(c.idle), Lines: c.lines, Rooms: rooms}
}

// room is what is left of a limit as far as this worker knows.
func (e *Engine) room(key string, own int) int {
	if len(e.full) == 0 {
		return own
	}
	until, full := e.full[key]
	if !full {
		return own
	}
	if e.now.Before(until) {
		return 0
	}
	delete(e.full, key)
	return own
}

// after deals with what the decision leaves open: lines without work, or work
// without lines.
func (e *Engine) after(c *camp, d pacing.Decision) {
	if len(c.ready) == 0 && !e.due(c) {
		e.idle(c)
		return
	}
	if d.Lines > 0 {
		e.wantLease(c, d.Lines)
		e.unbound(c)
		return
	}
	if len(c.held) == 0 && !c.checked {
		e.wantLease(c, 0) // nothing may be left at all
	}
	if d.Limit == pacing.LimitAgents && len(c.idle) == 0 {
		d = e.seek(c) // with some at hand the pacer has had its say
	}
	switch d.Limit {
	case pacing.LimitAgents:
		e.decide(c, d.Limit, time.Time{})
	case pacing.LimitRate:
		e.decide(c, d.Limit, latest(c.rate.next(e.now), e.full[c.rateKey]))
	case pacing.LimitTrunkRate:
		e.decide(c, d.Limit, latest(c.trunk.rate.next(e.now), e.full[c.trunk.rateKey]))
	case pacing.LimitSwitchRate:
		e.decide(c, d.Limit, e.switchRate.next(e.now))
	case pacing.LimitConcurrent:
		e.decide(c, d.Limit, e.full[c.lineKey])
	default:
		if !c.sharing {
			c.sharing = true
			e.shared = append(e.shared, c)
		}
		e.decide(c, d.Limit, e.sharedUntil(c))
	}
	if len(c.ready) > 0 {
		e.wakeAt(c, c.leasedAt.Add(keepReady))
		e.giveBackOld(c)
	}
}

func (e *Engine) sharedUntil(c *camp) time.Time {
	if c.trunk == nil {
		return time.Time{}
	}
	return e.full[c.trunk.lineKey]
}

// idle deals with a campaign that has no work now.
func (e *Engine) idle(c *camp) {
	if len(c.held) == 0 && !c.checked {
		e.wantLease(c, 0) // is anything left at all?
	}
	if c.total == 0 && len(c.held) == 0 {
		e.decide(c, pacing.LimitEmpty, time.Time{})
		return
	}
	if len(e.workers) > 0 {
		e.wakeAt(c, c.recheck)
	}
	if next := c.nextWork(); !next.IsZero() {
		e.decide(c, pacing.LimitNotDue, next)
		return
	}
	e.decide(c, pacing.LimitFinishing, e.elsewhere(c))
}

// elsewhere arranges to ask again where other workers hold what is left.
func (e *Engine) elsewhere(c *camp) time.Time {
	if len(c.held) > 0 || !c.checked || c.open == 0 {
		return time.Time{}
	}
	c.checked = false
	return e.now.Add(e.cfg.PollEvery)
}

// seek asks for as many agents as there could be lines. Where there could be
// none, another limit binds before the agents do.
func (e *Engine) seek(c *camp) pacing.Decision {
	s := e.snapshot(c)
	s.Pool = false
	d := pacing.Progressive{}.Lines(s)
	if d.Lines == 0 {
		return d
	}
	e.out.Seek = append(e.out.Seek, Seek{Campaign: c.c.ID, Max: min(d.Lines, maxLease)})
	return pacing.Decision{Limit: pacing.LimitAgents}
}

func (e *Engine) offer(o Offer) {
	if c := e.camps[o.Campaign]; c != nil && len(o.Agents) > 0 {
		c.idle = o.Agents
		e.offered = append(e.offered, c)
		e.touch(c)
	}
}

func (e *Engine) giveBackReady(c *camp) {
	for _, h := range c.ready {
		e.giveBack(h, 0)
	}
	c.ready = c.ready[:0]
}

func (e *Engine) giveBackOld(c *camp) {
	if e.now.Sub(c.leasedAt) >= keepReady {
		e.giveBackReady(c)
	}
}

// giveBack releases a leased row, or ends it where its run has halted.
func (e *Engine) giveBack(h *held, delay time.Duration) {
	var ev attempt.Event = attempt.Release{At: e.now, Running: h.camp.running(e.now), Delay: delay}
	switch h.camp.haltOf(h.a.Run) {
	case attempt.HaltStop, attempt.HaltDrain:
		ev = attempt.Stop{At: e.now}
	case attempt.HaltClose:
		ev = attempt.Close{At: e.now}
	}
	e.apply(h, ev)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
