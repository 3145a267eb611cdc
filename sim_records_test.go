package outdial_test

import (
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// checkRecords: every call that the switch took has exactly one final record,
// and every record had a call, or says why not.
func (s *sim) checkRecords() {
	records := map[ports.ID]*attempt.Call{}
	var before *ports.ReportRow
	s.report(func(c *watched, row *ports.ReportRow) {
		if row.Call == nil {
			return
		}
		if records[row.Call.ID] != nil {
			s.wrong("call %s has two records", s.watch.call(row.Call.ID))
		}
		records[row.Call.ID] = row.Call
		if before != nil && before.Contact.ID == row.Contact.ID && before.Attempt.Run == row.Attempt.Run {
			s.checkDelay(c, row.Attempt.Run, before.Call, row.Call)
		}
		before = row
	})
	for _, id := range s.watch.order {
		s.checkRecord(s.watch.calls[id], records[id])
		delete(records, id)
	}
	for id, r := range records {
		s.wrong("call %s has a record, %v, and was never granted", id, r.Outcome)
	}
}

// report visits the reports of all runs.
func (s *sim) report(visit func(*watched, *ports.ReportRow)) {
	for _, c := range s.camps {
		for run := 1; run <= c.now().Run.Number; run++ {
			for row, err := range s.store.Report(s.ctx, c.id, run) {
				if err != nil {
					s.wrong("report: %v", err)
					return
				}
				visit(c, &row)
			}
		}
	}
}

func (s *sim) checkRecord(c *seen, r *attempt.Call) {
	switch {
	case r == nil && c.sent:
		s.wrong("call %s was originated and has no record", c.name)
	case r == nil:
	case !c.sent && r.Outcome != attempt.OutcomeUnknown && r.Outcome != attempt.OutcomeRefused:
		s.wrong("call %s was not originated, and its record says %v", c.name, r.Outcome)
	case r.Outcome == attempt.OutcomeGhost && !c.ghost:
		s.wrong("call %s is no ghost, and its record says so", c.name)
	case c.sent:
		s.checkTruth(c, r)
	}
}

// checkTruth compares a record with what the carrier saw: in every detail where
// nothing came between them, and else as far as the record claims to know.
func (s *sim) checkTruth(c *seen, r *attempt.Call) {
	known := r.Outcome != attempt.OutcomeUnknown && r.Outcome != attempt.OutcomeGhost
	if known && r.AnsweredAt.IsZero() != c.answered.IsZero() {
		s.wrong("call %s: the record says %v, answered %v; the carrier answered %v", c.name, r.Outcome, r.AnsweredAt, c.answered)
	}
	if s.plan.agents > 0 && r.Outcome == attempt.OutcomeAbandoned && s.plan.heldAgentsCome() && !c.vanished {
		s.wrong("call %s was abandoned although %s was held for it", c.name, r.Agent)
	}
	if !s.plan.calm() {
		return
	}
	if !r.AnsweredAt.Equal(c.answered) || !r.AttachedAt.Equal(c.attached) || !r.EndedAt.Equal(c.ended) {
		s.wrong("call %s: the record says %v, %v, %v; the carrier %v, %v, %v", c.name,
			r.AnsweredAt, r.AttachedAt, r.EndedAt, c.answered, c.attached, c.ended)
	}
	if !r.Disposed.Equal(c.is) {
		s.wrong("call %s: the record's disposition is %q, it was given %q", c.name, r.Disposed.Code, c.is.Code)
	}
}

// heldAgentsCome reports whether an agent that was held for a call is with it
// in time, unless it has vanished.
func (p *plan) heldAgentsCome() bool {
	f := p.faults
	events := f.Lose + f.Late + f.Swap
	return p.punctual() && events == 0 && p.carrier.Attach == (simulated.Dist{})
}

// checkDelay: no call comes before its time.
func (s *sim) checkDelay(c *watched, run int, before, r *attempt.Call) {
	rules := c.spec.Rules()
	asked := before.Disposed.CallbackAt
	switch {
	case r.Callback && !asked.IsZero() && before.Outcome == attempt.OutcomeAnswered:
		if r.DialledAt.Before(asked) {
			s.wrong("callback %s at %v was asked for at %v", s.watch.call(r.ID), r.DialledAt, asked)
		}
	case before.Outcome == attempt.OutcomeRefused:
		if d := r.DialledAt.Sub(before.EndedAt); d < rules.Backoff {
			s.wrong("%s came %v after a refusal, not %v", s.watch.call(r.ID), d, rules.Backoff)
		}
	case r.Callback:
		if d := r.DialledAt.Sub(before.EndedAt); d < rules.CallbackDelay {
			s.wrong("callback %s came %v after the one before, not %v", s.watch.call(r.ID), d, rules.CallbackDelay)
		}
	default:
		want := rules.Retry[before.Outcome].Delay
		if before.Outcome == attempt.OutcomeGhost {
			want = rules.Retry[attempt.OutcomeUnknown].Delay
		}
		if d := c.ran(run, r.DialledAt) - c.ran(run, before.EndedAt); d < want-s.plan.blur() {
			s.wrong("%s came %v of running time after %v, not %v", s.watch.call(r.ID), d, before.Outcome, want)
		}
	}
}

// blur is how far a worker may be wrong about the campaign's running time: it
// hears late of a pause or its end.
func (p *plan) blur() time.Duration {
	switch {
	case p.acts == 0:
		return 0
	case p.punctual():
		return p.poll
	}
	return p.poll + 45*time.Second
}

// ran is the running time of a run at t.
func (c *watched) ran(run int, t time.Time) time.Duration {
	at := &c.history[0].is
	for i := range c.history {
		if h := &c.history[i]; !h.from.After(t) && h.is.Run.Number == run {
			at = &h.is
		}
	}
	return at.Run.Running(t)
}
