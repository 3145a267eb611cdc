package web

import (
	"math"
	"net/http"
	"strconv"
	"sync"

	"golang.org/x/time/rate"
)

// Limit lets each key make so many requests a second, and twice as many at
// once; with perSecond 0, any number. It stands inside [Protect], which says
// whose a request is; there are no more buckets than keys. What is too much is
// refused with 429 and the seconds to wait.
func Limit(perSecond float64) func(http.Handler) http.Handler {
	l := &limiter{per: rate.Limit(perSecond), buckets: map[string]*rate.Limiter{}}
	return func(next http.Handler) http.Handler {
		if perSecond == 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wait := l.bucket(Who(r)).Reserve()
			if d := wait.Delay(); d > 0 {
				wait.Cancel()
				w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(d.Seconds()))))
				Problem(w, http.StatusTooManyRequests, "", "This key has made more requests than the server takes: "+
					strconv.FormatFloat(perSecond, 'g', -1, 64)+" a second. Try again later.")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

type limiter struct {
	per     rate.Limit
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func (l *limiter) bucket(name string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[name]
	if b == nil {
		b = rate.NewLimiter(l.per, max(1, int(2*l.per)))
		l.buckets[name] = b
	}
	return b
}
