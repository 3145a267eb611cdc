package freeswitch

// causes are the hang-up causes of FreeSWITCH, sorted: its CAUSE_CHART
// (switch_channel.c), less NONE, SUCCESS and CRASH, which end nothing.
var causes = []string{
	"ACCESS_INFO_DISCARDED", "ALLOTTED_TIMEOUT", "ATTENDED_TRANSFER", "BAD_IDENTITY_INFO",
	"BEARERCAPABILITY_NOTAUTH", "BEARERCAPABILITY_NOTAVAIL", "BEARERCAPABILITY_NOTIMPL", "BLIND_TRANSFER",
	"BOWOUT", "BUSY_EVERYWHERE", "CALL_AWARDED_DELIVERED", "CALL_REJECTED", "CHANNEL_UNACCEPTABLE",
	"CHAN_NOT_IMPLEMENTED", "DECLINE", "DESTINATION_OUT_OF_ORDER", "DOES_NOT_EXIST_ANYWHERE",
	"EXCHANGE_ROUTING_ERROR", "FACILITY_NOT_IMPLEMENTED", "FACILITY_NOT_SUBSCRIBED", "FACILITY_REJECTED",
	"GATEWAY_DOWN", "IE_NONEXIST", "INCOMING_CALL_BARRED", "INCOMPATIBLE_DESTINATION", "INTERWORKING",
	"INVALID_CALL_REFERENCE", "INVALID_GATEWAY", "INVALID_IDENTITY", "INVALID_IE_CONTENTS",
	"INVALID_MSG_UNSPECIFIED", "INVALID_NUMBER_FORMAT", "INVALID_PROFILE", "INVALID_URL", "LOSE_RACE",
	"MANAGER_REQUEST", "MANDATORY_IE_LENGTH_ERROR", "MANDATORY_IE_MISSING", "MEDIA_TIMEOUT",
	"MESSAGE_TYPE_NONEXIST", "NETWORK_OUT_OF_ORDER", "NORMAL_CIRCUIT_CONGESTION", "NORMAL_CLEARING",
	"NORMAL_TEMPORARY_FAILURE", "NORMAL_UNSPECIFIED", "NOT_ACCEPTABLE", "NO_ANSWER", "NO_IDENTITY",
	"NO_PICKUP", "NO_ROUTE_DESTINATION", "NO_ROUTE_TRANSIT_NET", "NO_USER_RESPONSE", "NUMBER_CHANGED",
	"ORIGINATOR_CANCEL", "OUTGOING_CALL_BARRED", "PICKED_OFF", "PRE_EMPTED", "PROGRESS_TIMEOUT",
	"PROTOCOL_ERROR", "RECOVERY_ON_TIMER_EXPIRE", "REDIRECTION_TO_NEW_DESTINATION", "REJECT_ALL",
	"REQUESTED_CHAN_UNAVAIL", "RESPONSE_TO_STATUS_ENQUIRY", "SERVICE_NOT_IMPLEMENTED",
	"SERVICE_UNAVAILABLE", "SRTP_READ_ERROR", "STALE_DATE", "SUBSCRIBER_ABSENT", "SWITCH_CONGESTION",
	"SYSTEM_SHUTDOWN", "UNALLOCATED_NUMBER", "UNSUPPORTED_CERTIFICATE", "UNWANTED", "USER_BUSY",
	"USER_CHALLENGE", "USER_NOT_REGISTERED", "WRONG_CALL_STATE", "WRONG_MESSAGE",
}

// LocalRefusal reports whether the cause of a failed originate is one that the
// switch gives before it has made a channel. The carrier was not asked, nothing
// was dialled, and the call spends no retry.
//
//   - DESTINATION_OUT_OF_ORDER: more originates in a second than the switch
//     allows, more sessions than max-sessions, outbound calls paused, a channel
//     of that id exists, or a dial string that could not be read.
//   - GATEWAY_DOWN, INVALID_GATEWAY, INVALID_PROFILE: sofia has no such way
//     out, or knows that it is down.
//   - CHAN_NOT_IMPLEMENTED: the endpoint's module is not loaded.
//   - INVALID_URL: sofia could not read the address.
//   - USER_NOT_REGISTERED: the switch's own user has no phone registered.
//
// The first four and CHAN_NOT_IMPLEMENTED were recorded on FreeSWITCH 1.10.12,
// the other two are mod_sofia's (sofia_outgoing_channel). A carrier can name
// most of them too, by a Q.850 reason: where a channel was heard of or a SIP
// status is known, the cause is the carrier's and this says nothing.
// SUBSCRIBER_ABSENT is not here: for a contact it is an answer of the network.
func LocalRefusal(cause string) bool {
	switch cause {
	case "DESTINATION_OUT_OF_ORDER", "GATEWAY_DOWN", "INVALID_GATEWAY", "INVALID_PROFILE",
		"INVALID_URL", "CHAN_NOT_IMPLEMENTED", "USER_NOT_REGISTERED":
		return true
	}
	return false
}
