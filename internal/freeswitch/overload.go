package freeswitch

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// overloaded is the cause of an originate that a full or pausing switch
// refuses: there is no channel, and no event but the originate's result.
const overloaded = "DESTINATION_OUT_OF_ORDER"

// Overload slows dialling down while the switch refuses calls because it is full
// or pausing: after a refusal nothing is offered to it for a second, after the
// next for two, up to half a minute, until it takes one again.
type Overload struct {
	pause Backoff
	until time.Time
}

// Paused reports whether the switch has refused a call just now.
func (o *Overload) Paused(now time.Time) bool { return now.Before(o.until) }

// Learn draws conclusions from what calls told.
func (o *Overload) Learn(now time.Time, told []ports.Event) {
	for i := range told {
		switch {
		case told[i].Kind == ports.Accepted:
			o.pause.Reset()
		case told[i].Kind == ports.Refused && told[i].Cause == overloaded && !now.Before(o.until):
			o.pause.Min, o.pause.Max = time.Second, 30*time.Second
			o.until = now.Add(o.pause.Next())
		}
	}
}
