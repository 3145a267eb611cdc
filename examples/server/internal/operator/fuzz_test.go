package operator_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/outdial/outdial/campaign"
)

// Whatever comes as a body is taken or refused by a problem: never a 500.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{springOffer, everything, `{}`, `null`, `[]`, `{"windows":[null]}`, `{"retry_rules":{"busy":null}}`,
		`{"name":"x","name":7}`, `{"NAME":"x","Destination":"1"}`, "{\"name\":\"\xff\"}", `{"scope":"all"}`, `{"code":"x","callback_at":"9999-12-31T23:59:59Z"}`,
		"number\n+331\n", `[{"number":"+331","variables":{"a":1}}]`, `{"ring_timeout":-0.0}`} {
		f.Add(seed)
	}
	s := open(f)
	draft, ended := s.in(campaign.Draft), s.in(campaign.Completed)
	f.Fuzz(func(t *testing.T, body string) {
		for _, r := range [][3]string{
			{"POST", "/v1/campaigns", "application/json"},
			{"PATCH", "/v1/campaigns/" + draft, "application/json"},
			{"POST", "/v1/campaigns/" + ended + "/clone", "application/json"},
			{"POST", "/v1/campaigns/" + draft + "/restart", "application/json"},
			{"POST", "/v1/calls/" + nobody + "/disposition", "application/json"},
			{"POST", "/v1/campaigns/" + draft + "/contacts", "application/json"},
			{"POST", "/v1/campaigns/" + draft + "/contacts", "text/csv"},
			{"POST", "/v1/campaigns/" + draft + "/contacts?partial=true", "application/x-ndjson"},
		} {
			in := httptest.NewRequest(r[0], r[1], strings.NewReader(body))
			in.Header.Set("Content-Type", r[2])
			out := httptest.NewRecorder()
			s.api.ServeHTTP(out, in)
			if out.Code >= 500 || out.Code >= 400 && out.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%s %s: %d %s", r[0], r[1], out.Code, out.Body)
			}
		}
	})
}
