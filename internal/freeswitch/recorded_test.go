package freeswitch_test

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch/recorded"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// story is what a recording must be told as.
type story struct {
	outcome  attempt.Outcome
	cause    string
	sip      int
	answered bool
	refused  bool
	rings    bool
	// unnamed: the carrier never answered, so that no SIP Call-ID was noted.
	unnamed bool
	// agent: whether the agent's leg came up, agent first.
	agent bool
}

var stories = map[string]story{
	"503_with_q850_34":                    {outcome: attempt.OutcomeCongestion, cause: "NORMAL_CIRCUIT_CONGESTION", sip: 503},
	"answer_farend_bye":                   {answered: true, cause: "NORMAL_CLEARING", sip: 200},
	"answer_we_kill":                      {answered: true, cause: "NORMAL_CLEARING"},
	"auth_407":                            {outcome: attempt.OutcomeFailed, cause: "NORMAL_UNSPECIFIED"},
	"badgw_502":                           {outcome: attempt.OutcomeCongestion, cause: "NETWORK_OUT_OF_ORDER", sip: 502},
	"busy_486":                            {outcome: attempt.OutcomeBusy, cause: "USER_BUSY", sip: 486},
	"busy_600":                            {outcome: attempt.OutcomeBusy, cause: "USER_BUSY", sip: 600},
	"early_media_answer":                  {answered: true, cause: "NORMAL_CLEARING", sip: 200, rings: true},
	"early_media_noanswer_timeout":        {outcome: attempt.OutcomeNoAnswer, cause: "NO_ANSWER", rings: true},
	"early_media_then_486":                {outcome: attempt.OutcomeBusy, cause: "USER_BUSY", sip: 486, rings: true},
	"forbidden_403":                       {outcome: attempt.OutcomeRejected, cause: "CALL_REJECTED", sip: 403},
	"gateway_dead_port_closed":            {outcome: attempt.OutcomeCongestion, cause: "NORMAL_TEMPORARY_FAILURE", sip: 503},
	"gateway_down_ping_failed":            {refused: true, cause: "GATEWAY_DOWN"},
	"gateway_unknown":                     {refused: true, cause: "INVALID_GATEWAY"},
	"gone_410":                            {outcome: attempt.OutcomeInvalidNumber, cause: "NUMBER_CHANGED", sip: 410},
	"incomplete_484":                      {outcome: attempt.OutcomeInvalidNumber, cause: "INVALID_NUMBER_FORMAT", sip: 484},
	"noanswer_180_timeout":                {outcome: attempt.OutcomeNoAnswer, cause: "NO_ANSWER", rings: true},
	"notacceptable_488":                   {outcome: attempt.OutcomeFailed, cause: "INCOMPATIBLE_DESTINATION", sip: 488},
	"notfound_404":                        {outcome: attempt.OutcomeInvalidNumber, cause: "UNALLOCATED_NUMBER", sip: 404},
	"nowhere_604":                         {outcome: attempt.OutcomeInvalidNumber, cause: "NO_ROUTE_DESTINATION", sip: 604},
	"redirect_302":                        {answered: true, cause: "NORMAL_CLEARING", sip: 200},
	"reject_603":                          {outcome: attempt.OutcomeRejected, cause: "CALL_REJECTED", sip: 603},
	"ring2s_answer":                       {answered: true, cause: "NORMAL_CLEARING", sip: 200, rings: true},
	"ring_then_480_q850_19":               {outcome: attempt.OutcomeNoAnswer, cause: "NO_ANSWER", sip: 480, rings: true},
	"server_500":                          {outcome: attempt.OutcomeCongestion, cause: "NORMAL_TEMPORARY_FAILURE", sip: 500},
	"timeout_504":                         {outcome: attempt.OutcomeCongestion, cause: "RECOVERY_ON_TIMER_EXPIRE", sip: 504},
	"trying_only_timeout":                 {outcome: attempt.OutcomeNoAnswer, cause: "NO_ANSWER", unnamed: true},
	"unavailable_480":                     {outcome: attempt.OutcomeNoAnswer, cause: "NO_USER_RESPONSE", sip: 480},
	"unavailable_503":                     {outcome: attempt.OutcomeCongestion, cause: "NORMAL_TEMPORARY_FAILURE", sip: 503},
	"unwanted_607":                        {outcome: attempt.OutcomeRejected, cause: "UNWANTED", sip: 607},
	"we_kill_while_ringing":               {outcome: attempt.OutcomeCancelled, cause: "ORIGINATOR_CANCEL", rings: true},
	"we_kill_while_ringing_default_cause": {outcome: attempt.OutcomeCancelled, cause: "NORMAL_CLEARING", rings: true},
}

