package fakeswitch

import (
	"strconv"
	"time"
)

// state is how far a channel has got.
type state uint8

const (
	stateDialling state = iota
	stateRinging
	stateEarly
	stateAnswered
	stateHungUp
	stateGone
)

var stateNames = [...]string{"dialling", "ringing", "early", "answered", "hungup", "gone"}

// hand says who hung up.
type hand uint8

const (
	byUs hand = iota
	byFar
)

// channel is a leg. The switch's lock guards it.
type channel struct {
	s       *Switch
	uuid    string
	session int64
	leg     Leg
	name    string // sofia/external/1002
	sip     bool   // went out by SIP, and has its variables
	invited bool   // the far end has answered something: there are SIP headers
	far     Far
	vars    []Var

	cidName, cidNum string
	flipped         bool   // it runs applications: caller and callee have changed places
	hit             bool   // Channel-HIT-Dialplan
	answering       bool   // the answer is being told
	ringWait        bool   // somebody rings whom its bridge has dialled
	destination     string // where it was transferred to
	source          string // transfer_source: how it came there

	state, was                                         state // was: before the hang-up
	created, progress, media, answered, bridged, ended int64 // µs
	transferred                                        int64
	cause                                              string
	termSIP, failSIP                                   int
	disposition                                        string

	dial   *dial    // that waits for it
	parent *channel // whose bridge dialled it
	peer   *channel // connected to
	other  *channel // shown as the other leg, even after the end
	inner  *dial    // the dial of its own bridge

	app         App   // that runs
	lastApp     App   // that ran or runs
	script      []App // applications still to run
	parked      bool
	parkTimer   *task
	timers      []*task
	screening   bool   // avmd listens
	bridgedBy   string // bridge or uuid_bridge
	outcome     string // originate_disposition
	lastCause   string // last_bridge_hangup_cause
	lastProto   string // last_bridge_proto_specific_hangup_cause
	bridgeCause string // bridge_hangup_cause
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func (s *Switch) now() int64 { return micros(s.clock.Now()) }

// value returns a variable; the last of a name counts.
func (c *channel) value(name string) string {
	v, _ := find(c.vars, name)
	return v
}

// set changes a variable, or adds it; an empty value takes it away.
func (c *channel) set(name, value string) {
	for i := range c.vars {
		if c.vars[i].Name != name {
			continue
		}
		if value == "" {
			c.vars = append(c.vars[:i:i], c.vars[i+1:]...)
			return
		}
		c.vars[i].Value = value
		return
	}
	if value != "" {
		c.vars = append(c.vars, Var{name, value})
	}
}

// truth reads a variable as FreeSWITCH reads booleans.
func truth(v string) bool {
	switch v {
	case "true", "yes", "on", "enabled", "active", "allow", "t", "y", "1":
		return true
	}
	return false
}

// seconds reads a variable that is a number of seconds; 0 if it is none.
func seconds(v string) int64 {
	end := 0
	for end < len(v) && v[end] >= '0' && v[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(v[:end], 10, 32)
	if err != nil {
		return 0
	}
	return n
}

// atSecond runs f when the clock's whole seconds have gone on by n: between n−1
// and n seconds from now, as FreeSWITCH measures its timeouts.
func (s *Switch) atSecond(n int64, f func()) *task {
	now := s.clock.Now()
	at := time.Unix(now.Unix()+n, 0)
	return s.after(max(at.Sub(now), time.Nanosecond), f)
}

// timer runs f in d, unless the channel has ended by then.
func (c *channel) timer(d time.Duration, f func()) {
	if t := c.s.after(d, func() {
		if c.state < stateHungUp {
			f()
		}
	}); t != nil {
		c.timers = append(c.timers, t)
	}
}

func (c *channel) stopTimers() {
	for _, t := range c.timers {
		c.s.cancel(t)
	}
	c.s.cancel(c.parkTimer)
	c.timers, c.parkTimer = nil, nil
}

// alive returns a channel that has not hung up, or nil.
func (s *Switch) alive(id string) *channel {
	c := s.channels[id]
	if c == nil || c.state >= stateHungUp {
		return nil
	}
	return c
}

func (c *channel) snapshot() Channel {
	out := Channel{
		UUID: c.uuid, Name: c.name, Vars: varMap(c.vars), Number: c.leg.Number,
		Endpoint: c.leg.Endpoint,
		Gateway:  c.leg.Gateway, Profile: c.leg.Profile, Host: c.leg.Host,
		State: stateNames[c.state], Answered: c.answered > 0, App: c.app.Name,
		Created: time.UnixMicro(c.created).UTC(),
	}
	if c.peer != nil {
		out.Peer = c.peer.uuid
	}
	if c.parent != nil {
		out.Parent = c.parent.uuid
	}
	return out
}

func varMap(vars []Var) map[string]string {
	m := make(map[string]string, len(vars))
	for _, v := range vars {
		m[v.Name] = v.Value
	}
	return m
}

// remove takes an ended channel out of the books.
func (s *Switch) remove(c *channel) {
	c.state = stateGone
	if s.channels[c.uuid] == c {
		delete(s.channels, c.uuid)
	}
	s.ended++
	if s.ended < 64 || s.ended*2 < len(s.order) {
		return
	}
	left := s.order[:0]
	for _, c := range s.order {
		if c.state != stateGone {
			left = append(left, c)
		}
	}
	clear(s.order[len(left):])
	s.order, s.ended = left, 0
}
