package simulated_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/telephonytest"
)

var features = telephonytest.Features{
	Screening: true, AgentFirst: true, Adoption: true, Outages: true, Counts: true,
}

func TestSwitchConformsInVirtualTime(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New:      func(testing.TB) telephonytest.Lab { return newLab(simulated.Config{}) },
		Features: features,
	})
}

func TestSwitchWithLimitsConforms(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New: func(testing.TB) telephonytest.Lab {
			return newLab(simulated.Config{Limits: ports.Limits{Ringing: 30, PerSecond: 40}})
		},
		Features: features,
	})
}

func TestSwitchConformsInRealTime(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New:       func(t testing.TB) telephonytest.Lab { return newLiveLab(t, simulated.Config{}) },
		NewFaulty: func(t testing.TB) telephonytest.Lab { return newLiveLab(t, bad(1)) },
		Features:  features,
		Around:    synctest.Test,
	})
}

func TestFaultySwitchConforms(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		cfg := bad(seed)
		cfg.Faults.Busy = 0.1
		telephonytest.Run(t, telephonytest.Harness{
			New:       func(testing.TB) telephonytest.Lab { return newLab(simulated.Config{Seed: seed}) },
			NewFaulty: func(testing.TB) telephonytest.Lab { return newLab(cfg) },
			Features:  features,
		})
	})
}

// lab is a world whose numbers do as the suite says.
type lab struct {
	w       *simulated.World
	mu      sync.Mutex
	fars    []telephonytest.Far
	arrived map[string]int
}

func newLab(cfg simulated.Config) *lab {
	b := &lab{arrived: map[string]int{}}
	cfg.Oracle = true
	cfg.Carrier.Script = b.plan
	cfg.Watch = b.count
	b.w = simulated.New(cfg)
	return b
}

func (b *lab) Connect() ports.Telephony { return b.w.Connect() }

func (b *lab) Number(far telephonytest.Far) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fars = append(b.fars, far)
	return strconv.Itoa(len(b.fars) - 1)
}

func (b *lab) plan(d ports.Dial) (simulated.Plan, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, _ := strconv.Atoi(d.Address)
	far := b.fars[i]
	stays := far.Talk
	if stays == 0 {
		stays = 10 * time.Hour
	}
	const half = time.Second / 2
	return simulated.Plan{
		Outcome: far.Outcome, Post: half, Ring: far.Ring, Patience: stays, Talk: stays,
		Attach: half, Screening: half, AgentRing: half, Ghost: far.ReplyLost, Surface: time.Second,
	}, true
}

// count is the world's watch: it sees every call that arrives.
func (b *lab) count(_ time.Time, d ports.Dial) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrived[d.Address]++
	return nil
}

func (b *lab) Arrived(number string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.arrived[number]
}

func (b *lab) Agent(far telephonytest.Far) ports.Target {
	name := b.w.Agents().Hire(ports.ID{}, 1)[0]
	if far.Outcome != attempt.OutcomeAnswered {
		b.w.Agents().Vanish(name)
	}
	return ports.Target{Agent: name}
}

func (b *lab) Settle(until func() bool) bool {
	for end := b.w.Now().Add(time.Minute); !until(); {
		next := b.w.Next()
		if next.IsZero() || next.After(end) {
			return until()
		}
		b.w.Advance(next)
	}
	return true
}

func (b *lab) Pass(d time.Duration)   { b.w.Advance(b.w.Now().Add(d)) }
func (b *lab) Cut(t ports.Telephony)  { t.(*simulated.Switch).Down("cut") }
func (b *lab) Mend(t ports.Telephony) { t.(*simulated.Switch).Up() }

// liveLab is a world that runs by the clock of a synctest bubble, and whose
// connections are heard by their channels.
type liveLab struct{ *lab }

// deaf hides Poll.
type deaf struct{ ports.Telephony }

func newLiveLab(t testing.TB, cfg simulated.Config) liveLab {
	b := liveLab{newLab(cfg)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.w.Run(ctx, wall{}) // ends with the context
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return b
}

func (b liveLab) Connect() ports.Telephony { return deaf{b.w.Connect()} }

func (b liveLab) Settle(until func() bool) bool {
	for range 120 {
		if until() {
			return true
		}
		b.Pass(time.Second / 2)
	}
	return until()
}

func (b liveLab) Pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (b liveLab) Cut(t ports.Telephony)  { t.(deaf).Telephony.(*simulated.Switch).Down("cut") }
func (b liveLab) Mend(t ports.Telephony) { t.(deaf).Telephony.(*simulated.Switch).Up() }
