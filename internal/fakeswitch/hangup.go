package fakeswitch

import "time"

// hangup ends a channel. CHANNEL_HANGUP is told at once, the rest after what is
// under way.
func (s *Switch) hangup(c *channel, cause string, by hand) {
	if c.state >= stateHungUp {
		return
	}
	was := c.state
	c.cause = cause
	c.ended = s.now()
	c.stopTimers()
	if c.inner != nil && c.outcome == "" {
		c.outcome = "failure"
	}
	c.was = was
	s.emit(evHangup, c)
	c.state = stateHungUp
	if by == byFar && was == stateAnswered {
		c.disposition = "recv_bye"
	}
	s.later(func() { s.wind(c, was, by) })
}

// wind ends what the channel was in the middle of, and then the channel.
func (s *Switch) wind(c *channel, was state, by hand) {
	if inner := c.inner; inner != nil {
		c.inner = nil
		c.outcome = "ORIGINATOR_CANCEL"
		for _, l := range inner.live {
			l.lastCause, l.lastProto = c.cause, c.proto()
		}
		inner.done = func(*channel, string) {}
		inner.stop("ORIGINATOR_CANCEL")
	}
	s.unbridge(c)
	c.finishApp()
	s.vary(func() { s.complete(c, was, by) })
}

// complete tells the whole story of an ended channel, and forgets it.
func (s *Switch) complete(c *channel, was state, by hand) {
	if c.sip && by == byUs {
		switch {
		case was == stateAnswered:
			c.disposition = "send_bye"
		case c.disposition == "":
			c.disposition, c.failSIP = "send_cancel", 487
		}
	}
	s.emit(evComplete, c)
	if c.bridged > 0 && c.lastCause != "" {
		c.bridgeCause = c.lastCause // its partner's bridge has ended by now
	}
	d := c.dial
	if d != nil && d.parent == nil {
		c.dial = nil
		d.lost(c)
	}
	s.vary(func() {
		s.emit(evDestroy, c)
		s.remove(c)
		if c.dial != nil {
			c.dial.lost(c)
			c.dial = nil
		}
	})
}

// proto is the variable proto_specific_hangup_cause, or "".
func (c *channel) proto() string {
	if c.termSIP == 0 {
		return ""
	}
	return "sip:" + itoa(c.termSIP)
}

// vary runs f soon: at once, or with Faults.Vary up to 40 ms later.
func (s *Switch) vary(f func()) {
	if !s.faults.Vary {
		s.later(f)
		return
	}
	s.after(time.Duration(s.dice.IntN(3))*20*time.Millisecond, f)
}

// unbridge takes a channel that has hung up away from the one it was connected
// to, whose bridge is thereby over.
func (s *Switch) unbridge(c *channel) {
	p := c.peer
	if p == nil {
		return
	}
	c.peer, p.peer = nil, nil
	if c.bridgedBy != "" {
		s.leaveLead(c, p)
		return
	}
	s.leaveFollower(c, p)
}

// leaveLead ends a bridge whose A leg has hung up: the other is hung up too.
func (s *Switch) leaveLead(a, b *channel) {
	a.bridgeCause = a.cause
	s.part(a, b)
	s.tellUnbridge(a)
}

// leaveFollower ends a bridge whose B leg has hung up: the A leg goes on with
// its applications.
func (s *Switch) leaveFollower(b, a *channel) {
	a.lastCause, a.lastProto, a.bridgeCause = b.cause, b.proto(), b.cause
	s.later(func() {
		if a.state >= stateHungUp {
			return
		}
		s.tellUnbridge(a)
		s.afterBridge(a)
	})
}

// part hangs up the one whose partner has gone, unless it is to be kept.
func (s *Switch) part(gone, left *channel) {
	left.lastCause, left.lastProto = gone.cause, gone.proto()
	if truth(left.value("park_after_bridge")) {
		left.bridgedBy = ""
		s.later(func() { s.park(left) })
		return
	}
	s.hangup(left, gone.cause, byUs)
}

func (s *Switch) tellUnbridge(a *channel) {
	s.emit(evUnbridge, a)
	a.bridgedBy = ""
	a.finishApp()
}
