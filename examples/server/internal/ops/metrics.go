// Package ops is what whoever runs the server sees of it: its log, its health,
// Prometheus' metrics and OpenTelemetry's traces.
//
// The store and the switch are wrapped ([Metrics.Store], [Metrics.Switch]):
// everything passes through, and is timed and counted on the way. The figures of
// campaigns are read from the store when somebody scrapes ([Metrics.Watch]).
// Traces go to the OpenTelemetry API's global provider, which drops them unless
// an SDK or an agent is there.
package ops

import (
	"context"
	"errors"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/outdial/outdial/ports"
)

// scope is the name under which traces are made.
const scope = "github.com/outdial/outdial/examples/server"

// Metrics are the server's own figures.
type Metrics struct {
	registry *prometheus.Registry

	storeSeconds *prometheus.HistogramVec // by op and result
	leased       prometheus.Counter
	adopted      prometheus.Counter
	refused      *prometheus.CounterVec // by reason

	acceptSeconds *prometheus.HistogramVec // by result
	commands      *prometheus.CounterVec   // by command and result
	events        *prometheus.CounterVec   // by kind

	httpSeconds *prometheus.HistogramVec // by route, method and status
}

// fast are the bounds of histograms, in seconds: memory takes microseconds, a
// database milliseconds, a switch tenths.
var fast = []float64{.00001, .00005, .0001, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics makes a registry of its own, with Go's and the process's figures.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry:      prometheus.NewRegistry(),
		storeSeconds:  histogram("outdial_store_seconds", "Time that operations of the store took, without what their callers took.", "op", "result"),
		leased:        counter("outdial_leased_total", "Attempts that this process has leased."),
		adopted:       counter("outdial_adopted_total", "Attempts that this process has taken over from dead workers."),
		refused:       counters("outdial_rows_refused_total", "Rows of batches that the store refused, by why.", "reason"),
		acceptSeconds: histogram("outdial_switch_accept_seconds", "Time from an originate to the switch's word that it took or refused the call.", "result"),
		commands:      counters("outdial_switch_commands_total", "Commands to the switch; sent, busy, unavailable or refused.", "command", "result"),
		events:        counters("outdial_switch_events_total", "Events of the switch, by kind.", "kind"),
		httpSeconds:   histogram("outdial_http_seconds", "Time that requests took; event streams last as long as somebody listens.", "route", "method", "status"),
	}
	m.registry.MustRegister(m.storeSeconds, m.leased, m.adopted, m.refused, m.acceptSeconds, m.commands, m.events, m.httpSeconds,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics in Prometheus' format. What cannot be read is left
// out; the rest is served.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: fast}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// result is how an operation ended, as a label.
func result(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, ports.ErrUnavailable):
		return "unavailable"
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return "cancelled"
	case errors.Is(err, ports.ErrBusy):
		return "busy"
	}
	return "refused"
}
