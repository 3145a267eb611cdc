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
	// 408, 504, and a trunk that answers nothing: no reply came in time, from
	// some hop. The number is not at fault and a later call may get through.
	"RECOVERY_ON_TIMER_EXPIRE": OutcomeCongestion,

	"ORIGINATOR_CANCEL": OutcomeCancelled,
	"NORMAL_CLEARING":   OutcomeCancelled,
	"LOSE_RACE":         OutcomeCancelled,
}

// sipOutcomes decides where the SIP status says more than the cause, or where
// the cause is unknown.
var sipOutcomes = map[int]Outcome{
	403: OutcomeRejected,
	404: OutcomeInvalidNumber,
	408: OutcomeCongestion,
	410: OutcomeInvalidNumber,
	480: OutcomeNoAnswer,
	484: OutcomeInvalidNumber,
	486: OutcomeBusy,
	500: OutcomeCongestion,
	502: OutcomeCongestion,
	503: OutcomeCongestion,
	504: OutcomeCongestion,
	600: OutcomeBusy,
	603: OutcomeRejected,
	604: OutcomeInvalidNumber,
	607: OutcomeRejected,
	608: OutcomeRejected,
}

// misnamed are statuses to which the switch gives a cause of a busy network,
// although the far end found fault with the request itself: 405, it takes no
// calls at all, and 481, it knows of no such call. Asking again as before gives
// the same answer. A Q.850 reason that changes the cause is believed.
var misnamed = map[int]string{
	405: "SERVICE_UNAVAILABLE",
	481: "NORMAL_TEMPORARY_FAILURE",
}

// Classify says what became of a call that was not answered, from its hang-up
// cause and the SIP status of the far end's final response (0: none was seen).
//
// The cause decides, with these exceptions:
//
//   - NORMAL_CLEARING and its like do not mean answered: a call that is killed
//     while it rings ends with them too, without a status, and is cancelled.
//     With a status of 400 or more it was the far end that ended it, and the
//     status decides. A carrier's own 487 is a failure: we cancelled nothing.
//   - 604, "does not exist anywhere", is read from the status, as its cause
//     NO_ROUTE_DESTINATION is also what a missing route gives.
//   - 405 and 481 are failures under the causes that the switch has for them.
//
// With neither, as when the call ended while the switch could not be reached,
// the truth is unknown.
func Classify(cause string, sip int) Outcome {
	if cause == "" && sip == 0 {
		return OutcomeUnknown
	}
	if sip == 604 {
		return OutcomeInvalidNumber
	}
	if wrong, ok := misnamed[sip]; ok && wrong == cause {
		return OutcomeFailed
	}
	o, known := causeOutcomes[cause]
	switch {
	case known && (o != OutcomeCancelled || sip < 400):
		return o
	case !known && cause != "" && cause != "NORMAL_UNSPECIFIED":
		return OutcomeFailed
	}
	if o, ok := sipOutcomes[sip]; ok {
		return o
	}
	return OutcomeFailed
}
