package operator_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// ran is a campaign of forty contacts that has run to its end over a carrier
// where half is busy, and the rest answers or rings out.
func ran(t *testing.T, edits ...func(*setup)) (*site, string) {
	t.Helper()
	s := open(t, append(edits, func(how *setup) {
		how.world.Seed = 7
		how.world.Carrier.Mix = simulated.Mix{attempt.OutcomeBusy: 2, attempt.OutcomeAnswered: 1, attempt.OutcomeNoAnswer: 1}
	})...)
	id := s.create(`{"name":"=Spring","destination":"1000","retries":1}`)
	addresses := make([]string, 40)
	for i := range addresses {
		addresses[i] = "+3314000" + string(rune('0'+i/10)) + string(rune('0'+i%10))
	}
	s.contacts(id, addresses...)
	s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/start", "")
	s.drive()
	return s, id
}

func TestAttemptsAreFilteredAsTheRecordsSay(t *testing.T) { attemptsAreFiltered(t) }

func attemptsAreFiltered(t *testing.T, edits ...func(*setup)) {
	t.Helper()
	s, id := ran(t, edits...)
	type kept struct {
		state    string
		dials    int
		outcomes map[string]bool
		statuses map[int]bool
	}
	truth := map[string]*kept{}
	var order []string
	for row, err := range s.d.Report(t.Context(), s.id(id), 0) {
		if err != nil {
			t.Fatal(err)
		}
		k := truth[row.Contact.Address]
		if k == nil {
			k = &kept{state: row.Attempt.State.String(), dials: row.Attempt.Dials, outcomes: map[string]bool{}, statuses: map[int]bool{}}
			truth[row.Contact.Address] = k
			order = append(order, row.Contact.Address)
		}
		k.outcomes[row.Call.Outcome.String()], k.statuses[row.Call.SIPStatus] = true, true
	}
	for query, want := range map[string]func(address string, k *kept) bool{
		"?limit=500":                         func(string, *kept) bool { return true },
		"?limit=3":                           func(string, *kept) bool { return true },
		"?limit=3&outcome=busy":              func(_ string, k *kept) bool { return k.outcomes["busy"] },
		"?limit=2&state=completed":           func(_ string, k *kept) bool { return k.state == "completed" },
		"?limit=2&sip_status=486":            func(_ string, k *kept) bool { return k.statuses[486] },
		"?dials_min=2":                       func(_ string, k *kept) bool { return k.dials >= 2 },
		"?dials_max=1&limit=1":               func(_ string, k *kept) bool { return k.dials <= 1 },
		"?dials_max=0":                       func(string, *kept) bool { return false },
		"?number=%2B33140001":                func(a string, _ *kept) bool { return strings.HasPrefix(a, "+33140001") },
		"?number=+33140001":                  func(a string, _ *kept) bool { return strings.HasPrefix(a, "+33140001") },
		"?outcome=busy&dials_max=1&run=1":    func(_ string, k *kept) bool { return k.outcomes["busy"] && k.dials <= 1 },
		"?outcome=congestion":                func(string, *kept) bool { return false },
		"?state=exhausted&outcome=no_answer": func(_ string, k *kept) bool { return k.state == "exhausted" && k.outcomes["no_answer"] },
	} {
		var wanted []string
		for _, a := range order {
			if want(a, truth[a]) {
				wanted = append(wanted, a)
			}
		}
		if got := s.pages("/v1/campaigns/"+id+"/attempts", query, "attempts", "address"); !cmp.Equal(got, wanted) {
			t.Errorf("%s lists %v, want %v", query, got, wanted)
		}
	}
}

func TestBoundsOfDialsThatExcludeEachOtherAreBothNamed(t *testing.T) {
	s := open(t)
	at := "/v1/campaigns/" + s.draft() + "/attempts"
	s.refused(422, s.send("GET", at+"?dials_min=3&dials_max=2", ""), "query.dials_min", "query.dials_max")
	s.refused(422, s.send("GET", at+"?dials_min=1&dials_max=0", ""), "query.dials_min", "query.dials_max")
	s.ask(200, "GET", at+"?dials_min=2&dials_max=2", "")
	s.ask(200, "GET", at+"?dials_min=2", "")
}

