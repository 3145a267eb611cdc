package simulated

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestHeapGivesBackInOrderOfTimeAndScheduling(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		var h heap
		last := entry{}
		for seq := uint64(1); seq < 500 || len(h) > 0; seq++ {
			if seq < 500 && random.IntN(3) > 0 {
				h.push(entry{at: last.at + random.Int64N(20), seq: seq})
			}
			if len(h) > 0 && random.IntN(2) > 0 {
				first := h[0]
				h.pop()
				if first.before(&last) {
					t.Fatalf("seed %d: %+v came after %+v", seed, first, last)
				}
				last = first
			}
		}
	}
}

func TestPresentDoesNotOvertakeWhatIsDue(t *testing.T) {
	w := New(Config{})
	w.At(DefaultStart.Add(time.Second), func() {})
	late := New(Config{Start: DefaultStart.Add(time.Minute)}).Clock()
	w.live = &realTime{clock: late, speed: 1, from: DefaultStart, base: w.now, wake: make(chan struct{}, 1)}
	if got := w.Now().Sub(DefaultStart); got != time.Second {
		t.Errorf("it is %s, with something due at 1 s", got)
	}
}

func TestTableUsesPlacesAgain(t *testing.T) {
	var rows table[string]
	a := rows.put(1, "a")
	b := rows.put(2, "b")
	if rows.take(a) != "a" || rows.has(a, 1) || !rows.has(b, 2) {
		t.Error("taking a thing does not remove it, and only it")
	}
	if next := rows.next(); next != a || rows.put(3, "c") != next || rows.take(a) != "c" {
		t.Error("the free place is not used")
	}
}
