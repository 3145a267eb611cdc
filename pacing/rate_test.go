package pacing_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/pacing"
)

func TestTheZeroRateAllowsNothing(t *testing.T) {
	var r pacing.Rate
	same(t, "left", r.Left(t0), 0)
}

func TestARateBelowOneAllowsNothing(t *testing.T) {
	for _, most := range []int{0, -1} {
		r := pacing.Rate{Max: most, Per: time.Second}
		same(t, "left", r.Left(t0), 0)
	}
}

func TestARateIsUsedUpAndComesBack(t *testing.T) {
	r := pacing.Rate{Max: 3, Per: time.Second}
	same(t, "left at first", r.Left(ms(0)), 3)
	r.Take(ms(0), 2)
	same(t, "left after two", r.Left(ms(1)), 1)
	r.Take(ms(400), 1)
	same(t, "left after three", r.Left(ms(999)), 0)
	same(t, "left when the first two are a second old", r.Left(ms(1000)), 2)
	same(t, "left when all are", r.Left(ms(1400)), 3)
}

func TestNeighbouringWindowsAreNotEmptiedTwice(t *testing.T) {
	r := pacing.Rate{Max: 10, Per: time.Second}
	r.Take(ms(990), 10)
	same(t, "left in the next second of the clock", r.Left(ms(1010)), 0)
}

func TestTakingNothingNotesNothing(t *testing.T) {
	r := pacing.Rate{Max: 1, Per: time.Second}
	r.Take(t0, 0)
	r.Take(t0, -5)
	same(t, "left", r.Left(t0), 1)
	same(t, "next", r.Next(), time.Time{})
}

func TestTakingMoreThanIsLeftLeavesNothing(t *testing.T) {
	r := pacing.Rate{Max: 2, Per: time.Second}
	r.Take(ms(0), 5)
	same(t, "left", r.Left(ms(500)), 0)
	same(t, "left a second later", r.Left(ms(1000)), 2)
}

func TestNextIsWhenTheOldestEventIsForgotten(t *testing.T) {
	r := pacing.Rate{Max: 3, Per: time.Second}
	same(t, "before any", r.Next(), time.Time{})
	r.Take(ms(100), 1)
	r.Take(ms(300), 2)
	same(t, "next", r.Next(), ms(1100))
	r.Left(ms(1100))
	same(t, "after that", r.Next(), ms(1300))
	r.Left(ms(1300))
	same(t, "when all are forgotten", r.Next(), time.Time{})
}

func TestAClockThatStepsBackLosesNoEvent(t *testing.T) {
	r := pacing.Rate{Max: 2, Per: time.Second}
	r.Take(ms(500), 1)
	r.Take(ms(480), 1)
	same(t, "left", r.Left(ms(490)), 0)
	same(t, "left when the step back is a second old", r.Left(ms(1480)), 0)
	same(t, "left when the latest is", r.Left(ms(1500)), 2)
}

func TestAClockThatStepsBackAfterAllWasForgottenNotesAnew(t *testing.T) {
	r := pacing.Rate{Max: 1, Per: time.Second}
	r.Take(ms(0), 1)
	same(t, "left", r.Left(ms(1000)), 1)
	r.Take(ms(0), 1)
	same(t, "left", r.Left(ms(999)), 0)
}

// within counts what was taken in the span of Per that ends with now.
func within(taken map[int]int, now int, per time.Duration) int {
	n := 0
	for at, count := range taken {
		if age := ms(now).Sub(ms(at)); age >= 0 && age < per {
			n += count
		}
	}
	return n
}

func TestNoSpanHoldsMoreAndNothingAllowedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := pacing.Rate{
			Max: rapid.IntRange(1, 100).Draw(t, "max"),
			Per: time.Duration(rapid.IntRange(1, 300).Draw(t, "per")) * time.Millisecond,
		}
		taken, now := map[int]int{}, 0
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			now += rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, 400)).Draw(t, "ms")
			left := r.Left(ms(now))
			if want := r.Max - within(taken, now, r.Per); left != want {
				t.Fatalf("at %d ms %d are left, want %d", now, left, want)
			}
			n := rapid.IntRange(0, min(left, 4)).Draw(t, "take")
			r.Take(ms(now), n)
			taken[now] += n
		}
		for start := range taken { // the fullest spans begin with an event
			end := start + int(r.Per/time.Millisecond) - 1
			if n := within(taken, end, r.Per); n > r.Max {
				t.Fatalf("%d events in the span that begins at %d ms", n, start)
			}
		}
	})
}

func TestLeftDoesNotGrowBeforeNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, now := pacing.Rate{Max: 5, Per: 100 * time.Millisecond}, 0
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			now += rapid.IntRange(0, 60).Draw(t, "ms")
			left := r.Left(ms(now))
			r.Take(ms(now), rapid.IntRange(0, left).Draw(t, "take"))
			left = r.Left(ms(now))
			next := r.Next()
			if next.IsZero() != (left == r.Max) {
				t.Fatalf("%d are left, next is %v", left, next)
			}
			if next.IsZero() {
				continue
			}
			if same := r.Left(next.Add(-1)); same != left {
				t.Fatalf("%d are left, and %d just before next", left, same)
			}
			if more := r.Left(next); more <= left {
				t.Fatalf("%d are left, and %d at next", left, more)
			}
			now = int(next.Sub(t0) / time.Millisecond)
		}
	})
}

func ExampleRate() {
	r := pacing.Rate{Max: 10, Per: time.Second}
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r.Take(start, 10)
	fmt.Println(r.Left(start.Add(999*time.Millisecond)), r.Next().Sub(start))
	fmt.Println(r.Left(start.Add(time.Second)))
	// Output:
	// 0 1s
	// 10
}
