package web_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestWrongKeysInTheHeaderAreSlowedDownByAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := web.NewKeys("right-key", "other-key")
		h := web.Protect(keys, web.NewSessions(keys, false), said)
		send := func(address, key string, want int) {
			t.Helper()
			r := request("GET", "/v1/campaigns", "X-API-Key: "+key)
			r.RemoteAddr = address
			got := answer(h, r)
			if got.StatusCode != want {
				t.Fatalf("%s from %s: %d, want %d", key, address, got.StatusCode, want)
			}
			if want == 429 && (got.Header.Get("Retry-After") != "1" || problem(t, got).Code != "TOO_MANY_REQUESTS") {
				t.Errorf("it says %v", got.Header)
			}
		}
		const here, elsewhere = "192.0.2.1", "192.0.2.2:99"
		send(here+":1", "right-key", 200)
		for port := range 20 {
			send(fmt.Sprintf("%s:%d", here, port), "wrong", 401)
		}
		send(here+":1", "wrong", 429)
		send("[::ffff:"+here+"]:5", "wrong", 429)
		send(here+":1", "right-key", 200)
		send(here+":1", "other-key", 429) // an answer would tell that it is right
		send(elsewhere, "wrong", 401)
		send(elsewhere, "other-key", 200)
		for range 100 {
			send(here+":2", "right-key", 200)
		}
		<-time.After(time.Second) // of the bubble
		send(here+":1", "other-key", 200)
		send(here+":1", "wrong", 401)
		send(here+":1", "wrong", 429)
	})
}

func TestAddressesOfOneIPv6NetworkAreSlowedDownTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := web.NewKeys("right-key")
		h := web.Protect(keys, web.NewSessions(keys, false), said)
		send := func(address string) int {
			r := request("GET", "/", "X-API-Key: wrong")
			r.RemoteAddr = address
			return answer(h, r).StatusCode
		}
		for i := range 20 {
			send(fmt.Sprintf("[2001:db8:0:1::%x]:1", i))
		}
		if same, other := send("[2001:db8:0:1:ffff::]:1"), send("[2001:db8:0:2::]:1"); same != 429 || other != 401 {
			t.Errorf("the same network gets %d, another %d", same, other)
		}
	})
}

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