func TestRecordedOutcomes(t *testing.T) {
	names, err := recorded.Names("esl/json/*")
	if err != nil || len(names) != len(stories) {
		t.Fatalf("%d recordings, %d stories: %v", len(names), len(stories), err)
	}
	for _, name := range names {
		t.Run(path.Base(name), func(t *testing.T) {
			session := load(t, name)
			d := ports.Dial{Call: first(t, session, "origination_uuid=([0-9a-f-]{36})"), RingTimeout: 8 * time.Second}
			check(t, replay(t, session, d), stories[path.Base(name)])
		})
	}
}

// bridges are the recordings of the agent-first shape.
var bridges = map[string]story{
	"agent_busy":                                   {refused: true, cause: "USER_BUSY"},
	"agent_noanswer":                               {refused: true, cause: "NO_ANSWER"},
	"agent_hangs_up_while_contact_rings":           {agent: true, outcome: attempt.OutcomeCancelled, cause: "ORIGINATOR_CANCEL", rings: true},
	"agent_kept_inline_dialplan":                   {agent: true, outcome: attempt.OutcomeBusy, cause: "USER_BUSY", sip: 486},
	"contact_480":                                  {agent: true, outcome: attempt.OutcomeNoAnswer, cause: "NO_USER_RESPONSE", sip: 480},
	"contact_503":                                  {agent: true, outcome: attempt.OutcomeCongestion, cause: "NORMAL_TEMPORARY_FAILURE", sip: 503},
	"contact_answers_agent_hangs_up":               {agent: true, answered: true, cause: "NORMAL_CLEARING"},
	"contact_answers_contact_hangs_up":             {agent: true, answered: true, cause: "NORMAL_CLEARING", sip: 200},
	"contact_answers_we_kill_agent":                {agent: true, answered: true, cause: "NORMAL_CLEARING"},
	"contact_answers_we_kill_contact":              {agent: true, answered: true, cause: "NORMAL_CLEARING"},
	"contact_busy":                                 {agent: true, outcome: attempt.OutcomeBusy, cause: "USER_BUSY", sip: 486},
	"contact_busy_agent_kept":                      {agent: true, outcome: attempt.OutcomeBusy, cause: "USER_BUSY", sip: 486},
	"contact_early_media_then_answers":             {agent: true, answered: true, cause: "NORMAL_CLEARING", sip: 200, rings: true},
	"contact_gateway_down":                         {agent: true, refused: true, cause: "GATEWAY_DOWN"},
	"contact_gateway_unknown":                      {agent: true, refused: true, cause: "INVALID_GATEWAY"},
	"contact_noanswer":                             {agent: true, outcome: attempt.OutcomeNoAnswer, cause: "ALLOTTED_TIMEOUT", rings: true},
	"contact_noanswer_call_timeout":                {agent: true, outcome: attempt.OutcomeNoAnswer, cause: "NO_ANSWER", rings: true},
	"contact_noanswer_originate_timeout_in_bridge": {agent: true, outcome: attempt.OutcomeNoAnswer, cause: "NO_ANSWER", rings: true},
	"contact_notfound_404":                         {agent: true, outcome: attempt.OutcomeInvalidNumber, cause: "UNALLOCATED_NUMBER", sip: 404},
	"contact_reject_603":                           {agent: true, outcome: attempt.OutcomeRejected, cause: "CALL_REJECTED", sip: 603},
	"contact_rings_then_answers":                   {agent: true, answered: true, cause: "NORMAL_CLEARING", sip: 200, rings: true},
	"contact_vars_exported_to_bleg":                {agent: true, answered: true, cause: "NORMAL_CLEARING", sip: 200},
}

func TestRecordedBridges(t *testing.T) {
	names, err := recorded.Names("bridge/*")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		kind := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".plain"), ".json")
		seen[kind] = true
		t.Run(path.Base(name), func(t *testing.T) {
			session := load(t, name)
			d := ports.Dial{Call: contactOf(t, session), RingTimeout: 8 * time.Second, Shape: attempt.AgentFirst}
			told := replay(t, session, d)
			want, known := bridges[kind]
			if !known {
				t.Fatalf("no story for it: %v", told)
			}
			check(t, told, want)
			up := slices.ContainsFunc(told, func(ev ports.Event) bool { return ev.Kind == ports.AgentUp })
			if up != want.agent {
				t.Errorf("the agent's leg came up: %v, want %v", up, want.agent)
			}
		})
	}
	if len(seen) != len(bridges) {
		t.Errorf("%d kinds recorded, %d stories", len(seen), len(bridges))
	}
}

