package freeswitch

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// entry is one call.
type entry struct {
	id    ports.ID
	shape attempt.Shape
	ring  time.Duration
	told  told

	// agentLeg is the agent's leg: the first leg agent first, the one being
	// attached otherwise. Zero: none yet.
	agentLeg ports.ID
	attach   attachment
	raised   int // agents' legs so far

	// seen says that the contact's channel has existed.
	seen bool
	// blocking says that a reply is awaited which tells the end.
	blocking bool
	screen   bool
	// kill is the cause with which the call was to be hung up.
	kill string
	// failed is the cause in the originate's reply, when the channel's own end
	// is still to come.
	failed     string
	answeredAt time.Time
	// since is when something was last heard of it.
	since time.Time
	// former owns the channel until it shows our own name.
	former string
	// asked is how many questions of Adopt wait for an answer.
	asked int
	// looking says that a look is under way.
	looking bool
	// placed says that it is our own: its Accepted is told, whatever Adopt answers.
	placed bool
	// blind says that its dump could not be read.
	blind bool
	// waited says that it was not there a moment ago.
	waited bool
	// unsure says that the result of connecting it to an agent was lost.
	unsure bool
	// quiet says that nothing was heard since the look found no contact.
	quiet bool
}

// told is what the port has heard of a call.
type told uint8

const (
	toldAccepted told = 1 << iota
	toldAgentUp
	toldProgress
	toldAnswered
	toldScreened
	toldUnserved
	toldAttached
)

// attachment is how far the agent of a parked contact has come.
type attachment uint8

const (
	unattached attachment = iota
	raising               // the agent's leg is being called
	joining               // it is up; the two are being connected
	attached
)
