//go:build unix

package main

import (
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkBooks: everybody is at an end, once; every call is in the report, once;
// and the figures are what the rows say. It returns the calls on record.
func checkBooks(t *testing.T, p *other, id string, contacts []string) map[string]bool {
	t.Helper()
	c := p.campaign(id)
	m := &c.Metrics
	if c.EndReason != "finished" || m.Total != len(contacts) || m.Completed+m.Failed+m.Abandoned != m.Total || m.Lines != 0 || m.Remaining != 0 {
		t.Errorf("the campaign of %d contacts: %+v", len(contacts), c)
	}
	if m.Adopted == 0 {
		t.Error("nothing was taken over from the server that was killed: nothing was tried")
	}
	ended := slices.Concat(p.addresses(id, "&state=completed"), p.addresses(id, "&state=exhausted"), p.addresses(id, "&state=abandoned"))
	if diff := cmp.Diff(contacts, sorted(ended)); diff != "" {
		t.Errorf("contacts that are at an end: %s", diff)
	}
	calls, seen := map[string]bool{}, []string{}
	states, outcomes := map[string]int{}, map[string]int{}
	for _, row := range report(t, p, id) {
		if !slices.Contains(seen, row["address"]) {
			seen = append(seen, row["address"])
			states[row["state"]]++
		}
		call := row["call_id"]
		if call == "" {
			t.Errorf("%s ended as %s and was never called", row["address"], row["state"])
			continue
		}
		if calls[call] {
			t.Errorf("call %s has two rows", call)
		}
		calls[call] = true
		outcomes[row["outcome"]]++
	}
	if diff := cmp.Diff(contacts, sorted(seen)); diff != "" {
		t.Errorf("contacts in the report: %s", diff)
	}
	if diff := cmp.Diff(states, without(m.States)); diff != "" {
		t.Errorf("states (-rows +metrics): %s", diff)
	}
	if diff := cmp.Diff(outcomes, without(m.Outcomes)); diff != "" {
		t.Errorf("outcomes (-rows +metrics): %s", diff)
	}
	if m.Dials+m.Refused != len(calls) {
		t.Errorf("%d dials and %d refused, of %d calls", m.Dials, m.Refused, len(calls))
	}
	t.Logf("%d rows were taken over; outcomes: %v", m.Adopted, outcomes)
	return calls
}

// report is the campaign's report, by column.
func report(t *testing.T, p *other, id string) []map[string]string {
	t.Helper()
	status, body := p.ask("GET", "/v1/campaigns/"+id+"/report", "", "X-API-Key: "+ownKey)
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if status != 200 || err != nil {
		t.Fatalf("the report: %d, %v in %.500s", status, err, body)
	}
	var rows []map[string]string
	for _, cells := range table[1:] {
		row := map[string]string{}
		for i, name := range table[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// addresses are those of the attempts that a query finds, over all pages.
func (p *process) addresses(id, query string) []string {
	p.t.Helper()
	var all []string
	for cursor := ""; ; {
		var page struct {
			Attempts []struct{ Address string }
			Next     string
		}
		p.must(200, "GET", "/v1/campaigns/"+id+"/attempts?limit=100"+query+cursor, "", &page)
		for _, a := range page.Attempts {
			all = append(all, a.Address)
		}
		if page.Next == "" {
			return all
		}
		cursor = "&cursor=" + page.Next
	}
}

// campaignView is what is read of a campaign.
type campaignView struct {
	Status    string
	EndReason string `json:"end_reason"`
	Metrics   struct {
		Total     int `json:"total_calls"`
		Completed int `json:"completed_count"`
		Failed    int `json:"failed_count"`
		Abandoned int `json:"abandoned_count"` // answered, and the server died before it sent them on
		Dials     int
		Refused   int
		Lines     int
		Remaining int
		Adopted   int `json:"stale_recoveries"`
		States    map[string]int
		Outcomes  map[string]int
	}
}

func (p *process) campaign(id string) campaignView {
	p.t.Helper()
	var c campaignView
	p.must(200, "GET", "/v1/campaigns/"+id, "", &c)
	return c
}

// without drops the zeros.
func without(m map[string]int) map[string]int {
	m = maps.Clone(m)
	maps.DeleteFunc(m, func(_ string, n int) bool { return n == 0 })
	return m
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }
