//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/internal/killtest/stage"
	"github.com/outdial/outdial/internal/pgtest"
)

// The same server is killed in the middle of a campaign that was made by either
// API, and one that is started with the same settings finishes it.
func TestNothingIsLostAndNobodyDialledTwiceWhenTheServerIsKilled(t *testing.T) {
	for _, c := range []struct {
		api      string
		lines    int
		contacts int
		begin    func(p *process, lines int, contacts []string) (id string)
	}{
		{"operator", 60, 400, beginAsOperator},
		{"guide", 20, 60, beginAsGuide}, // its campaigns begin ten calls a second
	} {
		t.Run(c.api, func(t *testing.T) {
			t.Parallel()
			s := build(t, pgtest.URL(t)) // empty: the server makes its tables
			judge := stage.Watch(t, s.address, c.lines)
			first := s.start(t)
			numbers := numbers(c.contacts)
			id := c.begin(first.process, c.lines, numbers)
			done := 0
			until(t, "somebody is completed", func() bool {
				done = first.campaign(id).Metrics.Completed
				return done > 0
			})
			until(t, "a third of the contacts are dialled and some are on the line", func() bool { // asks nobody: the campaign goes on meanwhile
				return judge.Dialled() > c.contacts/3 && judge.Live() > 1
			})
			first.Kill(t)
			atDeath := judge.Dialled()

			second := s.start(t)
			until(t, "the campaign is completed", func() bool { return second.campaign(id).Status == "completed" })
			calls := checkBooks(t, second, id, numbers)
			dials := judge.Dials()
			for _, number := range numbers {
				if dials[number] > 1 {
					t.Errorf("%s was dialled %d times, and there are no retries", number, dials[number])
				}
			}
			if atDeath == c.contacts {
				t.Errorf("all %d contacts were dialled at the kill: nothing was tried", atDeath)
			}
			second.End(t)
			s.phone.End(t)
			judge.Check(<-s.phone.Said, calls)
			t.Logf("%d of %d contacts were dialled at the kill, %d or more completed; at most %d lines of %d", atDeath, c.contacts, done, judge.Peak(), c.lines)
		})
	}
}

// Calls that end while no server listens are not known to have been answered, nor
// whether they were placed at all if the kill came as they were: they are recorded
// as unknown, and only by that is anybody to be called again whose other outcomes
// are not retried. A rule forbids that too.
func TestCallsThatEndUnheardWhenTheServerIsKilledAreUnknownAndRetriedUnlessARuleForbids(t *testing.T) {
	const lines, contacts = 60, 300
	for name, c := range map[string]struct {
		rule  string // of unknown
		state string // of those whose call was
	}{
		"retried":   {`{"delay":3600}`, "retry_scheduled"}, // not within this test
		"forbidden": {`{"never":true}`, "exhausted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := build(t, pgtest.URL(t))
			judge := stage.Watch(t, s.address, lines)
			first := s.start(t)
			numbers := numbers(contacts)
			id := beginWith(first.process, numbers, fmt.Sprintf(`"max_concurrent":%d,"calls_per_second":1000,"retries":3,"retry_rules":{"unknown":%s,`+
				`"busy":{"never":true},"invalid_number":{"never":true},"no_answer":{"never":true},"failed":{"never":true},"congestion":{"never":true}}`, lines, c.rule))
			until(t, "a third of the contacts are dialled and some are on the line", func() bool {
				return judge.Dialled() > contacts/3 && judge.Live() > 3
			})
			first.Kill(t)
			until(t, "all calls have ended unheard", func() bool { return judge.Live() == 0 })
			atDeath := judge.Dials()

			second := s.start(t)
			until(t, "everybody has ended, but for those who are to be called again", func() bool {
				m := second.campaign(id).Metrics
				return m.Lines == 0 && m.Remaining == m.States["retry_scheduled"]
			})
			unheard := checkUnheard(t, second, id, c.state)
			dials := judge.Dials()
			for _, number := range numbers {
				doubted := slices.Contains(unheard, number)
				if n := dials[number]; n > 1 || n == 0 && !doubted || doubted && n != atDeath[number] {
					t.Errorf("%s was dialled %d times, %d before the kill; its call is unknown: %v", number, n, atDeath[number], doubted)
				}
			}
			calls := map[string]bool{}
			for _, row := range report(t, second, id) {
				calls[row["call_id"]] = true
			}
			if m := second.campaign(id).Metrics; m.Total != contacts || m.Dials+m.Refused != len(calls) {
				t.Errorf("of %d contacts with %d calls: %+v", contacts, len(calls), m)
			}
			second.End(t)
			s.phone.End(t)
			judge.Check(<-s.phone.Said, calls)
			t.Logf("%d of %d contacts were dialled at the kill; at most %d lines of %d", len(atDeath), contacts, judge.Peak(), lines)
		})
	}
}

// checkUnheard: those whose call is unknown were dialled once, as far as anybody
// knows, and are in this state; nobody else is to be called again. It returns them.
func checkUnheard(t *testing.T, p *other, id, state string) (unheard []string) {
	t.Helper()
	unheard = p.addresses(id, "&outcome=unknown")
	if len(unheard) == 0 {
		t.Error("no call is unknown: nothing was tried")
	}
	there := p.addresses(id, "&outcome=unknown&dials_min=1&dials_max=1&state="+state)
	if diff := cmp.Diff(sorted(unheard), sorted(there)); diff != "" {
		t.Errorf("whose call is unknown, and is %s after one dial: %s", state, diff)
	}
	if state != "retry_scheduled" {
		there = nil
	}
	if diff := cmp.Diff(sorted(there), sorted(p.addresses(id, "&state=retry_scheduled"))); diff != "" {
		t.Errorf("who is to be called again: %s", diff)
	}
	t.Logf("%d calls are unknown, and the contacts %s", len(unheard), state)
	return unheard
}

func beginAsOperator(p *process, lines int, contacts []string) string {
	return beginAtPace(p, lines, 1000, contacts)
}

// beginAtPace begins a campaign that starts so many calls a second.
func beginAtPace(p *process, lines, perSecond int, contacts []string) string {
	return beginWith(p, contacts, fmt.Sprintf(`"max_concurrent":%d,"calls_per_second":%d,"retries":0`, lines, perSecond))
}

// beginWith begins a campaign with settings.
func beginWith(p *process, contacts []string, settings string) string {
	var made struct{ ID string }
	p.must(201, "POST", "/v1/campaigns", `{"name":"kill",`+settings+`}`, &made)
	rows := "phone\n" + strings.Join(contacts, "\n") + "\n"
	if status, body := p.ask("POST", "/v1/campaigns/"+made.ID+"/contacts", rows, "X-API-Key: "+ownKey, "Content-Type: text/csv"); status != 200 {
		p.t.Fatal(status, body)
	}
	p.must(200, "POST", "/v1/campaigns/"+made.ID+"/start", "", nil)
	return made.ID
}

func beginAsGuide(p *process, lines int, contacts []string) string {
	var made struct {
		ID string `json:"campaign_id"`
	}
	p.must(200, "POST", "/v1/telephony/campaigns", fmt.Sprintf(`{"campaign_name":"kill","caller_id":"user/1000","max_concurrent":%d,"retry_attempts":0}`, lines), &made)
	body, err := json.Marshal(contacts)
	if err != nil {
		p.t.Fatal(err)
	}
	p.must(200, "POST", "/v1/telephony/campaigns/"+made.ID+"/contacts", string(body), nil)
	return made.ID
}

func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(5_000_000+i))
	}
	return all
}
