package memory

import (
	"context"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Lease implements [ports.Work]. A campaign or run that is not known has no
// work.
func (s *Store) Lease(ctx context.Context, worker ports.ID, rs []ports.LeaseRequest) ([]ports.Leased, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]ports.Leased, len(rs))
	for i := range rs {
		out[i].NextRetry = -1
		if c := s.byID[rs[i].Campaign]; c != nil {
			s.lease(c, worker, &rs[i], &out[i])
		}
	}
	return out, nil
}

func (s *Store) lease(c *camp, worker attempt.ID, q *ports.LeaseRequest, out *ports.Leased) {
	r, err := c.present(q.Run)
	if err != nil || q.Run == 0 {
		return
	}
	out.Blocked = c.earlier > 0
	if r.work != nil { // else it is an earlier run, or halted
		r.fillTo(r.fill.end)
		now := at(q.Now)
		if c.it.Status == campaign.Running && !out.Blocked {
			rows := r.take(s.scratch[:0], now, q.Running, q.Max)
			s.scratch = rows
			out.Items = s.leaseRows(r, worker, rows, now)
		}
		r.nextDue(now, q, out)
	}
	out.Open, out.Total, out.Dials = r.counters.Open(), r.counters.Total(), r.counters.Dials
}

func (s *Store) leaseRows(r *run, id attempt.ID, rows []uint32, now moment) []ports.Item {
	if len(rows) == 0 {
		return nil
	}
	w := s.worker(id)
	items := make([]ports.Item, len(rows))
	for k, i := range rows {
		h := s.hold(r, i)
		w.own(h)
		before := campaign.FactsOf(&h.a)
		leased(&h.a, id, now.time())
		r.inherit(i, &h.a)
		r.counters.Move(before, campaign.FactsOf(&h.a))
		r.enter(i, h.a.State, now)
		items[k].Attempt = h.a
		items[k].Contact = s.contact(r.of.contacts.at(r.rows.at(i).contact))
		h.address = items[k].Contact.Address
	}
	return items
}

// inherit keeps a contact's call of an earlier run in doubt: a restart must not
// dial somebody whose last call may still surface.
func (r *run) inherit(i uint32, a *attempt.Attempt) {
	if a.Calls > 0 || a.Doubt != (attempt.ID{}) {
		return
	}
	for k := r.info.Number - 2; k >= 0; k-- {
		was := r.of.runs[k]
		if len(was.rare) == 0 {
			continue
		}
		if j, ok := was.find(r.rows.at(i).contact); ok && was.rare[j].doubt != (attempt.ID{}) {
			a.Doubt, a.DoubtUntil = was.rare[j].doubt, was.rare[j].until.time()
			return
		}
	}
}

// leased is what [attempt.Next] makes of a waiting attempt on [attempt.Lease],
// without its cost; a test compares the two.
func leased(a *attempt.Attempt, owner attempt.ID, now time.Time) {
	a.Call = attempt.Call{QueuedAt: a.Since}
	a.Owner, a.State, a.Since = owner, attempt.StateLeased, now
	a.Version++
}

// nextDue says for when the rows that are left wait.
func (r *run) nextDue(now moment, q *ports.LeaseRequest, out *ports.Leased) {
	r.promote(now, q.Running)
	due, ok := r.next(&r.work.callbacks, attempt.StateCallbackScheduled, int64(now))
	if first, waits := r.nextOf(&r.work.scheduled, attempt.StateScheduled); waits && (!ok || first < due) {
		due, ok = first, true
	}
	if ok {
		out.NextDue = moment(due).time()
	}
	if due, ok := r.next(&r.work.retries, attempt.StateRetryScheduled, int64(q.Running)); ok {
		out.NextRetry = time.Duration(due)
	}
}
