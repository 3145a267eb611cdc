package memory_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// floor is a store with one running campaign, and a worker.
type floor struct {
	tb     testing.TB
	s      *memory.Store
	id     ports.ID
	worker ports.ID
	rules  attempt.Rules
	now    time.Time
	began  time.Time
}

func number(i int) (id ports.ID) {
	binary.BigEndian.PutUint64(id[:8], uint64(i)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(id[8:], uint64(i))
	return id
}

func people(from, n int) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for i := from; i < from+n; i++ {
			c := campaign.Contact{
				ID: number(i), Key: fmt.Sprint("customer-", i), Name: "Ada Lovelace", Address: fmt.Sprintf("+331%08d", i),
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func newFloor(tb testing.TB, n int) *floor {
	f := &floor{tb: tb, s: memory.New(), id: number(-1), worker: number(-2), now: time.Unix(1_800_000_000, 0).UTC()}
	f.began = f.now
	spec := campaign.Defaults()
	spec.Name, spec.Retries = "bench", 60_000
	f.rules = spec.Rules()
	ctx := context.Background()
	f.must(f.s.CreateCampaign(ctx, campaign.New(f.id, spec, f.now)))
	_, err := f.s.AddContacts(ctx, f.id, ports.Batch{At: f.now}, people(0, n))
	f.must(err)
	f.must(f.s.Submit(ctx, ports.Command{ID: number(-3), At: f.now, Decide: &ports.Decide{
		Campaign: f.id, Event: campaign.Event{Action: campaign.Start},
	}}))
	return f
}

func (f *floor) must(err error) {
	if err != nil {
		f.tb.Fatal(err)
	}
}

func (f *floor) lease(most int) []ports.Item {
	ls, err := f.s.Lease(context.Background(), f.worker, []ports.LeaseRequest{{
		Campaign: f.id, Run: 1, Now: f.now, Running: f.now.Sub(f.began), Max: most,
	}})
	f.must(err)
	return ls[0].Items
}

// block leases a block of attempts, as far as they are due.
func (f *floor) block(pages [][]ports.Item) {
	for i := range pages {
		pages[i] = f.lease(some)
	}
}

func attempts(pages [][]ports.Item) (as []attempt.Attempt) {
	for _, items := range pages {
		for i := range items {
			as = append(as, items[i].Attempt)
		}
	}
	return as
}

// A block of calls begins in leases of some each.
const (
	block = 1000
	some  = 20
)

// next makes the transitions of one event for all attempts.
func (f *floor) next(as []attempt.Attempt, e attempt.Event, claims ...ports.Claim) []ports.Transition {
	ts := make([]ports.Transition, len(as))
	for i := range as {
		after, effects, err := attempt.Next(&f.rules, as[i], e)
		f.must(err)
		ts[i] = ports.Transition{Attempt: after, Before: campaign.FactsOf(&as[i]), Claims: claims}
		for _, e := range effects {
			ts[i].Record = ts[i].Record || e == attempt.Record
		}
		as[i] = after
		as[i].Version++
	}
	return ts
}

// save writes them one by one.
func (f *floor) save(ts []ports.Transition) {
	for i := range ts {
		refused, err := f.s.Save(context.Background(), f.worker, ts[i:i+1])
		if err != nil || len(refused) > 0 {
			f.tb.Fatal(err, refused)
		}
	}
}

// BenchmarkCall takes blocks of calls through their life, and shows what each
// operation costs on the way. One op is one call: a lease and three writes, of
// which the first takes three claims and the last leaves a record.
func BenchmarkCall(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkCalls(b, newFloor(b, n)) })
	}
}

func benchmarkCalls(b *testing.B, f *floor) {
	spent := map[string]time.Duration{}
	timed := func(what string, do func()) {
		b.StartTimer()
		start := time.Now()
		do()
		spent[what] += time.Since(start)
		b.StopTimer()
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.StopTimer()
	calls := 0
	for calls < b.N {
		pages := make([][]ports.Item, block/some)
		timed("lease", func() { f.block(pages) })
		as := attempts(pages)
		calls += len(as)
		ended := attempt.Ended{At: f.now, Running: f.now.Sub(f.began), Cause: "NO_ANSWER"}
		for _, phase := range []struct {
			what   string
			event  attempt.Event
			claims []ports.Claim
		}{
			{"dial", attempt.Dial{At: f.now, Address: "+33100000000", Trunk: "north", CallerID: "+33199999999"}, threeClaims(block)},
			{"ring", attempt.Progress{At: f.now}, nil},
			{"end", ended, nil},
		} {
			ts := f.next(as, phase.event, phase.claims...)
			timed(phase.what, func() { f.save(ts) })
		}
		f.now = f.now.Add(time.Second)
		if len(as) < block { // all wait for their retries
			f.now = f.now.Add(10 * time.Minute)
		}
	}
	for what, d := range spent {
		b.ReportMetric(float64(d.Nanoseconds())/float64(calls), what+"-ns/call")
	}
}

func threeClaims(most int) []ports.Claim {
	return []ports.Claim{
		{Key: "campaign/lines", Max: most},
		{Key: "campaign/rate", Max: most, Per: time.Second},
		{Key: "trunk/north", Max: most},
	}
}

// BenchmarkAddContacts shows the cost of an upload per contact, and what the
// live heap holds for it.
func BenchmarkAddContacts(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			heap := 0.0
			for b.Loop() {
				before := live()
				f := newFloor(b, n)
				heap = float64(live()-before) / float64(n)
				runtime.KeepAlive(f)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/contact")
			b.ReportMetric(heap, "B/contact")
		})
	}
}

func live() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
