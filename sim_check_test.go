package outdial_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func (s *sim) nameOf(id ports.ID) string {
	for _, w := range s.workers {
		if w.d.Worker() == id {
			return w.name
		}
	}
	return "nobody"
}

func (s *sim) campOf(id ports.ID) *watched {
	for _, c := range s.camps {
		if c.id == id {
			return c
		}
	}
	panic("no such campaign")
}

// attempts visits the attempts of all runs.
func (s *sim) attempts(visit func(*watched, *ports.Item)) {
	for _, c := range s.camps {
		for run := 1; run <= c.now().Run.Number; run++ {
			for it, err := range s.store.Attempts(s.ctx, ports.Filter{Campaign: c.id, Run: run}) {
				if err != nil {
					s.wrong("attempts: %v", err)
					return
				}
				visit(c, &it)
			}
		}
	}
}

// audit compares the counters of every run with what its rows say.
func (s *sim) audit() {
	for _, c := range s.camps {
		for run := 1; run <= c.now().Run.Number; run++ {
			s.auditRun(c, run)
		}
	}
}

func (s *sim) auditRun(c *watched, run int) {
	var books campaign.Counters
	var last ports.ID
	for row, err := range s.store.Report(s.ctx, c.id, run) {
		if err != nil {
			s.wrong("report: %v", err)
			return
		}
		if row.Attempt.Contact != last {
			books.Add(campaign.FactsOf(&row.Attempt))
			last = row.Attempt.Contact
		}
		if row.Call != nil {
			books.AddCall(row.Call)
		}
	}
	got, err := s.operator.Metrics(s.ctx, c.id, run)
	if err != nil {
		s.wrong("metrics: %v", err)
		return
	}
	want := books.Metrics(&c.spec)
	hidden := cmpopts.IgnoreFields(campaign.Metrics{}, "Oldest", "StaleRecoveries")
	if diff := cmp.Diff(want, got, hidden); diff != "" {
		s.wrong("%s, run %d: the counters are not what the rows say (-rows +counters):\n%s", c.name, run, diff)
	}
}

// explain notes what every worker says about every campaign.
func (s *sim) explain() {
	s.open()
	for _, w := range s.workers {
		for _, c := range s.camps {
			if x, err := w.d.Explain(s.ctx, c.id); w.steps() {
				s.note("%s: %s is limited by %s since %s until %s %v", w.name, c.name, x.Limit,
					x.Since.Format(time.TimeOnly), x.Until.Format(time.TimeOnly), err)
			}
		}
	}
}

// open notes what has not come to its end.
func (s *sim) open() {
	s.attempts(func(_ *watched, it *ports.Item) {
		if a := &it.Attempt; !a.State.Terminal() {
			s.note("%s, run %d is %v since %s, owned by %s, due %s or after %v, halt %v", it.Contact.Key, a.Run, a.State,
				a.Since.Format(time.TimeOnly), s.nameOf(a.Owner), a.Due.Format(time.TimeOnly), a.DueRunning, a.Halt)
		}
	})
}

// check looks at the end of a world.
func (s *sim) check() {
	for _, v := range s.world.Violations() {
		if v.Kind == simulated.AgentTwice && s.plan.faults.Ghost > 0 {
			continue // a ghost may have taken the agent, and nobody could know
		}
		s.wrong("%s %v", s.watch.call(v.Call), v)
	}
	s.audit()
	for _, c := range s.camps {
		s.checkCampaign(c)
	}
	for _, w := range s.workers {
		if w.leaving && !w.dead {
			s.wrong("%s was asked to shut down and has not", w.name)
		}
	}
	s.checkRecords()
	s.checkRows()
	s.checkClaims()
	var b bytes.Buffer
	for _, c := range s.camps {
		for run := 1; run <= c.now().Run.Number; run++ {
			if err := s.operator.WriteReport(s.ctx, &b, c.id, run); err != nil {
				s.wrong("report: %v", err)
			}
		}
	}
	s.reports = b.String()
}

