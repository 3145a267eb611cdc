package guide_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// statuses leads a new campaign to each status.
var statuses = []struct {
	name string
	lead func(s *site) (id string)
}{
	{"created", (*site).created},
	{"active", func(s *site) string { return s.active(1) }},
	{"paused", func(s *site) string {
		id := s.active(1)
		s.want(http.StatusOK, s.ask("POST", "/"+id+"/pause", ""))
		return id
	}},
	{"stopped", func(s *site) string {
		id := s.active(1)
		s.want(http.StatusOK, s.ask("DELETE", "/"+id, ""))
		return id
	}},
	{"completed", func(s *site) string {
		id := s.active(1)
		s.must(s.pass(time.Hour))
		return id
	}},
	{"failed", func(s *site) string {
		id := s.active(1)
		s.decide(id, campaign.Event{Action: campaign.Fail, Reason: "the switch took no call"})
		return id
	}},
}

// actions are the guide's, and where each leads from each status; "" is a 409
// that leaves the campaign where it is.
var actions = []struct {
	name, method, path, body string
	leads                    map[string]string
}{
	{"contacts", "POST", "/contacts", `["+15551234567"]`, map[string]string{"created": "active", "active": "active", "paused": "paused"}},
	{"pause", "POST", "/pause", "", map[string]string{"active": "paused"}},
	{"resume", "POST", "/resume", "", map[string]string{"paused": "active"}},
	{"stop", "DELETE", "", "", map[string]string{
		"created": "stopped", "active": "stopped", "paused": "stopped",
		"stopped": "stopped", "completed": "completed", "failed": "failed",
	}},
	{"status", "GET", "/status", "", map[string]string{
		"created": "created", "active": "active", "paused": "paused",
		"stopped": "stopped", "completed": "completed", "failed": "failed",
	}},
}

func TestEachStatusAllowsItsActionsAndRefusesTheOthers(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Minute)}, guide.Options{})
		for _, from := range statuses {
			for _, act := range actions {
				id := from.lead(s)
				if got := s.statusOf(id); got != from.name {
					t.Fatalf("a campaign that should be %s is %s", from.name, got)
				}
				code, to := http.StatusOK, act.leads[from.name]
				if to == "" {
					code, to = http.StatusConflict, from.name
				}
				got := s.ask(act.method, "/"+id+act.path, act.body)
				if now := s.statusOf(id); got.code != code || now != to {
					t.Errorf("%s of a %s campaign answered %d %s and left it %s, want %d and %s",
						act.name, from.name, got.code, got.text, now, code, to)
				}
				if said, ok := got.body["status"]; ok && said != to {
					t.Errorf("%s of a %s campaign says that it is %s", act.name, from.name, said)
				}
				if act.name == "stop" && to != "stopped" && got.body["message"] != "Campaign had "+to+" already" {
					t.Errorf("stop of a %s campaign says %s", from.name, got.text)
				}
				if code == http.StatusConflict && (got.body["code"] != "CAMPAIGN_STATE_CONFLICT" ||
					!strings.Contains(got.body["message"].(string), "Campaign "+id+" is "+from.name+" and ")) {
					t.Errorf("%s of a %s campaign says %s", act.name, from.name, got.text)
				}
				s.want(http.StatusOK, s.ask("DELETE", "/"+id, ""))
			}
		}
	})
}
