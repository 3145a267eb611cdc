package fakeswitch

import (
	"slices"
	"strings"
	"time"
)

// call places one leg. Without a channel the cause says why.
func (s *Switch) call(d *dial, leg Leg) (*channel, string) {
	if leg.Endpoint == "error" {
		return nil, causeOr(leg.Number, "NORMAL_CLEARING")
	}
	if leg.Endpoint == "user" && s.cfg.User(leg.Number).Absent {
		return nil, "SUBSCRIBER_ABSENT"
	}
	if !known(leg) {
		return nil, "CHAN_NOT_IMPLEMENTED"
	}
	c := s.newChannel(d, leg)
	if strings.Contains(leg.Raw, ";port=") {
		return nil, outOfOrder
	}
	if s.channels[c.uuid] != nil || !s.admit() {
		return nil, outOfOrder
	}
	s.sessions++
	c.session = s.sessions
	if cause := s.route(leg); cause != "" {
		s.emitBare(c)
		return nil, cause
	}
	s.register(c)
	return c, ""
}

func known(leg Leg) bool {
	switch leg.Endpoint {
	case "sofia", "user", "null", "loopback":
		return true
	}
	return false
}

// route reports why a leg cannot go out: there is then a channel that nobody
// hears more of than its end.
func (s *Switch) route(leg Leg) string {
	switch {
	case leg.Endpoint != "sofia":
		return ""
	case leg.Gateway != "":
		if slices.Contains(s.cfg.DownGateways, leg.Gateway) {
			return "GATEWAY_DOWN"
		}
		if !slices.Contains(s.cfg.Gateways, leg.Gateway) {
			return "INVALID_GATEWAY"
		}
	case leg.Profile != "external" && leg.Profile != "internal":
		return "INVALID_PROFILE"
	case leg.Host == "":
		return "USER_NOT_REGISTERED"
	}
	return ""
}

// admit asks the switch's own limits.
func (s *Switch) admit() bool {
	if s.paused || s.down {
		return false
	}
	if now := s.clock.Now().Unix(); now != s.second {
		s.second, s.left = now, s.perSecond
	}
	s.left--
	return s.left > 0 && len(s.channels)+1 <= s.maxCalls
}

func (s *Switch) newChannel(d *dial, leg Leg) *channel {
	c := &channel{s: s, leg: leg, dial: d, parent: d.parent, other: d.parent, created: s.now()}
	c.vars = make([]Var, 0, len(d.vars)+len(leg.Vars))
	for _, v := range d.vars {
		c.set(v.Name, v.Value)
	}
	for _, v := range leg.Vars {
		c.set(v.Name, v.Value)
	}
	if c.uuid = c.value("origination_uuid"); c.uuid == "" {
		c.uuid = s.newID()
	}
	c.cidName, c.cidNum = d.cidName, d.cidNum
	if v := c.value("origination_caller_id_name"); v != "" {
		c.cidName = v
	}
	if v := c.value("origination_caller_id_number"); v != "" {
		c.cidNum = v
	}
	if c.cidNum == "" {
		c.cidNum = "0000000000"
	}
	if route := c.value("sip_route_uri"); route != "" {
		c.leg.Host = route
	}
	c.describe()
	return c
}

// describe names the channel and finds out who is at its far end.
func (c *channel) describe() {
	cfg := &c.s.cfg
	switch c.leg.Endpoint {
	case "sofia":
		c.sip = true
		via, profile := c.leg.Gateway, "external"
		if via == "" {
			via, profile = c.leg.Profile, c.leg.Profile
		}
		c.name = "sofia/" + profile + "/" + c.leg.shown
		c.far = cfg.Far(via, c.leg.Number)
	case "user":
		c.sip = true
		c.name = "sofia/internal/" + c.leg.Number
		c.far = cfg.User(c.leg.Number)
	default:
		c.name = c.leg.Endpoint + "/" + c.leg.Number
		c.far = Far{SIP: 200}
	}
}

// register puts the channel into the books and sends it on its way.
func (s *Switch) register(c *channel) {
	s.channels[c.uuid] = c
	s.order = append(s.order, c)
	s.peak = max(s.peak, len(s.channels))
	s.emit(evOutgoing, c)
	s.emit(evCreate, c)
	s.emit(evOriginate, c)
	if n := seconds(c.value("leg_timeout")); n > 0 {
		c.timers = append(c.timers, s.atSecond(n+1, func() {
			if c.state < stateAnswered {
				s.hangup(c, "ALLOTTED_TIMEOUT", byUs)
			}
		}))
	}
	if unsendable(c.leg) {
		s.later(func() { s.hangup(c, outOfOrder, byUs) })
		return
	}
	if c.sip {
		s.invite(c)
	}
	c.timer(c.far.Delay, c.reach)
}

// unsendable reports a called number that sofia makes no address of.
func unsendable(leg Leg) bool {
	return leg.Endpoint == "sofia" && (strings.ContainsAny(leg.Number, "<>") ||
		strings.Contains(leg.Raw, "${") || strings.Contains(leg.Raw, "%["))
}

// invite notes the call that leaves the switch.
func (s *Switch) invite(c *channel) {
	i := Invite{
		UUID: c.uuid, Number: c.leg.Number, Endpoint: c.leg.Endpoint, Gateway: c.leg.Gateway,
		Profile: c.leg.Profile, Host: c.leg.Host,
		Vars: varMap(c.vars), At: time.UnixMicro(c.created).UTC(),
	}
	if c.parent != nil {
		i.Parent = c.parent.uuid
	}
	s.invites = append(s.invites, i)
	s.arrived[c.leg.Number]++
	via := c.leg.Gateway + c.leg.Profile
	if via == "" {
		via = c.leg.Endpoint
	}
	s.arrived[via+"/"+c.leg.Number]++
}
