package ops

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/campaign"
)

// figure is one of a run's figures under the operator page's name.
type figure struct {
	desc  *prometheus.Desc
	value func(*campaign.Metrics) *float64 // nil: there is none, as its denominator is empty
}

func whole(name, help string, value func(*campaign.Metrics) int) figure {
	return figure{campaignDesc(name, help), func(m *campaign.Metrics) *float64 {
		v := float64(value(m))
		return &v
	}}
}

func ratio(name, help string, value func(*campaign.Metrics) *float64) figure {
	return figure{campaignDesc(name, help), value}
}

func campaignDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("outdial_campaign_"+name, help, append([]string{"campaign"}, labels...), nil)
}

// figures are of the present run: a restart sets them back, so all are gauges.
var figures = []figure{
	whole("total_calls", "Contacts in the run.", func(m *campaign.Metrics) int { return m.TotalCalls }),
	whole("attempted_count", "Contacts with at least one dial.", func(m *campaign.Metrics) int { return m.AttemptedCount }),
	whole("answered_count", "Contacts that a person answered.", func(m *campaign.Metrics) int { return m.AnsweredCount }),
	whole("completed_count", "Attempts that are completed.", func(m *campaign.Metrics) int { return m.CompletedCount }),
	whole("failed_count", "Attempts that are exhausted.", func(m *campaign.Metrics) int { return m.FailedCount }),
	whole("abandoned_count", "Attempts that ended abandoned.", func(m *campaign.Metrics) int { return m.AbandonedCount }),
	whole("amd_machine_count", "Attempts that ended at a machine.", func(m *campaign.Metrics) int { return m.MachineCount }),
	whole("window_closed_count", "Attempts that the window's end closed.", func(m *campaign.Metrics) int { return m.WindowClosedCount }),
	whole("manual_stopped_count", "Attempts that a stop ended.", func(m *campaign.Metrics) int { return m.ManualStoppedCount }),
	whole("retries_remaining", "Unspent retries of attempts that have not ended.", func(m *campaign.Metrics) int { return m.RetriesRemaining }),
	ratio("attempt_answer_rate", "Dials answered by a person, of dials.", func(m *campaign.Metrics) *float64 { return m.AttemptAnswerRate }),
	ratio("completion_rate", "Completed, of total.", func(m *campaign.Metrics) *float64 { return m.CompletionRate }),
	ratio("average_handle_time_seconds", "Talk and wrap-up per conversation.", func(m *campaign.Metrics) *float64 { return m.AverageHandleTime }),
	ratio("abandon_rate", "Abandoned, of calls answered live by a person.", func(m *campaign.Metrics) *float64 { return m.AbandonRate }),
	whole("machine_detected_count", "Calls that a machine answered.", func(m *campaign.Metrics) int { return m.MachineDetected }),
	whole("callback_pending", "Callbacks to come.", func(m *campaign.Metrics) int { return m.CallbackPending }),
	whole("callback_completed", "Callbacks that reached the contact.", func(m *campaign.Metrics) int { return m.CallbackCompleted }),
	whole("callback_cancelled", "Callbacks that were cancelled.", func(m *campaign.Metrics) int { return m.CallbackCancelled }),
	whole("callback_exhausted", "Callbacks that ran out of tries.", func(m *campaign.Metrics) int { return m.CallbackExhausted }),
	whole("dials", "Calls that the switch did not refuse: the guide's calls_originated.", func(m *campaign.Metrics) int { return m.Dials }),
	whole("refused", "Calls that the switch refused: the guide's calls_failed.", func(m *campaign.Metrics) int { return m.RefusedDials }),
	whole("lines", "Lines up: the guide's active_calls.", func(m *campaign.Metrics) int { return m.Lines }),
	whole("remaining", "Contacts that have not ended and have no line.", func(m *campaign.Metrics) int { return m.Remaining }),
	whole("live_answers", "Calls that a person answered.", func(m *campaign.Metrics) int { return m.LiveAnswers }),
	whole("abandoned_calls", "Calls that were abandoned.", func(m *campaign.Metrics) int { return m.AbandonedCalls }),
	whole("conversations", "Calls with an agent on the line.", func(m *campaign.Metrics) int { return m.Conversations }),
	ratio("penetration", "Contacts answered, of contacts.", func(m *campaign.Metrics) *float64 { return m.Penetration }),
	ratio("calls_per_contact", "Dials per contact attempted.", func(m *campaign.Metrics) *float64 { return m.CallsPerContact }),
	whole("stale_recoveries", "Attempts taken over from dead workers.", func(m *campaign.Metrics) int { return m.StaleRecoveries }),
}

var (
	infoDesc     = campaignDesc("info", "A campaign's name, status and run; always 1.", "name", "status", "run")
	stateDesc    = campaignDesc("attempts", "Attempts of the run by state.", "state")
	outcomeDesc  = campaignDesc("calls", "Final call records of the run by outcome.", "outcome")
	oldestDesc   = campaignDesc("oldest_seconds", "Age of the oldest attempt in each state that is not an end. One that only grows is stuck.", "state")
	linesDesc    = prometheus.NewDesc("outdial_lines", "Lines up, over all campaigns and workers.", nil, nil)
	leasesDesc   = prometheus.NewDesc("outdial_leases", "Attempts that workers hold, over all campaigns.", nil, nil)
	statusDesc   = prometheus.NewDesc("outdial_campaigns", "Campaigns by status: those that are not over, and those that ended within the hour.", []string{"status"}, nil)
	workersDesc  = prometheus.NewDesc("outdial_workers", "Workers that the store knows.", nil, nil)
	agentsDesc   = prometheus.NewDesc("outdial_agents", "Agents of the pool, by what they do.", []string{"doing"}, nil)
	storeUpDesc  = prometheus.NewDesc("outdial_store_up", "1 if the store answered this scrape. If not, figures of campaigns are missing.", nil, nil)
	switchUpDesc = prometheus.NewDesc("outdial_switch_up", "1 if the switch can be reached.", nil, nil)
	droppedDesc  = prometheus.NewDesc("outdial_events_dropped_total", "Events that subscribers in this process were too slow for. Nothing depends on them but how lively a page is.", nil, nil)
)

// held is how many of a run's attempts workers hold.
func held(m *campaign.Metrics) (n int) {
	for s, count := range m.States {
		if s.Held() {
			n += count
		}
	}
	return n
}
