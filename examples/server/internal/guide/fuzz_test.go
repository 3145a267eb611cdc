package guide_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
)

// An order makes a campaign within the guide's bounds, or none.
func FuzzOrder(f *testing.F) {
	for _, c := range bodies {
		f.Add(c.body)
	}
	f.Add(anOrder)
	f.Add(`{"campaign_name":"n","caller_id":"sofia/gateway/trunk/1","timeout":3e2,"max_concurrent":1.0,"retry_attempts":0,"retry_delay":60,"dialplan":"XML","context":"ä","x":[[]]}`)
	f.Fuzz(func(t *testing.T, body string) {
		s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
		got := s.ask("POST", "", body)
		if got.code >= http.StatusInternalServerError {
			t.Fatalf("answered %d %s", got.code, got.text)
		}
		made := 0
		for c, err := range s.dialler.Campaigns(t.Context()) {
			s.must(err)
			s.must(c.Spec.Validate(campaign.DefaultCeiling))
			if c.Spec.Shape != attempt.AgentFirst || c.Spec.Agent == "" || !slices.Equal(c.Spec.Gateways, []string{"trunk"}) {
				t.Errorf("the campaign is %+v", c.Spec)
			}
			made++
		}
		if ok := got.code == http.StatusOK; ok != (made == 1) || !ok && got.body["code"] == "" {
			t.Errorf("%d campaigns were made, and the answer is %d %s", made, got.code, got.text)
		}
	})
}

// A batch adds what a plain reading of its JSON finds, or nothing.
func FuzzContacts(f *testing.F) {
	for _, c := range bodies {
		f.Add(c.body)
	}
	for _, body := range []string{
		`[]`, `["+15551234567", "5551234567", "sip:user@domain.com", "sofia/gateway/trunk/5551234567"]`, ` [ "1" , "1" ] `,
		`["1"`, `["1"}`, `["1"]]`, `["1",]`, `[,]`, `["1" "2"]`, `[1]`, `[null]`, `[[["1"]]]`, `["\u0031"]`, `["x"]`, `{"1":"2"}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
		id := s.created()
		got := s.ask("POST", "/"+id+"/contacts", body)
		if got.code >= http.StatusInternalServerError {
			t.Fatalf("answered %d %s", got.code, got.text)
		}
		var stored, read []string
		for c, err := range s.dialler.Contacts(t.Context(), parseID(s, id)) {
			s.must(err)
			stored = append(stored, c.Address)
		}
		if got.code == http.StatusOK {
			s.must(json.Unmarshal([]byte(body), &read))
		}
		if !slices.Equal(stored, read) {
			t.Errorf("answered %d %s and stored %q of %q", got.code, got.text, stored, read)
		}
	})
}
