package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestCookieHoldsARandomIDOutOfScriptsReach(t *testing.T) {
	s := web.NewSessions(web.NewKeys("the-only-key"), false)
	seen := map[string]bool{}
	for range 2 {
		w := httptest.NewRecorder()
		if !s.SignIn(w, request("POST", "/signin"), "the-only-key") {
			t.Fatal("the key was not taken")
		}
		c := w.Result().Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || len(c.Value) < 26 || seen[c.Value] {
			t.Errorf("cookie %s", c)
		}
		seen[c.Value] = true
	}
}

func TestCookieStaysOnTLSWhereThatIsSpoken(t *testing.T) {
	s := web.NewSessions(web.NewKeys("the-only-key"), false)
	w := httptest.NewRecorder()
	s.SignIn(w, request("POST", "/signin", "X-Forwarded-Proto: https"), "the-only-key")
	if !w.Result().Cookies()[0].Secure {
		t.Error("the cookie goes over plain connections")
	}
}

func TestWrongKeyBeginsNoSession(t *testing.T) {
	s := web.NewSessions(web.NewKeys("the-only-key"), false)
	w := httptest.NewRecorder()
	if s.SignIn(w, request("POST", "/signin"), "another-key") || len(w.Result().Cookies()) > 0 {
		t.Error("a wrong key was taken")
	}
}

func TestGuardAsksForAKeyWhoHasNoSession(t *testing.T) {
	s := web.NewSessions(web.NewKeys("the-only-key"), false)
	cookie := signedIn(t, s, "the-only-key")
	h := s.Guard(said)
	for _, tt := range []struct {
		method, path string
		headers      []string
		status       int
		location     string
	}{
		{"GET", "/", nil, 303, "/signin?next=%2F"},
		{"GET", "/campaigns/7", nil, 303, "/signin?next=%2Fcampaigns%2F7"},
		{"POST", "/signout", nil, 401, ""},
		{"GET", "/signin", nil, 200, ""},
		{"POST", "/signin", nil, 200, ""},
		{"GET", "/assets/1/page.js", nil, 200, ""},
		{"GET", "/", []string{cookie}, 200, ""},
		{"GET", "/", []string{"X-API-Key: the-only-key"}, 303, "/signin?next=%2F"},
	} {
		got := answer(h, request(tt.method, tt.path, tt.headers...))
		if got.StatusCode != tt.status || got.Header.Get("Location") != tt.location {
			t.Errorf("%s %s %v: %d to %q, want %d to %q", tt.method, tt.path, tt.headers, got.StatusCode, got.Header.Get("Location"), tt.status, tt.location)
		}
		if len(got.Cookies()) > 0 {
			t.Errorf("%s %s began a session", tt.method, tt.path)
		}
	}
}

func TestPageOfAnOpenServerSignsItselfIn(t *testing.T) {
	keys := web.NewKeys("demo-key")
	s := web.NewSessions(keys, true)
	got := answer(s.Guard(said), request("GET", "/"))
	if got.StatusCode != 200 || len(got.Cookies()) != 1 {
		t.Fatalf("%d with %d cookies", got.StatusCode, len(got.Cookies()))
	}
	cookie := "Cookie: " + web.CookieName + "=" + got.Cookies()[0].Value
	if again := answer(s.Guard(said), request("GET", "/", cookie)); len(again.Cookies()) > 0 {
		t.Error("it signed in twice")
	}
	api := web.Protect(keys, s, said)
	if got := answer(api, request("POST", "/v1/campaigns", cookie, web.MarkHeader+": "+web.Mark)); got.StatusCode != 200 {
		t.Errorf("the page's request: %d", got.StatusCode)
	}
	if got := answer(api, request("GET", "/v1/campaigns")); got.StatusCode != 401 {
		t.Errorf("without the page and without a key: %d", got.StatusCode)
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	s := web.NewSessions(web.NewKeys("the-only-key"), false)
	cookie := signedIn(t, s, "the-only-key")
	w := httptest.NewRecorder()
	s.SignOut(w, request("POST", "/signout", cookie))
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie is left: %v", c)
	}
	if got := answer(s.Guard(said), request("GET", "/", cookie)); got.StatusCode != 303 {
		t.Errorf("the session lives: %d", got.StatusCode)
	}
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	s := web.NewSessions(web.NewKeys("the-only-key"), false)
	cookie := signedIn(t, s, "the-only-key")
	s.SignIn(httptest.NewRecorder(), request("POST", "/signin", cookie), "the-only-key")
	if got := answer(s.Guard(said), request("GET", "/", cookie)); got.StatusCode != 303 {
		t.Errorf("the session lives: %d", got.StatusCode)
	}
}

func TestSessionsEndAfterTwelveHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := web.NewSessions(web.NewKeys("the-only-key"), false)
		cookie := signedIn(t, s, "the-only-key")
		h := s.Guard(said)
		<-time.After(12*time.Hour - time.Second) // of the bubble
		if got := answer(h, request("GET", "/", cookie)); got.StatusCode != 200 {
			t.Errorf("just before: %d", got.StatusCode)
		}
		<-time.After(time.Second)
		if got := answer(h, request("GET", "/", cookie)); got.StatusCode != 303 {
			t.Errorf("just after: %d", got.StatusCode)
		}
	})
}

func TestTooManySessionsEndTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := web.NewSessions(web.NewKeys("the-only-key"), false)
		h := s.Guard(said)
		first := signedIn(t, s, "the-only-key")
		<-time.After(time.Second)
		second := signedIn(t, s, "the-only-key")
		for range 999 {
			signedIn(t, s, "the-only-key")
		}
		if got := answer(h, request("GET", "/", first)); got.StatusCode != 303 {
			t.Errorf("the oldest: %d", got.StatusCode)
		}
		if got := answer(h, request("GET", "/", second)); got.StatusCode != 200 {
			t.Errorf("the next: %d", got.StatusCode)
		}
	})
}
