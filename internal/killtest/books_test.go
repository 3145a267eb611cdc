//go:build unix

package killtest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// checkBooks: everybody is at an end, once; every call has one record, and the
// counters are what the rows say. It returns the calls on record.
func checkBooks(t *testing.T, d *outdial.Dialler, c campaign.Campaign, contacts int) map[string]bool {
	t.Helper()
	var books campaign.Counters
	var last ports.ID
	people, calls := map[ports.ID]bool{}, map[string]bool{}
	for row, err := range d.Report(t.Context(), c.ID, 1) {
		if err != nil {
			t.Fatal(err)
		}
		a := &row.Attempt
		if a.Contact != last {
			last = a.Contact
			books.Add(campaign.FactsOf(a))
			if people[a.Contact] {
				t.Errorf("%s has two attempts", row.Contact.Key)
			}
			people[a.Contact] = true
			if !a.State.Terminal() {
				t.Errorf("%s is %v in the end", row.Contact.Key, a.State)
			}
		}
		if row.Call == nil {
			t.Errorf("%s ended as %v and was never called", row.Contact.Key, a.State)
			continue
		}
		books.AddCall(row.Call)
		if calls[row.Call.ID.String()] {
			t.Errorf("call %s has two records", row.Call.ID)
		}
		calls[row.Call.ID.String()] = true
	}
	if len(people) != contacts {
		t.Errorf("%d contacts of %d", len(people), contacts)
	}
	got, err := d.Metrics(t.Context(), c.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	// Ages are nobody's counter, and what was adopted leaves no trace in rows.
	hidden := cmpopts.IgnoreFields(campaign.Metrics{}, "Oldest", "StaleRecoveries")
	if diff := cmp.Diff(books.Metrics(&c.Spec), got, hidden); diff != "" {
		t.Errorf("the counters are not what the rows say (-rows +counters):\n%s", diff)
	}
	t.Logf("%d rows were adopted; outcomes: %v", got.StaleRecoveries, got.Outcomes)
	return calls
}
