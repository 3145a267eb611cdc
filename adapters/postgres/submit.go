package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// errCommand refuses a command that says nothing, or too much.
var errCommand = errors.New("a command is exactly one of Decide, Dispose and Cancel")

// Submit implements [ports.Campaigns].
func (s *Store) Submit(ctx context.Context, c ports.Command) error {
	now := cut(c.At)
	switch {
	case c.Decide != nil && c.Dispose == nil && c.Cancel == nil:
		return s.write(ctx, func(u *unit) error { return u.decide(&c, now) })
	case c.Dispose != nil && c.Decide == nil && c.Cancel == nil:
		return s.write(ctx, func(u *unit) error { return u.dispose(now, c.Dispose) })
	case c.Cancel != nil && c.Decide == nil && c.Dispose == nil:
		return s.write(ctx, func(u *unit) error { return u.cancel(&c, now) })
	}
	return errCommand
}

// applied reports whether a command was applied to the campaign before. It refuses
// one that was another.
func (u *unit) applied(c *camp, command *ports.Command) (known bool, err error) {
	was := ""
	err = u.one(&was, `SELECT said FROM outdial_commands WHERE campaign = $1 AND id = $2`, c.ID, command.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if said := command.Said(); err == nil && was != said {
		err = fmt.Errorf("command %s was %q, not %q: %w", command.ID, was, said, ports.ErrExists)
	}
	return err == nil, err
}

func (u *unit) remember(c *camp, command *ports.Command, now time.Time) error {
	return u.exec(`INSERT INTO outdial_commands (campaign, id, at, said) VALUES ($1, $2, $3, $4)`,
		c.ID, command.ID, null(now), command.Said())
}

func (u *unit) decide(command *ports.Command, now time.Time) error {
	d := command.Decide
	c, err := u.locked(d.Campaign)
	if err != nil {
		return err
	}
	if known, err := u.applied(c, command); known || err != nil {
		return err
	}
	r, err := u.run(c, 0)
	if err != nil {
		return err
	}
	event := d.Event
	event.At = now
	after, err := u.decided(c, r, d, event)
	if err != nil {
		return err
	}
	if err := u.apply(c, r, after, &event); err != nil {
		return err
	}
	if err := u.remember(c, command, now); err != nil {
		return err
	}
	return u.changed(c)
}

// decided is the campaign after the event, or why it does not happen.
func (u *unit) decided(c *camp, r *run, d *ports.Decide, e campaign.Event) (after campaign.Campaign, err error) {
	switch {
	case d.IfRun != 0 && d.IfRun != r.Number:
		return after, fmt.Errorf("the campaign is in run %d, not %d: %w", r.Number, d.IfRun, ports.ErrState)
	case d.IfIdle && d.IfDials != r.counters.Dials:
		return after, fmt.Errorf("the run has %d dials, not %d: %w", r.counters.Dials, d.IfDials, ports.ErrState)
	}
	it, err := c.whole(r)
	if err != nil {
		return after, err
	}
	if after, err = campaign.Next(it, e); err != nil {
		return after, err
	}
	switch {
	case e.Action == campaign.Restart && e.Scope == campaign.NotCompleted && r.holding() > 0,
		e.Action == campaign.Edit && c.Earlier > 0:
		// who is not completed is known when calls have ended; they go by the
		// settings that they began with
		return after, campaign.ErrCallsUp
	case e.Action == campaign.Finish && (r.counters.Open() > 0 || r.counters.Total() == 0):
		return after, campaign.ErrOpenContacts
	}
	return after, nil
}

// apply makes the campaign what it is after the event.
func (u *unit) apply(c *camp, r *run, after campaign.Campaign, e *campaign.Event) error {
	cutRun(&after.Run)
	c.Status, c.Version, c.Archived = after.Status, after.Version, null(after.Archived)
	switch e.Action {
	case campaign.Restart:
		if r.unfilled() {
			return errUnfilled{c.ID} // the next run may go by its rows
		}
		if err := u.restart(c, r, after.Run, e.At); err != nil {
			return err
		}
	case campaign.Edit:
		spec, err := document(after.Spec)
		if err != nil {
			return err
		}
		r.Spec, r.rules = []byte(spec), nil
	}
	if e.Action != campaign.Restart {
		if r.Halt != after.Run.Halt.String() {
			r.Unswept = r.counters.Waiting() > 0
			r.counters.Halt(after.Run.Halt)
		}
		r.become(after.Run)
		if err := u.writeRun(r); err != nil {
			return err
		}
	}
	return u.exec(`UPDATE outdial_campaigns SET status = $2, version = $3, archived = $4, run = $5, earlier = $6 WHERE id = $1`,
		c.ID, string(c.Status), c.Version, c.Archived, c.Run, c.Earlier)
}

// restart begins a new run. Its counters have all its attempts at once; their
// rows follow.
func (u *unit) restart(c *camp, was *run, info campaign.Run, now time.Time) error {
	r := &run{Campaign: c.ID, Spec: was.Spec, FillEnd: c.Contacts, FillAt: null(now), Unswept: c.Contacts > 0}
	r.become(info)
	total := int(c.Contacts)
	if r.Scope == campaign.NotCompleted {
		total = was.counters.Total() - was.counters.States[attempt.StateCompleted]
	}
	later := 0
	if err := u.one(&later, `SELECT count(*) FROM outdial_contacts c
		WHERE c.campaign = $1 AND c.not_before > $2::timestamptz AND `+taken, c.ID, now, r.Number, r.all()); err != nil {
		return err
	}
	r.counters.States[attempt.StateScheduled] = later
	r.counters.States[attempt.StatePending] = total - later
	c.Earlier += was.holding()
	c.Run = r.Number
	return u.insertRun(r)
}

// taken is the condition that run $3 takes contact c: all of them ($4), or those
// whose attempt in the run before did not end completed.
const taken = `($4::boolean OR EXISTS (SELECT FROM outdial_attempts w
	WHERE w.contact = c.id AND w.run = $3::integer - 1 AND w.state <> 'completed'))`

// all reports whether the run takes all contacts.
func (r *run) all() bool { return r.Scope != campaign.NotCompleted }
