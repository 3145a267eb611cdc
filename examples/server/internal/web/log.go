package web

import (
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Log writes a line for each request once it is over: what was asked, by whom,
// and what became of it. Neither queries, which hold telephone numbers, nor
// headers, which hold keys, are in it. What machines ask for all the time is
// told at the level DEBUG.
func Log(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, me := withWho(r)
		seen, began := Watch(w), time.Now()
		defer func() {
			log.LogAttrs(r.Context(), level(r, seen.status), "request",
				slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", seen.Status()),
				slog.Int64("bytes", seen.bytes), slog.Duration("took", time.Since(began)),
				slog.String("who", me.name), slog.String("from", r.RemoteAddr))
		}()
		next.ServeHTTP(seen, r)
	})
}

// level warns of what the server could not do for a client, unless that has left.
func level(r *http.Request, status int) slog.Level {
	switch path := r.URL.Path; {
	case status >= http.StatusInternalServerError && r.Context().Err() == nil:
		return slog.LevelWarn
	case path == "/healthz" || path == "/readyz" || path == "/metrics" || strings.HasPrefix(path, "/assets/"):
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
