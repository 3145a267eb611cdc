package operator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
)

func timeOf(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// talked is a campaign whose only contact has had a conversation and waits for
// its disposition, and the call's id.
func talked(t *testing.T) (s *site, id, contact, call string) {
	t.Helper()
	s = open(t, func(how *setup) { how.world.Carrier.Mix = simulated.Mix{attempt.OutcomeAnswered: 1} })
	id = s.create(`{"name":"Spring offer","destination":"1000","disposition_wait":86400}`)
	s.contacts(id, "+331")
	s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/start", "")
	s.stepUntil(func() bool { return s.attempt(id)["state"] == "_processing" })
	a := s.attempt(id)
	return s, id, a["contact"].(string), a["last_call"].(object)["id"].(string)
}

// attempt is a campaign's first attempt.
func (s *site) attempt(id string) object {
	s.Helper()
	return s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id+"/attempts?limit=1", "").object()["attempts"].([]any)[0].(object)
}

func TestADispositionEndsTheAttempt(t *testing.T) {
	s, id, _, call := talked(t)
	at := "/v1/calls/" + call + "/disposition"
	s.ask(http.StatusNoContent, "POST", at, `{"code":"sold","note":"two of them"}`)
	s.ask(http.StatusNoContent, "POST", at, `{"code":"sold","note":"two of them"}`)
	s.refused(http.StatusConflict, s.send("POST", at, `{"code":"lost"}`), "disposition")
	if a := s.attempt(id); a["state"] != "completed" {
		t.Errorf("the attempt is %v", a)
	}
}

func TestADispositionIsReadWhereItsCallIs(t *testing.T) {
	s, id, contact, call := talked(t)
	if last := s.attempt(id)["last_call"].(object); last["disposition"] != nil {
		t.Errorf("before anybody said so the call is %v", last)
	}
	s.ask(http.StatusNoContent, "POST", "/v1/calls/"+call+"/disposition",
		`{"code":"later","note":"asks for Ada","callback_at":"2024-03-06T11:00:00+01:00"}`)
	want := object{"code": "later", "note": "asks for Ada", "callback_at": "2024-03-06T10:00:00Z"}
	said, _ := s.attempt(id)["last_call"].(object)["disposition"].(object)
	if at, _ := said["at"].(string); !timeOf(t, at).Equal(s.world.Now()) {
		t.Errorf("it was said at %v", said["at"])
	}
	delete(said, "at")
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	if x := s.ask(http.StatusOK, "GET", "/v1/contacts/"+contact+"/explanation", "").object(); x["due_at"] != "2024-03-06T10:00:00Z" {
		t.Errorf("the explanation is %v", x)
	}
}

func TestDoNotCallEndsTheContactForGood(t *testing.T) {
	s, id, _, call := talked(t)
	s.ask(http.StatusNoContent, "POST", "/v1/calls/"+call+"/disposition", `{"code":"angry","do_not_call":true}`)
	if a := s.attempt(id); a["reason"] != "do_not_call" {
		t.Errorf("the attempt is %v", a)
	}
}

func TestACallbackIsListedAndMayBeCancelledOnce(t *testing.T) {
	s, id, contact, call := talked(t)
	due := "2024-03-06T10:00:00Z"
	s.ask(http.StatusNoContent, "POST", "/v1/calls/"+call+"/disposition", `{"code":"later","callback_at":"`+due+`"}`)
	list := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id+"/callbacks", "").object()["callbacks"].([]any)
	if len(list) != 1 {
		t.Fatalf("the callbacks are %v", list)
	}
	if c := list[0].(object); c["contact"] != contact || c["due_at"] != due || c["asked"] != 1.0 || c["tries"] != 0.0 || c["address"] != "+331" {
		t.Errorf("the callback is %v", c)
	}
	if a := s.attempt(id); a["callback_pending"] != true || a["due_at"] != due {
		t.Errorf("the attempt is %v", a)
	}
	at := "/v1/campaigns/" + id + "/callbacks/" + contact
	s.ask(http.StatusNoContent, "DELETE", at, "")
	s.refused(http.StatusConflict, s.send("DELETE", at, ""), `"detail":"no callback is pending for this contact"`)
	if list := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id+"/callbacks", "").object()["callbacks"].([]any); len(list) != 0 {
		t.Errorf("the callbacks are %v", list)
	}
}

func TestADispositionThatComesTooLateIsRefused(t *testing.T) {
	s := open(t, func(how *setup) { how.world.Carrier.Mix = simulated.Mix{attempt.OutcomeAnswered: 1} })
	id := s.draft()
	s.contacts(id, "+331")
	s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/start", "")
	s.drive()
	call := s.attempt(id)["last_call"].(object)["id"].(string)
	s.refused(http.StatusConflict, s.send("POST", "/v1/calls/"+call+"/disposition", `{"code":"sold"}`), "no disposition any more")
}
