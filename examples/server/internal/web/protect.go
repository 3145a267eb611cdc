package web

import "net/http"

// KeyHeader carries a client's key, as in the guide.
const KeyHeader = "X-API-Key"

// MarkHeader and its value mark what the page's own scripts ask for. A form on
// another site cannot send it, and a script there would have to be allowed to.
const (
	MarkHeader = "X-Requested-With"
	Mark       = "outdial"
)

// Protect lets in who sends a key, or has the page's session. A session alone
// reads; to change something the request must also bear the page's mark, and
// not come from another site. A request that came in by a session is over when
// the session is. Wrong keys are refused with 401, and from an address that sends
// many with 429.
func Protect(keys *Keys, sessions *Sessions, next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, me := withWho(r)
		if key := r.Header.Get(KeyHeader); key != "" {
			name, ok := keys.Name(key)
			if !keys.guesses.allow(r, name) {
				tooManyGuesses(w, "Too many wrong keys come from this address. Check the key in X-API-Key, and try again in a moment.")
				return
			}
			if !ok {
				unauthorized(w, "The key in X-API-Key is not one of this server's.")
				return
			}
			me.name, me.source = name, name
			next.ServeHTTP(w, r)
			return
		}
		id, session, ok := sessions.find(r)
		if !ok {
			unauthorized(w, "Send a key of this server as the header X-API-Key.")
			return
		}
		if !safe(r.Method) && (r.Header.Get(MarkHeader) != Mark || cross.Check(r) != nil) {
			Problem(w, http.StatusForbidden, "", "A session may change something from this server's own page only: send X-API-Key, or "+MarkHeader+": "+Mark+" from the page.")
			return
		}
		me.name, me.source = session.name, "session "+string(id[:])
		r, free := session.bind(r)
		defer free()
		next.ServeHTTP(w, r)
	})
}

// safe reports whether a method changes nothing (RFC 9110, 9.2.1).
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func unauthorized(w http.ResponseWriter, detail string) {
	w.Header().Set("WWW-Authenticate", `ApiKey realm="outdial", header="X-API-Key"`)
	Problem(w, http.StatusUnauthorized, "", detail, Fault{Location: "header." + KeyHeader, Message: "want a key of this server"})
}
