package lab

import (
	"context"
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// play drives all workers until every campaign has come to its end, and longer
// than a call could still surface.
func (w *world) play() {
	for !w.finished() {
		if w.Clock.Now().After(w.until) {
			w.t.Errorf("after %s the campaigns are not through", w.until.Sub(Start))
			w.explain()
			break
		}
		w.stretch()
	}
	w.Advance(w.Clock.Now().Add(10 * time.Minute))
	w.check()
}

// stretch drives the workers that there are until something happens to one.
func (w *world) stretch() {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.Watch = func() {
		w.watch()
		if w.due() || w.finished() || w.Clock.Now().After(w.until) {
			cancel()
		}
	}
	var diallers []*outdial.Dialler
	for _, k := range w.workers {
		diallers = append(diallers, k.d)
	}
	if err := outdial.DriveAll(ctx, w, diallers...); err != nil && !errors.Is(err, context.Canceled) {
		w.t.Fatal(err)
	}
	w.Watch = nil
	for i := 0; i < len(w.agenda); i++ { // errands may add errands
		if e := w.agenda[i]; !e.at.After(w.Clock.Now()) {
			w.agenda = append(w.agenda[:i], w.agenda[i+1:]...)
			i--
			e.do()
		}
	}
}

func (w *world) due() bool {
	for _, e := range w.agenda {
		if !e.at.After(w.Clock.Now()) {
			return true
		}
	}
	return false
}

// Next implements outdial.World: troubles wake too.
func (w *world) Next() time.Time {
	next := w.Lab.Next()
	for _, e := range w.agenda {
		if next.IsZero() || e.at.Before(next) {
			next = e.at
		}
	}
	if now := w.Clock.Now(); !next.IsZero() && next.Before(now) {
		return now
	}
	return next
}

func (w *world) finished() bool {
	for _, c := range w.camps {
		now, err := w.desk.Campaign(w.t.Context(), c.id)
		if err != nil {
			w.t.Fatal(err)
		}
		if now.Status != campaign.Completed {
			return false
		}
	}
	return len(w.agenda) == 0
}

// watch holds at every moment: nobody is on two calls, and, where nothing is
// unknown, no campaign has more lines than it may.
func (w *world) watch() {
	lines, on, busy := map[string]int{}, map[string]string{}, map[string]bool{}
	for _, c := range w.Switch.Channels() {
		if c.Vars["outdial_leg"] != "contact" {
			if w.calm && w.agents > 0 && busy[c.Number] {
				w.t.Errorf("%s: agent %s is on two calls", w.clock(), c.Number)
			}
			busy[c.Number] = true
			continue
		}
		if other := on[c.Number]; other != "" {
			w.t.Errorf("%s: %s is on two calls, %s and %s", w.clock(), c.Number, other, c.UUID)
		}
		on[c.Number] = c.UUID
		lines[c.Vars["contact_campaign"]]++
	}
	for _, c := range w.camps {
		if n := lines[c.name]; w.calm && n > c.spec.MaxConcurrent {
			w.t.Errorf("%s: %s has %d lines, of %d", w.clock(), c.name, n, c.spec.MaxConcurrent)
		}
	}
}

func (w *world) clock() string { return w.Clock.Now().Format(time.TimeOnly) }

// check holds at the end.
func (w *world) check() {
	seen := map[string]bool{}
	for _, i := range w.Switch.Invites() {
		if seen[i.UUID] {
			w.t.Errorf("channel %s was made twice", i.UUID)
		}
		seen[i.UUID] = true
		if i.Host != "" || i.Gateway != Trunk && i.Endpoint != "user" {
			w.t.Errorf("a call went astray: %+v", i)
		}
	}
	if left := w.Switch.Channels(); len(left) > 0 {
		w.t.Errorf("%d channels are left: %+v", len(left), left[0])
	}
	if ran := w.Switch.Shell(); len(ran) > 0 {
		w.t.Errorf("shell commands ran: %q", ran)
	}
	for _, c := range w.camps {
		w.checkCampaign(c)
	}
	w.t.Logf("%s: %d channels, %d workers in the end, calm: %v", w.Clock.Now().Sub(Start), len(seen), len(w.workers), w.calm)
}

// checkCampaign: everybody is at an end, once; every call has one record, and
// the counters are what the rows say.
func (w *world) checkCampaign(c *camp) {
	ctx := w.t.Context()
	var books campaign.Counters
	var last ports.ID
	contacts, calls := 0, map[ports.ID]bool{}
	for row, err := range w.store.Report(ctx, c.id, 1) {
		if err != nil {
			w.t.Fatal(err)
		}
		if row.Attempt.Contact != last {
			contacts++
			books.Add(campaign.FactsOf(&row.Attempt))
			last = row.Attempt.Contact
			if !row.Attempt.State.Terminal() {
				w.t.Errorf("%s is %v in the end", row.Contact.Key, row.Attempt.State)
			}
		}
		if row.Call == nil {
			continue
		}
		books.AddCall(row.Call)
		if calls[row.Call.ID] {
			w.t.Errorf("call %s has two records", row.Call.ID)
		}
		calls[row.Call.ID] = true
	}
	if contacts != c.total {
		w.t.Errorf("%s: %d contacts of %d", c.name, contacts, c.total)
	}
	got, err := w.desk.Metrics(ctx, c.id, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	hidden := cmpopts.IgnoreFields(campaign.Metrics{}, "Oldest", "StaleRecoveries")
	if diff := cmp.Diff(books.Metrics(&c.spec), got, hidden); diff != "" {
		w.t.Errorf("%s: the counters are not what the rows say (-rows +counters):\n%s", c.name, diff)
	}
	for _, i := range w.Switch.Invites() {
		id, err := parse(i.Vars["outdial_call"])
		if i.Vars["contact_campaign"] == c.name && (err != nil || !calls[id]) {
			w.t.Errorf("a call to %s, %s, has no record", i.Number, i.UUID)
		}
	}
}

// explain says where everything stands.
func (w *world) explain() {
	for _, c := range w.camps {
		for it, err := range w.store.Attempts(w.t.Context(), ports.Filter{Campaign: c.id}) {
			if err == nil && !it.Attempt.State.Terminal() {
				w.t.Logf("%s is %v since %s", it.Contact.Key, it.Attempt.State, it.Attempt.Since.Format(time.TimeOnly))
			}
		}
		for _, k := range w.workers {
			x, err := k.d.Explain(w.t.Context(), c.id)
			w.t.Logf("%s: %v %v", c.name, x, err)
		}
	}
}
