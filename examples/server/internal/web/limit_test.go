package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestEachKeyHasItsOwnRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := web.NewKeys("first-key", "second-key")
		h := web.Protect(keys, web.NewSessions(keys, false), web.Limit(2)(said))
		ask := func(key string) *http.Response { return answer(h, request("GET", "/", "X-API-Key: "+key)) }
		for range 4 { // twice the rate at once
			if got := ask("first-key"); got.StatusCode != 200 {
				t.Fatalf("within the burst: %d", got.StatusCode)
			}
		}
		got := ask("first-key")
		if got.StatusCode != 429 || got.Header.Get("Retry-After") != "1" || problem(t, got).Code != "TOO_MANY_REQUESTS" {
			t.Errorf("beyond it: %d, retry after %q", got.StatusCode, got.Header.Get("Retry-After"))
		}
		if got := ask("second-key"); got.StatusCode != 200 {
			t.Errorf("another key: %d", got.StatusCode)
		}
		<-time.After(500 * time.Millisecond) // of the bubble
		for _, want := range []int{200, 429} {
			if got := ask("first-key"); got.StatusCode != want {
				t.Errorf("half a second later: %d, want %d", got.StatusCode, want)
			}
		}
	})
}

func TestRateOfZeroIsNoLimit(t *testing.T) {
	h := web.Limit(0)(said)
	for range 1000 {
		if got := answer(h, request("GET", "/")); got.StatusCode != 200 {
			t.Fatal(got.StatusCode)
		}
	}
}

func TestSlowRateLetsOneThrough(t *testing.T) {
	h := web.Limit(0.1)(said)
	for _, want := range []int{200, 429} {
		if got := answer(h, request("GET", "/")); got.StatusCode != want {
			t.Errorf("%d, want %d", got.StatusCode, want)
		}
	}
}

func TestBodiesHaveABound(t *testing.T) {
	asked := false
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = true
		if _, err := io.ReadAll(r.Body); err != nil {
			web.Problem(w, http.StatusRequestEntityTooLarge, "", err.Error())
		}
	})
	h := web.MaxBytes(10, read)
	for _, tt := range []struct {
		body   string
		length int64 // as said; -1: not said
		status int
		asked  bool
	}{
		{"0123456789", 10, 200, true}, {"0123456789", -1, 200, true}, {"0123456789a", 11, 413, false}, {"0123456789a", -1, 413, true},
	} {
		asked = false
		r := request("POST", "/")
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(tt.body)), tt.length
		if got := answer(h, r); got.StatusCode != tt.status || asked != tt.asked {
			t.Errorf("%d bytes, said %d: %d, want %d; the handler was asked: %t, want %t", len(tt.body), tt.length, got.StatusCode, tt.status, asked, tt.asked)
		}
	}
}

func TestServerWithoutKeysAnswersToItsOwnNamesOnly(t *testing.T) {
	h := web.LocalOnly(said)
	for host, status := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:8080": 200, "127.1.2.3": 200, "[::1]": 200, "[::1]:80": 200,
		"evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421, "10.0.0.1": 421, "": 421, "[": 421,
	} {
		if got := answer(h, request("GET", "/", "Host: "+host)); got.StatusCode != status {
			t.Errorf("%q: %d, want %d", host, got.StatusCode, status)
		} else if status == 421 && problem(t, got).Code != "MISDIRECTED" {
			t.Errorf("%q: another code than MISDIRECTED", host)
		}
	}
}
