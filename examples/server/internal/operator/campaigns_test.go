package operator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/operator"
	"github.com/outdial/outdial/ports"
)

// requests are the operator's actions as requests.
func requests(id string) map[campaign.Action][3]string {
	at := "/v1/campaigns/" + id
	return map[campaign.Action][3]string{
		campaign.Start:       {"POST", at + "/start", ""},
		campaign.Pause:       {"POST", at + "/pause", ""},
		campaign.Resume:      {"POST", at + "/resume", ""},
		campaign.Stop:        {"POST", at + "/stop", `{"drain":true}`},
		campaign.Restart:     {"POST", at + "/restart", `{"scope":"not_completed"}`},
		campaign.Clone:       {"POST", at + "/clone", `{"name":"Autumn offer","with_contacts":true}`},
		campaign.Edit:        {"PATCH", at, `{"retries":1}`},
		campaign.AddContacts: {"POST", at + "/contacts", `[{"number":"+333"}]`},
	}
}

func actionsAre(t *testing.T, store func(*testing.T) ports.Store) {
	for _, status := range campaign.Statuses() {
		for _, action := range campaign.OperatorActions() {
			t.Run(fmt.Sprintf("%s when %s", action, status), func(t *testing.T) {
				s := open(t, func(how *setup) { how.store = store(t) })
				id := s.in(status)
				r := requests(id)[action]
				got := s.send(r[0], r[1], r[2])
				to, refused := campaign.Allowed(status, action)
				if refused != nil {
					s.refused(http.StatusConflict, got, refused.Error())
				} else if want := map[campaign.Action]int{campaign.Clone: http.StatusCreated}[action]; got.status != max(want, http.StatusOK) {
					t.Errorf("status %d: %s", got.status, got.body)
				}
				c := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id, "").object()
				if c["status"] != string(to) {
					t.Errorf("the campaign is %v, want %s", c["status"], to)
				}
				if diff := cmp.Diff(fmt.Sprint(campaign.Available(to)), fmt.Sprint(c["actions"])); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestActionsAreAllowedAndRefusedAsTheOperatorsTableSays(t *testing.T) {
	actionsAre(t, func(*testing.T) ports.Store { return memory.New() })
}

func TestActionsDoWhatTheySay(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Completed)
	at := "/v1/campaigns/" + id
	c := s.ask(http.StatusOK, "GET", at, "").object()
	if c["end_reason"] != "stopped" || c["started_at"] == nil || c["ended_at"] == nil || c["run"] != 1.0 {
		t.Errorf("stopped: %v", c)
	}
	c = s.ask(http.StatusOK, "POST", at+"/restart", "").object()
	if c["run"] != 2.0 || c["started_at"] != nil || c["metrics"].(object)["total_calls"] != 2.0 {
		t.Errorf("restarted: %v", c)
	}
	clone := s.ask(http.StatusCreated, "POST", at+"/clone", `{"with_contacts":true}`)
	c = clone.object()
	if c["cloned_from"] != id || c["name"] != "Spring offer" || c["metrics"].(object)["total_calls"] != 2.0 {
		t.Errorf("cloned: %v", c)
	}
	if got := clone.header.Get("Location"); got != "/v1/campaigns/"+c["id"].(string) {
		t.Errorf("the clone is at %s", got)
	}
}

func TestAFailedCampaignSaysWhyUntilItIsRestarted(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Failed)
	c := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id, "").object()
	if c["end_reason"] != "failed" || c["fail_reason"] != "no switch" {
		t.Errorf("it ended %v: %v", c["end_reason"], c["fail_reason"])
	}
	c = s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/restart", "{}").object()
	if c["end_reason"] != nil || c["fail_reason"] != nil || c["run"] != 2.0 {
		t.Errorf("restarted it is %v", c)
	}
}

func TestNewCampaignsHaveTheDocumentedDefaults(t *testing.T) {
	s := open(t, func(how *setup) { how.options.Gateways = []string{"north", "south"} })
	a := s.ask(http.StatusCreated, "POST", "/v1/campaigns", `{"name":"Spring offer","destination":"1000"}`)
	c := a.object()
	if a.header.Get("Location") != "/v1/campaigns/"+c["id"].(string) || c["status"] != "draft" {
		t.Errorf("it is %v at %s", c["status"], a.header.Get("Location"))
	}
	want := object{
		"name": "Spring offer", "shape": "contact_first", "agent": "", "destination": "1000", "dialplan": "XML", "context": "default",
		"caller_id": "", "trunk": "", "gateways": []any{"north", "south"}, "symbols": false, "ring_timeout": 30.0, "max_concurrent": 10.0,
		"calls_per_second": 10.0, "retries": 3.0, "retry_delay": 300.0, "retry_rules": object{}, "callbacks": 3.0, "callback_tries": 2.0,
		"callback_delay": 300.0, "disposition_wait": 0.0, "wrap_up": 0.0, "screening": false, "screening_timeout": 4.0, "agent_wait": 2.0,
		"zone": "UTC", "windows": []any{}, "date": "", "fail_after": 300.0, "refused_backoff": 10.0,
	}
	if diff := cmp.Diff(want, c["settings"]); diff != "" {
		t.Error(diff)
	}
}

const everything = `{"name":"All","shape":"agent_first","agent":"user/1000","destination":"1000","dialplan":"XML","context":"public",
	"caller_id":"+331","trunk":"","gateways":["north"],"symbols":true,"ring_timeout":15.5,"max_concurrent":20,"calls_per_second":7,
	"retries":5,"retry_delay":120,"retry_rules":{"busy":{"never":false,"delay":60,"max":2},"machine":{"never":true,"delay":0,"max":0}},
	"callbacks":1,"callback_tries":1,"callback_delay":90,"disposition_wait":60,"wrap_up":5,"screening":true,"screening_timeout":3,
	"agent_wait":4,"zone":"Europe/Paris","windows":[{"days":"mon,tue","from":"09:00","to":"24:00"},{"from":"08:00","to":"08:30"}],
	"date":"2026-03-02","fail_after":60,"refused_backoff":20}`

func TestAllSettingsComeBackAsTheyWereGiven(t *testing.T) {
	s := open(t, func(how *setup) { how.options.Gateways = []string{"north"} })
	id := s.create(everything)
	c, err := s.d.Campaign(t.Context(), s.id(id))
	if err != nil {
		t.Fatal(err)
	}
	if c.Spec.Shape != attempt.AgentFirst || c.Spec.RetryRules[attempt.OutcomeBusy].Max != 2 || c.Spec.RingTimeout.Milliseconds() != 15_500 {
		t.Errorf("the spec is %+v", c.Spec)
	}
	var want object
	(&answered{site: s, body: []byte(everything)}).into(&want)
	got := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id, "").object()["settings"]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEditChangesWhatItNames(t *testing.T) {
	s := open(t, func(how *setup) { how.options.Gateways = []string{"north"} })
	id := s.create(everything)
	got := s.ask(http.StatusOK, "PATCH", "/v1/campaigns/"+id, `{"name":"Fewer","retry_rules":{"no_answer":{"max":1}},"windows":[],"date":""}`).object()
	var want object
	(&answered{site: s, body: []byte(everything)}).into(&want)
	want["name"], want["windows"], want["date"] = "Fewer", []any{}, ""
	want["retry_rules"] = object{"no_answer": object{"never": false, "delay": 0.0, "max": 1.0}}
	if diff := cmp.Diff(want, got["settings"]); diff != "" || got["name"] != "Fewer" || got["version"] == 0.0 {
		t.Errorf("version %v\n%s", got["version"], diff)
	}
}

func TestCampaignsAreListedInPagesByStatus(t *testing.T) {
	s := open(t)
	var drafts, all []string
	for i := range 7 {
		id := s.draft()
		all = append(all, id)
		if i%2 == 0 {
			drafts = append(drafts, id)
			continue
		}
		s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/start", "")
	}
	for query, want := range map[string][]string{"?limit=3": all, "?limit=7": all, "": all, "?limit=2&status=draft": drafts, "?status=failed": nil} {
		if got := s.pages("/v1/campaigns", query, "campaigns", "id"); !cmp.Equal(got, want) {
			t.Errorf("%s lists %v, want %v", query, got, want)
		}
	}
}

// pages reads a list page by page, and returns one member of each element.
func (s *site) pages(path, query, list, member string) (got []string) {
	s.Helper()
	next := ""
	for {
		at := path + query
		if next != "" {
			at += map[bool]string{true: "&", false: "?"}[strings.Contains(at, "?")] + "cursor=" + next
		}
		o := s.ask(http.StatusOK, "GET", at, "").object()
		for _, e := range o[list].([]any) {
			got = append(got, e.(object)[member].(string))
		}
		if next, _ = o["next"].(string); next == "" {
			return got
		}
	}
}

func TestGatewaysAreThoseOfTheServer(t *testing.T) {
	s := open(t, func(how *setup) { how.options = operator.Options{Gateways: []string{"north"}} })
	s.refused(422, s.send("POST", "/v1/campaigns", `{"name":"x","destination":"1","gateways":["north","evil"]}`), "body.gateways[1]", "evil")
	id := s.create(`{"name":"x","destination":"1","gateways":[]}`)
	s.refused(422, s.send("PATCH", "/v1/campaigns/"+id, `{"gateways":["evil"]}`), "body.gateways[0]")
	s.refused(422, s.send("POST", "/v1/campaigns/"+id+"/contacts", `[{"number":"sofia/gateway/north/1"}]`), "does not allow gateway")
}

func TestFaultsOfAGatewayComeWithTheOthers(t *testing.T) {
	s := open(t, func(how *setup) { how.options.Gateways = []string{"north"} })
	const body = `{"name":"","trunk":"west","retries":11,"gateways":["north","evil"],"agent":"sofia/gateway/evil/1"}`
	s.refused(422, s.send("POST", "/v1/campaigns", body),
		"body.name", "body.retries", "body.destination", "body.trunk", "body.gateways[1]", "body.agent")
	id := s.draft()
	s.refused(422, s.send("PATCH", "/v1/campaigns/"+id, body), "body.name", "body.retries", "body.trunk", "body.gateways[1]", "body.agent")
}

func TestAnAgentsGatewayIsOneOfTheServers(t *testing.T) {
	s := open(t, func(how *setup) { how.options = operator.Options{Gateways: []string{"north"}} })
	const order = `{"name":"x","shape":"agent_first","agent":"%s"}`
	for agent, status := range map[string]int{
		"sofia/gateway/north/+331": 201, "user/1000": 201, "sofia/internal/anna@example.com": 201,
		"sofia/gateway/evil/+331": 422, "sofia/gateway/": 422, "SOFIA/Gateway/north/+331": 201, "SOFIA/Gateway/evil/+331": 422,
	} {
		s.ask(status, "POST", "/v1/campaigns", fmt.Sprintf(order, agent))
	}
	id := s.create(fmt.Sprintf(order, "user/1000"))
	s.refused(422, s.send("PATCH", "/v1/campaigns/"+id, `{"agent":"sofia/gateway/evil/+331"}`), "body.agent", "want a gateway that the configuration allows: north")
}

func TestAnEditHoldsWhatIsKeptToTheServersGatewaysToo(t *testing.T) {
	s := open(t, func(how *setup) { how.options = operator.Options{Gateways: []string{"north", "south"}} })
	id := s.create(`{"name":"x","destination":"1","gateways":["south"]}`)
	other := open(t, func(how *setup) {
		how.store, how.options = s.store, operator.Options{Gateways: []string{"north"}}
	})
	other.refused(422, other.send("PATCH", "/v1/campaigns/"+id, `{"name":"y"}`), "body.gateways[0]", "south")
	other.ask(http.StatusOK, "PATCH", "/v1/campaigns/"+id, `{"name":"y","gateways":["north"]}`)
}

func TestAnEditReplacesRulesAndWindowsAndDoesNotMixThem(t *testing.T) {
	s := open(t)
	id := s.create(`{"name":"x","destination":"1","retry_rules":{"busy":{"delay":60,"max":2}},"windows":[{"days":"mon","from":"09:00","to":"10:00"}]}`)
	const body = `{"retry_rules":{"no_answer":{"never":true}},"windows":[{"from":"11:00","to":"12:00"}]}`
	got := s.ask(http.StatusOK, "PATCH", "/v1/campaigns/"+id, body).object()["settings"].(object)
	want := object{"no_answer": object{"never": true, "delay": 0.0, "max": 0.0}}
	if diff := cmp.Diff(want, got["retry_rules"]); diff != "" {
		t.Errorf("the rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{object{"from": "11:00", "to": "12:00"}}, got["windows"]); diff != "" {
		t.Errorf("the windows (-want +got):\n%s", diff)
	}
}

func TestTheServersDestinationIsForCampaignsWithoutOne(t *testing.T) {
	s := open(t, func(how *setup) { how.options.Destination = "5000" })
	for body, want := range map[string]string{`{"name":"x"}`: "5000", springOffer: "1000"} {
		c := s.ask(http.StatusCreated, "POST", "/v1/campaigns", body).object()
		if got := c["settings"].(object)["destination"]; got != want {
			t.Errorf("%s goes to %v, want %s", body, got, want)
		}
	}
}
