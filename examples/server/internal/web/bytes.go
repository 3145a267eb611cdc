package web

import (
	"fmt"
	"net/http"
)

// MaxBytes bounds bodies. One that says it is longer is refused at once; one
// that turns out to be is cut off, and its reader gets [http.MaxBytesError].
func MaxBytes(most int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > most {
			w.Header().Set("Connection", "close") // rather than read what nobody wants
			Problem(w, http.StatusRequestEntityTooLarge, "", fmt.Sprintf("The body has %d bytes: want %d at most.", r.ContentLength, most))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}
