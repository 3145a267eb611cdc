package ops_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/outdial/outdial/examples/server/internal/ops"
)

func TestRequestsAreTimedAndTracedByTheirRoute(t *testing.T) {
	seen := spy(t)
	m := ops.NewMetrics()
	inner := http.NewServeMux()
	inner.HandleFunc("GET /v1/campaigns/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	outer := http.NewServeMux()
	outer.Handle("/v1/", m.HTTP(inner))
	outer.Handle("/plain/", m.HTTP(http.NotFoundHandler())) // which has no patterns
	for _, r := range []*http.Request{
		httptest.NewRequest("GET", "/v1/campaigns/one", nil),
		httptest.NewRequest("GET", "/v1/campaigns/two", nil),
		httptest.NewRequest("GET", "/v1/nothing/like/it", nil),
		httptest.NewRequest("GET", "/plain/one", nil),
		httptest.NewRequest("BREW", "/v1/campaigns/one", nil),
	} {
		outer.ServeHTTP(httptest.NewRecorder(), r)
	}
	has(t, scrape(t, m),
		`outdial_http_seconds_count{method="GET",route="/v1/campaigns/{id}",status="418"} 2`,
		`outdial_http_seconds_count{method="GET",route="other",status="404"} 2`,
		`outdial_http_seconds_count{method="other",route="other",status="405"} 1`)
	if got, want := seen.String(), "GET /v1/campaigns/{id}; GET /v1/campaigns/{id}; GET other; GET other; other other"; got != want {
		t.Errorf("spans %q, want %q", got, want)
	}
}
