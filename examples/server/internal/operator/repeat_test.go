package operator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/outdial/outdial/campaign"
)

const springOffer = `{"name":"Spring offer","destination":"1000"}`

func TestACampaignIsCreatedOncePerKey(t *testing.T) {
	s := open(t)
	first := s.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1")
	id := first.object()["id"].(string)
	s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/start", "")
	again := s.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1")
	if string(first.body) != string(again.body) || again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("%s and then %s", first.body, again.body)
	}
	s.refused(422, s.send("POST", "/v1/campaigns", `{"name":"Other","destination":"1000"}`, "Idempotency-Key: k1"), "header.Idempotency-Key")
	if other := s.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k2").object()["id"]; other == id {
		t.Error("another key has the same campaign")
	}
	if n := len(s.pages("/v1/campaigns", "", "campaigns", "id")); n != 2 {
		t.Errorf("there are %d campaigns", n)
	}
}

func TestAnotherServerKnowsWhatAKeyCreated(t *testing.T) {
	s := open(t)
	id := s.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1").object()["id"]
	s.contacts(id.(string), "+331")
	clone := "/v1/campaigns/" + id.(string) + "/clone"
	cloned := s.ask(http.StatusCreated, "POST", clone, `{"name":"Two","with_contacts":true}`, "Idempotency-Key: k1").object()["id"]
	other := open(t, func(how *setup) { how.store = s.store })
	if got := other.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1").object()["id"]; got != id {
		t.Errorf("it has created %v, want %v", got, id)
	}
	if got := other.ask(http.StatusCreated, "POST", clone, `{"name":"Two","with_contacts":true}`, "Idempotency-Key: k1").object()["id"]; got != cloned {
		t.Errorf("it has cloned %v, want %v", got, cloned)
	}
	if got := s.stored(cloned.(string)); len(got) != 1 {
		t.Errorf("the clone has %v", got)
	}
	third := open(t, func(how *setup) { how.store = s.store })
	third.refused(422, third.send("POST", "/v1/campaigns", `{"name":"Other","destination":"1000"}`, "Idempotency-Key: k1"), "used for another request")
	third.refused(422, third.send("POST", clone, `{"name":"Three"}`, "Idempotency-Key: k1"), "used for another request")
	if n := len(s.pages("/v1/campaigns", "", "campaigns", "id")); n != 2 {
		t.Errorf("there are %d campaigns", n)
	}
}

func TestAnotherServerKnowsWhatAKeyRestarted(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Completed)
	at := "/v1/campaigns/" + id
	s.ask(http.StatusOK, "POST", at+"/restart", `{"scope":"not_completed"}`, "Idempotency-Key: k1")
	s.ask(http.StatusOK, "POST", at+"/start", "")
	s.ask(http.StatusOK, "POST", at+"/stop", "")
	other := open(t, func(how *setup) { how.store = s.store })
	again := other.ask(http.StatusOK, "POST", at+"/restart", `{"scope":"not_completed"}`, "Idempotency-Key: k1").object()
	if again["status"] != "completed" || again["run"] != 2.0 {
		t.Errorf("asked again, run %v is %v; want run 2 as it was completed", again["run"], again["status"])
	}
	for _, server := range []*site{s, other, open(t, func(how *setup) { how.store = s.store })} {
		server.refused(422, server.send("POST", at+"/restart", `{"scope":"all"}`, "Idempotency-Key: k1"),
			"used for another request", "header.Idempotency-Key")
	}
	if new := other.ask(http.StatusOK, "POST", at+"/restart", "", "Idempotency-Key: k2").object(); new["run"] != 3.0 {
		t.Errorf("another key has run %v", new["run"])
	}
}

func TestARestartHappensOncePerKey(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Completed)
	path := "/v1/campaigns/" + id + "/restart"
	first := s.ask(http.StatusOK, "POST", path, `{"scope":"all"}`, "Idempotency-Key: k1")
	again := s.ask(http.StatusOK, "POST", path, "", "Idempotency-Key: k1") // all is the default
	if string(first.body) != string(again.body) {
		t.Errorf("%s and then %s", first.body, again.body)
	}
	s.refused(422, s.send("POST", path, `{"scope":"not_completed"}`, "Idempotency-Key: k1"), "header.Idempotency-Key")
	s.refused(http.StatusConflict, s.send("POST", path, "", "Idempotency-Key: k2"), "restart is not available in status draft")
}

func TestAKeyHoldsHoweverThePathWritesTheID(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Completed)
	other := open(t, func(how *setup) { how.store = s.store })
	made := map[any]bool{}
	for _, server := range []*site{s, other} {
		for _, path := range []string{id, strings.ToUpper(id)} {
			at := "/v1/campaigns/" + path
			made[server.ask(http.StatusCreated, "POST", at+"/clone", "", "Idempotency-Key: k1").object()["id"]] = true
			if run := server.ask(http.StatusOK, "POST", at+"/restart", "", "Idempotency-Key: k1").object()["run"]; run != 2.0 {
				t.Errorf("%s has run %v", path, run)
			}
		}
	}
	if len(made) != 1 {
		t.Errorf("one key has made the clones %v", made)
	}
}

func TestAnotherServerDoesNotKnowWhatHasBeenEditedSince(t *testing.T) {
	s := open(t)
	id := s.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1").object()["id"].(string)
	clone := "/v1/campaigns/" + id + "/clone"
	cloned := s.ask(http.StatusCreated, "POST", clone, "", "Idempotency-Key: k1").object()["id"].(string)
	for _, edited := range []string{id, cloned} {
		s.ask(http.StatusOK, "PATCH", "/v1/campaigns/"+edited, `{"name":"Summer offer"}`)
	}
	other := open(t, func(how *setup) { how.store = s.store })
	other.refused(422, other.send("POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1"), "or what it made has been edited since")
	other.refused(422, other.send("POST", clone, `{"name":"Spring offer"}`, "Idempotency-Key: k1"), "or what it made has been edited since")
	s.ask(http.StatusCreated, "POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1") // it has kept its answer
	if n := len(s.pages("/v1/campaigns", "", "campaigns", "id")); n != 2 {
		t.Errorf("there are %d campaigns", n)
	}
}
