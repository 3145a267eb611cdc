package web

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Recover answers 500 for a handler that panics, and logs where it did. If the
// response has begun already, the connection is cut, so that nobody takes a part
// for the whole.
func Recover(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := Watch(w)
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) { // said on purpose
				panic(cause)
			}
			log.ErrorContext(r.Context(), "a handler has panicked", "method", r.Method, "path", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
			if seen.Begun() {
				panic(http.ErrAbortHandler)
			}
			Problem(seen, http.StatusInternalServerError, "", "The server has failed. Its log says more.")
		}()
		next.ServeHTTP(seen, r)
	})
}
