package xmlrpc_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/fakeswitch/lab"
	"github.com/outdial/outdial/ports/telephonytest"
)

// Adoption is not declared, as one duty of it cannot be kept by polling: see
// TestCallMovesToWhoAdoptsIt for the rest.
var features = telephonytest.Features{AgentFirst: true, Outages: true, Counts: true}

func TestSwitchConforms(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New:      func(t testing.TB) telephonytest.Lab { return newLab(t, fakeswitch.Config{}) },
		Features: features,
	})
}

func TestSwitchConformsWithFaults(t *testing.T) {
	for seed := range uint64(lab.Seeds(t, 3)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			telephonytest.Run(t, telephonytest.Harness{
				New:       func(t testing.TB) telephonytest.Lab { return newLab(t, fakeswitch.Config{}) },
				NewFaulty: func(t testing.TB) telephonytest.Lab { return newFaultyLab(t, seed) },
				Features:  features,
			})
		})
	}
}

// newFaultyLab is a lab whose double loses originates and their replies, and
// spoils the replies to everything but the list. It never loses others, for
// that is an outage, and the suite has those apart.
func newFaultyLab(t testing.TB, seed uint64) *lab.Lab {
	l := newLab(t, fakeswitch.Config{Faults: fakeswitch.Faults{Lag: 300 * time.Millisecond}})
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 1))
	one := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return chance.IntN(20) == 0
	}
	originate := func(command, _ string) bool { return command == "originate" && one() }
	l.Switch.SetXMLRPCFaults(fakeswitch.XMLRPCFaults{
		LoseRequest: originate, FailRequest: originate, LoseReply: originate, FailReply: originate, CutReply: originate,
		Garble: func(command, _ string) bool { return command != "show" && one() },
	})
	return l
}

// newLab is a double with adapters of this package.
func newLab(t testing.TB, cfg fakeswitch.Config) *lab.Lab {
	return lab.New(t, cfg, open)
}

func open(site lab.Site) (lab.Adapter, error) {
	return xmlrpc.New(xmlrpc.Config{
		URL: "http://" + site.XMLRPC + "/RPC2", Username: "fsadmin", Password: lab.Password,
		Gateways: []string{lab.Trunk, lab.Down},
		Clock:    site.Clock, Dial: site.Dial,
	})
}
