package ops

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/outdial/outdial/examples/server/internal/web"
)

// HTTP times and traces requests. It stands right before the handlers, whose
// patterns name the route: ids are never in a label or a span's name. A
// traceparent header is followed, if a propagator is installed.
func (m *Metrics) HTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := otel.Tracer(scope).Start(ctx, "HTTP "+method(r.Method), trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("url.path", r.URL.Path)))
		seen, began := web.Watch(w), time.Now()
		r = r.WithContext(ctx) // the handler's multiplexer writes its pattern here
		r.Pattern = ""
		defer func() {
			route, status := route(r.Pattern), seen.Status()
			m.httpSeconds.WithLabelValues(route, method(r.Method), strconv.Itoa(status)).Observe(time.Since(began).Seconds())
			span.SetName(method(r.Method) + " " + route)
			span.SetAttributes(attribute.Int("http.response.status_code", status), attribute.String("http.route", route))
			if status >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, http.StatusText(status))
			}
			span.End()
		}()
		next.ServeHTTP(seen, r)
	})
}

// route is a pattern without its method; "other" for what no handler knows.
func route(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	if pattern == "" {
		return "other"
	}
	return pattern
}

// method keeps made-up methods out of labels.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}
