package esl

import "github.com/outdial/outdial/internal/freeswitch"

// capacity is what the switch can take, as far as it tells: its status when it
// is reached, and its heartbeat every 20 s.
type capacity struct {
	perSecond int
	// free is how many sessions the last heartbeat left; calls is how many we
	// had then. Without a heartbeat nothing is known.
	known       bool
	free, calls int
}

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
