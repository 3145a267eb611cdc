package pgbench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pgbench"
	"github.com/outdial/outdial/ports"
)

// workers and batches are those of every benchmark, unless it says otherwise.
const workers = 4

// rounds is how often two sides take turns, so that neither has the quieter
// machine.
const rounds = 3

// work is what one worker does once; it returns how many attempts it did.
type work func(ctx context.Context, worker ports.ID) (int, error)

// pace is how many attempts a second n workers do, of a campaign of its own.
func pace(b *testing.B, f *pgbench.Floor, n, contacts int, do work) float64 {
	b.Helper()
	f.ID = f.Campaign(contacts)
	began := time.Now()
	if did := pgbench.Workers(b, n, do); did != contacts {
		b.Fatalf("%d of %d were done", did, contacts)
	}
	return float64(contacts) / time.Since(began).Seconds()
}

// compare lets the store and plain SQL take turns, and reports both and the ratio.
func compare(b *testing.B, f *pgbench.Floor, contacts int, unit string, store, plain work) {
	b.Helper()
	var ours, theirs float64
	for b.Loop() {
		ours, theirs = 0, 0
		for range rounds {
			ours += pace(b, f, workers, contacts, store) / rounds
			theirs += pace(b, f, workers, contacts, plain) / rounds
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours, unit+"/s")
	b.ReportMetric(theirs, "plain/s")
	b.ReportMetric(ours/theirs, "ratio")
}

func BenchmarkLease(b *testing.B) {
	s := pgbench.Server(b)
	f := pgbench.NewFloor(b, s, workers, 1)
	for _, batch := range []int{100, 500} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			compare(b, f, 60_000, "leases",
				func(ctx context.Context, w ports.ID) (int, error) {
					items, err := f.Lease(ctx, w, batch)
					return len(items), err
				},
				func(ctx context.Context, w ports.ID) (int, error) {
					items, err := f.PlainLease(ctx, w, batch)
					return len(items), err
				})
		})
	}
}

func BenchmarkLife(b *testing.B) {
	s := pgbench.Server(b)
	f := pgbench.NewFloor(b, s, workers, 1)
	for _, batch := range []int{100, 500} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			compare(b, f, 40_000, "attempts",
				func(ctx context.Context, w ports.ID) (int, error) { return f.Life(ctx, w, batch) },
				func(ctx context.Context, w ports.ID) (int, error) { return f.PlainLife(ctx, w, batch) })
		})
	}
}

func BenchmarkUpload(b *testing.B) {
	const contacts = 100_000
	s := pgbench.Server(b)
	f := pgbench.NewFloor(b, s, workers, 1)
	for _, how := range []struct {
		name       string
		ours, bare func(ctx context.Context, contacts int) (time.Duration, error)
	}{
		{"copy", f.UploadByCopy, f.PlainCopy},
		{"arrays", f.UploadByArrays, f.PlainArrays},
	} {
		b.Run(how.name, func(b *testing.B) {
			var ours, bare time.Duration
			for b.Loop() {
				ours, bare = 0, 0
				for range rounds {
					for side, do := range map[*time.Duration]func(context.Context, int) (time.Duration, error){&ours: how.ours, &bare: how.bare} {
						took, err := do(context.Background(), contacts)
						if err != nil {
							b.Fatal(err)
						}
						*side += took
						f.Settle()
					}
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(rounds*contacts/ours.Seconds(), "contacts/s")
			b.ReportMetric(rounds*contacts/bare.Seconds(), "bare/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
		})
	}
}

// BenchmarkCommit is the commit of one row, by one client: what the disk costs.
func BenchmarkCommit(b *testing.B) {
	f := pgbench.NewFloor(b, pgbench.Server(b), 1, 1)
	if _, err := f.DB.Exec(`CREATE TABLE line (number int)`); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.DB.Exec(`INSERT INTO line VALUES (1)`); err != nil {
			b.Fatal(err)
		}
	}
}
