package riverbench_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/outdial/outdial/internal/pgbench"
	"github.com/outdial/outdial/ports"
)

const (
	// jobs keep River busy for some seconds, so that its start hardly counts.
	jobs = 100_000
	// patience bounds a measurement; a healthy one takes a tenth of it.
	patience = 5 * time.Minute
)

// rounds is how often both take turns, so that neither has the quieter machine.
const rounds = 3

// BenchmarkRiver is how many jobs that do nothing River completes per second,
// and how many lives of an attempt outdial's store does on the same server, with
// as many workers as the machine has use for, and batches of what a worker that
// has more to do than it can leases and saves at once. River's client takes up to
// two thousand jobs at once.
func BenchmarkRiver(b *testing.B) {
	const workers, batch = 4, 1000
	s := pgbench.Server(b)
	var river, lives float64
	for b.Loop() {
		river, lives = 0, 0
		for range rounds {
			river += work(b, s.URL(b, nil), jobs) / rounds
			f := pgbench.NewFloor(b, s, workers, jobs)
			began := time.Now()
			n := pgbench.Workers(b, workers, func(ctx context.Context, w ports.ID) (int, error) { return f.Life(ctx, w, batch) })
			if n != jobs {
				b.Fatalf("%d lives of %d", n, jobs)
			}
			lives += jobs / time.Since(began).Seconds() / rounds
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(river, "jobs/s")
	b.ReportMetric(lives, "attempts/s")
	b.ReportMetric(lives/river, "ratio")
}

// work has River complete n jobs in the empty database at url, and returns how
// many per second. Only their completion is timed, as by `river bench -n`: from
// the client's start to the last event that says "completed".
func work(b *testing.B, url string, n int) (jobsPerSecond float64) {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	client := newClient(b, pool)
	fill(ctx, b, pool, client, n)

	// Room for all: River drops events that nobody takes.
	completed, cancelEvents := client.SubscribeConfig(&river.SubscribeConfig{
		ChanSize: n,
		Kinds:    []river.EventKind{river.EventKindJobCompleted},
	})
	defer cancelEvents()
	if err := client.Start(ctx); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for done := range n {
		select {
		case <-completed:
		case <-ctx.Done():
			b.Fatalf("%d of %d jobs completed: %v", done, n, ctx.Err())
		}
	}
	took := time.Since(began)
	if err := client.Stop(ctx); err != nil {
		b.Fatal(err)
	}
	return float64(n) / took.Seconds()
}

// newClient is a client set up as that of River's own benchmark command, whose
// authors chose these numbers for throughput (cmd/river/riverbench).
func newClient(b *testing.B, pool *pgxpool.Pool) *river.Client[pgx.Tx] {
	b.Helper()
	workers := river.NewWorkers()
	river.AddWorker(workers, &idler{})
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		FetchCooldown:     2 * time.Millisecond,
		FetchPollInterval: 20 * time.Millisecond,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2_000}},
		Workers:           workers,
		Logger:            slog.New(slog.NewTextHandler(b.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		b.Fatal(err)
	}
	return client
}

// fill makes River's tables and puts n jobs into them, by COPY.
func fill(ctx context.Context, b *testing.B, pool *pgxpool.Pool, client *river.Client[pgx.Tx], n int) {
	b.Helper()
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		b.Fatal(err)
	}
	params := make([]river.InsertManyParams, n)
	for i := range params {
		params[i].Args = idle{Num: i}
	}
	if _, err := client.InsertManyFast(ctx, params); err != nil {
		b.Fatal(err)
	}
	// As autovacuum would sooner or later, but not during the measurement.
	if _, err := pool.Exec(ctx, `VACUUM ANALYZE river_job`); err != nil {
		b.Fatal(err)
	}
}

// idle is the job: a number, as in River's own benchmark.
type idle struct {
	Num int `json:"num"`
}

// Kind is the job's name among River's.
func (idle) Kind() string { return "idle" }

// idler works it.
type idler struct{ river.WorkerDefaults[idle] }

// Work does nothing, so that only River's own work is measured.
func (*idler) Work(context.Context, *river.Job[idle]) error { return nil }
