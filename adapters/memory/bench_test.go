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

func (f *floor) lease(most int) []attempt.Attempt {
	ls, err := f.s.Lease(context.Background(), f.worker, []ports.LeaseRequest{{
		Campaign: f.id, Run: 1, Now: f.now, Running: f.now.Sub(f.began), Max: most,
	}})
	f.must(err)
	as := make([]attempt.Attempt, len(ls[0].Items))
	for i := range ls[0].Items {
		as[i] = ls[0].Items[i].Attempt
	}
	return as
}

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
	const block = 1000
	spent := map[string]time.Duration{}
	timed := func(what string, do func()) {
		b.StartTimer()
		start := time.Now()
		do()
		spent[what] += time.Since(start)
		b.StopTimer()
	}
	claims := []ports.Claim{
		{Key: "campaign/lines", Max: block}, {Key: "campaign/rate", Max: block, Per: time.Second}, {Key: "trunk/north", Max: block},
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.StopTimer()
	calls := 0
	for calls < b.N {
		var as []attempt.Attempt
		timed("lease", func() { as = f.lease(min(block, b.N-calls)) })
		calls += len(as)
		ended := attempt.Ended{At: f.now, Running: f.now.Sub(f.began), Cause: "NO_ANSWER"}
		for _, phase := range []struct {
			what   string
			event  attempt.Event
			claims []ports.Claim
		}{
			{"dial", attempt.Dial{At: f.now, Address: "+33100000000", Trunk: "north", CallerID: "+33199999999"}, claims},
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
