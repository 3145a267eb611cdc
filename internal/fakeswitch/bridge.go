package fakeswitch

import "strings"

// bridge dials for a channel, and connects it with who answers.
func (s *Switch) bridge(a *channel, args string) {
	vars, groups, err := parseDial(a.expand(args))
	if err != nil || len(groups) == 0 || len(groups[0]) == 0 {
		s.bridgeFailed(a, outOfOrder)
		return
	}
	d := &dial{
		s: s, groups: groups, parent: a, cidName: calleeName, cidNum: a.leg.Number, // a is the caller now
		timeout: seconds(a.value("call_timeout")),
		vars:    append(a.exported(), vars...),
	}
	d.done = func(b *channel, cause string) {
		a.inner, a.ringWait = nil, false
		if b == nil {
			a.failSIP = d.failSIP
			a.lastCause, a.lastProto = d.lastCause, d.lastProto
			s.bridgeFailed(a, cause)
			return
		}
		s.later(func() { s.connect(a, b, "bridge") })
	}
	if v := a.value("effective_caller_id_name"); v != "" {
		d.cidName = v
	}
	if v := a.value("effective_caller_id_number"); v != "" {
		d.cidNum = v
	}
	a.inner = d
	d.start()
}

// exported are the variables that a channel hands on to the legs it dials.
func (c *channel) exported() []Var {
	var out []Var
	for name := range strings.SplitSeq(c.value("export_vars"), ",") {
		if v, ok := find(c.vars, name); ok {
			out = append(out, Var{name, v})
		}
	}
	return out
}

// bridgeFailed ends the application: the call goes on with the next one if it
// may, and is hung up with the other's cause if not.
func (s *Switch) bridgeFailed(a *channel, cause string) {
	a.outcome = cause
	if a.state >= stateHungUp {
		return
	}
	if !goesOn(a.value("continue_on_fail"), cause) {
		s.hangup(a, cause, byUs)
		return
	}
	s.finishNext(a)
}

// goesOn reports whether a call goes on after a failed bridge. Nobody answering
// is always a reason to.
func goesOn(continueOnFail, cause string) bool {
	switch cause {
	case "NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL":
		return true
	}
	if truth(continueOnFail) {
		return true
	}
	for c := range strings.SplitSeq(continueOnFail, ",") {
		if strings.EqualFold(strings.TrimSpace(c), cause) {
			return true
		}
	}
	return false
}

// connect joins two channels; the first leads.
func (s *Switch) connect(a, b *channel, by string) {
	if a.state >= stateHungUp || b.state >= stateHungUp {
		s.half(a, b)
		return
	}
	a.peer, b.peer, a.other, b.other = b, a, b, a
	a.bridgedBy = by
	if by == "bridge" {
		a.outcome = "SUCCESS"
	}
	a.bridged, b.bridged = s.now(), s.now()
	s.emit(evBridge, a)
}

// half is a connection of which one side has just gone.
func (s *Switch) half(a, b *channel) {
	if a.state >= stateHungUp {
		s.hangup(b, "ORIGINATOR_CANCEL", byUs)
		return
	}
	a.outcome, a.lastCause, a.lastProto = b.cause, b.cause, b.proto()
	s.finishNext(a)
}

// afterBridge is what happens to the leading leg when the other has hung up.
func (s *Switch) afterBridge(a *channel) {
	switch {
	case truth(a.value("park_after_bridge")):
		s.park(a)
	case truth(a.value("hangup_after_bridge")):
		s.hangup(a, "NORMAL_CLEARING", byUs)
	default:
		s.nextApp(a)
	}
}

// uuidBridge joins two channels that are up already.
func (s *Switch) uuidBridge(a, b *channel) {
	for _, c := range []*channel{b, a} {
		s.release(c)
		c.script = nil
		c.other = a
	}
	a.other, b.hit = b, false
	b.finishApp()
	a.finishApp()
	a.source, b.source = s.sourceOf(a, "uuid_br:"+b.uuid), s.sourceOf(b, "uuid_br:"+a.uuid)
	a.app, b.app = App{Name: "uuid_bridge"}, App{Name: "uuid_bridge"}
	s.emit(evExecute, a)
	s.emit(evExecute, b)
	s.connect(a, b, "uuid_bridge")
}

// release takes a channel out of a bridge to be used otherwise; its partner is
// hung up, or parked if it wants to be.
func (s *Switch) release(c *channel) {
	p := c.peer
	if p == nil {
		return
	}
	c.peer, p.peer = nil, nil
	lead := c
	if p.bridgedBy != "" {
		lead = p
	}
	s.emit(evUnbridge, lead)
	c.bridgedBy, p.bridgedBy = "", ""
	c.app = App{}
	if truth(p.value("park_after_bridge")) {
		s.park(p)
		return
	}
	s.hangup(p, "NORMAL_CLEARING", byUs)
}
