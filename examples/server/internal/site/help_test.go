package site

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/internal/leaks"
)

func TestMain(m *testing.M) { leaks.Main(m) }

// lines is a log that several goroutines write to.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// build makes a site from a command line, with its log.
func build(t *testing.T, line string) (*Site, *lines) {
	t.Helper()
	c, err := config.Parse(strings.Fields(line), &strings.Builder{})
	if err != nil {
		t.Fatal(err)
	}
	log := &lines{}
	s, err := Build(t.Context(), c, ops.NewMetrics(), slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

// stop ends a site that was started, and waits for the calls that are up.
func stop(t *testing.T, s *Site) {
	t.Helper()
	if err := s.Shutdown(context.Background()); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if err := <-s.Ended(); err != nil {
		t.Errorf("the dialler ended with %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// figures are the present run's.
func figures(t *testing.T, s *Site, id campaign.ID) campaign.Metrics {
	t.Helper()
	return must[campaign.Metrics](t)(s.Dialler.Metrics(t.Context(), id, 0))
}
