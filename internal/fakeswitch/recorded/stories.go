package recorded

import (
	"fmt"
	"path"
	"strings"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Story is what a recording must be told as, whoever reads it.
type Story struct {
	// Cause is the hang-up cause of the end; SIP the final status, or 0.
	Cause string
	SIP   int
	// Outcome is what Cause and SIP mean, where the contact did not answer.
	Outcome  attempt.Outcome
	Answered bool
	// Refused: the contact was never dialled.
	Refused bool
	// Rings: the far end was heard of before its final word.
	Rings bool
	// Unnamed: the carrier never answered, so that no SIP Call-ID was noted.
	Unnamed bool
	// Agent: the agent's leg came up, agent first.
	Agent bool
}

// StoryOf returns the story of a recording under esl/json or bridge. Of other
// recordings there is none.
func StoryOf(name string) (Story, bool) {
	kind := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".plain"), ".json")
	stories := stories
	if path.Dir(name) == "bridge" {
		stories = bridges
	}
	story, ok := stories[kind]
	return story, ok
}

// Faults lists what is wrong with the events that were told of the call.
func (s Story) Faults(told []ports.Event) []string {
	if len(told) == 0 {
		return []string{"nothing was told"}
	}
	var wrong []string
	must := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	seen := map[ports.EventKind]int{}
	for i, ev := range told {
		seen[ev.Kind]++
		must(seen[ev.Kind] == 1, "event %d of kind %d came again", i, ev.Kind)
		must(!ev.At.IsZero(), "event %d of kind %d has no time", i, ev.Kind)
	}
	end := told[len(told)-1]
	must((seen[ports.AgentUp] == 1) == s.Agent, "the agent's leg came up %d times, want %v", seen[ports.AgentUp], s.Agent)
	if s.Refused {
		must(end.Kind == ports.Refused && end.Cause == s.Cause, "ended as %+v, want Refused with %s", end, s.Cause)
		must(seen[ports.Ended] == 0, "ended twice: %+v", told)
		return wrong
	}
	must(end.Kind == ports.Ended && end.Cause == s.Cause && end.SIPStatus == s.SIP,
		"ended as %+v, want Ended with %s, %d", end, s.Cause, s.SIP)
	must(seen[ports.Refused] == 0, "ended twice: %+v", told)
	must((end.SIPCallID == "") == s.Unnamed, "the SIP Call-ID is %q", end.SIPCallID)
	must(!end.AnsweredAt.IsZero() == s.Answered, "answered at %v, want %v", end.AnsweredAt, s.Answered)
	must((seen[ports.Answered] == 1) == s.Answered, "answered %d times, want %v", seen[ports.Answered], s.Answered)
	must(told[0].Kind == ports.Accepted, "the first event is of kind %d", told[0].Kind)
	must((seen[ports.Progress] == 1) == s.Rings, "progress was told %d times, want %v", seen[ports.Progress], s.Rings)
	if outcome := attempt.Classify(end.Cause, end.SIPStatus); !s.Answered {
		must(outcome == s.Outcome, "the outcome is %s, want %s", outcome, s.Outcome)
	}
	return wrong
}

// stories are the recordings of the contact-first shape.
var stories = map[string]Story{
	"503_with_q850_34":                    {Outcome: attempt.OutcomeCongestion, Cause: "NORMAL_CIRCUIT_CONGESTION", SIP: 503},
	"answer_farend_bye":                   {Answered: true, Cause: "NORMAL_CLEARING", SIP: 200},
	"answer_we_kill":                      {Answered: true, Cause: "NORMAL_CLEARING"},
	"auth_407":                            {Outcome: attempt.OutcomeFailed, Cause: "NORMAL_UNSPECIFIED"},
	"badgw_502":                           {Outcome: attempt.OutcomeCongestion, Cause: "NETWORK_OUT_OF_ORDER", SIP: 502},
	"busy_486":                            {Outcome: attempt.OutcomeBusy, Cause: "USER_BUSY", SIP: 486},
	"busy_600":                            {Outcome: attempt.OutcomeBusy, Cause: "USER_BUSY", SIP: 600},
	"early_media_answer":                  {Answered: true, Cause: "NORMAL_CLEARING", SIP: 200, Rings: true},
	"early_media_noanswer_timeout":        {Outcome: attempt.OutcomeNoAnswer, Cause: "NO_ANSWER", Rings: true},
	"early_media_then_486":                {Outcome: attempt.OutcomeBusy, Cause: "USER_BUSY", SIP: 486, Rings: true},
	"forbidden_403":                       {Outcome: attempt.OutcomeRejected, Cause: "CALL_REJECTED", SIP: 403},
	"gateway_dead_port_closed":            {Outcome: attempt.OutcomeCongestion, Cause: "NORMAL_TEMPORARY_FAILURE", SIP: 503},
	"gateway_down_ping_failed":            {Refused: true, Cause: "GATEWAY_DOWN"},
	"gateway_unknown":                     {Refused: true, Cause: "INVALID_GATEWAY"},
	"gone_410":                            {Outcome: attempt.OutcomeInvalidNumber, Cause: "NUMBER_CHANGED", SIP: 410},
	"incomplete_484":                      {Outcome: attempt.OutcomeInvalidNumber, Cause: "INVALID_NUMBER_FORMAT", SIP: 484},
	"noanswer_180_timeout":                {Outcome: attempt.OutcomeNoAnswer, Cause: "NO_ANSWER", Rings: true},
	"notacceptable_488":                   {Outcome: attempt.OutcomeFailed, Cause: "INCOMPATIBLE_DESTINATION", SIP: 488},
	"notfound_404":                        {Outcome: attempt.OutcomeInvalidNumber, Cause: "UNALLOCATED_NUMBER", SIP: 404},
	"nowhere_604":                         {Outcome: attempt.OutcomeInvalidNumber, Cause: "NO_ROUTE_DESTINATION", SIP: 604},
	"redirect_302":                        {Answered: true, Cause: "NORMAL_CLEARING", SIP: 200},
	"reject_603":                          {Outcome: attempt.OutcomeRejected, Cause: "CALL_REJECTED", SIP: 603},
	"ring2s_answer":                       {Answered: true, Cause: "NORMAL_CLEARING", SIP: 200, Rings: true},
	"ring_then_480_q850_19":               {Outcome: attempt.OutcomeNoAnswer, Cause: "NO_ANSWER", SIP: 480, Rings: true},
	"server_500":                          {Outcome: attempt.OutcomeCongestion, Cause: "NORMAL_TEMPORARY_FAILURE", SIP: 500},
	"timeout_504":                         {Outcome: attempt.OutcomeCongestion, Cause: "RECOVERY_ON_TIMER_EXPIRE", SIP: 504},
	"trying_only_timeout":                 {Outcome: attempt.OutcomeNoAnswer, Cause: "NO_ANSWER", Unnamed: true},
	"unavailable_480":                     {Outcome: attempt.OutcomeNoAnswer, Cause: "NO_USER_RESPONSE", SIP: 480},
	"unavailable_503":                     {Outcome: attempt.OutcomeCongestion, Cause: "NORMAL_TEMPORARY_FAILURE", SIP: 503},
	"unwanted_607":                        {Outcome: attempt.OutcomeRejected, Cause: "UNWANTED", SIP: 607},
	"we_kill_while_ringing":               {Outcome: attempt.OutcomeCancelled, Cause: "ORIGINATOR_CANCEL", Rings: true},
	"we_kill_while_ringing_default_cause": {Outcome: attempt.OutcomeCancelled, Cause: "NORMAL_CLEARING", Rings: true},
}

