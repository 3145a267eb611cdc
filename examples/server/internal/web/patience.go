package web

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// Patience lets go of clients that stall: each read of a body and each write of
// a response may take d. A server-wide time-out would not do, as uploads,
// reports and event streams may well take hours, as long as they move.
func Patience(d time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &patientBody{r.Body, control, d}
		}
		next.ServeHTTP(&patientWriter{w, control, d}, r)
		// What is left in buffers is written now.
		_ = control.SetWriteDeadline(time.Now().Add(d))
	})
}

type patientBody struct {
	io.ReadCloser
	control *http.ResponseController
	wait    time.Duration
}

// Read implements [io.Reader]. At the end the deadline is taken back: the server
// goes on listening for the client's leaving, and would take it for that.
func (b *patientBody) Read(p []byte) (int, error) {
	_ = b.control.SetReadDeadline(time.Now().Add(b.wait)) // a connection without deadlines has none
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	wait    time.Duration
}

// Unwrap is for [http.ResponseController].
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write implements [io.Writer].
func (w *patientWriter) Write(p []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.wait))
	return w.ResponseWriter.Write(p)
}

// Flush implements [http.Flusher].
func (w *patientWriter) Flush() {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.wait))
	_ = w.control.Flush()
}
