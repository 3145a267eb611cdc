package storetest

import (
	"slices"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// compare wants every row, record and figure to be the model's.
func (w *walk) compare() {
	for i, run := range w.runs {
		n := i + 1
		want := slices.DeleteFunc(slices.Clone(w.contacts), func(c campaign.Contact) bool {
			_, ok := run.rows[c.ID]
			return !ok
		})
		got := all(w.room, w.s.Attempts(w.ctx, ports.Filter{Campaign: w.c.ID, Run: n}))
		w.want(len(got) == len(want), "run %d has %d attempts, want %d", n, len(got), len(want))
		for k, c := range want {
			w.sameContact(got[k].Contact, c)
			w.sameRow(got[k].Attempt, run.rows[c.ID])
		}
		w.compareReport(n, run, want)
		m := w.balanced(w.c.ID, n)
		w.want(m.StaleRecoveries == run.recoveries, "run %d has %d recoveries, want %d", n, m.StaleRecoveries, run.recoveries)
	}
}

// sameRow is sameAttempt, but that the version of a row that nobody holds is the
// store's business: it is raised when the row is swept.
func (w *walk) sameRow(got, want attempt.Attempt) {
	w.t.Helper()
	if !want.State.Held() {
		got.Version = want.Version
	}
	w.sameAttempt(got, want)
}

func (w *walk) compareReport(n int, run *modelRun, contacts []campaign.Contact) {
	rows := all(w.room, w.s.Report(w.ctx, w.c.ID, n))
	for _, c := range contacts {
		calls := run.calls[c.ID]
		for k := range max(len(calls), 1) {
			w.want(len(rows) > 0 && rows[0].Contact.ID == c.ID, "the report of run %d lacks a row of contact %s", n, c.ID)
			w.sameRow(rows[0].Attempt, run.rows[c.ID])
			w.want((rows[0].Call != nil) == (len(calls) > 0), "contact %s has %d calls, the report %v", c.ID, len(calls), rows[0].Call)
			if rows[0].Call != nil {
				got, want := keptCall(*rows[0].Call), keptCall(calls[k])
				w.want(got == want, "the record differs:\n%s", difference(got, want))
			}
			rows = rows[1:]
		}
	}
	w.want(len(rows) == 0, "the report of run %d has %d rows too many", n, len(rows))
}
