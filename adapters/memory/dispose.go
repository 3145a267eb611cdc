package memory

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// dispose is idempotent by what it says: the disposition that a call has
// already changes nothing.
func (s *Store) dispose(now time.Time, d *ports.Dispose) error {
	disposition := d.Disposition
	tidy(&disposition.CallbackAt)
	if err := disposition.Validate(); err != nil {
		return err
	}
	if h := s.inHand[d.Call]; h != nil {
		return s.command(h, attempt.Dispose{At: now, Disposition: disposition})
	}
	rec, ok := s.recorded(d.Call)
	if !ok {
		return fmt.Errorf("call %s: %w", d.Call, ports.ErrNotFound)
	}
	known := s.disposed(rec)
	switch {
	case known.IsZero():
		return fmt.Errorf("call %s: %w", d.Call, ports.ErrLate)
	case known.Equal(disposition):
		return nil
	}
	return fmt.Errorf("call %s: %w: %q", d.Call, attempt.ErrDisposed, known.Code)
}

// cancel gives up the callback of a contact in the present run.
func (s *Store) cancel(c *ports.Command) error {
	r, i, err := s.attemptRow(c.Cancel.Contact, 0)
	if err != nil {
		return err
	}
	if known, err := r.of.commands.applied(c); known || err != nil {
		return err
	}
	if slot := r.rows.at(i).held; slot != none {
		err = s.command(s.slots[slot], attempt.Cancel{At: c.At})
	} else {
		err = s.rewrite(r, i, attempt.Cancel{At: c.At})
	}
	if err == nil {
		r.of.commands.add(c.ID, c.Said(), at(c.At))
	}
	return err
}

// command applies a command's event to a row that a worker holds, and tells.
func (s *Store) command(h *held, e attempt.Event) error {
	r, i := h.run, h.row
	after, effects, err := attempt.Next(&r.rules, h.a, e)
	if err != nil || after == h.a {
		return err
	}
	before, call := campaign.FactsOf(&h.a), h.a.Call.ID
	h.a = after
	h.a.Version++
	record := false
	for _, e := range effects {
		record = record || e == attempt.Record
	}
	s.wrote(h, call, before, record)
	s.noteWritten(r, i)
	return nil
}

// rewrite applies a command's event to a row that waits.
func (s *Store) rewrite(r *run, i uint32, e attempt.Event) error {
	var a attempt.Attempt
	s.load(r, i, &a)
	after, _, err := attempt.Next(&r.rules, a, e)
	if err != nil {
		return err
	}
	after.Version++
	r.counters.Move(campaign.FactsOf(&a), campaign.FactsOf(&after))
	r.unlink(i)
	r.pack(i, &after)
	r.link(i)
	r.enqueue(i)
	s.changed(r.of)
	return nil
}