func TestAnAttemptComesWithItsLastCall(t *testing.T) {
	s, id := ran(t)
	last := map[string]*attempt.Call{}
	for row, err := range s.d.Report(t.Context(), s.id(id), 0) {
		if err != nil {
			t.Fatal(err)
		}
		last[row.Contact.ID.String()] = row.Call
	}
	for _, a := range s.ask(200, "GET", "/v1/campaigns/"+id+"/attempts", "").object()["attempts"].([]any) {
		o := a.(object)
		got, want := o["last_call"].(object), last[o["contact"].(string)]
		if got["id"] != want.ID.String() || got["number"] != float64(want.Number) || got["outcome"] != want.Outcome.String() || got["cause"] != want.Cause {
			t.Errorf("the last call is %v, want %+v", got, want)
		}
		if o["calls"] != float64(want.Number) || o["due_at"] != nil {
			t.Errorf("the attempt is %v", o)
		}
	}
}

func TestWaitingAttemptsSayWhenTheyAreDue(t *testing.T) {
	s := open(t, func(how *setup) { how.world.Carrier.Mix = simulated.Mix{attempt.OutcomeBusy: 1} })
	id := s.draft()
	s.ask(200, "POST", "/v1/campaigns/"+id+"/contacts", `[{"number":"+331"},{"number":"+332","not_before":"2024-03-05T00:00:00Z"}]`)
	attempts := func() []any {
		return s.ask(200, "GET", "/v1/campaigns/"+id+"/attempts", "").object()["attempts"].([]any)
	}
	if a := attempts(); a[0].(object)["due_at"] != nil || a[1].(object)["due_at"] != "2024-03-05T00:00:00Z" {
		t.Errorf("at first %v", a)
	}
	s.ask(200, "POST", "/v1/campaigns/"+id+"/start", "")
	s.stepUntil(func() bool { return attempts()[0].(object)["state"] == "retry_scheduled" })
	first := attempts()[0].(object)
	ended := first["last_call"].(object)["ended_at"].(string)
	due := first["due_at"].(string)
	if !timeOf(t, due).Equal(timeOf(t, ended).Add(300e9)) {
		t.Errorf("its retry is due at %s, its call ended at %s", due, ended)
	}
	x := s.ask(200, "GET", "/v1/contacts/"+first["contact"].(string)+"/explanation", "").object()
	if x["due_at"] == nil || !strings.Contains(x["sentence"].(string), "its retry is due") || x["attempt"].(object)["address"] != "+331" {
		t.Errorf("it is explained as %v", x)
	}
	s.ask(200, "POST", "/v1/campaigns/"+id+"/pause", "")
	if due := attempts()[0].(object)["due_at"]; due != nil {
		t.Errorf("while paused its retry is due at %v", due)
	}
}

func TestFiguresAndRunsStandSideBySide(t *testing.T) {
	s, id := ran(t)
	at := "/v1/campaigns/" + id
	done := s.ask(200, "GET", at+"/metrics", "").object()
	if done["campaign"] != id || done["run"] != 1.0 || done["status"] != "completed" || done["total_calls"] != 40.0 || done["oldest"] != nil {
		t.Errorf("the figures are %v", done)
	}
	s.ask(200, "POST", at+"/restart", "")
	now := s.ask(200, "GET", at+"/metrics", "").object()
	if now["run"] != 2.0 || now["status"] != "draft" || now["dials"] != 0.0 || now["oldest_seconds"].(object)["pending"] == nil {
		t.Errorf("now the figures are %v", now)
	}
	if was := s.ask(200, "GET", at+"/metrics?run=1", "").object(); was["run"] != 1.0 || was["dials"] != done["dials"] || was["status"] != "completed" {
		t.Errorf("the first run's figures are %v", was)
	}
	runs := s.ask(200, "GET", at+"/runs", "").object()["runs"].([]any)
	if len(runs) != 2 {
		t.Fatalf("there are %d runs", len(runs))
	}
	first, second := runs[0].(object), runs[1].(object)
	if first["number"] != 1.0 || first["end_reason"] != "finished" || first["metrics"].(object)["dials"] != done["dials"] || first["ended_at"] == nil || first["metrics"].(object)["status"] != "completed" {
		t.Errorf("the first run is %v", first)
	}
	if second["number"] != 2.0 || second["started_at"] != nil || second["metrics"].(object)["total_calls"] != 40.0 || second["metrics"].(object)["status"] != "draft" {
		t.Errorf("the second run is %v", second)
	}
}

