package memory

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// seeds is how many seeds a property tries.
func seeds() int {
	if n, err := strconv.Atoi(os.Getenv("OUTDIAL_SEEDS")); err == nil {
		return n
	}
	return 50
}

// forSeeds tries a property; a failing seed runs again as -run '…/seed_7$'.
func forSeeds(t *testing.T, property func(t *testing.T, rng *rand.Rand)) {
	t.Helper()
	for seed := range seeds() {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			property(t, rand.New(rand.NewPCG(uint64(seed), 7)))
		})
	}
}

func byTurn(a, b entry) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.row, b.row)) }

// Both queues give their entries as a sorted list would, whatever the order in
// which they come and go.
func TestQueuesAreSorted(t *testing.T) {
	forSeeds(t, func(t *testing.T, rng *rand.Rand) {
		var l lanes
		var h heap
		var want []entry
		spread := 1 + rng.Int64N(200) // from nearly in order to not at all
		for i := range 3000 {
			if rng.IntN(5) < 3 || len(want) == 0 {
				e := entry{int64(i) + rng.Int64N(spread), uint32(rng.IntN(1000))}
				l.push(e)
				h.push(e)
				n, _ := slices.BinarySearchFunc(want, e, byTurn)
				want = slices.Insert(want, n, e)
				continue
			}
			e, lane, ok := l.first()
			if !ok || e != want[0] || h[0] != want[0] {
				t.Fatalf("after %d steps the lanes give %v, %v and the heap %v, want %v", i, e, ok, h[0], want[0])
			}
			l.pop(lane)
			h.pop()
			want = want[1:]
			if l.n != len(want) || len(h) != len(want) {
				t.Fatalf("%d in the lanes and %d in the heap, want %d", l.n, len(h), len(want))
			}
		}
	})
}

// What comes in order stays out of the heap: it costs a comparison.
func TestOrderedEntriesFitTheLanes(t *testing.T) {
	var l lanes
	for i := range int64(100_000) {
		delay := []int64{60, 300, 3600}[i%3] // as retries of three outcomes
		l.push(entry{i + delay, uint32(i)})
	}
	if len(l.lane) > 3 || len(l.late) > 0 {
		t.Fatalf("%d lanes and %d stragglers for three delays", len(l.lane), len(l.late))
	}
}

func TestFifoKeepsItsOrder(t *testing.T) {
	forSeeds(t, func(t *testing.T, rng *rand.Rand) {
		var q fifo[int]
		in, out := 0, 0
		for range 5000 {
			if more := rng.IntN(3) > 0; more && in-out < 2000 || q.empty() {
				q.push(in)
				in++
				if *q.last() != in-1 {
					t.Fatalf("the last is %d, pushed %d", *q.last(), in-1)
				}
				continue
			}
			if *q.first() != out {
				t.Fatalf("the first is %d, want %d", *q.first(), out)
			}
			q.pop()
			out++
		}
		if q.empty() != (in == out) {
			t.Fatalf("empty says %v with %d in and %d out", q.empty(), in, out)
		}
	})
}

// Work that has been done leaves no queue behind.
func TestFifoFreesItsParts(t *testing.T) {
	var q fifo[int]
	for i := range 100 * fifoPart {
		q.push(i)
	}
	for !q.empty() {
		q.pop()
	}
	if len(q.parts) > 1 {
		t.Fatalf("%d parts are left", len(q.parts))
	}
}
