package fakeswitch

import "time"

// timerB is how long sofia waits for a carrier that answers no packet.
const timerB = 32 * time.Second

// reach is the moment in which the far end is first heard of.
func (c *channel) reach() {
	switch {
	case c.far.Silent:
		c.timer(timerB-c.far.Delay, func() { c.refuse(408) })
	case c.far.Ring > 0:
		c.ring()
		c.timer(c.far.Ring, c.earlyMedia)
	default:
		c.earlyMedia()
	}
}

func (c *channel) ring() {
	c.invited = c.sip
	c.was, c.state = c.state, stateRinging
	c.progress = c.s.now()
	c.s.emit(evProgress, c)
	if p := c.parent; p != nil {
		p.ringWait = true
		if p.progress == 0 {
			p.progress = c.progress
		}
	}
}

// waitsForAnswer reports that early media does not count as being through.
func (c *channel) waitsForAnswer() bool {
	return truth(c.value("ignore_early_media")) || c.parent != nil && truth(c.parent.value("ignore_early_media"))
}

func (c *channel) earlyMedia() {
	if c.far.Media == 0 {
		c.settle()
		return
	}
	c.invited = c.sip
	c.was, c.state = c.state, stateEarly
	c.media = c.s.now()
	c.s.emit(evMedia, c)
	if p := c.parent; p != nil && p.media == 0 {
		p.media = c.media
	}
	if c.dial != nil && !c.waitsForAnswer() {
		c.dial.win(c)
	}
	c.timer(c.far.Media, c.settle)
}

// settle is the far end's final word.
func (c *channel) settle() {
	switch c.far.SIP {
	case 0:
	case 302:
		c.disposition = "recv_refuse"
		c.answer()
	case 200:
		c.answer()
	default:
		c.refuse(c.far.SIP)
	}
}

// refuse ends the call with a SIP response.
func (c *channel) refuse(sip int) {
	c.termSIP, c.failSIP = sip, sip
	c.disposition = "recv_refuse"
	if sip == 401 || sip == 407 { // sofia's own verdict on a challenge it cannot answer
		c.termSIP, c.failSIP, c.disposition = 904, 0, ""
	}
	c.s.hangup(c, sipCause(sip, c.far.Q850), byFar)
}

func (c *channel) answer() {
	s := c.s
	c.invited = c.sip
	c.was, c.state = c.state, stateAnswered
	c.answered = s.now()
	s.emit(evAnswer, c)
	if c.far.Talk > 0 {
		c.timer(c.far.Talk, func() { c.goodbye() })
	}
	c.answering = true
	for _, v := range c.vars {
		if v.Name == "execute_on_answer" && v.Value == "avmd_start" {
			c.runs(App{Name: v.Value})
		}
	}
	c.answering = false
	if c.far.Beep > 0 {
		c.timer(c.far.Beep, c.beep)
	}
	if c.dial != nil {
		c.dial.win(c)
	}
}

// goodbye is a BYE of the far end.
func (c *channel) goodbye() {
	c.termSIP = 200
	c.s.hangup(c, "NORMAL_CLEARING", byFar)
}

func (c *channel) beep() {
	if c.screening {
		c.avmd("avmd::beep")
	}
}

// avmd tells of the detector, twice: bare, and with the channel's variables.
func (c *channel) avmd(class string) {
	c.s.emitCustom(class, c, false)
	c.s.later(func() { // the module has a thread of its own
		c.s.later(func() { c.s.emitCustom(class, c, true) })
	})
}
