package outdial_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
	"github.com/outdial/outdial/ports/telephonytest"
)

// Whoever writes an adapter runs the suite of its port, from a test of theirs.
// What the lab cannot act out, and what is not declared, is skipped.
func Example_conformance() {
	_ = []func(*testing.T){testYourStore, testYourTelephony} // there: TestStore, TestTelephony
}

func testYourStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) ports.Store { return memory.New() }, storetest.Features{})
}

func testYourTelephony(t *testing.T) {
	telephonytest.Run(t, telephonytest.Harness{
		New:    func(testing.TB) telephonytest.Lab { return lab{newLoopback(24 * time.Hour)} },
		Around: synctest.Test, // no minute of it is waited for
	})
}

// lab is the loopback of the other example with its far ends.
type lab struct{ *loopback }

func (l lab) Connect() ports.Telephony { return l.loopback }

func (l lab) Number(far telephonytest.Far) string {
	if far.Outcome != attempt.OutcomeAnswered || far.Ring > time.Second || far.Talk != 0 {
		return "" // here everybody answers at once and stays
	}
	return "1000"
}

func (l lab) Agent(far telephonytest.Far) ports.Target {
	if far.Outcome != attempt.OutcomeAnswered {
		return ports.Target{}
	}
	return ports.Target{Destination: "2000"}
}

func (l lab) Pass(d time.Duration) { time.Sleep(d) }

func (l lab) Settle(until func() bool) bool {
	for range 60 {
		if until() {
			return true
		}
		time.Sleep(time.Second)
	}
	return false
}
