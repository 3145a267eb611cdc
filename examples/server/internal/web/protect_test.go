package web_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestOnlyWhoHasAKeyOrTheMarkedSessionComesIn(t *testing.T) {
	keys := web.NewKeys("first-key", "second-key")
	sessions := web.NewSessions(keys, false)
	cookie := signedIn(t, sessions, "second-key")
	mark := web.MarkHeader + ": " + web.Mark
	h := web.Protect(keys, sessions, said)
	for _, tt := range []struct {
		name, method string
		headers      []string
		status       int
		who          string
	}{
		{"nothing", "GET", nil, 401, ""},
		{"the first key", "GET", []string{"X-API-Key: first-key"}, 200, "key-1"},
		{"the second key", "POST", []string{"X-API-Key: second-key"}, 200, "key-2"},
		{"a wrong key", "GET", []string{"X-API-Key: third-key"}, 401, ""},
		{"the beginning of a key", "GET", []string{"X-API-Key: first"}, 401, ""},
		{"an empty key", "GET", []string{"X-API-Key: "}, 401, ""},
		{"a wrong key beside a session", "GET", []string{"X-API-Key: third-key", cookie}, 401, ""},
		{"a key beside a session that is over", "POST", []string{"X-API-Key: first-key", "Cookie: " + web.CookieName + "=gone"}, 200, "key-1"},
		{"a session that reads", "GET", []string{cookie}, 200, "key-2"},
		{"a session that changes without the mark", "POST", []string{cookie}, 403, ""},
		{"a session that changes with another mark", "DELETE", []string{cookie, web.MarkHeader + ": XMLHttpRequest"}, 403, ""},
		{"a session that changes with the mark", "PATCH", []string{cookie, mark}, 200, "key-2"},
		{"a marked session from another site", "POST", []string{cookie, mark, "Sec-Fetch-Site: cross-site"}, 403, ""},
		{"a marked session from another origin", "POST", []string{cookie, mark, "Host: a.example", "Origin: https://b.example"}, 403, ""},
		{"a marked session from the same origin", "POST", []string{cookie, mark, "Sec-Fetch-Site: same-origin"}, 200, "key-2"},
		{"the mark alone", "POST", []string{mark}, 401, ""},
		{"a session's cookie that was made up", "GET", []string{"Cookie: " + web.CookieName + "=second-key"}, 401, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := answer(h, request(tt.method, "/v1/campaigns", tt.headers...))
			if got.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", got.StatusCode, tt.status)
			}
			if tt.status != 200 {
				problem(t, got)
				return
			}
			if who, _ := io.ReadAll(got.Body); string(who) != tt.who {
				t.Errorf("came in as %q, want %q", who, tt.who)
			}
		})
	}
}

func TestKeyThatWasRemovedLetsNobodyIn(t *testing.T) {
	for key, status := range map[string]int{"kept-key": 200, "removed-key": 401} {
		keys := web.NewKeys("kept-key")
		h := web.Protect(keys, web.NewSessions(keys, false), said)
		if got := answer(h, request("GET", "/", "X-API-Key: "+key)); got.StatusCode != status {
			t.Errorf("%s: %d, want %d", key, got.StatusCode, status)
		}
	}
}

func TestServerWithoutKeysTakesNone(t *testing.T) {
	keys := web.NewKeys()
	h := web.Protect(keys, web.NewSessions(keys, true), said)
	for _, key := range []string{"demo-key", "x"} {
		if got := answer(h, request("GET", "/", "X-API-Key: "+key)); got.StatusCode != 401 {
			t.Errorf("%s: %d", key, got.StatusCode)
		}
	}
}

func TestRefusalSpeaksTheGuidesWordsToo(t *testing.T) {
	keys := web.NewKeys()
	p := problem(t, answer(web.Protect(keys, web.NewSessions(keys, false), said), request("GET", "/")))
	if p.Code != "UNAUTHORIZED" || p.Message == "" || p.Title != http.StatusText(http.StatusUnauthorized) || len(p.Errors) != 1 {
		t.Errorf("%+v", p)
	}
}
