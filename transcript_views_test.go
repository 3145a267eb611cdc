package outdial_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/outdial/outdial/attempt"
)

// view answers a question.
func (s *scene) view() (string, error) {
	switch s.line.Cmd {
	case "attempts":
		return s.showAttempts(), nil
	case "metrics":
		return s.showMetrics()
	case "callbacks":
		return s.showCallbacks()
	case "runs":
		return s.showRuns()
	case "report":
		return s.showReport()
	case "explain":
		return s.explain()
	case "explain-contact":
		x, err := s.asked().ExplainContact(s.ctx, s.contact())
		if err != nil {
			return "", err
		}
		out := fmt.Sprintf("%s: %s", x.Attempt.State, x.Sentence)
		if !x.Due.IsZero() {
			out += ", at " + s.when(x.Due)
		}
		return out, nil
	}
	s.line.Fatalf(s.t, "unknown command")
	return "", nil
}

// callText is a call's final record in short.
func callText(c *attempt.Call) string {
	out := fmt.Sprintf("call %d: %s", c.Number, c.Outcome)
	for _, part := range []string{c.Cause, fmt.Sprint(c.SIPStatus)} {
		if part != "" && part != "0" {
			out += " " + part
		}
	}
	if c.Verdict != attempt.VerdictNone {
		out += ", verdict " + c.Verdict.String()
	}
	if c.Spoke() {
		out += ", talk " + span(c.Talk())
	}
	if c.WrapUp() > 0 {
		out += ", wrap-up " + span(c.WrapUp())
	}
	if c.Disposed.Code != "" {
		out += fmt.Sprintf(", %q", c.Disposed.Code)
	}
	return out
}

// span shows a duration, 1m rather than 1m0s.
func span(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	return text
}

// table aligns rows.
func table(rows [][]string) string {
	var b, in bytes.Buffer
	for _, r := range rows {
		for i := range r {
			if r[i] == "" {
				r[i] = "-"
			}
		}
		in.WriteString(strings.Join(r, "\t") + "\n")
	}
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = in.WriteTo(w) // a buffer takes everything
	_ = w.Flush()
	var out []string
	for line := range strings.Lines(b.String()) {
		out = append(out, strings.TrimRight(line, " \n"))
	}
	return strings.Join(out, "\n")
}

// due is when a waiting attempt may be dialled.
func (s *scene) due(a *attempt.Attempt) string {
	switch c := s.now(); {
	case !a.State.Waiting():
		return ""
	case a.State != attempt.StateRetryScheduled:
		return s.when(a.Due)
	case c.Run.RunningSince.IsZero():
		return span(a.DueRunning-c.Run.Running(s.world.Now())) + " after resume"
	default:
		return s.when(c.Run.WallTime(a.DueRunning))
	}
}

func (s *scene) showAttempts() string {
	rows := [][]string{{"number", "state", "calls", "dials", "retries", "due", "reason"}}
	for _, it := range s.attempts() {
		a := &it.Attempt
		rows = append(rows, []string{
			it.Contact.Address, a.State.String(), fmt.Sprint(a.Calls), fmt.Sprint(a.Dials), fmt.Sprint(a.Retries),
			s.due(a), a.Reason.String(),
		})
	}
	return table(rows)
}

func (s *scene) showCallbacks() (string, error) {
	rows := [][]string{{"number", "state", "asked", "re-dials", "due", "completed", "cancelled", "exhausted"}}
	for _, it := range s.attempts() {
		a, c := &it.Attempt, &it.Attempt.Callback
		if c.Asked == 0 {
			continue
		}
		rows = append(rows, []string{
			it.Contact.Address, a.State.String(), fmt.Sprint(c.Asked), fmt.Sprint(c.Tries), s.due(a),
			fmt.Sprint(c.Completed), fmt.Sprint(c.Cancelled), fmt.Sprint(c.Exhausted),
		})
	}
	m, err := s.asked().Metrics(s.ctx, s.id(), 0)
	return fmt.Sprintf("%s\ncallback_pending %d, callback_completed %d, callback_cancelled %d, callback_exhausted %d",
		table(rows), m.CallbackPending, m.CallbackCompleted, m.CallbackCancelled, m.CallbackExhausted), err
}

func (s *scene) showRuns() (string, error) {
	runs, err := s.asked().Runs(s.ctx, s.id())
	rows := [][]string{{"run", "scope", "started", "ended", "end", "failure"}}
	for _, r := range runs {
		rows = append(rows, []string{
			fmt.Sprint(r.Number), string(r.Scope), s.when(r.Started), s.when(r.Ended), string(r.EndReason), r.FailReason,
		})
	}
	return table(rows), err
}

// showReport is the CSV with some of its columns; times are shown as elsewhere.
func (s *scene) showReport() (string, error) {
	var b bytes.Buffer
	if err := s.asked().WriteReport(s.ctx, &b, s.id(), s.count("run", 0)); err != nil {
		return "", err
	}
	records, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		return "", err
	}
	arg, _ := s.line.Arg("columns")
	var rows [][]string
	for i, record := range records {
		var row []string
		for _, name := range arg.Vals {
			at := slices.Index(records[0], name)
			if at < 0 {
				return "", fmt.Errorf("no column %q", name)
			}
			cell := record[at]
			if t, err := time.Parse(time.RFC3339, cell); err == nil && i > 0 {
				cell = s.when(t)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return table(rows), nil
}

func (s *scene) explain() (string, error) {
	d := s.asked()
	if s.line.HasArg("elsewhere") {
		d = s.operator
	}
	x, err := d.Explain(s.ctx, s.id())
	out := fmt.Sprintf("%s: %s (%s); lines %d, waiting %d, workers %d", x.Limit, x.Sentence, x.Status, x.Lines, x.Waiting, x.Workers)
	if !x.Since.IsZero() {
		out += ", since " + s.when(x.Since)
	}
	if !x.Until.IsZero() {
		out += ", until " + s.when(x.Until)
	}
	return out, err
}
