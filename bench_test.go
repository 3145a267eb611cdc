package outdial_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// seededIDs makes ids that are the same for the same seed.
func seededIDs(seed uint64) func() uuid.UUID {
	r := rand.New(rand.NewPCG(seed, 0))
	return func() (id uuid.UUID) {
		binary.BigEndian.PutUint64(id[:8], r.Uint64())
		binary.BigEndian.PutUint64(id[8:], r.Uint64())
		id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
		return id
	}
}

// numbers yields n contacts without keys, names or variables.
func numbers(n int) func(yield func(campaign.Contact, error) bool) {
	return func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			if !yield(campaign.Contact{Address: "+1555" + strconv.Itoa(10_000_000+i)}, nil) {
				return
			}
		}
	}
}

type bench struct {
	world *simulated.World
	d     *outdial.Dialler
	id    uuid.UUID
}

func newBench(tb testing.TB, lines, contacts int, store ports.Store) bench {
	tb.Helper()
	world := simulated.New(simulated.Config{Seed: 1})
	d, err := outdial.New(outdial.Config{
		Store: store, Telephony: world.Connect(), Clock: world.Clock(),
		MaxConcurrent: lines, NewID: seededIDs(1),
	})
	if err != nil {
		tb.Fatal(err)
	}
	spec := campaign.Defaults()
	spec.Name = "bench"
	spec.Destination = "1000"
	spec.MaxConcurrent = lines
	spec.CallsPerSecond = 10_000
	spec.Retries = 1
	ctx := context.Background()
	c, err := d.Create(ctx, spec)
	if err != nil {
		tb.Fatal(err)
	}
	if n, err := d.Upload(ctx, c.ID, "", numbers(contacts)); err != nil || n != contacts {
		tb.Fatal(n, err)
	}
	return bench{world, d, c.ID}
}

// bare is the bound that campaigns are measured against: the same carrier with
// as many lines kept open by the least code that can do it, without attempts,
// limits, records or a store. It returns the time of a call.
func bare(lines, calls int) time.Duration {
	world := simulated.New(simulated.Config{Seed: 1})
	sw, begun := world.Connect(), 0
	dial := func() {
		begun++
		_ = sw.Originate(ports.Dial{
			Call: attempt.CallID(ports.ID{}, 1, begun), Address: "+15550100",
			RingTimeout: 30 * time.Second, Agent: ports.Target{Destination: "1000"},
		})
	}
	begin := time.Now()
	for range lines {
		dial()
	}
	for next := world.Now(); !next.IsZero(); next = world.Next() {
		world.Advance(next)
		for _, ev := range sw.Poll() {
			switch {
			case ev.Kind == ports.Answered:
				_ = sw.Attach(ev.Call, ports.Target{Destination: "1000"})
			case ev.Kind == ports.Ended && begun < calls:
				dial()
			}
		}
	}
	return time.Since(begin) / time.Duration(calls)
}

// BenchmarkCampaign runs whole campaigns on the memory store and the simulated
// carrier, single-threaded. The cost of a call is to be flat over sizes. The
// metric x-bare is how many times the bare carrier's cost per call that is.
func BenchmarkCampaign(b *testing.B) {
	for _, contacts := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(contacts), func(b *testing.B) {
			runtime.GOMAXPROCS(1)
			defer runtime.GOMAXPROCS(runtime.NumCPU())
			ctx := context.Background()
			for b.Loop() {
				b.StopTimer()
				bench := newBench(b, 1000, contacts, memory.New())
				if err := bench.d.Start(ctx, bench.id); err != nil {
					b.Fatal(err)
				}
				runtime.GC()
				b.StartTimer()
				begin := time.Now()
				if err := outdial.Drive(ctx, bench.d, bench.world); err != nil {
					b.Fatal(err)
				}
				spent := time.Since(begin)
				m, err := bench.d.Metrics(ctx, bench.id, 0)
				if err != nil || m.Remaining != 0 || m.TotalCalls != contacts {
					b.Fatal(m, err)
				}
				b.ReportMetric(float64(m.Dials)/spent.Seconds(), "calls/s")
				call := float64(spent.Nanoseconds()) / float64(m.Dials)
				b.ReportMetric(call, "ns/call")
				b.ReportMetric(call/float64(bare(1000, 200_000).Nanoseconds()), "x-bare")
			}
		})
	}
}

// BenchmarkWaiting reports the live heap of a waiting contact without variables.
func BenchmarkWaiting(b *testing.B) {
	const contacts = 1_000_000
	for b.Loop() {
		before := liveHeap()
		bench := newBench(b, 100, contacts, memory.New())
		b.ReportMetric(float64(liveHeap()-before)/contacts, "B/contact")
		runtime.KeepAlive(bench)
	}
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