// bridges are the recordings of the agent-first shape, in either form of events.
var bridges = map[string]Story{
	"agent_busy":                                   {Refused: true, Cause: "USER_BUSY"},
	"agent_noanswer":                               {Refused: true, Cause: "NO_ANSWER"},
	"agent_hangs_up_while_contact_rings":           {Agent: true, Outcome: attempt.OutcomeCancelled, Cause: "ORIGINATOR_CANCEL", Rings: true},
	"agent_kept_inline_dialplan":                   {Agent: true, Outcome: attempt.OutcomeBusy, Cause: "USER_BUSY", SIP: 486},
	"contact_480":                                  {Agent: true, Outcome: attempt.OutcomeNoAnswer, Cause: "NO_USER_RESPONSE", SIP: 480},
	"contact_503":                                  {Agent: true, Outcome: attempt.OutcomeCongestion, Cause: "NORMAL_TEMPORARY_FAILURE", SIP: 503},
	"contact_answers_agent_hangs_up":               {Agent: true, Answered: true, Cause: "NORMAL_CLEARING"},
	"contact_answers_contact_hangs_up":             {Agent: true, Answered: true, Cause: "NORMAL_CLEARING", SIP: 200},
	"contact_answers_we_kill_agent":                {Agent: true, Answered: true, Cause: "NORMAL_CLEARING"},
	"contact_answers_we_kill_contact":              {Agent: true, Answered: true, Cause: "NORMAL_CLEARING"},
	"contact_busy":                                 {Agent: true, Outcome: attempt.OutcomeBusy, Cause: "USER_BUSY", SIP: 486},
	"contact_busy_agent_kept":                      {Agent: true, Outcome: attempt.OutcomeBusy, Cause: "USER_BUSY", SIP: 486},
	"contact_early_media_then_answers":             {Agent: true, Answered: true, Cause: "NORMAL_CLEARING", SIP: 200, Rings: true},
	"contact_gateway_down":                         {Agent: true, Refused: true, Cause: "GATEWAY_DOWN"},
	"contact_gateway_unknown":                      {Agent: true, Refused: true, Cause: "INVALID_GATEWAY"},
	"contact_noanswer":                             {Agent: true, Outcome: attempt.OutcomeNoAnswer, Cause: "ALLOTTED_TIMEOUT", Rings: true},
	"contact_noanswer_call_timeout":                {Agent: true, Outcome: attempt.OutcomeNoAnswer, Cause: "NO_ANSWER", Rings: true},
	"contact_noanswer_originate_timeout_in_bridge": {Agent: true, Outcome: attempt.OutcomeNoAnswer, Cause: "NO_ANSWER", Rings: true},
	"contact_notfound_404":                         {Agent: true, Outcome: attempt.OutcomeInvalidNumber, Cause: "UNALLOCATED_NUMBER", SIP: 404},
	"contact_reject_603":                           {Agent: true, Outcome: attempt.OutcomeRejected, Cause: "CALL_REJECTED", SIP: 603},
	"contact_rings_then_answers":                   {Agent: true, Answered: true, Cause: "NORMAL_CLEARING", SIP: 200, Rings: true},
	"contact_vars_exported_to_bleg":                {Agent: true, Answered: true, Cause: "NORMAL_CLEARING", SIP: 200},
}
