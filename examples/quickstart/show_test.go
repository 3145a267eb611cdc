package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vbauerster/mpb/v8"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

var morning = time.Date(2024, time.March, 4, 9, 0, 0, 0, time.UTC)

func TestPlainProgressIsALineForEachTenth(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, 40, time.FixedZone("", 3600))
	for i, done := range []int{0, 3, 4, 5, 7, 8, 20, 39, 40, 40} {
		m := campaign.Metrics{TotalCalls: 40, Remaining: 40 - done - done%3, Lines: done % 3}
		p.show(&m, morning.Add(time.Duration(i)*time.Minute))
	}
	p.end()
	want := `2024-03-04 10:02:00   10 %  4 of 40 contacts done, 1 line up
2024-03-04 10:05:00   20 %  8 of 40 contacts done, 2 lines up
2024-03-04 10:06:00   50 %  20 of 40 contacts done, 2 lines up
2024-03-04 10:07:00   90 %  39 of 40 contacts done, 0 lines up
2024-03-04 10:08:00  100 %  40 of 40 contacts done, 1 line up
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Errorf("progress (-want +got):\n%s", d)
	}
}

func TestProgressOfNothing(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, 0, time.UTC)
	p.show(&campaign.Metrics{}, morning)
	p.end()
	if out.Len() > 0 {
		t.Errorf("progress says %q", &out)
	}
}

func TestABarEndsFullOrNot(t *testing.T) {
	for done, want := range map[int]string{ // where the width is not known, the bar itself is left out
		40: "40 of 40 contacts 100 %  0 lines up, Mon 09:00:00\n",
		10: "10 of 40 contacts   25 %  0 lines up, Mon 09:00:00\n",
	} {
		var out bytes.Buffer
		b := newBar(&out, 40, time.UTC, mpb.WithAutoRefresh())
		b.show(&campaign.Metrics{TotalCalls: 40, Remaining: 40 - done}, morning)
		say(b, "meanwhile")
		b.end()
		if got := out.String(); !strings.Contains(got, "meanwhile\n") || !strings.HasSuffix(got, want) {
			t.Errorf("the bar at %d of 40 writes\n%s\nwant a line meanwhile, and in the end\n%s", done, got, want)
		}
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if isTerminal(f) || isTerminal(&bytes.Buffer{}) {
		t.Error("a file or a buffer is taken for a terminal")
	}
}

func TestTheSummaryUsesTheOperatorsNames(t *testing.T) {
	rate := 0.125
	spec := campaign.Defaults()
	spec.Name = "Spring"
	r := result{
		campaign: campaign.Campaign{Spec: spec, Status: campaign.Completed, Run: campaign.Run{
			EndReason: campaign.EndFinished, Started: morning, Ended: morning.Add(90 * time.Minute),
		}},
		metrics: campaign.Metrics{
			TotalCalls: 8, AttemptedCount: 7, CompletedCount: 1, FailedCount: 7, CompletionRate: &rate, Dials: 9,
			States:   map[attempt.State]int{attempt.StateCompleted: 1, attempt.StateExhausted: 7},
			Outcomes: map[attempt.Outcome]int{attempt.OutcomeAnswered: 1, attempt.OutcomeBusy: 8},
		},
		now: morning.Add(time.Hour), wall: 45 * time.Millisecond,
	}
	var out bytes.Buffer
	if err := summarise(&out, &r); err != nil {
		t.Fatal(err)
	}
	want := `
Campaign "Spring": completed (finished)
  total_calls              8
  attempted_count          7
  answered_count           0
  completed_count          1
  failed_count             7
  retries_remaining        0
  attempt_answer_rate      –
  completion_rate          12.5 %
  average_handle_time      –
  abandon_rate             –
  machine_detected_count   0
  callback_pending         0
  callback_completed       0
  callback_cancelled       0
  callback_exhausted       0
  dials                    9
  calls_per_contact        –
  penetration              –

Contacts by state
  completed   1
  exhausted   7

Calls by outcome
  answered   1
  busy       8

Time
  simulated                       1h30m0s
  on the clock                    45ms
  calls per simulated second      0.002
  calls per second on the clock   200
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Errorf("summary (-want +got):\n%s", d)
	}
}

func TestTheSummarySaysHowTheCampaignStands(t *testing.T) {
	for want, c := range map[string]campaign.Campaign{
		"running":            {Status: campaign.Running},
		"completed (window)": {Status: campaign.Completed, Run: campaign.Run{EndReason: campaign.EndWindow}},
		"failed: no switch":  {Status: campaign.Failed, Run: campaign.Run{FailReason: "no switch"}},
	} {
		if got := standing(&c); got != want {
			t.Errorf("%s stands as %q, want %q", c.Status, got, want)
		}
	}
}

func TestARunThatHasNotEndedTookUntilNow(t *testing.T) {
	r := result{campaign: campaign.Campaign{Run: campaign.Run{Started: morning}}, now: morning.Add(time.Minute)}
	if r.took() != time.Minute {
		t.Errorf("it took %v", r.took())
	}
	if r := (result{now: morning}); r.took() != 0 || perSecond(3, r.took()) != none {
		t.Errorf("a run that was never started took %v", r.took())
	}
}
