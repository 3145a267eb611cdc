package pgbench_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/outdial/outdial/internal/pgbench"
	"github.com/outdial/outdial/ports"
)

func BenchmarkLife(b *testing.B) {
	s := pgbench.Server(b)
	for _, workers := range []int{1, 4} {
		for _, batch := range []int{100, 500} {
			b.Run(fmt.Sprintf("workers=%d/batch=%d", workers, batch), func(b *testing.B) {
				const contacts = 50_000
				for b.Loop() {
					b.StopTimer()
					f := pgbench.NewFloor(b, s, workers, contacts)
					b.StartTimer()
					n := pgbench.Workers(b, workers, func(ctx context.Context, w ports.ID) (int, error) { return f.Life(ctx, w, batch) })
					if n != contacts {
						b.Fatalf("%d of %d", n, contacts)
					}
				}
				b.ReportMetric(float64(b.N)*contacts/b.Elapsed().Seconds(), "attempts/s")
			})
		}
	}
}
