package web

import (
	"net/http"
	"strconv"
	"strings"
)

// Unencoded refuses bodies that say they are compressed, or otherwise encoded:
// nothing here decodes them, and a file that has been compressed must not be
// taken for a broken one. The answer names the coding, and says in
// Accept-Encoding that none is taken (RFC 9110, 15.5.16).
func Unencoded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		coding := strings.Join(r.Header.Values("Content-Encoding"), ", ")
		if r.ContentLength == 0 || coding == "" || strings.EqualFold(coding, "identity") {
			next.ServeHTTP(w, r)
			return
		}
		coding = strconv.Quote(coding[:min(len(coding), maxCoding)])
		w.Header().Set("Accept-Encoding", "identity")
		Problem(w, http.StatusUnsupportedMediaType, "", "The body is encoded, as Content-Encoding "+coding+" says: send it as it is.",
			Fault{Location: "header.Content-Encoding", Message: "want a body that is not encoded"})
	})
}

// maxCoding is how much of a Content-Encoding an answer repeats.
const maxCoding = 100
