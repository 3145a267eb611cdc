package page

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// maxSignIn bounds the sign-in form, in bytes; a key is much shorter.
const maxSignIn = 8 << 10

func (p *pages) askKey(w http.ResponseWriter, r *http.Request) {
	p.signInPage(w, r, http.StatusOK, r.URL.Query().Get("next"))
}

// takeKey starts a session for a good key and goes on to where the browser
// wanted to be.
func (p *pages) takeKey(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form could not be read", http.StatusBadRequest)
		return
	}
	next := r.PostForm.Get("next")
	if !p.options.SignIn(w, r, strings.TrimSpace(r.PostForm.Get("key"))) {
		p.signInPage(w, r, http.StatusUnauthorized, next)
		return
	}
	http.Redirect(w, r, own(next), http.StatusSeeOther)
}

// back leads back where nobody has to sign in. The API sends a browser here
// whose session a restart of the server has ended; asking for a page begins
// another.
func back(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, own(r.URL.Query().Get("next")), http.StatusSeeOther)
}

func (p *pages) signOut(w http.ResponseWriter, r *http.Request) {
	if p.options.SignOut != nil {
		p.options.SignOut(w, r)
	}
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
}

func (p *pages) signInPage(w http.ResponseWriter, r *http.Request, status int, next string) {
	p.render(w, r, status, view{
		Page: "signin", Title: "Sign in", Next: own(next), Wrong: status == http.StatusUnauthorized,
	})
}

// own returns the address if it is a page of this server, else the front page:
// a sign-in link must not lead elsewhere. The path is checked as it is written
// and without its escapes, as browsers take a backslash for a slash and leave
// control characters out.
func own(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !within(next) || !within(u.Path) {
		return "/"
	}
	return u.EscapedPath()
}

// within reports whether a browser would stay on the server that sent it there.
func within(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") &&
		!strings.ContainsFunc(path, func(r rune) bool { return r == '\\' || unicode.IsControl(r) })
}
