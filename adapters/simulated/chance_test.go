package simulated_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// bad is a world in which everything goes wrong now and then.
func bad(seed uint64) simulated.Config {
	return simulated.Config{
		Seed: seed, Oracle: true, Agents: simulated.Agents{Count: 20},
		Faults: simulated.Faults{
			Refuse: 0.05, Ghost: 0.05, Vanish: 0.1,
			Lose: 0.05, Double: 0.05, Late: 0.05, Swap: 0.05,
		},
	}
}

// play places calls, attaches whatever answers, and returns all that was heard.
func play(t *testing.T, cfg simulated.Config, calls []int) []ports.Event {
	r := newRig(t, cfg)
	for _, n := range calls {
		d := dial(n)
		d.Screen = n%2 == 0
		r.originate(d)
	}
	r.poll()
	seen := 0
	for at := r.w.Next(); !at.IsZero(); at = r.w.Next() {
		r.w.Advance(at)
		r.poll()
		for ; seen < len(r.heard); seen++ {
			if e := r.heard[seen]; e.Kind == ports.Answered {
				r.must(r.phone.Attach(e.Call, ports.Target{Destination: "9000"}))
			}
		}
	}
	return r.heard
}

func numbers(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

func TestSameSeedAndCommandsGiveTheSameBytes(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		a, b := play(t, bad(seed), numbers(100)), play(t, bad(seed), numbers(100))
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Error("two runs differ")
		}
	})
}

func TestAnotherSeedIsAnotherDay(t *testing.T) {
	a, b := play(t, bad(1), numbers(100)), play(t, bad(2), numbers(100))
	if fmt.Sprint(a) == fmt.Sprint(b) {
		t.Error("seeds 1 and 2 give the same run")
	}
}

func TestFateOfACallDoesNotDependOnOtherCalls(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		alone := play(t, bad(seed), []int{7})
		crowd := numbers(100)
		slices.Reverse(crowd)
		among := slices.DeleteFunc(play(t, bad(seed), crowd), func(e ports.Event) bool { return e.Call != id(7) })
		if fmt.Sprint(alone) != fmt.Sprint(among) {
			t.Errorf("alone\n%v\namong others\n%v", alone, among)
		}
	})
}

func TestFateOfACallDoesNotDependOnWhoAsks(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		cfg := bad(seed)
		cfg.Faults.Swap = 0 // a question's answer is a next event, too
		quiet, asked := newRig(t, cfg), newRig(t, cfg)
		quiet.originate(dial(7))
		asked.originate(dial(7))
		for range 50 {
			asked.must(asked.phone.Adopt([]ports.ID{id(7)}))
			quiet.advance(time.Second)
			asked.advance(time.Second)
		}
		asked.heard = slices.DeleteFunc(asked.heard, func(e ports.Event) bool { return e.Kind == ports.Stage })
		if quiet.story() != asked.story() {
			t.Errorf("left alone\n%sasked\n%s", quiet.story(), asked.story())
		}
	})
}

func TestMixIsKeptOnAverage(t *testing.T) {
	r := newRig(t, simulated.Config{Seed: 3, Carrier: simulated.Carrier{
		Mix: simulated.Mix{attempt.OutcomeBusy: 1, attempt.OutcomeInvalidNumber: 3},
	}})
	const n = 4000
	for i := range n {
		r.originate(dial(i))
	}
	r.finish()
	busy := 0
	for _, e := range r.heard {
		if e.Cause == "USER_BUSY" {
			busy++
		}
	}
	if busy < n*23/100 || busy > n*27/100 {
		t.Errorf("%d of %d calls are busy, want about a quarter", busy, n)
	}
}

func TestDistributionsHaveTheirMean(t *testing.T) {
	for name, d := range map[string]simulated.Dist{
		"fixed":       simulated.Fixed(7 * time.Second),
		"uniform":     simulated.Uniform(time.Second, 9*time.Second),
		"exponential": simulated.Exponential(12 * time.Second),
		"log-normal":  simulated.LogNormal(100*time.Second, 0.6),
	} {
		const n = 100_000
		var sum time.Duration
		for i := range n { // the middle of each of n equal shares
			sum += d.Draw((float64(i) + 0.5) / n)
		}
		got, want := (sum / n).Seconds(), d.Mean().Seconds()
		if got < want*0.999 || got > want*1.001 {
			t.Errorf("%s: the mean of its draws is %g s, its mean %g s", name, got, want)
		}
	}
}

func TestDrawsAreInOrderFiniteAndWholeMicroseconds(t *testing.T) {
	for name, d := range map[string]simulated.Dist{
		"uniform":     simulated.Uniform(time.Second, 9*time.Second),
		"exponential": simulated.Exponential(12 * time.Second),
		"log-normal":  simulated.LogNormal(100*time.Second, 0.6),
	} {
		last := time.Duration(0)
		for _, u := range []float64{0, 1e-9, 0.1, 0.5, 0.9, 1 - 0x1p-53} {
			x := d.Draw(u)
			if x < last || x > 24*time.Hour || x%time.Microsecond != 0 {
				t.Errorf("%s: draw %g is %d ns after %s", name, u, x, last)
			}
			last = x
		}
	}
}

func TestHalfOfALogNormalLiesBelowItsMedian(t *testing.T) {
	if got := simulated.LogNormal(time.Minute, 1).Draw(0.5); got != time.Minute {
		t.Errorf("the median is %s", got)
	}
}
