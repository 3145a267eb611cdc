package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// CookieName is the session's cookie. It holds a random id and nothing else.
const CookieName = "outdial_session"

const (
	sessionLife = 12 * time.Hour
	maxSessions = 1000 // beyond it the oldest ends
)

// Sessions are the people who have signed in on the page. They are kept in this
// process: a restart, or another server behind the same address, asks for the
// key again. What a session has open through [Protect], as a stream of events,
// ends with it.
type Sessions struct {
	keys *Keys
	open bool

	mu   sync.Mutex
	byID map[digest]session
}

// digest stands for a session's id, so that the ids themselves are nowhere.
type digest [sha256.Size]byte

type session struct {
	name  string // as of [Who]
	until time.Time
	over  context.Context // done with the session: signed out, pushed out or too old
	end   context.CancelFunc
}

// bind returns the request with a context that also ends with the session. Free
// it when the request has been served.
func (s session) bind(r *http.Request) (bound *http.Request, free func()) {
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(s.over, cancel)
	return r.WithContext(ctx), func() { stop(); cancel() }
}

// NewSessions lets people sign in with these keys. If open, whoever asks for a
// page has a session already; that is for a server on loopback without keys.
func NewSessions(keys *Keys, open bool) *Sessions {
	return &Sessions{keys: keys, open: open, byID: map[digest]session{}}
}

// SignIn begins a session, if the key is one: the response gets its cookie.
func (s *Sessions) SignIn(w http.ResponseWriter, r *http.Request, key string) bool {
	name, ok := s.keys.Name(key)
	if ok {
		s.forget(r) // one that was there before must not live on
		s.begin(w, r, name)
	}
	return ok
}

// SignOut ends the request's session and takes its cookie back.
func (s *Sessions) SignOut(w http.ResponseWriter, r *http.Request) {
	s.forget(r)
	http.SetCookie(w, cookie(r, "", -1))
}

// Guard stands before the page: who has no session is asked for a key. What it
// takes to ask, /signin and /assets/, is open.
func (s *Sessions) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, me := withWho(r)
		_, known, ok := s.find(r)
		switch {
		case ok:
			me.name = known.name
		case s.open && r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/assets/"):
			me.name = "page"
			s.begin(w, r, me.name)
		case s.open || r.URL.Path == "/signin" || strings.HasPrefix(r.URL.Path, "/assets/"):
		case safe(r.Method):
			http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.Path), http.StatusSeeOther)
			return
		default:
			unauthorized(w, "Sign in first.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Sessions) begin(w http.ResponseWriter, r *http.Request, name string) {
	id, now := rand.Text(), time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom(now)
	until := now.Add(sessionLife)
	over, end := context.WithDeadline(context.Background(), until) // not the request's, which is over soon
	s.byID[sha256.Sum256([]byte(id))] = session{name, until, over, end}
	http.SetCookie(w, cookie(r, id, int(sessionLife.Seconds())))
}

// makeRoom forgets what is over and, if there are too many still, the oldest.
func (s *Sessions) makeRoom(now time.Time) {
	if len(s.byID) < maxSessions {
		return
	}
	var oldest digest
	first := time.Time{}
	for id, known := range s.byID {
		if !now.Before(known.until) {
			s.drop(id)
		} else if first.IsZero() || known.until.Before(first) {
			oldest, first = id, known.until
		}
	}
	if len(s.byID) >= maxSessions {
		s.drop(oldest)
	}
}

// drop ends a session and what it has open. Who calls it holds the lock.
func (s *Sessions) drop(id digest) {
	if known, ok := s.byID[id]; ok {
		known.end()
		delete(s.byID, id)
	}
}

// find is the session that the request has, and its id's digest.
func (s *Sessions) find(r *http.Request) (id digest, known session, ok bool) {
	c, err := r.Cookie(CookieName)
	if err != nil {
		return id, known, false
	}
	id = sha256.Sum256([]byte(c.Value))
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok = s.byID[id]
	return id, known, ok && time.Now().Before(known.until)
}

func (s *Sessions) forget(r *http.Request) {
	c, err := r.Cookie(CookieName)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(sha256.Sum256([]byte(c.Value)))
}

// cookie is for this server's own pages and no script's. A proxy that says it
// serves TLS is believed: a lie only keeps the cookie from plain connections.
func cookie(r *http.Request, id string, age int) *http.Cookie {
	return &http.Cookie{
		Name: CookieName, Value: id, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	}
}
