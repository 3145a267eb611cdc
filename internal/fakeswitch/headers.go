package fakeswitch

import "strings"

// evSource is where in FreeSWITCH's source an event comes from, which events tell.
type evSource struct {
	file, function string
	line           int64
}

var evSources = [evCount]evSource{
	evOutgoing:  {"switch_ivr_originate.c", "switch_ivr_originate", 2962},
	evCreate:    {"switch_core_state_machine.c", "switch_core_session_run", 626},
	evOriginate: {"switch_core_state_machine.c", "switch_core_session_run", 632},
	evProgress:  {"switch_channel.c", "switch_channel_perform_mark_ring_ready_value", 3505},
	evMedia:     {"switch_channel.c", "switch_channel_perform_mark_pre_answered", 3615},
	evAnswer:    {"switch_channel.c", "switch_channel_perform_mark_answered", 3846},
	evExecute:   {"switch_core_session.c", "switch_core_session_exec", 2975},
	evExecuted:  {"switch_core_session.c", "switch_core_session_exec", 3005},
	evPark:      {"switch_ivr.c", "switch_ivr_park", 958},
	evUnpark:    {"switch_ivr.c", "switch_ivr_park", 1113},
	evBridge:    {"switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1689},
	evUnbridge:  {"switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1879},
	evHangup:    {"switch_channel.c", "switch_channel_perform_hangup", 3445},
	evComplete:  {"switch_core_state_machine.c", "switch_core_session_reporting_state", 943},
	evDestroy:   {"switch_core_session.c", "switch_core_session_perform_destroy", 1584},
	evPlayStart: {"switch_ivr_play_say.c", "switch_ivr_play_file", 1490},
	evPlayStop:  {"switch_ivr_play_say.c", "switch_ivr_play_file", 2010},
	evData:      {"mod_commands.c", "uuid_dump_function", 6468},
}

// channelEvent writes an event of a channel.
func (s *Switch) channelEvent(w *writer, event int, c *channel) {
	src := evSources[event]
	s.head(w, event, src.file, src.function, src.line)
	if event == evBridge || event == evUnbridge {
		w.str("Bridge-A-Unique-ID", c.uuid)
		w.str("Bridge-B-Unique-ID", c.other.uuid)
	}
	if event == evComplete { // this one has it twice
		w.safe("Hangup-Cause", c.cause)
	}
	c.basics(w, event)
	if event >= evComplete && event <= evDestroy || event == evHangup || c.cause != "" {
		w.safe("Hangup-Cause", c.cause)
	}
	if (c.answered > 0 || c.media > 0) && c.sip {
		w.fill(codecs)
	}
	c.caller(w, "Caller")
	if c.other != nil {
		kind := "originatee"
		if c.parent == c.other {
			kind = "originator"
		}
		w.safe("Other-Type", kind)
		c.other.caller(w, "Other-Leg")
	}
	if event == evOutgoing {
		return
	}
	c.variables(w, event)
	if event == evExecute || event == evExecuted {
		w.str("Application", c.app.Name)
		if c.app.Args != "" {
			w.str("Application-Data", c.app.Args)
		}
		if event == evExecuted {
			w.safe("Application-Response", "_none_")
		}
		w.safe("Application-UUID", s.core)
	}
}

// bareEvent writes the end of a channel that never was.
func (s *Switch) bareEvent(w *writer, c *channel) {
	src := evSources[evDestroy]
	s.head(w, evDestroy, src.file, src.function, src.line)
	w.fill(nowhere)
	w.str("Unique-ID", c.uuid)
	w.fill(outbound)
	w.safe("Channel-HIT-Dialplan", "false")
	w.str("Channel-Call-UUID", c.uuid)
	w.safe("Answer-State", "ringing")
	w.fill(directions)
	w.str("variable_uuid", c.uuid)
	w.str("variable_call_uuid", c.uuid)
	w.num("variable_session_id", c.session)
}

// avmdEvent writes an event of mod_avmd: its own headers, or the channel's.
func (s *Switch) avmdEvent(w *writer, class string, c *channel, whole bool) {
	w.str("Event-Subclass", class)
	s.head(w, evCustom, "mod_avmd.c", "avmd_fire_event", 700)
	if whole {
		c.basics(w, evExecute)
		w.fill(codecs)
		c.caller(w, "Caller")
		c.variables(w, evExecute)
	} else {
		w.str("Unique-ID", c.uuid)
	}
	w.safe("Call-command", "avmd")
	switch {
	case strings.HasSuffix(class, "beep"):
		w.fill(beeping)
	case strings.HasSuffix(class, "stop"):
		w.safe("Beep-Status", "NOTDETECTED")
	}
}

// basics writes state and identity.
func (c *channel) basics(w *writer, event int) {
	name, call, number := c.states(event)
	w.safe("Channel-State", name)
	w.safe("Channel-Call-State", call)
	w.safe("Channel-State-Number", number)
	w.str("Channel-Name", c.name)
	w.str("Unique-ID", c.uuid)
	w.fill(outbound)
	w.safe("Channel-HIT-Dialplan", boolText(c.hit))
	w.str("Channel-Call-UUID", c.callUUID(event))
	answer := "ringing"
	switch {
	case c.cause != "":
		answer = "hangup"
	case c.answered > 0:
		answer = "answered"
	case c.media > 0:
		answer = "early"
	}
	w.safe("Answer-State", answer)
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// callUUID is the same for both legs of a call, once the second one is on its way.
func (c *channel) callUUID(event int) string {
	if c.parent != nil && event != evOutgoing {
		return c.parent.uuid
	}
	return c.uuid
}

// states are the channel's state, the call's, and the former's number.
func (c *channel) states(event int) (name, call, number string) {
	call = c.callState()
	switch event {
	case evOutgoing:
		return "CS_NONE", "DOWN", "1"
	case evCreate, evOriginate:
		return "CS_INIT", "DOWN", "2"
	case evProgress, evMedia, evAnswer: // told before the call's state changes
		return "CS_CONSUME_MEDIA", callStates[c.was], "7"
	case evHangup:
		if c.flipped {
			return "CS_EXECUTE", call, "10"
		}
		return "CS_CONSUME_MEDIA", call, "10"
	case evComplete:
		return "CS_REPORTING", "HANGUP", "11"
	case evDestroy:
		return "CS_REPORTING", "HANGUP", "12"
	case evData:
		if c.state < stateAnswered {
			return "CS_CONSUME_MEDIA", call, "7"
		}
	}
	return "CS_EXECUTE", call, "4"
}

// callState is Channel-Call-State.
func (c *channel) callState() string {
	st := c.state
	if st >= stateHungUp || c.answering {
		st = c.was
	}
	if c.ringWait && st == stateAnswered {
		return "RING_WAIT"
	}
	return callStates[st]
}

var callStates = [...]string{"DOWN", "RINGING", "EARLY", "ACTIVE", "HANGUP", "HANGUP"}

// calleeName is how FreeSWITCH calls whoever it calls.
const calleeName = "Outbound Call"

// callerNames are the names of a block of caller headers, by prefix, made once.
var callerNames = map[string]*[callerFields]string{
	"Caller":    callerHeaders("Caller", "Caller-Caller-ID-"),
	"Other-Leg": callerHeaders("Other-Leg", "Other-Leg-Caller-ID-"),
}

const callerFields = 20

func callerHeaders(prefix, id string) *[callerFields]string {
	p := prefix + "-"
	return &[callerFields]string{
		id + "Name", id + "Number", p + "Orig-Caller-ID-Name", p + "Orig-Caller-ID-Number",
		p + "Callee-ID-Name", p + "Callee-ID-Number", p + "Network-Addr", p + "ANI",
		p + "Destination-Number", p + "Unique-ID", p + "Channel-Name",
		p + "Profile-Created-Time", p + "Channel-Created-Time", p + "Channel-Answered-Time",
		p + "Channel-Progress-Time", p + "Channel-Progress-Media-Time", p + "Channel-Hangup-Time",
		p + "Channel-Transfer-Time", p + "Channel-Resurrect-Time", p + "Channel-Bridged-Time",
	}
}

// dest is Caller-Destination-Number.
func (c *channel) dest() string {
	if c.destination != "" {
		return c.destination
	}
	return c.leg.Number
}

// caller writes who calls whom, and the times.
func (c *channel) caller(w *writer, prefix string) {
	n := callerNames[prefix]
	parts := callerParts[prefix]
	w.fill(parts.directions)
	name, number, callee, calleeNumber := c.cidName, c.cidNum, calleeName, c.leg.Number
	if c.flipped {
		name, number, callee, calleeNumber = callee, calleeNumber, name, number
	}
	if name != "" {
		w.str(n[0], name)
	}
	w.str(n[1], number)
	if c.cidName != "" {
		w.str(n[2], c.cidName)
	}
	w.str(n[3], c.cidNum)
	if callee != "" {
		w.str(n[4], callee)
	}
	w.str(n[5], calleeNumber)
	if c.invited || c.termSIP > 0 {
		w.safe(n[6], "127.0.0.1")
	}
	w.str(n[7], c.cidNum)
	w.str(n[8], c.dest())
	w.str(n[9], c.uuid)
	w.fill(parts.source)
	w.str(n[10], c.name)
	w.fill(parts.profile)
	hungup := c.ended
	if c.state < stateHungUp {
		hungup = 0
	}
	for i, t := range [...]int64{c.created, c.created, c.answered, c.progress, c.media, hungup, c.transferred, 0, c.bridged} {
		w.num(n[11+i], t)
	}
	w.fill(parts.rest)
}
