package ops_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/internal/leaks"
)

func TestMain(m *testing.M) { leaks.Main(m) }

// scrape is what Prometheus would read.
func scrape(t *testing.T, m *ops.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// has wants lines of a scrape.
func has(t *testing.T, scraped string, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if !strings.Contains(scraped, want+"\n") {
			t.Errorf("no %s among\n%s", want, mine(scraped))
		}
	}
}

// mine leaves out Go's and the process's figures.
func mine(scraped string) string {
	var b strings.Builder
	for line := range strings.Lines(scraped) {
		if strings.HasPrefix(line, "outdial_") && !strings.Contains(line, "_bucket") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// spans are the names of what was traced, once it is over.
type spans struct {
	embedded.TracerProvider
	mu    sync.Mutex
	ended []string
}

// spy lets a test see its spans.
func spy(t *testing.T) *spans {
	s := &spans{}
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(s)
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return s
}

func (s *spans) Tracer(string, ...trace.TracerOption) trace.Tracer { return tracer{of: s} }

type tracer struct {
	embedded.Tracer
	of *spans
}

func (t tracer) Start(ctx context.Context, name string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	sp := &span{Span: noop.Span{}, of: t.of, name: name}
	return trace.ContextWithSpan(ctx, sp), sp
}

func (s *spans) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.ended, "; ")
}

type span struct {
	trace.Span
	of     *spans
	name   string
	failed error
}

func (s *span) SetName(name string)                           { s.name = name }
func (s *span) RecordError(err error, _ ...trace.EventOption) { s.failed = err }
func (s *span) End(...trace.SpanEndOption) {
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	said := s.name
	if s.failed != nil {
		said = fmt.Sprintf("%s: %v", said, s.failed)
	}
	s.of.ended = append(s.of.ended, said)
}
