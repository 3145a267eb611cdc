package esl

import (
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// capacity is what the switch can take, as far as it tells: its status when it
// is reached, its heartbeat every 20 s, and its refusals between.
type capacity struct {
	perSecond int
	// free is how many sessions the last heartbeat left; calls is how many we
	// had then. Without a heartbeat nothing is known.
	known       bool
	free, calls int

	pause freeswitch.Backoff
	until time.Time
}

// overload is the cause of an originate that a full or pausing switch refuses:
// there is no channel, and no event but the job's result.
const overload = "DESTINATION_OUT_OF_ORDER"

// beat takes a heartbeat.
func (c *capacity) beat(ev *freeswitch.Event, calls int) {
	most := ev.Int("Max-Sessions")
	if most <= 0 {
		return
	}
	c.known, c.free, c.calls = true, most-ev.Int("Session-Count"), calls
}

// left is how many calls more the switch has sessions for, as far as is known;
// at one session a call. Where it takes two, refusals tell.
func (c *capacity) left(calls int) int { return c.free - (calls - c.calls) }

// paused reports whether the switch has refused a call just now.
func (c *capacity) paused(now time.Time) bool { return now.Before(c.until) }

// learn draws conclusions from what calls told.
func (c *capacity) learn(now time.Time, told []ports.Event) {
	for i := range told {
		switch {
		case told[i].Kind == ports.Accepted:
			c.pause.Reset()
		case told[i].Kind == ports.Refused && told[i].Cause == overload && !now.Before(c.until):
			c.pause.Min, c.pause.Max = time.Second, 30*time.Second
			c.until = now.Add(c.pause.Next())
		}
	}
}
