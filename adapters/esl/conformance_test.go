package esl_test

import (
	"fmt"
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

func TestSwitchConformsWithFaults(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			telephonytest.Run(t, telephonytest.Harness{
				New: func(t testing.TB) telephonytest.Lab { return newLab(t, fakeswitch.Config{}) },
				NewFaulty: func(t testing.TB) telephonytest.Lab {
					return newLab(t, fakeswitch.Config{Faults: fakeswitch.Faults{
						Seed: seed, Drop: 0.05, Duplicate: 0.1, Delay: 0.1, Reorder: 0.1, Vary: true, Lag: 300 * time.Millisecond,
					}})
				},
				Features: features,
			})
		})
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
