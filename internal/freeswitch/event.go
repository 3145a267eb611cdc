package freeswitch

import (
	"strconv"
	"time"
)

// Event is one event of the switch, or a channel's dump: the headers that
// [Headers] lists, by FreeSWITCH's own names, and the body.
type Event struct {
	Headers map[string]string
	Body    string
}

// Names of events.
const (
	EventCreate   = "CHANNEL_CREATE"
	EventProgress = "CHANNEL_PROGRESS"
	EventMedia    = "CHANNEL_PROGRESS_MEDIA"
	EventAnswer   = "CHANNEL_ANSWER"
	EventBridge   = "CHANNEL_BRIDGE"
	EventHangup   = "CHANNEL_HANGUP_COMPLETE"
	EventDestroy  = "CHANNEL_DESTROY"
	EventJob      = "BACKGROUND_JOB"
	EventBeat     = "HEARTBEAT"
	EventShutdown = "SHUTDOWN"
	EventCustom   = "CUSTOM"
)

// Variables that our channels carry; events show them with the prefix "variable_".
const (
	// VarTag is the deployment's name: events are subscribed to by it.
	VarTag = "outdial_tag"
	// VarOwner is the connection that looks after the call. Adoption changes it.
	VarOwner = "outdial_owner"
	// VarCall is the call, on its agent's leg too.
	VarCall = "outdial_call"
	// VarLeg is LegContact or LegAgent.
	VarLeg = "outdial_leg"
	// VarStage is StageMark once the contact has been attached.
	VarStage = "outdial_stage"
)

// Values of [VarLeg] and [VarStage].
const (
	LegContact = "contact"
	LegAgent   = "agent"
	StageMark  = "attached"

	prefix       = "variable_"
	varCause     = "Hangup-Cause"
	varAnswered  = "variable_answer_uepoch"
	varChannelUp = "Caller-Channel-Answered-Time"
)

// Headers lists the headers that are used; a reader may drop all others.
func Headers() []string {
	return []string{
		"Event-Name", "Event-Subclass", "Event-Date-Timestamp", "Core-UUID", "Job-UUID",
		"Unique-ID", "Other-Leg-Unique-ID", "Answer-State", "Channel-Call-State",
		varCause, varChannelUp, varAnswered,
		prefix + VarTag, prefix + VarOwner, prefix + VarCall, prefix + VarLeg, prefix + VarStage,
		"variable_sip_term_status", "variable_sip_call_id", "variable_sip_hangup_disposition",
		"Caller-Channel-Progress-Time", "Caller-Channel-Progress-Media-Time", "Caller-Channel-Bridged-Time",
		"variable_originator", "variable_originate_disposition", "variable_current_application",
		"variable_last_bridge_hangup_cause", "variable_last_bridge_proto_specific_hangup_cause",
		"Session-Count", "Max-Sessions",
	}
}

// Get returns a header, or "".
func (e *Event) Get(name string) string { return e.Headers[name] }

// Var returns a channel variable, or "".
func (e *Event) Var(name string) string { return e.Headers[prefix+name] }

// Name is the event's name.
func (e *Event) Name() string { return e.Headers["Event-Name"] }

// Int returns a header as a number; 0 if it is none.
func (e *Event) Int(name string) int {
	n, err := strconv.Atoi(e.Headers[name])
	if err != nil {
		return 0
	}
	return n
}

// At is when the switch says that it happened, or zero.
func (e *Event) At() time.Time { return e.micros("Event-Date-Timestamp") }

// AnsweredAt is when the channel was answered, or zero if it has not been.
// NORMAL_CLEARING does not mean answered; this does.
func (e *Event) AnsweredAt() time.Time {
	if t := e.micros(varAnswered); !t.IsZero() {
		return t
	}
	return e.micros(varChannelUp)
}

// micros reads microseconds since 1970; the switch writes 0 for never.
func (e *Event) micros(name string) time.Time {
	n, err := strconv.ParseInt(e.Headers[name], 10, 64)
	if err != nil || n <= 0 || n > 1<<53 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
