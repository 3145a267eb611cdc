package operator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/outdial/outdial/campaign"
)

func TestAQueryOfWhichOnlyAPartWouldCountIsRefused(t *testing.T) {
	s := open(t)
	at := "/v1/campaigns/" + s.in(campaign.Draft)
	for _, c := range []struct{ method, path, says string }{
		{"GET", "/v1/campaigns?status=draft&status=running", "query.status"},
		{"GET", "/v1/campaigns?limit=1&limit=1", "query.limit"},
		{"GET", at + "/attempts?state=pending&number=1&state=", "query.state"},
		{"GET", at + "/report?run=1&run=1", "query.run"},
		{"POST", at + "/contacts?key=a&key=b", "query.key"},
		{"GET", "/v1/campaigns?a=1&a=2&status=draft&status=x", "query.status"},
	} {
		s.refused(422, s.send(c.method, c.path, map[string]string{"POST": `[{"number":"+333"}]`}[c.method]), c.says, "it comes twice, want it once")
	}
	for _, query := range []string{"status=draft;limit=1", "status=%zz"} {
		s.refused(422, s.send("GET", "/v1/campaigns?"+query, ""), `"location":"query"`, "want names and values")
	}
	a := s.send("GET", "/v1/campaigns?"+strings.Repeat("a&a&", 2_000)+strings.Repeat("x", 10_000)+"&"+strings.Repeat("x", 10_000), "")
	if s.refused(422, a, "query.a", "query.xxx"); len(a.body) > 3000 {
		t.Errorf("the refusal has %d bytes", len(a.body))
	}
	if n := len(s.stored(strings.TrimPrefix(at, "/v1/campaigns/"))); n != 2 {
		t.Errorf("there are %d contacts", n)
	}
}

func TestABodyThatNobodyReadsIsRefused(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Draft)
	at := "/v1/campaigns/" + id
	for _, body := range []string{`{"x":1}`, `[]`, `true`, `{`, `{}{}`, `now`, strings.Repeat(" ", 2_000), `{"x":"` + strings.Repeat("x", 2<<20) + `"}`} {
		for _, action := range []string{"/start", "/pause", "/resume"} {
			s.refused(422, s.send("POST", at+action, body), `"location":"body"`, "want none, or an empty object")
		}
	}
	if got := s.ask(http.StatusOK, "GET", at, "").object()["status"]; got != "draft" {
		t.Errorf("it is %v", got)
	}
	s.ask(http.StatusOK, "POST", at+"/start", ` {} `)
	s.ask(http.StatusOK, "POST", at+"/pause", "{}", "Content-Type: text/plain")
	s.ask(http.StatusOK, "POST", at+"/resume", "")
}
