package fakeswitch

import (
	"regexp"
	"slices"
	"strings"
)

// The events that the switch sends.
const (
	evCustom = iota
	evOutgoing
	evCreate
	evOriginate
	evProgress
	evMedia
	evAnswer
	evExecute
	evExecuted
	evPark
	evUnpark
	evBridge
	evUnbridge
	evHangup
	evComplete
	evDestroy
	evJob
	evHeartbeat
	evShutdown
	evPlayStart
	evPlayStop
	evData // of uuid_dump: never sent
	evCount
)

var evNames = [evCount]string{
	"CUSTOM", "CHANNEL_OUTGOING", "CHANNEL_CREATE", "CHANNEL_ORIGINATE", "CHANNEL_PROGRESS",
	"CHANNEL_PROGRESS_MEDIA", "CHANNEL_ANSWER", "CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE",
	"CHANNEL_PARK", "CHANNEL_UNPARK", "CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE", "CHANNEL_HANGUP",
	"CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY", "BACKGROUND_JOB", "HEARTBEAT", "SHUTDOWN",
	"PLAYBACK_START", "PLAYBACK_STOP", "CHANNEL_DATA",
}

var evByName = func() map[string]int {
	m := map[string]int{}
	for i, name := range evNames {
		m[name] = i
	}
	return m
}()

// otherEvents exist in FreeSWITCH and may be asked for; the double never sends them.
var otherEvents = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`CLONE CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_HOLD CHANNEL_UNHOLD
		CHANNEL_APPLICATION CHANNEL_UUID API LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP PUBLISH UNPUBLISH TALK
		NOTALK SESSION_CRASH MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT
		PRESENCE_PROBE MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC DETECTED_SPEECH DETECTED_TONE
		PRIVATE_COMMAND TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE RELOADXML NOTIFY
		PHONE_FEATURE PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL
		COMMAND SESSION_HEARTBEAT CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO RECV_RTCP_MESSAGE
		SEND_RTCP_MESSAGE CALL_SECURE NAT RECORD_START RECORD_STOP CALL_UPDATE FAILURE SOCKET_DATA
		MEDIA_BUG_START MEDIA_BUG_STOP CONFERENCE_DATA_QUERY CONFERENCE_DATA CALL_SETUP_REQ
		CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT SHUTDOWN_REQUESTED`) {
		m[name] = true
	}
	return m
}()

// subscription is what a client wants to hear.
type subscription struct {
	format  format
	events  uint64 // bits by number
	classes map[string]bool
	all     bool // of the CUSTOM classes
	filters []eventFilter
}

// each reads the names after event or nixevent, and reports whether there were any.
func (u *subscription) each(names []string, event func(int), class func(string)) bool {
	known, custom := false, false
	for _, name := range names {
		if custom {
			class(name)
			continue
		}
		name = strings.ToUpper(name)
		if name == "ALL" {
			for i := range evData {
				event(i)
			}
			known = true
			continue
		}
		i, ok := evByName[name]
		if ok {
			event(i)
		}
		custom = ok && i == evCustom
		known = known || ok || otherEvents[name]
	}
	return known
}

func (u *subscription) enable(names []string) bool {
	u.all = u.all || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, "all") })
	return u.each(names, func(i int) {
		u.events |= 1 << i
	}, func(class string) {
		if u.classes == nil {
			u.classes = map[string]bool{}
		}
		u.classes[class] = true
	})
}

func (u *subscription) disable(names []string) {
	u.each(names, func(i int) {
		if i != evCustom {
			u.events &^= 1 << i
		}
	}, func(class string) { delete(u.classes, class) })
}

func (u *subscription) clear() { u.events, u.classes, u.all = 0, nil, false }

// wants reports whether an event goes to this client, its filters aside.
func (u *subscription) wants(event int, class string) bool {
	if u.events&(1<<event) == 0 {
		return false
	}
	return event != evCustom || u.all || u.classes[class]
}

// eventFilter is one filter: a header and what it must be.
type eventFilter struct {
	name, value string
	negative    bool
	expr        *regexp.Regexp
}

func newFilter(name, value string) eventFilter {
	f := eventFilter{name: name, value: value}
	for value != "" && (value[0] == '+' || value[0] == '-') {
		f.negative = value[0] == '-'
		value = value[1:]
	}
	if len(value) > 1 && value[0] == '/' {
		f.expr, _ = regexp.Compile(strings.TrimSuffix(value[1:], "/")) // one that isn't matches nothing
	}
	f.value = value
	return f
}

func (f *eventFilter) match(v string) bool {
	if f.expr != nil {
		return f.expr.MatchString(v)
	}
	return strings.EqualFold(f.value, v)
}

// passes asks the filters: without any all passes, else what one of them matches
// and no later negative one takes back.
func (u *subscription) passes(get func(string) (string, bool)) bool {
	if len(u.filters) == 0 {
		return true
	}
	send := false
	for i := range u.filters {
		f := &u.filters[i]
		if send && !f.negative {
			continue
		}
		if v, ok := get(f.name); ok && f.match(v) {
			send = !f.negative
		}
	}
	return send
}
