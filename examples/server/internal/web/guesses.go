package web

import (
	"net/http"
	"net/netip"
	"sync"

	"golang.org/x/time/rate"
)

// How often wrong keys may be tried: one a second, and as many at once as a team
// that comes back after a restart. On the sign-in form that is for all people
// together, in X-API-Key for each address.
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
			tooManyGuesses(w, "Keys are being tried too fast on this server's sign-in form. Go back, and try again in a moment.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooManyGuesses(w http.ResponseWriter, detail string) {
	w.Header().Set("Retry-After", "1")
	Problem(w, http.StatusTooManyRequests, "", detail)
}

// maxGuessers is how many addresses, and keys with theirs, are remembered.
const maxGuessers = 10_000

// guesses bounds how fast keys can be tried in X-API-Key from one address. To one
// that has tried too many wrong ones, a key that has not come in from there before
// is refused unheard, or the answer would tell an attacker which is right. So a
// client at work is never held up, whoever shares its address or its proxy.
type guesses struct {
	mu sync.Mutex
	// Both are forgotten when they are full. Whoever has so many addresses is not
	// to be slowed down by any; and clients at work come back at once.
	wrong map[netip.Prefix]*rate.Limiter
	known map[keyFrom]bool
}

// keyFrom is a key, by its name, and where it came from.
type keyFrom struct {
	address netip.Prefix
	key     string
}

// allow reports whether a key may be heard that has this name, or none if it is
// wrong.
func (g *guesses) allow(r *http.Request, name string) bool {
	from := addressOf(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	tries := g.wrong[from]
	switch who := (keyFrom{from, name}); {
	case name == "" && tries == nil:
		tries = rate.NewLimiter(guessesPerSecond, guessesAtOnce)
		keep(&g.wrong, from, tries)
		return tries.Allow()
	case name == "":
		return tries.Allow()
	case g.known[who]:
		return true
	case tries != nil && tries.Tokens() < 1:
		return false
	default:
		keep(&g.known, who, true)
		return true
	}
}

func keep[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil || len(*m) >= maxGuessers {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// addressOf is where a request comes from: of IPv6 the network, as who has one
// address of it has them all. What a header says of it, anybody can write.
func addressOf(r *http.Request) netip.Prefix {
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	ip, bits := at.Addr().Unmap(), 32
	if ip.Is6() {
		bits = 64
	}
	network, _ := ip.Prefix(bits)
	return network
}
