package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// result is what a run came to.
type result struct {
	campaign campaign.Campaign
	metrics  campaign.Metrics
	now      time.Time     // the campaign's time
	wall     time.Duration // the clock's
	real     bool          // the two are the same
}

// summarise writes the closing table, under the operator page's names.
func summarise(w io.Writer, r *result) error {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	line := func(name, value string) { _, _ = fmt.Fprintf(t, "  %s\t%s\n", name, value) }
	heading := func(text string) { _, _ = fmt.Fprintf(t, "\n%s\n", text) }

	c, m := &r.campaign, &r.metrics
	heading(fmt.Sprintf("Campaign %q: %s", c.Spec.Name, standing(c)))
	for _, f := range figures(m) {
		line(f.name, f.value)
	}
	heading("Contacts by state")
	for _, s := range attempt.States() {
		if n := m.States[s]; n > 0 {
			line(s.String(), strconv.Itoa(n))
		}
	}
	heading("Calls by outcome")
	for _, o := range attempt.Outcomes() {
		if n := m.Outcomes[o]; n > 0 {
			line(o.String(), strconv.Itoa(n))
		}
	}
	heading("Time")
	simulated := r.took()
	if !r.real {
		line("simulated", simulated.Round(time.Second).String())
	}
	line("on the clock", r.wall.Round(time.Millisecond).String())
	if !r.real {
		line("calls per simulated second", perSecond(m.Dials, simulated))
	}
	line("calls per second on the clock", perSecond(m.Dials, r.wall))
	return t.Flush()
}

// took is how long the run has taken in the campaign's time.
func (r *result) took() time.Duration {
	run := &r.campaign.Run
	switch {
	case run.Started.IsZero():
		return 0
	case run.Ended.IsZero():
		return r.now.Sub(run.Started)
	}
	return run.Ended.Sub(run.Started)
}

func standing(c *campaign.Campaign) string {
	switch c.Status {
	case campaign.Completed:
		return fmt.Sprintf("%s (%s)", c.Status, c.Run.EndReason)
	case campaign.Failed:
		return fmt.Sprintf("%s: %s", c.Status, c.Run.FailReason)
	}
	return string(c.Status)
}

type figure struct{ name, value string }

func figures(m *campaign.Metrics) []figure {
	n := strconv.Itoa
	return []figure{
		{"total_calls", n(m.TotalCalls)},
		{"attempted_count", n(m.AttemptedCount)},
		{"answered_count", n(m.AnsweredCount)},
		{"completed_count", n(m.CompletedCount)},
		{"failed_count", n(m.FailedCount)},
		{"retries_remaining", n(m.RetriesRemaining)},
		{"attempt_answer_rate", percent(m.AttemptAnswerRate)},
		{"completion_rate", percent(m.CompletionRate)},
		{"average_handle_time", seconds(m.AverageHandleTime)},
		{"abandon_rate", percent(m.AbandonRate)},
		{"machine_detected_count", n(m.MachineDetected)},
		{"callback_pending", n(m.CallbackPending)},
		{"callback_completed", n(m.CallbackCompleted)},
		{"callback_cancelled", n(m.CallbackCancelled)},
		{"callback_exhausted", n(m.CallbackExhausted)},
		{"dials", n(m.Dials)},
		{"calls_per_contact", plain(m.CallsPerContact)},
		{"penetration", percent(m.Penetration)},
	}
}

// none stands for a figure that does not exist: a rate of nothing is not 0.
const none = "–"

func formatted(x *float64, scale float64, format string) string {
	if x == nil {
		return none
	}
	return fmt.Sprintf(format, *x*scale)
}

func percent(x *float64) string { return formatted(x, 100, "%.1f %%") }
func seconds(x *float64) string { return formatted(x, 1, "%.1f s") }
func plain(x *float64) string   { return formatted(x, 1, "%.2f") }

func perSecond(n int, d time.Duration) string {
	if d <= 0 {
		return none
	}
	rate := float64(n) / d.Seconds()
	return fmt.Sprintf("%.*f", decimals(rate), rate)
}

// decimals shows a rate to about three digits.
func decimals(rate float64) int {
	switch {
	case rate >= 100:
		return 0
	case rate >= 1:
		return 1
	}
	return 3
}
