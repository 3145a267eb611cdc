package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// kept is an attempt as every store has to keep it: to the microsecond in UTC,
// and without the call once nobody holds it.
func kept(a attempt.Attempt) attempt.Attempt {
	if !a.State.Held() {
		a.Call = attempt.Call{}
	}
	a.DueRunning = a.DueRunning.Truncate(time.Microsecond)
	for _, t := range []*time.Time{&a.Since, &a.Due} {
		*t = cut(*t)
	}
	a.Call = keptCall(a.Call)
	return a
}

func keptCall(c attempt.Call) attempt.Call {
	for _, t := range []*time.Time{
		&c.QueuedAt, &c.DialledAt, &c.AgentAt, &c.RingingAt, &c.AnsweredAt, &c.ScreenedAt,
		&c.AttachedAt, &c.EndedAt, &c.DisposedAt, &c.Disposed.CallbackAt,
	} {
		*t = cut(*t)
	}
	return c
}

func cut(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC()
}

func keptContact(c campaign.Contact) campaign.Contact {
	c.NotBefore = cut(c.NotBefore)
	if len(c.Variables) == 0 {
		c.Variables = nil
	}
	return c
}

// sameAttempt wants the row to be what was written.
func (r *room) sameAttempt(got, want attempt.Attempt) {
	r.t.Helper()
	got, want = kept(got), kept(want)
	r.want(got == want, "the row differs from what was written:\n%s", difference(got, want))
}

func (r *room) sameContact(got, want campaign.Contact) {
	r.t.Helper()
	got, want = keptContact(got), keptContact(want)
	r.want(reflect.DeepEqual(got, want), "the contact differs:\n%s", difference(got, want))
}

// difference lists the fields in which two structs differ.
func difference[T any](got, want T) string {
	var out strings.Builder
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if a, b := g.Field(i).Interface(), w.Field(i).Interface(); !reflect.DeepEqual(a, b) {
			fmt.Fprintf(&out, "  %s is %+v, want %+v\n", g.Type().Field(i).Name, a, b)
		}
	}
	return out.String()
}

// recount computes a run's figures from its rows. Recoveries are not in them.
func (r *room) recount(id ports.ID, run, recoveries int) campaign.Metrics {
	r.t.Helper()
	c := campaign.Counters{StaleRecoveries: recoveries}
	oldest := map[attempt.State]time.Duration{}
	for _, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, Run: run})) {
		c.Add(campaign.FactsOf(&it.Attempt))
		if s := it.Attempt.State; !s.Terminal() {
			oldest[s] = max(oldest[s], cut(r.now).Sub(it.Attempt.Since))
		}
	}
	for _, row := range all(r, r.s.Report(r.ctx, id, run)) {
		if row.Call != nil {
			c.AddCall(row.Call)
		}
	}
	spec := r.campaign(id).Spec
	m := c.Metrics(&spec)
	m.Oldest = oldest
	return m
}

// balanced wants the store's figures of a run to be what its rows say.
func (r *room) balanced(id ports.ID, run int) campaign.Metrics {
	r.t.Helper()
	got, err := r.s.Metrics(r.ctx, id, run, r.now)
	r.must(err)
	want := r.recount(id, run, got.StaleRecoveries)
	r.want(reflect.DeepEqual(got, want), "the figures of run %d differ from what its rows say:\n%s", run, difference(got, want))
	return got
}

// counts lists an attempt's states by how many there are, without the zeros.
func counts(m campaign.Metrics) map[attempt.State]int {
	n := maps.Clone(m.States)
	maps.DeleteFunc(n, func(_ attempt.State, n int) bool { return n == 0 })
	return n
}
