//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

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
			until(t, "half of the contacts are dialled and some are on the line", func() bool {
				return judge.Dialled() > c.contacts/2 && judge.Live() > 1
			})
			done := first.addresses(id, "&state=completed")
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
			if len(done) == 0 || atDeath == c.contacts {
				t.Errorf("%d contacts were completed and %d of %d dialled at the kill: nothing was tried", len(done), atDeath, c.contacts)
			}
			second.End(t)
			s.phone.End(t)
			judge.Check(<-s.phone.Said, calls)
			t.Logf("%d of %d contacts were dialled at the kill, %d completed; at most %d lines of %d", atDeath, c.contacts, len(done), judge.Peak(), c.lines)
		})
	}
}

func beginAsOperator(p *process, lines int, contacts []string) string {
	return beginAtPace(p, lines, 1000, contacts)
}

// beginAtPace begins a campaign that starts so many calls a second.
func beginAtPace(p *process, lines, perSecond int, contacts []string) string {
	var made struct{ ID string }
	p.must(201, "POST", "/v1/campaigns", fmt.Sprintf(`{"name":"kill","max_concurrent":%d,"calls_per_second":%d,"retries":0}`, lines, perSecond), &made)
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