func TestAPastRunThatFailedSaysSo(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Failed)
	at := "/v1/campaigns/" + id
	s.ask(200, "POST", at+"/restart", "")
	if was := s.ask(200, "GET", at+"/metrics?run=1", "").object(); was["status"] != "failed" {
		t.Errorf("its figures are %v", was)
	}
	first := s.ask(200, "GET", at+"/runs", "").object()["runs"].([]any)[0].(object)
	if first["metrics"].(object)["status"] != "failed" {
		t.Errorf("the run is %v", first)
	}
}

func TestTheReportIsAnAttachmentOfTheRun(t *testing.T) {
	s, id := ran(t)
	s.ask(200, "POST", "/v1/campaigns/"+id+"/restart", "")
	for run, want := range map[string]string{"": "2", "?run=1": "1"} {
		a := s.ask(200, "GET", "/v1/campaigns/"+id+"/report"+run, "")
		if got := a.header.Get("Content-Disposition"); got != `attachment; filename="campaign-`+id+`-run-`+want+`.csv"` {
			t.Errorf("it is an %s", got)
		}
		rows, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(rows[0], outdial.ReportColumns()) || len(rows) < 41 || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("%d rows of %s: %v", len(rows), a.header.Get("Content-Type"), rows[0])
		}
		for _, row := range rows[1:] {
			if row[0] != "'=Spring" || row[1] != want || !strings.HasPrefix(row[3], "'+33") {
				t.Fatalf("a row is %v", row)
			}
		}
	}
}

func TestTheCampaignIsExplained(t *testing.T) {
	s := open(t)
	for status, limit := range map[campaign.Status]string{
		campaign.Draft: "draft", campaign.Paused: "paused", campaign.Completed: "completed", campaign.Failed: "failed", campaign.Running: "no_worker",
	} {
		x := s.ask(200, "GET", "/v1/campaigns/"+s.in(status)+"/explanation", "").object()
		if x["status"] != string(status) || x["limit"] != limit || x["sentence"] == "" || x["workers"] != 0.0 {
			t.Errorf("%s is explained as %v", status, x)
		}
	}
}

func TestNobodyIsDueInARunThatIsOver(t *testing.T) {
	s := open(t)
	id := s.draft()
	s.ask(200, "POST", "/v1/campaigns/"+id+"/contacts", `[{"number":"+332","not_before":"2024-03-05T00:00:00Z"}]`)
	s.ask(200, "POST", "/v1/campaigns/"+id+"/start", "")
	s.fails(id)
	if a := s.attempt(id); a["state"] != "scheduled" || a["due_at"] != nil {
		t.Errorf("in the failed run it is %v", a)
	}
	s.ask(200, "POST", "/v1/campaigns/"+id+"/restart", "")
	was := s.ask(200, "GET", "/v1/campaigns/"+id+"/attempts?run=1", "").object()["attempts"].([]any)[0].(object)
	if now := s.attempt(id); was["due_at"] != nil || now["due_at"] == nil {
		t.Errorf("in the old run it was %v, in the new one it is %v", was, now)
	}
}
