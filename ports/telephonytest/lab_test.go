package telephonytest_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/telephonytest"
)

// lab is the simulated carrier, with numbers that behave as they are told. The
// suite is tried on wrappers around its connections that break promises.
type lab struct {
	w     *simulated.World
	spoil func(*simulated.Switch) ports.Telephony
	inner map[ports.Telephony]*simulated.Switch

	mu      sync.Mutex
	fars    []telephonytest.Far
	arrived map[string]int
}

func newLab(f simulated.Faults, l ports.Limits, spoil func(*simulated.Switch) ports.Telephony) *lab {
	b := &lab{spoil: spoil, inner: map[ports.Telephony]*simulated.Switch{}, arrived: map[string]int{}}
	b.w = simulated.New(simulated.Config{
		Oracle: true, Faults: f, Limits: l, Carrier: simulated.Carrier{Script: b.plan}, Watch: b.count,
	})
	return b
}

func (b *lab) Connect() ports.Telephony {
	s := b.w.Connect()
	t := b.spoil(s)
	b.inner[t] = s
	return t
}

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

// count counts arrivals.
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
func (b *lab) Cut(t ports.Telephony)  { b.inner[t].Down("cut") }
func (b *lab) Mend(t ports.Telephony) { b.inner[t].Up() }

var (
	_ telephonytest.Lab     = (*lab)(nil)
	_ telephonytest.Breaker = (*lab)(nil)
	_ telephonytest.Counter = (*lab)(nil)
)

func honest(s *simulated.Switch) ports.Telephony { return s }

// harness runs the suite on connections spoilt so.
func harness(spoil func(*simulated.Switch) ports.Telephony) telephonytest.Harness {
	return telephonytest.Harness{
		New: func(testing.TB) telephonytest.Lab {
			return newLab(simulated.Faults{}, ports.Limits{Ringing: 30}, spoil)
		},
		NewFaulty: func(testing.TB) telephonytest.Lab {
			return newLab(simulated.Faults{
				Busy: 0.1, Refuse: 0.05, Ghost: 0.1, Vanish: 0.1, Lose: 0.1, Double: 0.1, Late: 0.1, Swap: 0.1,
			}, ports.Limits{}, spoil)
		},
		Features: telephonytest.Features{
			Screening: true, AgentFirst: true, Adoption: true, Outages: true, Counts: true,
		},
	}
}

func TestSuitePassesAnHonestSwitch(t *testing.T) { telephonytest.Run(t, harness(honest)) }

// poor is a lab that can't act out much.
type poor struct{ *lab }

func (p poor) Number(far telephonytest.Far) string {
	if far.Outcome == attempt.OutcomeMachine {
		return ""
	}
	return p.lab.Number(far)
}

func (p poor) Agent(telephonytest.Far) ports.Target { return ports.Target{} }

func TestSuiteSkipsWhatTheLabCannotActOut(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New: func(testing.TB) telephonytest.Lab {
			return poor{newLab(simulated.Faults{}, ports.Limits{}, honest)}
		},
	})
}
