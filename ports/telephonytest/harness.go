package telephonytest

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Harness is what the suite needs to know about an adapter.
type Harness struct {
	// New returns a fresh switch with its network, for one test. It cleans up
	// by t.Cleanup.
	New func(t testing.TB) Lab
	// NewFaulty, if set, returns one that misbehaves as far as the port allows.
	NewFaulty func(t testing.TB) Lab
	// Features is what the adapter can do beyond placing calls.
	Features Features
	// Around, if set, is called with each test's body, and calls it:
	// synctest.Test fits.
	Around func(t *testing.T, body func(*testing.T))
	// NewID makes call ids. Default: a function of the test's name and the
	// call's number, so that runs are alike. A lab that remembers ids from one
	// run to the next needs another.
	NewID func() ports.ID
}

// Features is what an adapter can do. What is declared is tested.
type Features struct {
	// Screening: Dial.Screen gives a Screened event.
	Screening bool
	// AgentFirst: the agent's leg can be dialled first.
	AgentFirst bool
	// Adoption: calls outlive their connection, and another connection to the
	// same switch can adopt them. The lab's Connect may be called twice.
	Adoption bool
	// Outages: the lab is a [Breaker].
	Outages bool
	// Counts: the lab is a [Counter].
	Counts bool
}

// Lab is a switch and the network behind it.
type Lab interface {
	// Connect returns a connection to the switch.
	Connect() ports.Telephony
	// Number returns an address where the far end does so, as often as it is
	// called; empty if the lab can't do that.
	Number(Far) string
	// Agent returns an agent, or an extension, that does so when a call is
	// attached to it or its leg is dialled; a zero Target if the lab can't do that.
	Agent(Far) ports.Target
	// Settle lets time pass until the condition holds. It calls it again and
	// again and reports whether it has come true; it gives up after a time in
	// which anything on the way should have arrived: not before half a minute.
	Settle(until func() bool) bool
	// Pass lets that much time pass.
	Pass(time.Duration)
}

// Breaker is a Lab that can lose and restore a connection. Calls go on meanwhile.
type Breaker interface {
	Cut(ports.Telephony)
	Mend(ports.Telephony)
}

// Counter is a Lab that counts calls where they arrive.
type Counter interface {
	// Arrived is how many calls have come to a number.
	Arrived(number string) int
}

// Far is what the far end of a number does.
type Far struct {
	// Outcome is what becomes of a call to it: answered, machine, no answer,
	// busy, rejected, invalid number, congestion or failed; refused is a call
	// that the switch does not even try.
	Outcome attempt.Outcome
	// Ring is how long it rings before it decides. The lab may take up to a
	// second more. No answer rings until the time-out.
	Ring time.Duration
	// Talk is how long it stays on the line after an answer. 0: until it is
	// hung up on.
	Talk time.Duration
	// ReplyLost loses the switch's reply to the originate, not the call.
	ReplyLost bool
}
