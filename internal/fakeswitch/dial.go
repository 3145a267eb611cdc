package fakeswitch

import "slices"

// dial is an attempt to get somebody on the line: legs, of which the first to
// answer wins.
type dial struct {
	s       *Switch
	vars    []Var
	groups  [][]Leg
	parent  *channel
	cidName string
	cidNum  string
	timeout int64 // seconds
	done    func(won *channel, cause string)

	live  []*channel
	timer *task
	over  bool
	cause string
	// of the last leg that ended:
	lastCause, lastProto string
	failSIP              int
}

// defaultTimeout is how long FreeSWITCH lets something ring that has no timeout.
const defaultTimeout = 60

// start dials. done is called once, with the winner or the cause of the failure.
func (d *dial) start() {
	s := d.s
	s.dials[d] = struct{}{}
	if v, ok := find(d.vars, "originate_timeout"); ok && seconds(v) > 0 {
		d.timeout = seconds(v)
	}
	if d.timeout == 0 {
		d.timeout = defaultTimeout
	}
	d.timer = s.atSecond(d.timeout, d.expire)
	d.next()
}

// next dials the next group; without one the dial has failed.
func (d *dial) next() {
	for len(d.live) == 0 && !d.over {
		if len(d.groups) == 0 {
			d.fail(d.cause)
			return
		}
		group := d.groups[0]
		d.groups = d.groups[1:]
		for _, leg := range group {
			c, cause := d.s.call(d, leg)
			if c == nil {
				d.cause = cause
				continue
			}
			d.live = append(d.live, c)
		}
	}
}

func (d *dial) close() {
	d.over = true
	d.s.cancel(d.timer)
	delete(d.s.dials, d)
}

func (d *dial) fail(cause string) {
	if d.over {
		return
	}
	d.close()
	d.done(nil, cause)
}

// win ends the dial with its winner; the other legs have lost the race.
func (d *dial) win(c *channel) {
	if d.over {
		return
	}
	d.close()
	c.dial = nil
	for _, l := range d.live {
		if l != c {
			l.dial = nil
			d.s.hangup(l, "LOSE_RACE", byUs)
		}
	}
	d.live = nil
	d.done(c, "")
}

// lost is the end of a leg.
func (d *dial) lost(c *channel) {
	if i := slices.Index(d.live, c); i >= 0 {
		d.live = slices.Delete(d.live, i, i+1)
	}
	d.cause = c.cause
	d.lastCause, d.lastProto, d.failSIP = c.cause, c.proto(), 0
	if c.disposition == "recv_refuse" {
		d.failSIP = c.failSIP
	}
	if !d.over && len(d.live) == 0 {
		d.next()
	}
}

// expire is the end of the time to answer.
func (d *dial) expire() { d.stop("NO_ANSWER") }

// stop gives up: all legs are hung up with the cause.
func (d *dial) stop(cause string) {
	if d.over {
		return
	}
	d.close()
	d.lastCause = cause
	for _, l := range d.live {
		l.dial = nil
		d.s.hangup(l, cause, byUs)
	}
	d.live = nil
	d.done(nil, cause)
}
