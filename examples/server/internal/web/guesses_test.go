package web_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestKeysCannotBeGuessedFastOnTheForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		h := web.SlowGuesses(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.WriteHeader(http.StatusUnauthorized)
		}))
		guess := func() *http.Response { return answer(h, request("POST", "/signin")) }
		for range 20 {
			if got := guess(); got.StatusCode != 401 {
				t.Fatalf("at first: %d", got.StatusCode)
			}
		}
		got := guess()
		if got.StatusCode != 429 || got.Header.Get("Retry-After") != "1" || problem(t, got).Code != "TOO_MANY_REQUESTS" || asked != 20 {
			t.Errorf("then: %d, retry after %q, %d keys were tried", got.StatusCode, got.Header.Get("Retry-After"), asked)
		}
		<-time.After(time.Second) // of the bubble
		for _, want := range []int{401, 429} {
			if got := guess(); got.StatusCode != want {
				t.Errorf("a second later: %d, want %d", got.StatusCode, want)
			}
		}
	})
}
