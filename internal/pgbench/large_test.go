package pgbench_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/internal/pgbench"
	"github.com/outdial/outdial/ports"
)

const (
	small = 10_000
	large = 1_000_000
)

// p99 is the time that 99 of 100 took at most.
func p99(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)*99/100]
}

// What an operator looks at and a lease cost the same however many contacts a
// campaign has: the ratio is that of a million to ten thousand.
func BenchmarkFlat(b *testing.B) {
	s := pgbench.Server(b)
	few, many := pgbench.NewFloor(b, s, workers, small), pgbench.NewFloor(b, s, workers, large)
	const samples, batch = 1500, 5
	ctx, worker := context.Background(), uuid.New()
	for _, what := range []struct {
		name string
		do   func(f *pgbench.Floor) error
	}{
		{"status", func(f *pgbench.Floor) error {
			_, err := f.Store.Metrics(ctx, f.ID, 0, time.Now())
			return err
		}},
		{"lease", func(f *pgbench.Floor) error {
			_, err := f.Lease(ctx, worker, batch)
			return err
		}},
	} {
		b.Run(what.name, func(b *testing.B) {
			var took [2][]time.Duration
			for b.Loop() {
				took = [2][]time.Duration{}
				for range samples {
					for side, f := range [...]*pgbench.Floor{few, many} {
						began := time.Now()
						if err := what.do(f); err != nil {
							b.Fatal(err)
						}
						took[side] = append(took[side], time.Since(began))
					}
				}
			}
			at10k, at1M := p99(took[0]), p99(took[1])
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(at10k.Microseconds()), "µs-p99-10k")
			b.ReportMetric(float64(at1M.Microseconds()), "µs-p99-1M")
			b.ReportMetric(float64(at1M)/float64(at10k), "ratio")
		})
	}
}

// A worker leases while the report of a million calls streams: to somebody who
// reads ten thousand rows a second, some 3 MB, and to one who reads as fast as it
// comes, for whom the machine's processors have to work as well. Leases become
// slower as a campaign goes on, until the next vacuum, so the worker alone has
// the first turn as often as the one beside the reader. The system shares the
// processors between both, as if they were processes of their own: with as many
// threads as processors Go's scheduler lets the worker wait for the reader.
func BenchmarkLeaseBesideReport(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3 * runtime.NumCPU()))
	s := pgbench.Server(b)
	f := pgbench.NewFloor(b, s, workers, large)
	f.Called()
	report := f.ID
	f.ID = f.Campaign(large)
	const span, batch, turns = 3 * time.Second, 100, 4
	worker := uuid.New()
	lease := func() (n int) {
		for began := time.Now(); time.Since(began) < span; {
			items, err := f.Lease(context.Background(), worker, batch)
			if err != nil {
				b.Fatal(err)
			}
			n += len(items)
		}
		return n
	}
	for _, reader := range []struct {
		name  string
		speed rate
	}{{"10k-rows-per-s", 10_000}, {"as-fast-as-it-comes", 0}} {
		b.Run(reader.name, func(b *testing.B) {
			var alone, beside, rows int
			with := func() {
				ctx, stop := context.WithCancel(context.Background())
				read := make(chan int)
				go func() { read <- stream(ctx, f, report, reader.speed) }()
				beside += lease()
				stop()
				rows += <-read
			}
			for b.Loop() {
				alone, beside, rows = 0, 0, 0
				for turn := range turns {
					if turn%2 == 0 {
						alone += lease()
						with()
					} else {
						with()
						alone += lease()
					}
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(alone)/(turns*span.Seconds()), "leases/s-alone")
			b.ReportMetric(float64(beside)/(turns*span.Seconds()), "leases/s-beside")
			b.ReportMetric(float64(rows)/(turns*span.Seconds()), "report-rows/s")
			b.ReportMetric(float64(beside)/float64(alone), "ratio")
		})
	}
}

// rate is rows per second; 0: any.
type rate int

// stream reads the report over and over until the context is done, and returns
// how many rows it was.
func stream(ctx context.Context, f *pgbench.Floor, id ports.ID, speed rate) (n int) {
	for began := time.Now(); ctx.Err() == nil; {
		for _, err := range f.Store.Report(ctx, id, 1) {
			if err != nil {
				break
			}
			if n++; speed > 0 && n%100 == 0 {
				ahead := time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(speed)))
				select {
				case <-time.After(ahead):
				case <-ctx.Done():
				}
			}
		}
	}
	return n
}
