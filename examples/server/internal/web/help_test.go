package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/outdial/outdial/examples/server/internal/web"
	"github.com/outdial/outdial/internal/leaks"
)

func TestMain(m *testing.M) { leaks.Main(m) }

// said answers with who came.
var said = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(web.Who(r)))
})

// request is one to make: headers as "Name: value".
func request(method, path string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		} else {
			r.Header.Add(name, value)
		}
	}
	return r
}

func answer(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// signedIn is the Cookie header of a session.
func signedIn(t *testing.T, s *web.Sessions, key string) string {
	t.Helper()
	w := httptest.NewRecorder()
	if !s.SignIn(w, request(http.MethodPost, "/signin"), key) {
		t.Fatal("the key was not taken")
	}
	c := w.Result().Cookies()
	if len(c) != 1 {
		t.Fatalf("%d cookies, want 1", len(c))
	}
	return "Cookie: " + c[0].Name + "=" + c[0].Value
}

// problem reads an RFC 9457 body.
func problem(t *testing.T, r *http.Response) (p struct {
	Title, Detail, Code, Message string
	Status                       int
	Errors                       []web.Fault
}) {
	t.Helper()
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	if p.Status != r.StatusCode {
		t.Errorf("the body says %d, the status %d", p.Status, r.StatusCode)
	}
	return p
}
