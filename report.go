package outdial

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Report yields the attempt report of a run (0: the present one): a row per
// call, and one for each contact that was never dialled.
func (d *Dialler) Report(ctx context.Context, id ID, run int) iter.Seq2[ports.ReportRow, error] {
	return d.cfg.Store.Report(ctx, id, run)
}

// ReportColumns are the columns of the attempt report, in order.
func ReportColumns() []string {
	names := make([]string, len(reportColumns))
	for i, c := range reportColumns {
		names[i] = c.name
	}
	return names
}

// WriteReport writes the attempt report of a run (0: the present one) as CSV
// (RFC 4180): times as RFC 3339 in UTC, spans in seconds, cells that a
// spreadsheet would take for a formula preceded by an apostrophe. It streams.
func (d *Dialler) WriteReport(ctx context.Context, w io.Writer, id ID, run int) error {
	c, err := d.cfg.Store.Campaign(ctx, id)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(ReportColumns()); err != nil {
		return fmt.Errorf("outdial: writing the report: %w", err)
	}
	cells := make([]string, len(reportColumns))
	for row, err := range d.Report(ctx, id, run) {
		if err != nil {
			return err
		}
		r := reportRow{row: &row, campaign: &c, call: row.Call}
		if r.call == nil {
			r.call = &attempt.Call{}
		}
		for i, col := range reportColumns {
			cells[i] = neutral(col.cell(&r))
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("outdial: writing the report: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

type reportRow struct {
	row      *ports.ReportRow
	campaign *campaign.Campaign
	call     *attempt.Call
}

// reportColumns is the report: the columns that operators expect, by name.
var reportColumns = []struct {
	name string
	cell func(*reportRow) string
}{
	{"campaign", func(r *reportRow) string { return r.campaign.Spec.Name }},
	{"run", func(r *reportRow) string { return strconv.Itoa(r.row.Attempt.Run) }},
	{"contact_key", func(r *reportRow) string { return r.row.Contact.Key }},
	{"address", func(r *reportRow) string { return orDefault(r.call.Address, r.row.Contact.Address) }},
	{"state", func(r *reportRow) string { return r.row.Attempt.State.String() }},
	{"call_number", func(r *reportRow) string { return countOf(r.call.Number) }},
	{"call_id", func(r *reportRow) string { return idOf(r.call.ID) }},
	{"outcome", func(r *reportRow) string { return outcomeOf(r.call.Outcome) }},
	{"disposition", func(r *reportRow) string { return r.call.Disposed.Code }},
	{"do_not_call", func(r *reportRow) string { return flag(r.call.Disposed.DoNotCall) }},
	{"hangup_cause", func(r *reportRow) string { return r.call.Cause }},
	{"sip_status", func(r *reportRow) string { return countOf(r.call.SIPStatus) }},
	{"sip_call_id", func(r *reportRow) string { return r.call.SIPCallID }},
	{"trunk", func(r *reportRow) string { return r.call.Trunk }},
	{"caller_id", func(r *reportRow) string { return r.call.CallerID }},
	{"screening", func(r *reportRow) string { return r.call.Verdict.String() }},
	{"screening_ms", func(r *reportRow) string { return millisOf(r.call.Screening(), r.call.ScreenedAt) }},
	{"agent", func(r *reportRow) string { return r.call.Agent }},
	{"callback", func(r *reportRow) string { return flag(r.call.Callback) }},
	{"queued_at", func(r *reportRow) string { return timeOf(r.call.QueuedAt) }},
	{"dialled_at", func(r *reportRow) string { return timeOf(r.call.DialledAt) }},
	{"ringing_at", func(r *reportRow) string { return timeOf(r.call.RingingAt) }},
	{"answered_at", func(r *reportRow) string { return timeOf(r.call.AnsweredAt) }},
	{"attached_at", func(r *reportRow) string { return timeOf(r.call.AttachedAt) }},
	{"ended_at", func(r *reportRow) string { return timeOf(r.call.EndedAt) }},
	{"ring_seconds", func(r *reportRow) string { return secondsOf(r.call.Ring(), r.call.DialledAt) }},
	{"wait_seconds", func(r *reportRow) string { return secondsOf(r.call.Wait(), r.call.AnsweredAt) }},
	{"talk_seconds", func(r *reportRow) string { return secondsOf(r.call.Talk(), r.call.AttachedAt) }},
	{"wrapup_seconds", func(r *reportRow) string { return secondsOf(r.call.WrapUp(), r.call.DisposedAt) }},
	{"abandoned", func(r *reportRow) string { return flag(r.call.Outcome == attempt.OutcomeAbandoned) }},
	{"safe_harbour_played", func(r *reportRow) string { return flag(r.call.SafePlayed) }},
	{"callback_at", func(r *reportRow) string { return timeOf(r.call.Disposed.CallbackAt) }},
	{"next_call_at", nextCall},
	{"contact_time_zone", func(*reportRow) string { return "" }},
	{"reason_not_called", func(r *reportRow) string { return r.row.Attempt.Reason.String() }},
	{"disposition_note", func(r *reportRow) string { return r.call.Disposed.Note }},
}

// nextCall is when a waiting attempt is due; for a retry, if nothing pauses
// the campaign. Nobody is called in a run that is over.
func nextCall(r *reportRow) string {
	a, run := &r.row.Attempt, &r.campaign.Run
	if a.Run != run.Number || !run.Ended.IsZero() {
		return ""
	}
	switch a.State {
	case attempt.StateScheduled, attempt.StateCallbackScheduled:
		return timeOf(a.Due)
	case attempt.StateRetryScheduled:
		return timeOf(run.WallTime(a.DueRunning))
	}
	return ""
}

func countOf(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func idOf(id ID) string {
	if id == (ID{}) {
		return ""
	}
	return id.String()
}

func outcomeOf(o attempt.Outcome) string {
	if o == 0 {
		return ""
	}
	return o.String()
}

func flag(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func timeOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// secondsOf is empty unless what the span belongs to happened.
func secondsOf(d time.Duration, happened time.Time) string {
	if happened.IsZero() {
		return ""
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}

func millisOf(d time.Duration, happened time.Time) string {
	if happened.IsZero() {
		return ""
	}
	return strconv.FormatInt(d.Milliseconds(), 10)
}

// neutral keeps a spreadsheet from reading a cell as a formula: what begins
// with = + - @, a tab or a carriage return gets an apostrophe in front, as
// OWASP advises. A plain number, as +15551234567, is no formula that does harm,
// but a spreadsheet would eat its plus sign, so it gets one too.
func neutral(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
