package operator_test

import (
	"net/http"
	"testing"
)

func TestAWholeNumberMayBeWrittenInAnyForm(t *testing.T) {
	s := open(t)
	id := s.create(`{"name":"x","destination":"1","retries":3.0,"max_concurrent":2e1,"calls_per_second":150e-1,"retry_rules":{"busy":{"max":2.00}}}`)
	at := "/v1/campaigns/" + id
	s.ask(http.StatusOK, "PATCH", at, `{"callbacks":1e0,"callback_tries":-0.0}`)
	got := s.ask(http.StatusOK, "GET", at, "").object()["settings"].(object)
	written := object{"retries": 3.0, "max_concurrent": 20.0, "calls_per_second": 15.0, "callbacks": 1.0, "callback_tries": 0.0}
	for field, want := range written {
		if got[field] != want {
			t.Errorf("%s is %v, want %v", field, got[field], want)
		}
	}
	if most := got["retry_rules"].(object)["busy"].(object)["max"]; most != 2.0 {
		t.Errorf("the rule's max is %v", most)
	}
}
