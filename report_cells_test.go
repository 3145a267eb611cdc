package outdial_test

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func TestCellsThatASpreadsheetWouldRunAreNeutralised(t *testing.T) {
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r"} {
		bad := start + "cmd|' /C calc'!A0"
		s, d, id := reporter(t, rowsOf(ports.ReportRow{
			Item: ports.Item{Contact: campaign.Contact{Key: bad, Address: bad}},
			Call: &attempt.Call{
				Address: bad, Trunk: bad, CallerID: bad, Agent: bad, Cause: bad, SIPCallID: bad,
				Disposed: attempt.Disposition{Code: bad, Note: bad},
			},
		}))
		cells := 0
		for name, cell := range s.written(d, id, 0)[0] {
			if strings.Contains(cell, "calc") {
				cells++
				if cell[0] != '\'' {
					t.Errorf("%s begins as a formula: %q", name, cell)
				}
			}
		}
		if cells != 9 {
			t.Errorf("%d cells carry the text, want 9", cells)
		}
	}
}

func TestNoCellOfADayBeginsAsAFormula(t *testing.T) {
	s, d, id := aDay(t)
	for _, row := range s.written(d, id, 0) {
		for name, cell := range row {
			if cell != "" && strings.Contains("=+-@\t\r", cell[:1]) {
				t.Errorf("%s is %q", name, cell)
			}
		}
	}
}

func TestLinesOfAReportEndAsRFC4180Says(t *testing.T) {
	s, d := desk(t)
	var b bytes.Buffer
	s.must(d.WriteReport(s.ctx, &b, s.draft(d, 3), 0))
	if all, crlf := strings.Count(b.String(), "\n"), strings.Count(b.String(), "\r\n"); all != 4 || crlf != 4 {
		t.Errorf("%d line ends, of them %d are CRLF; want 4", all, crlf)
	}
}

func TestReportSaysWhenAContactIsCalledNext(t *testing.T) {
	nine := time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC) // when the world begins
	waits := func(s attempt.State, run int) ports.ReportRow {
		return ports.ReportRow{Item: ports.Item{Attempt: attempt.Attempt{
			Run: run, State: s, Due: nine.Add(time.Hour), DueRunning: 2 * time.Hour,
		}}}
	}
	const hour, twoHours = "2024-03-04T10:00:00.000Z", "2024-03-04T11:00:00.000Z"
	for _, c := range []struct {
		name, want string
		row        ports.ReportRow
		then       func(s *site, d *outdial.Dialler, id outdial.ID)
	}{
		{"a time not to call before", hour, waits(attempt.StateScheduled, 1), nil},
		{"a callback", hour, waits(attempt.StateCallbackScheduled, 1), nil},
		{"a retry", twoHours, waits(attempt.StateRetryScheduled, 1), nil},
		{"a retry of a paused campaign", "", waits(attempt.StateRetryScheduled, 1), pause},
		{"a callback of a paused campaign", hour, waits(attempt.StateCallbackScheduled, 1), pause},
		{"pending", "", waits(attempt.StatePending, 1), nil},
		{"on a call", "", waits(attempt.StateInProgress, 1), nil},
		{"ended", "", waits(attempt.StateExhausted, 1), nil},
		{"a retry of another run", "", waits(attempt.StateRetryScheduled, 2), nil},
		{"a callback of another run", "", waits(attempt.StateCallbackScheduled, 2), nil},
		{"a callback of a failed campaign", "", waits(attempt.StateCallbackScheduled, 1), fail},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, d, id := reporter(t, rowsOf(c.row))
			if c.then != nil {
				c.then(s, d, id)
			}
			if got := s.written(d, id, 0)[0]["next_call_at"]; got != c.want {
				t.Errorf("it is called next at %q, want %q", got, c.want)
			}
		})
	}
}

func pause(s *site, d *outdial.Dialler, id outdial.ID) { s.must(d.Pause(s.ctx, id)) }

func fail(s *site, _ *outdial.Dialler, id outdial.ID) {
	s.must(s.store.Submit(s.ctx, ports.Command{ID: outdial.ID{9}, At: s.world.Now(), Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{Action: campaign.Fail, Reason: "no switch"},
	}}))
}

// gauge counts what is written, and breaks after limit bytes.
type gauge struct{ n, limit int }

var errFull = errors.New("the disk is full")

func (g *gauge) Write(p []byte) (int, error) {
	if g.n += len(p); g.limit > 0 && g.n > g.limit {
		return 0, errFull
	}
	return len(p), nil
}

func TestReportStreamsInConstantMemory(t *testing.T) {
	const rows = 100_000
	out, row := &gauge{}, fullRow()
	var first, last uint64
	s, d, id := reporter(t, func(yield func(ports.ReportRow, error) bool) {
		for i := range rows {
			switch i {
			case rows / 10:
				first = liveHeap()
			case rows - 1:
				last = liveHeap()
				if out.n < rows*100 {
					t.Errorf("before the last row only %d bytes were written", out.n)
				}
			}
			if !yield(row, nil) {
				return
			}
		}
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s.must(d.WriteReport(s.ctx, out, id, 0))
	runtime.ReadMemStats(&after)
	if grown := int64(last) - int64(first); grown > 1<<20 {
		t.Errorf("the heap has grown by %d bytes over %d rows", grown, rows*9/10)
	}
	if per := (after.Mallocs - before.Mallocs) / rows; per > 40 {
		t.Errorf("a row costs %d allocations", per)
	}
}

func fullRow() ports.ReportRow {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return ports.ReportRow{
		Item: ports.Item{Contact: campaign.Contact{Key: "c-1", Address: "+15550001"}, Attempt: attempt.Attempt{Run: 1}},
		Call: &attempt.Call{
			ID: outdial.ID{1}, Number: 1, Outcome: attempt.OutcomeAnswered, Cause: "NORMAL_CLEARING", SIPStatus: 200,
			QueuedAt: at, DialledAt: at, RingingAt: at, AnsweredAt: at, ScreenedAt: at, AttachedAt: at, EndedAt: at, DisposedAt: at,
		},
	}
}

func TestReportStopsReadingWhenItCannotBeWritten(t *testing.T) {
	read := 0
	s, d, id := reporter(t, func(yield func(ports.ReportRow, error) bool) {
		for row := fullRow(); read < 10_000 && yield(row, nil); read++ {
		}
	})
	if err := d.WriteReport(s.ctx, &gauge{limit: 10_000}, id, 0); !errors.Is(err, errFull) {
		t.Errorf("got %v, want the writer's error", err)
	}
	if read > 1000 {
		t.Errorf("%d rows were read for a full disk", read)
	}
}

func TestReportEndsWithTheStoresError(t *testing.T) {
	s, d, id := reporter(t, func(yield func(ports.ReportRow, error) bool) {
		_ = yield(fullRow(), nil) && yield(ports.ReportRow{}, ports.ErrUnavailable)
	})
	if err := d.WriteReport(s.ctx, &gauge{}, id, 0); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("got %v, want the store's error", err)
	}
}
