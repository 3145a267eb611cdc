package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func logger() (*strings.Builder, *slog.Logger) {
	b := &strings.Builder{}
	return b, slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func TestRequestIsLoggedWithoutWhatMustNotBe(t *testing.T) {
	keys := web.NewKeys("sesame-open")
	out, log := logger()
	h := web.Log(log, web.Protect(keys, web.NewSessions(keys, false), said))
	answer(h, request("GET", "/v1/campaigns/1/attempts?number=%2B15550100", "X-API-Key: sesame-open", "Cookie: a=b4c5d6"))
	line := out.String()
	for _, want := range []string{"level=INFO", "method=GET", "path=/v1/campaigns/1/attempts", "status=200", "bytes=5", "who=key-1"} {
		if !strings.Contains(line, want) {
			t.Errorf("no %s in %s", want, line)
		}
	}
	for _, bad := range []string{"sesame-open", "5550100", "b4c5d6"} {
		if strings.Contains(line, bad) {
			t.Errorf("%s in %s", bad, line)
		}
	}
}

func TestHandlerThatPanicsAnswers500AndIsLogged(t *testing.T) {
	out, log := logger()
	got := answer(web.Log(log, web.Recover(log, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))), request("GET", "/x"))
	if got.StatusCode != 500 || strings.Contains(problem(t, got).Detail, "boom") {
		t.Errorf("status %d", got.StatusCode)
	}
	for _, want := range []string{"boom", "log_test.go", "status=500", "level=WARN"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

func TestFailureThatNobodyWaitsForAnyMoreIsNothingToWarnOf(t *testing.T) {
	for _, left := range []bool{false, true} {
		out, log := logger()
		ctx, leave := context.WithCancel(t.Context())
		answer(web.Log(log, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if left {
				leave()
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		})), request("GET", "/x").WithContext(ctx))
		leave()
		if warns := strings.Contains(out.String(), "level=WARN"); warns == left {
			t.Errorf("the client has left: %v; logged %s", left, out)
		}
	}
}

func TestHandlerThatPanicsInTheMiddleIsCutOff(t *testing.T) {
	_, log := logger()
	srv := httptest.NewServer(web.Log(log, web.Recover(log, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("begun"))
		w.(http.Flusher).Flush()
		panic("boom")
	}))))
	defer srv.Close()
	r, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	var whole strings.Builder
	if err := r.Write(&whole); err == nil {
		t.Error("the client took the part for the whole")
	}
}

func TestStatusNobodySaidIs200(t *testing.T) {
	w := web.Watch(httptest.NewRecorder())
	if w.Begun() || w.Status() != 200 {
		t.Errorf("begun %t, status %d", w.Begun(), w.Status())
	}
	w.WriteHeader(http.StatusEarlyHints)
	if w.Begun() {
		t.Error("103 is not the answer")
	}
	w.WriteHeader(http.StatusTeapot)
	w.WriteHeader(http.StatusOK)
	if w.Status() != http.StatusTeapot {
		t.Errorf("status %d", w.Status())
	}
}
