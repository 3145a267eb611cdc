package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/examples/server/internal/web"
)

// stream answers as an event stream does: until its request is over.
var stream = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })

// follow opens a stream, and returns how to close it and what was answered once
// it has ended.
func follow(t *testing.T, h http.Handler, headers ...string) (leave func(), ended chan *http.Response) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	ended = make(chan *http.Response, 1)
	go func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request("GET", "/v1/events", headers...).WithContext(ctx))
		ended <- w.Result()
	}()
	synctest.Wait()
	return leave, ended
}

func over(ended chan *http.Response) bool {
	synctest.Wait()
	return len(ended) == 1
}

func TestStreamsEndWithTheirSession(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *web.Sessions, string){
		"signed out": func(_ *testing.T, s *web.Sessions, cookie string) {
			s.SignOut(httptest.NewRecorder(), request("POST", "/signout", cookie))
		},
		"signed in anew": func(_ *testing.T, s *web.Sessions, cookie string) {
			s.SignIn(httptest.NewRecorder(), request("POST", "/signin", cookie), "the-only-key")
		},
		"twelve hours later": func(*testing.T, *web.Sessions, string) { <-time.After(12 * time.Hour) }, // of the bubble
		"pushed out by a thousand others": func(t *testing.T, s *web.Sessions, _ string) {
			<-time.After(time.Second)
			for range 1000 {
				signedIn(t, s, "the-only-key")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				keys := web.NewKeys("the-only-key")
				s := web.NewSessions(keys, false)
				cookie := signedIn(t, s, "the-only-key")
				h := web.Protect(keys, s, stream)
				_, ended := follow(t, h, cookie)
				leave, kept := follow(t, h, "X-API-Key: the-only-key")
				if over(ended) {
					t.Fatal("it ended before its session")
				}
				end(t, s, cookie)
				if !over(ended) {
					t.Error("it outlives its session")
				}
				if over(kept) {
					t.Error("a key's stream ended with another's session")
				}
				leave()
				<-kept
			})
		})
	}
}

func TestOpenStreamsAreBoundedForEachKeyAndSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := web.NewKeys("first-key", "second-key")
		s := web.NewSessions(keys, false)
		h := web.Protect(keys, s, web.AtOnce(2)(stream))
		for _, who := range []string{"X-API-Key: first-key", "X-API-Key: second-key", signedIn(t, s, "first-key"), signedIn(t, s, "first-key")} {
			leave, first := follow(t, h, who)
			_, second := follow(t, h, who)
			if over(first) || over(second) {
				t.Fatalf("%s: refused within the bound", who)
			}
			_, refused := follow(t, h, who)
			if !over(refused) {
				t.Errorf("%s: one beyond the bound is open", who)
				continue
			}
			got := <-refused
			if got.StatusCode != 429 || got.Header.Get("Retry-After") == "" || problem(t, got).Code != "TOO_MANY_REQUESTS" {
				t.Errorf("%s, beyond it: %d", who, got.StatusCode)
			}
			leave()
			<-first
			if _, third := follow(t, h, who); over(third) {
				t.Errorf("%s: the place of one that left is not free", who)
			}
		}
	})
}
