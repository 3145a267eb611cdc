package outdial_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// rowStore is a store whose report is whatever the test says.
type rowStore struct {
	ports.Store
	rows iter.Seq2[ports.ReportRow, error]
}

func (s *rowStore) Report(context.Context, ports.ID, int) iter.Seq2[ports.ReportRow, error] {
	return s.rows
}

// reporter is a dialler with a running campaign whose report is these rows.
func reporter(t *testing.T, rows iter.Seq2[ports.ReportRow, error]) (*site, *outdial.Dialler, outdial.ID) {
	t.Helper()
	s, d := desk(t)
	id := s.campaign(d, 1)
	s.store = &rowStore{s.store, rows}
	return s, s.clerk(func(c *outdial.Config) { c.Clock = s.world.Clock() }), id
}

// written is the report as a spreadsheet reads it: a map from column to cell per row.
func (s *site) written(d *outdial.Dialler, id outdial.ID, run int) (rows []map[string]string) {
	s.Helper()
	var b bytes.Buffer
	s.must(d.WriteReport(s.ctx, &b, id, run))
	r := csv.NewReader(&b)
	r.FieldsPerRecord = len(outdial.ReportColumns())
	all, err := r.ReadAll()
	s.must(err)
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func rowsOf(rows ...ports.ReportRow) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestReportHasTheColumnsThatOperatorsExpect(t *testing.T) {
	columns := outdial.ReportColumns()
	for _, name := range []string{
		"campaign", "run", "contact_key", "address", "state", "call_number", "call_id", "outcome", "disposition",
		"hangup_cause", "sip_status", "screening", "screening_ms", "agent", "queued_at", "dialled_at", "ringing_at",
		"answered_at", "attached_at", "ended_at", "ring_seconds", "wait_seconds", "talk_seconds", "wrapup_seconds",
		"abandoned", "safe_harbour_played", "callback_at", "next_call_at", "contact_time_zone", "reason_not_called",
		"disposition_note",
	} {
		if !slices.Contains(columns, name) {
			t.Errorf("there is no column %s", name)
		}
	}
	if last := columns[len(columns)-1]; last != "disposition_note" {
		t.Errorf("%s comes last: new columns come after those that programs know", last)
	}
	slices.Sort(columns)
	if n := len(slices.Compact(columns)); n != len(outdial.ReportColumns()) {
		t.Error("two columns have the same name")
	}
}

// aDay is a campaign in which something of everything has happened by ten.
func aDay(t *testing.T) (*site, *outdial.Dialler, outdial.ID) {
	plans := map[string][]simulated.Plan{
		"+15550001": {rings("no_answer"), talks(time.Minute)},
		"+15550002": {rings("busy")},
		"+15550003": {rings("invalid_number")},
		"+15550004": {{Outcome: attempt.OutcomeMachine, Post: time.Second, Ring: time.Second, Screening: 1500 * time.Millisecond}},
		"+15550005": {talks(30 * time.Second)},
	}
	var d *outdial.Dialler // whom the agents tell what came of a call
	world := simulated.New(simulated.Config{
		Carrier: simulated.Carrier{Script: simulated.ByNumber(plans), Screening: simulated.Fixed(time.Second)},
		Agents: simulated.Agents{
			Count: 1, Callbacks: 1, CallbackIn: simulated.Fixed(2 * time.Hour),
			Dispose: func(call outdial.ID, what attempt.Disposition) { _ = d.Dispose(t.Context(), call, what) },
		},
	})
	s, dialler := desk(t, func(c *outdial.Config) {
		c.Telephony, c.Agents, c.Clock = world.Connect(), world.Agents(), world.Clock()
	})
	d, s.world = dialler, world
	id := s.draft(d, 0, func(spec *campaign.Spec) {
		spec.Name, spec.Screening, spec.RetryDelay, spec.DispositionWait = `Spring, "offer"`, true, 40*time.Minute, time.Minute
	})
	for n, key := range []string{"plain", "=1+1", "a,b", `says "no"`, "é…", "later"} {
		c := campaign.Contact{Key: key, Address: "+1555000" + strconv.Itoa(n+1)}
		if key == "later" {
			c.NotBefore = world.Now().Add(6 * time.Hour)
		}
		_, err := d.AddContacts(s.ctx, id, c)
		s.must(err)
	}
	s.must(d.Start(s.ctx, id))
	ctx, cancel := context.WithCancel(s.ctx)
	world.At(world.Now().Add(time.Hour), cancel)
	if err := outdial.Drive(ctx, d, world); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return s, d, id
}

func TestReportOfADayIsAsItWas(t *testing.T) {
	s, d, id := aDay(t)
	var b bytes.Buffer
	s.must(d.WriteReport(s.ctx, &b, id, 0))
	got := strings.ReplaceAll(b.String(), "\r\n", "\n") // git has opinions on line ends
	golden := filepath.Join("testdata", "report.csv")
	if os.Getenv("OUTDIAL_GOLDEN") == "write" {
		s.must(os.WriteFile(golden, []byte(got), 0o666))
	}
	want, err := os.ReadFile(golden)
	s.must(err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("OUTDIAL_GOLDEN=write go test -run TestReport . writes it anew:\n%s", diff)
	}
}

func TestReportIsReadBackAsItWasWritten(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 250e6, time.FixedZone("", 3600))
	call := attempt.Call{
		ID: outdial.ID{7}, Number: 2, Outcome: attempt.OutcomeAnswered, Cause: "NORMAL_CLEARING", SIPStatus: 200,
		QueuedAt: at, DialledAt: at.Add(time.Second), RingingAt: at.Add(2 * time.Second), AnsweredAt: at.Add(4 * time.Second),
		Screened: true, Verdict: attempt.VerdictUnsure, ScreenedAt: at.Add(4250 * time.Millisecond),
		AttachedAt: at.Add(5 * time.Second), EndedAt: at.Add(65 * time.Second), DisposedAt: at.Add(70 * time.Second),
		Agent: "ada", SafePlayed: true, Disposed: attempt.Disposition{
			Code: "said \"no\",\nand hung up", Note: "asks for a lower price,\nby letter", CallbackAt: at.Add(time.Hour),
		},
	}
	s, d, id := reporter(t, rowsOf(ports.ReportRow{
		Item: ports.Item{Contact: campaign.Contact{Key: `a "b", c`, Address: "5550001"}, Attempt: attempt.Attempt{Run: 3, State: attempt.StateCompleted}},
		Call: &call,
	}))
	row := s.written(d, id, 0)[0]
	for name, want := range map[string]string{
		"campaign": "Spring offer", "run": "3", "contact_key": `a "b", c`, "address": "5550001", "state": "completed",
		"call_number": "2", "call_id": "07000000-0000-0000-0000-000000000000", "outcome": "answered",
		"disposition": "said \"no\",\nand hung up", "hangup_cause": "NORMAL_CLEARING", "sip_status": "200",
		"screening": "unsure", "screening_ms": "250", "agent": "ada", "queued_at": "2026-03-02T09:00:00.250Z",
		"dialled_at": "2026-03-02T09:00:01.250Z", "ringing_at": "2026-03-02T09:00:02.250Z", "answered_at": "2026-03-02T09:00:04.250Z",
		"attached_at": "2026-03-02T09:00:05.250Z", "ended_at": "2026-03-02T09:01:05.250Z", "ring_seconds": "2.000",
		"wait_seconds": "1.000", "talk_seconds": "60.000", "wrapup_seconds": "5.000", "abandoned": "",
		"safe_harbour_played": "yes", "callback_at": "2026-03-02T10:00:00.250Z", "next_call_at": "", "disposition_note": "asks for a lower price,\nby letter",
	} {
		if row[name] != want {
			t.Errorf("%s is %q, want %q", name, row[name], want)
		}
	}
}

func TestContactWhoWasNeverDialledHasOneRowWithItsReason(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed) // stopped
	rows := s.written(d, id, 0)
	if len(rows) != 2 {
		t.Fatalf("two contacts have %d rows", len(rows))
	}
	for _, row := range rows {
		if row["reason_not_called"] != "stopped" || row["state"] != "manual_stopped" || row["call_id"] != "" {
			t.Errorf("the row is %v", row)
		}
	}
}

func TestReportOfAnUnknownRunSaysSo(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 1)
	for name, err := range map[string]error{
		"an unknown run":      d.WriteReport(s.ctx, &bytes.Buffer{}, id, 2),
		"an unknown campaign": d.WriteReport(s.ctx, &bytes.Buffer{}, outdial.ID{1}, 0),
	} {
		if !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
}
