package web

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// MaxStreams is how many event streams one key, or one session, may have open.
// Each costs the server a goroutine, a connection and a buffer of events.
const MaxStreams = 32

// streamWait is what who has too many open is told to wait: some may close.
const streamWait = 10 * time.Second

// AtOnce bounds how many requests of each key, or session, are open at the same
// time: it is for event streams, which stay open for hours. It stands inside
// [Protect], which says whose a request is. One too many is refused with 429.
func AtOnce(most int) func(http.Handler) http.Handler {
	o := &openRequests{most: most, bySource: map[string]int{}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			whose := source(r)
			if !o.enter(whose) {
				w.Header().Set("Retry-After", strconv.Itoa(int(streamWait.Seconds())))
				Problem(w, http.StatusTooManyRequests, "", fmt.Sprintf("This key or session has %d streams open, as many as the server allows: close one first.", most))
				return
			}
			defer o.leave(whose)
			next.ServeHTTP(w, r)
		})
	}
}

type openRequests struct {
	most     int
	mu       sync.Mutex
	bySource map[string]int
}

func (o *openRequests) enter(whose string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bySource[whose] >= o.most {
		return false
	}
	o.bySource[whose]++
	return true
}

func (o *openRequests) leave(whose string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bySource[whose]--; o.bySource[whose] == 0 {
		delete(o.bySource, whose)
	}
}
