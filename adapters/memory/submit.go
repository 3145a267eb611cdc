package memory

import (
	"context"
	"errors"
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// ring remembers the ids of the last commands with what they said, and when they
// were given.
type ring struct {
	ids  map[attempt.ID]string
	list []commandID
	next int // the oldest of a full list
}

type commandID struct {
	id attempt.ID
	at moment
}

const maxCommands = 4096

func (q *ring) has(id attempt.ID) bool {
	_, ok := q.ids[id]
	return ok
}

// applied reports whether a command was applied before. It refuses one that was
// another.
func (q *ring) applied(c *ports.Command) (bool, error) {
	if !q.has(c.ID) {
		return false, nil
	}
	if was := q.ids[c.ID]; was != c.Said() {
		return false, fmt.Errorf("command %s was %q, not %q: %w", c.ID, was, c.Said(), ports.ErrExists)
	}
	return true, nil
}

func (q *ring) add(id attempt.ID, said string, now moment) {
	if q.ids == nil {
		q.ids = map[attempt.ID]string{}
	}
	q.ids[id] = said
	if len(q.list) < maxCommands {
		q.list = append(q.list, commandID{id, now})
		return
	}
	delete(q.ids, q.list[q.next].id)
	q.list[q.next] = commandID{id, now}
	q.next = (q.next + 1) % maxCommands
}

// errCommand refuses a command that says nothing, or too much.
var errCommand = errors.New("a command is exactly one of Decide, Dispose and Cancel")

// Submit implements [ports.Campaigns].
func (s *Store) Submit(ctx context.Context, c ports.Command) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	tidy(&c.At)
	switch {
	case c.Decide != nil && c.Dispose == nil && c.Cancel == nil:
		return s.decide(&c)
	case c.Dispose != nil && c.Decide == nil && c.Cancel == nil:
		return s.dispose(c.At, c.Dispose)
	case c.Cancel != nil && c.Decide == nil && c.Dispose == nil:
		return s.cancel(&c)
	}
	return errCommand
}

func (s *Store) decide(command *ports.Command) error {
	d := command.Decide
	c, err := s.camp(d.Campaign)
	if err != nil {
		return err
	}
	if known, err := c.commands.applied(command); known || err != nil {
		return err
	}
	r := c.run()
	switch {
	case d.IfRun != 0 && d.IfRun != r.info.Number:
		return fmt.Errorf("the campaign is in run %d, not %d: %w", r.info.Number, d.IfRun, ports.ErrState)
	case d.IfIdle && d.IfDials != r.counters.Dials:
		return fmt.Errorf("the run has %d dials, not %d: %w", r.counters.Dials, d.IfDials, ports.ErrState)
	}
	event := d.Event
	event.At = command.At
	after, err := campaign.Next(c.it, event)
	if err != nil {
		return err
	}
	if c.callsUp(&event) {
		return campaign.ErrCallsUp
	}
	if event.Action == campaign.Finish && (r.counters.Open() > 0 || r.counters.Total() == 0) {
		return campaign.ErrOpenContacts
	}
	s.apply(c, after, &event)
	c.commands.add(command.ID, command.Said(), at(command.At))
	s.changed(c)
	return nil
}

// callsUp reports whether the event must wait for calls to end: those of the
// last run decide who is not completed, and go by the settings they began with.
func (c *camp) callsUp(e *campaign.Event) bool {
	switch e.Action {
	case campaign.Restart:
		return e.Scope == campaign.NotCompleted && c.run().holding() > 0
	case campaign.Edit:
		return c.earlier > 0
	}
	return false
}

// apply makes the campaign what it is after the event.
func (s *Store) apply(c *camp, after campaign.Campaign, e *campaign.Event) {
	r := c.run()
	c.it = after
	switch e.Action {
	case campaign.Restart:
		s.restart(c, at(e.At))
		return
	case campaign.Edit:
		r.setSpec(&c.it.Spec)
	}
	if r.info.Halt != after.Run.Halt {
		r.counters.Halt(after.Run.Halt)
		r.work = nil
	}
	r.info = after.Run
}

// restart begins a new run. Its counters have all its attempts at once; their
// rows follow.
func (s *Store) restart(c *camp, now moment) {
	was := c.run()
	was.fillTo(was.fill.end)
	was.work = nil
	c.earlier += was.holding()
	r := s.newRun(c)
	r.fill = fill{end: c.contacts.n, at: now}
	total := int(c.contacts.n)
	if r.info.Scope == campaign.NotCompleted {
		r.some = &members{}
		r.fill.was = was
		total = was.counters.Total() - was.counters.States[attempt.StateCompleted]
	}
	later := r.later()
	r.counters.States[attempt.StateScheduled] = later
	r.counters.States[attempt.StatePending] = total - later
}
