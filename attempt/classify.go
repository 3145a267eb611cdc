package attempt

// causeOutcomes maps hang-up causes of calls that nobody answered. The causes
// are FreeSWITCH's names for Q.850 causes; which SIP response leads to which
// was recorded on FreeSWITCH 1.10.12.
var causeOutcomes = map[string]Outcome{
	"USER_BUSY": OutcomeBusy,

	"NO_ANSWER":         OutcomeNoAnswer,
	"NO_USER_RESPONSE":  OutcomeNoAnswer,
	"ALLOTTED_TIMEOUT":  OutcomeNoAnswer,
	"SUBSCRIBER_ABSENT": OutcomeNoAnswer,

	"CALL_REJECTED": OutcomeRejected,
	"UNWANTED":      OutcomeRejected,

	"UNALLOCATED_NUMBER":    OutcomeInvalidNumber,
	"NUMBER_CHANGED":        OutcomeInvalidNumber,
	"INVALID_NUMBER_FORMAT": OutcomeInvalidNumber,

	"NORMAL_TEMPORARY_FAILURE":  OutcomeCongestion,
	"NORMAL_CIRCUIT_CONGESTION": OutcomeCongestion,
	"SWITCH_CONGESTION":         OutcomeCongestion,
	"NETWORK_OUT_OF_ORDER":      OutcomeCongestion,
	"SERVICE_UNAVAILABLE":       OutcomeCongestion,
	"REQUESTED_CHAN_UNAVAIL":    OutcomeCongestion,

	"ORIGINATOR_CANCEL": OutcomeCancelled,
	"NORMAL_CLEARING":   OutcomeCancelled,
	"LOSE_RACE":         OutcomeCancelled,
}

// sipOutcomes decides where the SIP status says more than the cause, or where
// the cause is unknown.
var sipOutcomes = map[int]Outcome{
	403: OutcomeRejected,
	404: OutcomeInvalidNumber,
	410: OutcomeInvalidNumber,
	480: OutcomeNoAnswer,
	484: OutcomeInvalidNumber,
	486: OutcomeBusy,
	487: OutcomeCancelled,
	500: OutcomeCongestion,
	502: OutcomeCongestion,
	503: OutcomeCongestion,
	600: OutcomeBusy,
	603: OutcomeRejected,
	604: OutcomeInvalidNumber,
	607: OutcomeRejected,
	608: OutcomeRejected,
}

// Classify says what became of a call that was not answered, from its hang-up
// cause and its SIP status (0: none was seen). NORMAL_CLEARING does not mean
// answered: a call that is killed while it rings ends with it too. 604, "does
// not exist anywhere", is read from the status, as its cause
// NO_ROUTE_DESTINATION is also what a missing route gives.
func Classify(cause string, sip int) Outcome {
	if sip == 604 {
		return OutcomeInvalidNumber
	}
	if o, ok := causeOutcomes[cause]; ok {
		return o
	}
	if cause != "" && cause != "NORMAL_UNSPECIFIED" {
		return OutcomeFailed
	}
	if o, ok := sipOutcomes[sip]; ok {
		return o
	}
	return OutcomeFailed
}
