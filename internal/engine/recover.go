package engine

import (
	"errors"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// seen is another worker's heartbeat as last seen, and when it last moved, by
// this worker's clock: no two clocks are compared.
type seen struct {
	beat int64
	at   time.Time
}

// keepHouse does what is due whatever the campaigns do.
func (e *Engine) keepHouse() {
	e.releaseAway()
	e.emitBeat()
	if (e.kick || !e.now.Before(e.nextPoll)) && e.can(OpChanges) {
		e.kick = false
		e.nextPoll = e.now.Add(e.cfg.PollEvery)
		e.emit(Op{Kind: OpChanges, Since: e.cursor})
	}
	e.emitRecollection()
	e.emitAdopt()
	e.emitSweep()
}

func (e *Engine) emitBeat() {
	leave := e.stopping && !e.left && e.mayLeave()
	if !leave && e.now.Before(e.nextBeat) || e.left || !e.can(OpBeat) {
		return
	}
	e.beat++
	e.leaving = leave
	e.beatSent = e.now
	e.nextBeat = e.now.Add(e.cfg.beatEvery())
	w := ports.Worker{ID: e.cfg.Worker, Beat: e.beat, Leaving: leave}
	for _, c := range e.order {
		if !c.unbound.IsZero() {
			e.touch(c) // its lease may have become slow without a word
		}
		if c.live() {
			w.Decisions = append(w.Decisions, ports.Decision{
				Campaign: c.c.ID, Limit: string(c.decision.Limit), Lines: c.lines, At: c.decision.At,
			})
		}
	}
	e.emit(Op{Kind: OpBeat, Worker: w})
}

// beaten takes the answer to a heartbeat: this worker may trust itself for
// half the time-out from before it was sent, and sees who stands still.
func (e *Engine) beaten(r *Result) {
	e.left = e.leaving
	trusted := e.now.Before(e.trustUntil)
	if e.lapsed() {
		e.suspectAll(unsure)
	}
	e.trustUntil = e.beatSent.Add(e.cfg.WorkerTimeout / 2)
	if !trusted {
		e.touchAll()
	}
	workers := make(map[ports.ID]seen, len(r.Workers))
	for _, w := range r.Workers {
		if w.ID == e.cfg.Worker {
			continue
		}
		s, known := e.workers[w.ID]
		if !known || s.beat != w.Beat {
			s = seen{beat: w.Beat, at: e.now}
		}
		workers[w.ID] = s
		if w.Leaving || e.now.Sub(s.at) >= e.cfg.WorkerTimeout {
			e.buried(w)
		}
	}
	if len(workers) < len(e.workers) {
		e.lookAgain() // what one that left has given back
	}
	e.workers = workers
	e.lookAfter()
}

// lookAfter asks, once a heartbeat, whether other workers' last calls of completed
// campaigns are over: nobody tells.
func (e *Engine) lookAfter() {
	for _, c := range e.order {
		if c.c.Status == campaign.Completed && len(c.held) == 0 {
			c.checked, c.blocked = false, false
			e.touch(c)
		}
	}
}

// lookAgain lets all campaigns ask the store for work, as others may have
// given some back without a word.
func (e *Engine) lookAgain() {
	for _, c := range e.order {
		c.moreWork()
		e.touch(c)
	}
}

func (e *Engine) buried(w ports.Worker) {
	for _, d := range e.dead {
		if d.ID == w.ID {
			return
		}
	}
	e.dead = append(e.dead, w)
}

func (e *Engine) emitAdopt() {
	if len(e.dead) == 0 || e.stopping || !e.loaded || !e.can(OpAdopt) || !e.now.Before(e.trustUntil) {
		return
	}
	e.adopting = e.dead[0]
	e.emit(Op{Kind: OpAdopt, Worker: e.adopting, Max: maxAdopt})
}

func (e *Engine) adopted(r *Result) {
	if e.forgotten.inFlight {
		e.forgotten.inFlight = false
		e.recollected(r.Items)
		return
	}
	if errors.Is(r.Err, ports.ErrAlive) || len(r.Items) < maxAdopt {
		e.dead = e.dead[1:]
	}
	e.adopt(r.Items)
}

// adopt goes on with the attempts of a worker that died: each owes what its
// state owes, by the same code that a living worker goes by.
func (e *Engine) adopt(items []ports.Item) {
	for _, it := range items {
		c := e.camps[it.Attempt.Campaign]
		if c == nil {
			e.orphans = append(e.orphans, it)
			e.kick = true
			continue
		}
		e.adoptOne(c, it)
		e.touch(c)
	}
}

func (e *Engine) adoptOne(c *camp, it ports.Item) {
	h := e.hold(c, it)
	if h.a.State == attempt.StateLeased {
		if h.a.Run == c.c.Run.Number {
			c.ready = append(c.ready, h)
			c.leasedAt = e.now
		} else {
			e.giveBack(h, 0)
		}
		return
	}
	e.calls[h.a.Call.ID] = h
	e.armState(h)
	if h.a.State.Line() {
		e.adoptLine(h)
	}
	e.goOn(h)
	e.haltOne(h)
}

// adoptLine counts the line as this worker's and keeps its agent from being
// offered.
func (e *Engine) adoptLine(h *held) {
	h.camp.lines++
	if unanswered(h.a.State) {
		e.ringing++
	}
	if h.camp.trunk != nil {
		h.camp.trunk.lines++
	}
	if h.a.Call.Agent != "" {
		e.act(Act{Kind: ActHold, Agent: h.a.Call.Agent})
	}
}

func (e *Engine) emitSweep() {
	if !e.can(OpSweep) || e.stopping {
		return
	}
	for _, c := range e.order {
		if c.unswept {
			e.sweeping = c
			e.emit(Op{Kind: OpSweep, Campaign: c.c.ID, Max: maxSweep})
			return
		}
	}
}

// mayLeave reports whether a stopping worker is needed no more: what waits for
// a disposition others can wait for.
func (e *Engine) mayLeave() bool {
	if len(e.queue) > 0 || e.flight[OpSave] || e.flight[OpLease] || e.flight[OpGhosts] ||
		len(e.toGhost) > 0 || len(e.orphans) > 0 {
		return false
	}
	for _, c := range e.order {
		for _, h := range c.held {
			if h.a.State != attempt.StateProcessing {
				return false
			}
		}
	}
	return true
}

// idleHands reports whether this worker holds nothing any more.
func (e *Engine) idleHands() bool {
	return e.heldCount == 0 && len(e.queue) == 0 && !e.flight[OpSave] && !e.flight[OpLease] && len(e.orphans) == 0
}
