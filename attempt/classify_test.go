package attempt_test

import (
	"bytes"
	"encoding/csv"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/outdial/outdial/attempt"
)

// carriers is what each final response of a carrier means. What the switch
// made of it (cause and status) stands in testdata/causes.tsv, as recorded.
var carriers = map[int]attempt.Outcome{
	400: attempt.OutcomeCongestion, // the switch gives it the cause of 500 and 503
	401: attempt.OutcomeFailed,
	402: attempt.OutcomeRejected,
	403: attempt.OutcomeRejected,
	404: attempt.OutcomeInvalidNumber,
	405: attempt.OutcomeFailed, // although its cause is 63, service unavailable
	406: attempt.OutcomeFailed,
	407: attempt.OutcomeFailed,
	408: attempt.OutcomeCongestion, // a trunk that answers nothing ends so too
	410: attempt.OutcomeInvalidNumber,
	413: attempt.OutcomeFailed,
	415: attempt.OutcomeFailed,
	420: attempt.OutcomeFailed,
	480: attempt.OutcomeNoAnswer,
	481: attempt.OutcomeFailed, // although its cause is that of 500 and 503
	482: attempt.OutcomeFailed,
	483: attempt.OutcomeFailed,
	484: attempt.OutcomeInvalidNumber,
	485: attempt.OutcomeFailed, // the cause of 604, which the status tells apart
	486: attempt.OutcomeBusy,
	487: attempt.OutcomeFailed, // the carrier's own: it was not us who cancelled
	488: attempt.OutcomeFailed,
	500: attempt.OutcomeCongestion,
	501: attempt.OutcomeFailed,
	502: attempt.OutcomeCongestion,
	503: attempt.OutcomeCongestion,
	504: attempt.OutcomeCongestion,
	505: attempt.OutcomeFailed,
	600: attempt.OutcomeBusy,
	603: attempt.OutcomeRejected,
	604: attempt.OutcomeInvalidNumber,
	606: attempt.OutcomeFailed,
	607: attempt.OutcomeRejected,
	608: attempt.OutcomeRejected,
}

// recorded reads testdata/causes.tsv: cause and status by the carrier's response.
func recorded(t *testing.T) map[int]struct {
	cause  string
	status int
} {
	t.Helper()
	text, err := os.ReadFile("testdata/causes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[int]struct {
		cause  string
		status int
	}{}
	for _, row := range rows[1:] {
		response, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		one := all[response]
		one.cause = row[2]
		if row[4] != "-" {
			if one.status, err = strconv.Atoi(row[4]); err != nil {
				t.Fatal(err)
			}
		}
		all[response] = one
	}
	return all
}

func TestEveryRecordedResponseIsClassified(t *testing.T) {
	all := recorded(t)
	delete(all, 302) // led to an answered call, which is not classified
	for response, got := range all {
		t.Run(strconv.Itoa(response), func(t *testing.T) {
			want, named := carriers[response]
			if !named {
				t.Fatal("the test does not say what it means")
			}
			same(t, got.cause, attempt.Classify(got.cause, got.status), want)
		})
	}
	same(t, "responses", slices.Sorted(maps.Keys(carriers)), slices.Sorted(maps.Keys(all)))
}

// causes is what each cause means where no status was seen.
var causes = map[string]attempt.Outcome{
	"USER_BUSY":                 attempt.OutcomeBusy,
	"NO_ANSWER":                 attempt.OutcomeNoAnswer,
	"NO_USER_RESPONSE":          attempt.OutcomeNoAnswer,
	"ALLOTTED_TIMEOUT":          attempt.OutcomeNoAnswer,
	"SUBSCRIBER_ABSENT":         attempt.OutcomeNoAnswer,
	"CALL_REJECTED":             attempt.OutcomeRejected,
	"UNWANTED":                  attempt.OutcomeRejected,
	"UNALLOCATED_NUMBER":        attempt.OutcomeInvalidNumber,
	"NUMBER_CHANGED":            attempt.OutcomeInvalidNumber,
	"INVALID_NUMBER_FORMAT":     attempt.OutcomeInvalidNumber,
	"NORMAL_TEMPORARY_FAILURE":  attempt.OutcomeCongestion,
	"NORMAL_CIRCUIT_CONGESTION": attempt.OutcomeCongestion,
	"SWITCH_CONGESTION":         attempt.OutcomeCongestion,
	"NETWORK_OUT_OF_ORDER":      attempt.OutcomeCongestion,
	"SERVICE_UNAVAILABLE":       attempt.OutcomeCongestion,
	"REQUESTED_CHAN_UNAVAIL":    attempt.OutcomeCongestion,
	"RECOVERY_ON_TIMER_EXPIRE":  attempt.OutcomeCongestion,
	"ORIGINATOR_CANCEL":         attempt.OutcomeCancelled,
	"NORMAL_CLEARING":           attempt.OutcomeCancelled,
	"LOSE_RACE":                 attempt.OutcomeCancelled,
	// Causes that the code does not name.
	"NO_ROUTE_DESTINATION":    attempt.OutcomeFailed,
	"GATEWAY_DOWN":            attempt.OutcomeFailed,
	"INVALID_GATEWAY":         attempt.OutcomeFailed,
	"SYSTEM_SHUTDOWN":         attempt.OutcomeFailed,
	"NORMAL_UNSPECIFIED":      attempt.OutcomeFailed,
	"":                        attempt.OutcomeUnknown, // it ended while nobody could see
	"A_CAUSE_NOT_YET_THOUGHT": attempt.OutcomeFailed,
}

