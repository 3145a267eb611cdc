package esl_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/ports/telephonytest"
)

var features = telephonytest.Features{AgentFirst: true, Adoption: true, Outages: true, Counts: true}

func TestSwitchConforms(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New:      func(t testing.TB) telephonytest.Lab { return newLab(t, fakeswitch.Config{}) },
		Features: features,
	})
}

// With each seed other events are lost, doubled, delayed and swapped; the checks
// of a faultless switch are the same each time, so that once is enough for them.
//
//	OUTDIAL_SEEDS=500 go test -run WithFaults ./adapters/esl
func TestSwitchConformsWithFaults(t *testing.T) {
	ran := 0
	for seed := range uint64(lab.Seeds(t, 3)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			telephonytest.Run(t, telephonytest.Harness{
				New: func(t testing.TB) telephonytest.Lab { return newLab(t, fakeswitch.Config{}) },
				NewFaulty: func(t testing.TB) telephonytest.Lab {
					return newLab(t, fakeswitch.Config{Faults: fakeswitch.Faults{
						Seed: seed, Drop: 0.05, Duplicate: 0.1, Delay: 0.1, Reorder: 0.1, Vary: true, Lag: 300 * time.Millisecond,
					}})
				},
				Features: features,
				Around: func(t *testing.T, body func(*testing.T)) {
					if !strings.Contains(t.Name(), "/a_faulty_switch_") {
						t.Skip("TestSwitchConforms does this one")
					}
					ran++
					body(t)
				},
			})
		})
	}
	if ran == 0 {
		t.Error("the suite has no check of a faulty switch by that name")
	}
}

// newLab is a double with adapters of this package.
func newLab(t testing.TB, cfg fakeswitch.Config) *lab.Lab {
	return lab.New(t, cfg, open)
}

func open(site lab.Site) (lab.Adapter, error) {
	return esl.New(esl.Config{
		Addr: site.ESL, Password: lab.Password, Gateways: []string{lab.Trunk, lab.Down},
		Clock: site.Clock, Dial: site.Dial,
	})
}
