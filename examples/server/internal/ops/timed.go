package ops

import (
	"context"
	"iter"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// operation is one use of the store, with the time that it has taken so far.
type operation struct {
	m    *Metrics
	op   string
	span trace.Span
	took time.Duration
	from time.Time // while it is the store's turn
}

func begin(ctx context.Context, m *Metrics, op string) (context.Context, *operation) {
	ctx, span := otel.Tracer(scope).Start(ctx, "store."+op, trace.WithSpanKind(trace.SpanKindClient))
	return ctx, &operation{m: m, op: op, span: span, from: time.Now()}
}

// pause and resume take out what is not the store's time: that of whoever feeds
// it, or reads from it.
func (o *operation) pause()  { o.took += time.Since(o.from) }
func (o *operation) resume() { o.from = time.Now() }

func (o *operation) end(err error) {
	o.pause()
	o.m.storeSeconds.WithLabelValues(o.op, result(err)).Observe(o.took.Seconds())
	if err != nil {
		o.span.RecordError(err)
		o.span.SetStatus(codes.Error, result(err))
	}
	o.span.End()
}

// timed times an operation.
func timed[T any](ctx context.Context, m *Metrics, op string, f func(context.Context) (T, error)) (T, error) {
	ctx, o := begin(ctx, m, op)
	v, err := f(ctx)
	o.end(err)
	return v, err
}

// streamed times an operation that is read from. Each use of the iterator is one.
func streamed[T any](ctx context.Context, m *Metrics, op string, f func(context.Context) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, o := begin(ctx, m, op)
		var failed error
		defer func() { o.end(failed) }()
		for v, err := range f(ctx) {
			if err != nil {
				failed = err
			}
			o.pause()
			more := yield(v, err)
			o.resume()
			if !more {
				return
			}
		}
	}
}

// fed times an operation that reads from its caller.
func fed[T, R any](ctx context.Context, m *Metrics, op string, in iter.Seq2[T, error], f func(context.Context, iter.Seq2[T, error]) (R, error)) (R, error) {
	ctx, o := begin(ctx, m, op)
	v, err := f(ctx, func(yield func(T, error) bool) {
		o.pause()
		defer o.resume()
		for v, err := range in {
			o.resume()
			more := yield(v, err)
			o.pause()
			if !more {
				return
			}
		}
	})
	o.end(err)
	return v, err
}