func TestEveryCauseIsClassified(t *testing.T) {
	for cause, want := range causes {
		same(t, "outcome of "+cause, attempt.Classify(cause, 0), want)
	}
	for cause := range attempt.CauseOutcomes {
		if _, tested := causes[cause]; !tested {
			t.Errorf("the test does not name %s", cause)
		}
	}
}

func TestTheStatusDecidesWhereTheCauseSaysNothing(t *testing.T) {
	for status, want := range carriers {
		if want == attempt.OutcomeFailed || status == 400 || status == 402 {
			continue // told by their causes alone
		}
		for _, cause := range []string{"", "NORMAL_UNSPECIFIED", "NORMAL_CLEARING", "ORIGINATOR_CANCEL", "LOSE_RACE"} {
			same(t, "outcome of "+strconv.Itoa(status), attempt.Classify(cause, status), want)
		}
	}
	for status := range attempt.SIPOutcomes {
		if _, tested := carriers[status]; !tested {
			t.Errorf("the test does not name %d", status)
		}
	}
}

func TestTheCauseDecidesWhereItSaysMore(t *testing.T) {
	for _, c := range []struct {
		name   string
		cause  string
		status int
		want   attempt.Outcome
	}{
		{"ring, then 480 with Q.850 19", "NO_ANSWER", 480, attempt.OutcomeNoAnswer},
		{"503 with Q.850 34", "NORMAL_CIRCUIT_CONGESTION", 503, attempt.OutcomeCongestion},
		{"486 with Q.850 21", "CALL_REJECTED", 486, attempt.OutcomeRejected},
		{"an unknown status", "USER_BUSY", 699, attempt.OutcomeBusy},
		{"a status that means something under a cause that fails", "INTERWORKING", 486, attempt.OutcomeFailed},
		{"405 with Q.850 17", "USER_BUSY", 405, attempt.OutcomeBusy},
		{"481 with Q.850 34", "NORMAL_CIRCUIT_CONGESTION", 481, attempt.OutcomeCongestion},
		{"405 without a cause", "", 405, attempt.OutcomeFailed},
		{"604 under whatever cause", "CALL_REJECTED", 604, attempt.OutcomeInvalidNumber},
		{"an unknown status without a cause", "", 699, attempt.OutcomeFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, "outcome", attempt.Classify(c.cause, c.status), c.want)
		})
	}
}

func TestOnlyWhatWeEndedIsCancelled(t *testing.T) {
	for _, cause := range []string{"NORMAL_CLEARING", "ORIGINATOR_CANCEL", "LOSE_RACE"} {
		for status, want := range map[int]attempt.Outcome{
			0:   attempt.OutcomeCancelled, // the switch tells no status of its own CANCEL
			183: attempt.OutcomeCancelled,
			200: attempt.OutcomeCancelled,
			487: attempt.OutcomeFailed,
			486: attempt.OutcomeBusy,
			480: attempt.OutcomeNoAnswer,
			904: attempt.OutcomeFailed,
		} {
			same(t, cause+" with "+strconv.Itoa(status), attempt.Classify(cause, status), want)
		}
	}
}

func TestRetryRulesMayNameWhatDidNotReachAnyone(t *testing.T) {
	not := []attempt.Outcome{
		attempt.OutcomeAnswered, attempt.OutcomeRefused, attempt.OutcomeGhost,
	}
	for _, o := range attempt.Outcomes() {
		if o.Retryable() == slices.Contains(not, o) {
			t.Errorf("%v: retryable %v", o, o.Retryable())
		}
	}
}
