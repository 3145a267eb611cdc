package engine

import (
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// conclude submits what follows from time and counters: the window's end, the
// run's finish, the campaign's failure.
func (e *Engine) conclude(c *camp) {
	if !c.live() || c.submit {
		return
	}
	if end, ok := c.schedule.End(); ok && !c.closing() {
		if e.now.Before(end) {
			e.wakeAt(c, end)
		} else {
			e.submit(c, campaign.Event{Action: campaign.Close})
			return
		}
	}
	if c.checked && c.open == 0 && c.total > 0 && len(c.held) == 0 && !c.finished {
		c.finished = true
		e.submit(c, campaign.Event{Action: campaign.Finish})
		return
	}
	if len(c.held) == 0 && (c.closing() || c.c.Status == campaign.Paused) {
		e.lastCalls(c)
	}
	e.concludeFailure(c)
}

// lastCalls finds out whether the run is over although nothing is dialled.
func (e *Engine) lastCalls(c *camp) {
	switch {
	case c.blocked && e.now.Before(c.recheck):
		e.wakeAt(c, c.recheck)
	case !c.checked:
		e.wantLease(c, 0)
	case c.closing():
		e.wakeAt(c, e.elsewhere(c))
	}
}

// submit queues a conclusion of this engine's about a campaign. Its id is made
// of what it says and when, so that it is the same however often it is sent.
func (e *Engine) submit(c *camp, ev campaign.Event) {
	ev.At = e.now
	c.submit = true
	name := string(ev.Action) + e.now.Format(time.RFC3339Nano)
	d := &ports.Decide{Campaign: c.c.ID, Event: ev, IfRun: c.c.Run.Number}
	if ev.Action == campaign.Fail {
		d.IfIdle, d.IfDials = true, c.troubleDials+c.dialling()
	}
	e.toSubmit = append(e.toSubmit, ports.Command{ID: uuid.NewSHA1(c.c.ID, []byte(name)), At: e.now, Decide: d})
}

func (e *Engine) emitSubmit() {
	if len(e.toSubmit) > 0 && e.can(OpSubmit) {
		e.emit(Op{Kind: OpSubmit, Command: e.toSubmit[0]})
	}
}

// submitted takes the answer to a conclusion. Where the store knows better,
// its changes will say so.
func (e *Engine) submitted(r *Result) {
	d := e.toSubmit[0].Decide
	e.toSubmit = e.toSubmit[1:]
	e.kick = true
	c := e.camps[d.Campaign]
	c.submit = false
	e.touch(c)
	if r.Err != nil {
		c.checked, c.finished = false, false
		if d.Event.Action == campaign.Fail {
			c.trouble = e.now // others reach the switch: count from anew
			c.troubleKnown = false
		}
	}
}

func (e *Engine) emitGhosts() {
	if len(e.toGhost) > 0 && e.can(OpGhosts) {
		e.emit(Op{Kind: OpGhosts, Ghosts: e.toGhost})
	}
}
