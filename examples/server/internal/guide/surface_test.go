package guide_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

func parseID(s *site, id string) outdial.ID {
	s.Helper()
	got, err := uuid.Parse(id)
	s.must(err)
	return got
}

func TestACampaignIsMadeWithTheGuidesDefaults(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	id := s.created()
	c, err := s.dialler.Campaign(t.Context(), parseID(s, id))
	s.must(err)
	want := campaign.Defaults()
	want.Name, want.Shape, want.Gateways = "Spring offer", attempt.AgentFirst, []string{"trunk"}
	want.Agent = "sofia/gateway/trunk/+15551234567"
	want.Dialplan, want.Context, want.RingTimeout = "XML", "default", 30*time.Second
	want.MaxConcurrent, want.Retries, want.RetryDelay = 10, 3, 300*time.Second
	if diff := cmp.Diff(want, c.Spec); diff != "" {
		t.Error("the settings differ (-want +got):\n" + diff)
	}
}

func TestEachFieldReachesTheSettings(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	got := s.want(http.StatusOK, s.ask("POST", "", `{"campaign_name": "n", "caller_id": "user/1000", "dialplan": "inline",
		"context": "public", "timeout": 300, "max_concurrent": 100, "retry_attempts": 0, "retry_delay": 3.6e3, "of_no_meaning": [1]}`))
	c, err := s.dialler.Campaign(t.Context(), parseID(s, got.body["campaign_id"].(string)))
	s.must(err)
	want := campaign.Defaults()
	want.Name, want.Shape, want.Gateways = "n", attempt.AgentFirst, []string{"trunk"}
	want.Agent, want.Dialplan, want.Context, want.RingTimeout = "user/1000", "inline", "public", 300*time.Second
	want.MaxConcurrent, want.Retries, want.RetryDelay = 100, 0, 3600*time.Second
	if diff := cmp.Diff(want, c.Spec); diff != "" {
		t.Error("the settings differ (-want +got):\n" + diff)
	}
}

func TestACampaignBeginsWithItsFirstContacts(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Minute)}, guide.Options{})
		id := s.created()
		s.want(http.StatusOK, s.ask("POST", "/"+id+"/contacts", `[]`))
		if got := s.statusOf(id); got != "created" {
			t.Errorf("without contacts it is %s", got)
		}
		s.want(http.StatusOK, s.ask("POST", "/"+id+"/contacts", numbers(1)))
		if got := s.statusOf(id); got != "active" {
			t.Errorf("with a contact it is %s", got)
		}
		s.must(s.pass(time.Hour))
		if got := s.statusOf(id); got != "completed" {
			t.Errorf("an hour later it is %s", got)
		}
	})
}

func TestAnEmptyBatchStartsADraftThatHasContacts(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	id := s.created()
	_, err := s.dialler.AddContacts(t.Context(), parseID(s, id), campaign.Contact{Address: "+15551234567"})
	s.must(err)
	if got := s.statusOf(id); got != "created" {
		t.Fatalf("it is %s", got)
	}
	got := s.want(http.StatusOK, s.ask("POST", "/"+id+"/contacts", `[]`))
	if got.body["contacts_added"] != 0.0 || got.body["total_contacts"] != 1.0 || s.statusOf(id) != "active" {
		t.Errorf("it answered %s and is %s", got.text, s.statusOf(id))
	}
}

func TestBatchesAddUpAndDuplicatesAreKept(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{}, guide.Options{})
		id := s.created()
		for i, want := range []string{
			`{"campaign_id":"ID","contacts_added":5,"total_contacts":5,"message":"Added 5 contacts to campaign"}`,
			`{"campaign_id":"ID","contacts_added":5,"total_contacts":10,"message":"Added 5 contacts to campaign"}`,
		} {
			got := s.want(http.StatusOK, s.ask("POST", "/"+id+"/contacts",
				`["+15551234567", "5551234567", "sip:user@domain.com", "sofia/gateway/trunk/5551234567", "+15551234567"]`))
			if diff := cmp.Diff(strings.Replace(want, "ID", id, 1), strings.TrimSpace(got.text)); diff != "" {
				t.Errorf("batch %d (-want +got):\n%s", i, diff)
			}
		}
	})
}

