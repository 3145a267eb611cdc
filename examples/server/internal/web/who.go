package web

import (
	"context"
	"net/http"
)

type whoKey struct{}

// who is a place for the client's name, made by the outermost middleware so
// that it can tell what an inner one has found out.
type who struct {
	name   string
	source string // the key or the session itself: several sessions may have one name
}

// withWho gives a request such a place, unless it has one.
func withWho(r *http.Request) (*http.Request, *who) {
	if w, ok := r.Context().Value(whoKey{}).(*who); ok {
		return r, w
	}
	w := &who{}
	return r.WithContext(context.WithValue(r.Context(), whoKey{}, w)), w
}

// source is the key or the session by which a request came in, empty for neither.
func source(r *http.Request) string {
	if w, ok := r.Context().Value(whoKey{}).(*who); ok {
		return w.source
	}
	return ""
}

// Who is the name of the key by which a request came in: key-1 and so on, page
// for the page of a server without keys, empty for nobody's.
func Who(r *http.Request) string {
	if w, ok := r.Context().Value(whoKey{}).(*who); ok {
		return w.name
	}
	return ""
}
