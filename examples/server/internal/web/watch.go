package web

import "net/http"

// Watched is a response that can be asked what was said. Make one with [Watch].
type Watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Watch watches a response.
func Watch(w http.ResponseWriter) *Watched { return &Watched{ResponseWriter: w} }

// Status is what was answered: 200 where nobody said otherwise.
func (w *Watched) Status() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// Begun reports whether something has been answered already.
func (w *Watched) Begun() bool { return w.status != 0 }

// WriteHeader implements [http.ResponseWriter].
func (w *Watched) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK { // 1xx come before the answer
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *Watched) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Flush implements [http.Flusher].
func (w *Watched) Flush() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for [http.ResponseController].
func (w *Watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