// checkCampaign: everybody who was accepted is in the run, once, and at an end.
func (s *sim) checkCampaign(c *watched) {
	now := c.now()
	m, err := s.operator.Metrics(s.ctx, c.id, 0)
	if err != nil {
		s.wrong("metrics: %v", err)
	}
	if now.Status == campaign.Draft || m.TotalCalls == 0 {
		return // a day that is over is not started again; an empty run waits
	}
	if now.Status == campaign.Failed && s.plan.refusals() {
		return
	}
	if now.Status != campaign.Completed {
		s.wrong("%s is %s in the end: %+v", c.name, now.Status, now.Run)
		s.explain()
		return
	}
	seen := map[ports.ID]bool{}
	s.attempts(func(of *watched, it *ports.Item) {
		if of != c || it.Attempt.Run != now.Run.Number {
			return
		}
		if seen[it.Contact.ID] {
			s.wrong("%s has two attempts in a run", it.Contact.Key)
		}
		seen[it.Contact.ID] = true
		if !it.Attempt.State.Terminal() {
			s.wrong("%s is %v in the end", it.Contact.Key, it.Attempt.State)
		}
	})
	if now.Run.Scope == campaign.All && len(seen) != c.accepted {
		s.wrong("%s: %d contacts accepted, %d in the run", c.name, c.accepted, len(seen))
	}
}

// checkRows: budgets and the callbacks' books, row by row.
func (s *sim) checkRows() {
	s.attempts(func(c *watched, it *ports.Item) {
		a, rules := &it.Attempt, c.spec.Rules()
		name := fmt.Sprintf("%s, run %d", it.Contact.Key, a.Run)
		if a.Retries > rules.Retries {
			s.wrong("%s: %d retries, allowed %d", name, a.Retries, rules.Retries)
		}
		for o := range a.Spent {
			if most := rules.Retry[o].Max; most >= 0 && int(a.Spent[o]) > most {
				s.wrong("%s: %d retries after %v, allowed %d", name, a.Spent[o], attempt.Outcome(o), most)
			}
		}
		if a.Dials > 1+a.Retries+a.Callback.Asked {
			s.wrong("%s: %d dials with %d retries and %d callbacks", name, a.Dials, a.Retries, a.Callback.Asked)
		}
		b := &a.Callback
		pending := 0
		if b.Pending {
			pending = 1
		}
		if b.Asked != b.Completed+b.Cancelled+b.Exhausted+pending {
			s.wrong("%s: the callbacks' books do not balance: %+v", name, *b)
		}
	})
}

// checkClaims: with no call up, every limit is free to the last place.
func (s *sim) checkClaims() {
	spec := campaign.Defaults()
	spec.Name = "probe"
	c, err := s.operator.Create(s.ctx, spec)
	if err == nil {
		_, err = s.operator.AddContacts(s.ctx, c.ID, campaign.Contact{Address: "+15550000000"})
	}
	if err == nil {
		err = s.operator.Start(s.ctx, c.ID)
	}
	if err != nil {
		s.wrong("probe: %v", err)
		return
	}
	var keys []string
	for i := range s.plan.agents {
		keys = append(keys, fmt.Sprintf("agent/agent-%d", i+1))
	}
	for _, c := range s.camps {
		keys = append(keys, "campaign/"+c.id.String()+"/lines")
	}
	if s.plan.trunk.Name != "" {
		keys = append(keys, "trunk/"+s.plan.trunk.Name+"/lines")
	}
	s.claim(c.ID, keys)
}

// claim takes the one and only place of each limit.
func (s *sim) claim(id ports.ID, keys []string) {
	me := s.ids()
	leased, err := s.store.Lease(s.ctx, me, []ports.LeaseRequest{{Campaign: id, Run: 1, Now: s.now(), Max: 1}})
	if err != nil || len(leased[0].Items) != 1 {
		s.wrong("probe: %v, %v", leased, err)
		return
	}
	rules := attempt.Rules{}
	before := leased[0].Items[0].Attempt
	after, _, err := attempt.Next(&rules, before, attempt.Dial{At: s.now()})
	if err != nil {
		s.wrong("probe: %v", err)
		return
	}
	t := ports.Transition{Attempt: after, Before: campaign.FactsOf(&before)}
	for _, key := range keys {
		t.Claims = append(t.Claims, ports.Claim{Key: key, Max: 1})
	}
	refused, err := s.store.Save(s.ctx, me, []ports.Transition{t})
	if err != nil || len(refused) > 0 {
		s.wrong("a limit is not free although no call is up: %v, %v", refused, err)
	}
}
