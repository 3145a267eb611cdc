package page

import (
	"net/http"
	"net/url"
	"strings"
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
// a sign-in link must not lead elsewhere.
func own(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" ||
		!strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return u.Path
}
