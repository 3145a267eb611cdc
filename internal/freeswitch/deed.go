package freeswitch

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// DeedKind names what must be done at the switch.
type DeedKind uint8

// What must be done.
const (
	// DeedKill: hang up channel Leg with Cause.
	DeedKill DeedKind = iota + 1
	// DeedRaise: call the agent To, as channel Leg, for Ring; the result goes
	// to [Book.Reply].
	DeedRaise
	// DeedBridge: connect Call and Leg; the result goes to [Book.Joined].
	DeedBridge
	// DeedTransfer: send Call to the extension To; the result goes to [Book.Joined].
	DeedTransfer
	// DeedMark: set [VarStage] on Call, so that whoever adopts it knows.
	DeedMark
	// DeedOwn: set [VarOwner] on channel Leg.
	DeedOwn
	// DeedLook: dump channel Leg and give the result to [Book.Looked].
	DeedLook
)

// Deed is something to be done at the switch. Doing it twice, or for a channel
// that is gone, does no harm.
type Deed struct {
	Kind  DeedKind
	Call  ports.ID
	Leg   ports.ID
	Cause string
	To    ports.Target
	Ring  time.Duration
	// Later says that what it asks for may be under way as an event: with
	// DeedLook, to be done in half a second.
	Later bool
}