func TestTheFiguresAreTheGuides(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: simulated.Carrier{
			Script: simulated.ByNumber(map[string][]simulated.Plan{
				"+15550000001": {{Outcome: attempt.OutcomeAnswered, Ring: time.Second, Talk: time.Minute}},
				"+15550000002": {{Outcome: attempt.OutcomeBusy, Ring: time.Second}},
				"+15550000003": {{Outcome: attempt.OutcomeRefused}},
				"+15550000004": {{Outcome: attempt.OutcomeAnswered, Ring: time.Second, Talk: time.Hour}},
			}),
		}}, guide.Options{})
		id := s.active(4)
		s.must(s.pass(5 * time.Second))
		s.must(s.pass(2 * time.Minute))
		got := s.ask("GET", "/"+id+"/status", "").body
		want := map[string]any{
			"campaign_id": id, "campaign_name": "Spring offer", "status": "active", "created_at": "2024-03-04T09:00:00Z",
			// dials of 1, 2 and 4; 3 has been refused at 0 s, 10 s, 30 s and 70 s
			"calls_originated": 3.0, "calls_failed": 4.0, "active_calls": 1.0, "remaining_contacts": 2.0,
			"max_concurrent": 10.0, "retry_attempts": 3.0, "retry_delay": 300.0,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("the figures differ (-want +got):\n" + diff)
		}
	})
}

func TestStoppingKeepsTheFiguresAndLeavesTheList(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Hour)}, guide.Options{})
		stopped, other := s.active(30), s.active(1)
		s.must(s.pass(time.Minute))
		for range 2 {
			s.want(http.StatusOK, s.ask("DELETE", "/"+stopped, ""))
			s.must(s.pass(time.Second))
		}
		got := s.ask("GET", "/"+stopped+"/status", "").body
		figures := []any{got["status"], got["calls_originated"], got["active_calls"], got["remaining_contacts"]}
		if diff := cmp.Diff([]any{"stopped", 10.0, 0.0, 0.0}, figures); diff != "" {
			t.Error("status, originated, active, remaining (-want +got):\n" + diff)
		}
		list := s.ask("GET", "", "").body["campaigns"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["campaign_id"] != other {
			t.Errorf("the list is %v, want %s alone", list, other)
		}
	})
}

func TestAnEmptyListIsAList(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	if got := s.want(http.StatusOK, s.ask("GET", "", "")).text; got != "{\"campaigns\":[]}\n" {
		t.Errorf("it is %s", got)
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	id := s.created() // by its own name, and as nobody else spells it
	for _, name := range []string{"invalid-id", uuid.NewString(), strings.ReplaceAll(id, "-", ""), "urn:uuid:" + id, "b2c3d4e5-f6g7-8901-bcde-fg2345678901", "%00%ff", strings.Repeat("9", 5000)} {
		for _, act := range actions {
			got := s.ask(act.method, "/"+name+act.path, act.body)
			if got.code != http.StatusNotFound || got.body["code"] != "CAMPAIGN_NOT_FOUND" || len(got.text) > 400 {
				t.Errorf("%s of %.60q answered %d %.400s", act.name, name, got.code, got.text)
			}
		}
	}
	got := s.ask("GET", "/invalid-id/status", "")
	if diff := cmp.Diff("{\"code\":\"CAMPAIGN_NOT_FOUND\",\"message\":\"Campaign invalid-id not found\"}\n", got.text); diff != "" {
		t.Error("the guide's example (-want +got):\n" + diff)
	}
	if got := s.ask("GET", "/"+id+"/history", ""); got.code != http.StatusNotFound || got.body["code"] != "NOT_FOUND" {
		t.Errorf("a path that is none answered %d %s", got.code, got.text)
	}
}

func TestAMethodThatAPathDoesNotTakeNamesThoseItTakes(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	for path, allow := range map[string]string{
		"": "GET, POST", "/x": "DELETE", "/x/contacts": "POST", "/x/status": "GET", "/x/pause": "POST", "/x/resume": "POST",
	} {
		got := s.ask("PATCH", path, "")
		if got.code != http.StatusMethodNotAllowed || got.Get("Allow") != allow || got.body["code"] != "METHOD_NOT_ALLOWED" {
			t.Errorf("PATCH of %q answered %d, Allow %q, %s", path, got.code, got.Get("Allow"), got.text)
		}
	}
	if got := s.ask("HEAD", "", ""); got.code != http.StatusOK {
		t.Errorf("HEAD answered %d", got.code)
	}
}
