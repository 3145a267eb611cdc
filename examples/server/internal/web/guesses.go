package web

import (
	"net/http"

	"golang.org/x/time/rate"
)

// How often keys may be tried on the sign-in form, by all people together: one a
// second, and as many at once as a team that comes back after a restart.
const (
	guessesPerSecond = 1
	guessesAtOnce    = 20
)

// SlowGuesses bounds how fast keys can be tried on the form that next takes in,
// right or wrong and by whomever, as an attacker has many addresses. What is too
// much is refused with 429, its key not looked at. Clients that send X-API-Key
// are not held up by it.
func SlowGuesses(next http.Handler) http.Handler {
	tries := rate.NewLimiter(guessesPerSecond, guessesAtOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !tries.Allow() {
			w.Header().Set("Retry-After", "1")
			Problem(w, http.StatusTooManyRequests, "", "Keys are being tried too fast on this server's sign-in form. Go back, and try again in a moment.")
			return
		}
		next.ServeHTTP(w, r)
	})
}