// contactOf finds the contact's leg. Where the client did not choose its id,
// it is that of the channel which the agent's leg made.
func contactOf(t *testing.T, session *recorded.Session) ports.ID {
	t.Helper()
	for _, sent := range session.Sent {
		if m := regexp.MustCompile(`\[origination_uuid=([0-9a-f-]{36})`).FindStringSubmatch(sent); m != nil {
			return uuid.MustParse(m[1])
		}
	}
	for _, f := range session.Frames {
		if ev := f.Event(); ev["variable_originator"] != "" {
			return uuid.MustParse(ev["Unique-ID"])
		}
	}
	return uuid.New() // the contact's leg was never made
}

func load(t *testing.T, name string) *recorded.Session {
	t.Helper()
	session, err := recorded.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// first finds an id in what the recording's client sent.
func first(t *testing.T, session *recorded.Session, pattern string) ports.ID {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for _, sent := range session.Sent {
		if m := re.FindStringSubmatch(sent); m != nil {
			return uuid.MustParse(m[1])
		}
	}
	t.Fatalf("%s: nothing sent matches %s", session.Name, pattern)
	return ports.ID{}
}

// replay puts a recording's events into a book in which the call has been
// placed. The ids are those of the recording; a book would have named the
// agent's leg itself.
func replay(t *testing.T, session *recorded.Session, d ports.Dial) []ports.Event {
	t.Helper()
	now := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	b := freeswitch.NewBook("me", true, func() time.Time { return now })
	b.Place(d, false)
	agent := ""
	if d.Shape == attempt.AgentFirst {
		agent = first(t, session, `\{origination_uuid=([0-9a-f-]{36})`).String()
	}
	job := regexp.MustCompile(`Job-UUID: ([0-9a-f-]{36})`)
	jobID := ""
	for _, sent := range session.Sent {
		if m := job.FindStringSubmatch(sent); m != nil {
			jobID = m[1]
		}
	}
	for _, f := range session.Frames {
		headers := f.Event()
		if headers == nil {
			continue
		}
		body := headers["_body"]
		for k, v := range headers { // the agent's leg by the name that the book gives it
			if agent != "" && v == agent {
				headers[k] = freeswitch.AgentLegID(d.Call).String()
			}
		}
		if agent != "" {
			body = regexp.MustCompile(agent).ReplaceAllString(body, freeswitch.AgentLegID(d.Call).String())
		}
		ev := freeswitch.Event{Headers: headers, Body: body}
		if ev.Name() == freeswitch.EventJob {
			if ev.Get("Job-UUID") == jobID {
				b.Reply(d.Call, body)
			}
			continue
		}
		b.Event(&ev)
	}
	return b.Take()
}

// check compares what was told with what must have been.
func check(t *testing.T, told []ports.Event, want story) {
	t.Helper()
	if len(told) == 0 {
		t.Fatal("nothing was told")
	}
	seen := map[ports.EventKind]int{}
	for i, ev := range told {
		seen[ev.Kind]++
		if seen[ev.Kind] > 1 {
			t.Errorf("event %d of kind %d came again", i, ev.Kind)
		}
		if ev.At.IsZero() {
			t.Errorf("event %d of kind %d has no time", i, ev.Kind)
		}
	}
	end := told[len(told)-1]
	if want.refused {
		if end.Kind != ports.Refused || end.Cause != want.cause || seen[ports.Ended] > 0 {
			t.Errorf("ended as %+v, want Refused with %s", end, want.cause)
		}
		return
	}
	if end.Kind != ports.Ended || end.Cause != want.cause || end.SIPStatus != want.sip {
		t.Errorf("ended as %+v, want Ended with %s, %d", end, want.cause, want.sip)
	}
	if (end.SIPCallID == "") != want.unnamed {
		t.Errorf("the SIP Call-ID is %q", end.SIPCallID)
	}
	if got := !end.AnsweredAt.IsZero(); got != want.answered || (seen[ports.Answered] == 1) != want.answered {
		t.Errorf("answered: %v with %d events, want %v", got, seen[ports.Answered], want.answered)
	}
	if told[0].Kind != ports.Accepted || (seen[ports.Progress] == 1) != want.rings {
		t.Errorf("told %v, rings want %v", told, want.rings)
	}
	if !want.answered {
		if got := attempt.Classify(end.Cause, end.SIPStatus); got != want.outcome {
			t.Errorf("the outcome is %s, want %s", got, want.outcome)
		}
	}
}
