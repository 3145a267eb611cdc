package pacing

// Limit names what keeps a campaign from opening more lines. The strings are
// stable; Sentence says them to an operator.
type Limit string

// The limits, from the campaign outwards.
const (
	LimitNone        Limit = "none"
	LimitDraft       Limit = "draft"
	LimitPaused      Limit = "paused"
	LimitCompleted   Limit = "completed"
	LimitFailed      Limit = "failed"
	LimitEmpty       Limit = "no_contacts"
	LimitWindow      Limit = "window_closed"
	LimitNotDue      Limit = "nothing_due"
	LimitFinishing   Limit = "finishing"
	LimitPreviousRun Limit = "previous_run"
	LimitAgents      Limit = "agents"
	LimitConcurrent  Limit = "max_concurrent"
	LimitRate        Limit = "calls_per_second"
	LimitTrunkLines  Limit = "trunk_lines"
	LimitTrunkRate   Limit = "trunk_calls_per_second"
	LimitNoTrunk     Limit = "trunk_unknown"
	LimitRinging     Limit = "switch_ringing"
	LimitSwitchRate  Limit = "switch_calls_per_second"
	LimitSwitchBusy  Limit = "switch_busy"
	LimitSwitchDown  Limit = "switch_down"
	LimitStore       Limit = "store"
	LimitTrust       Limit = "heartbeat"
	LimitShutdown    Limit = "shutting_down"
	LimitNoWorker    Limit = "no_worker"
)

var sentences = map[Limit]string{
	LimitNone:        "nothing limits it: lines open as contacts come due",
	LimitDraft:       "the campaign has not been started",
	LimitPaused:      "the campaign is paused",
	LimitCompleted:   "the campaign is completed",
	LimitFailed:      "the campaign has failed",
	LimitEmpty:       "the campaign has no contacts",
	LimitWindow:      "it is outside the campaign's calling windows",
	LimitNotDue:      "every waiting contact's time is still to come",
	LimitFinishing:   "no contact waits; the last calls are finishing",
	LimitPreviousRun: "calls of the previous run are still up",
	LimitAgents:      "no further agent is idle",
	LimitConcurrent:  "the campaign's max_concurrent lines are in use",
	LimitRate:        "the campaign's calls per second are used up",
	LimitTrunkLines:  "the trunk's lines are in use",
	LimitTrunkRate:   "the trunk's calls per second are used up",
	LimitNoTrunk:     "this worker is not configured with the campaign's trunk",
	LimitRinging:     "the switch can have no more calls ringing at once",
	LimitSwitchRate:  "the switch's calls per second are used up",
	LimitSwitchBusy:  "the switch refuses calls for now",
	LimitSwitchDown:  "the switch cannot be reached",
	LimitStore:       "the store has not answered yet",
	LimitTrust:       "this worker's heartbeat is late, so it must not dial",
	LimitShutdown:    "the worker is shutting down",
	LimitNoWorker:    "no worker is stepping the campaign",
}

// Limits lists all limits with their sentences.
func Limits() map[Limit]string {
	all := make(map[Limit]string, len(sentences))
	for l, s := range sentences {
		all[l] = s
	}
	return all
}

// Sentence says the limit in words.
func (l Limit) Sentence() string {
	if s, ok := sentences[l]; ok {
		return s
	}
	return string(l)
}
