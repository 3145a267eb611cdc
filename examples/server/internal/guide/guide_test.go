package guide_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// What the guide prints, and the tests put something of their own in its place.
const (
	printedBase = "https://demo-client-api.app.ominis.ai"
	printedID   = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
)

// shape is the keys of a document with the types of their values, in order; of
// a list the first element counts.
func shape(t *testing.T, doc string) (keys []string) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(doc))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return keys
		}
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		text := fmt.Sprintf("%T", token)
		if word, ok := token.(string); ok {
			text = word
			if !regexp.MustCompile(`^[a-z_]+$`).MatchString(word) {
				text = "text"
			}
		}
		keys = append(keys, text)
	}
}

// Each request of the guide's reference, in an order in which they make sense.
func TestEachRequestOfTheGuideIsAnsweredAsItPrints(t *testing.T) {
	needs(t, "bash", "curl")
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Hour)}, guide.Options{})
		base, id := s.serve(), ""
		for _, name := range []string{"create", "contacts", "status", "pause", "resume", "list", "stop", "not-found"} {
			got := s.shell(base, id, name+".sh", 1)
			if name == "create" {
				var body struct {
					ID string `json:"campaign_id"`
				}
				s.must(json.Unmarshal([]byte(got), &body))
				id = body.ID
			}
			want := string(testdata(t, "guide/"+name+".json"))
			if name == "list" { // one campaign is like another
				first, _, _ := strings.Cut(want, "},")
				want = first + "}]}"
			}
			if diff := cmp.Diff(shape(t, want), shape(t, got)); diff != "" {
				t.Errorf("%s (-guide +got):\n%s", name, diff)
			}
			if name == "status" || name == "list" { // figures of another campaign
				continue
			}
			want = strings.ReplaceAll(want, printedID, id)
			if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
				t.Errorf("%s (-guide +got):\n%s", name, diff)
			}
		}
	})
}

func decoded(t *testing.T, doc string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	return v
}

func TestTheGuidesMonitorsReadTheStatus(t *testing.T) {
	needs(t, "bash", "curl", "jq")
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Hour)}, guide.Options{})
		base, id := s.serve(), s.active(12)
		for name, times := range map[string]int{"monitor.sh": 2, "diagnose.sh": 1} {
			got := s.shell(base, id, name, 1)
			if strings.Count(got, `"status": "active"`) != times || strings.Count(got, `"campaign_id": "`+id+`"`) != times {
				t.Errorf("%s printed %s", name, got)
			}
		}
	})
}

// exact is a carrier whose calls take as long as they are told to.
func exact(talk time.Duration) simulated.Carrier {
	c := answers(talk)
	c.AgentRing = simulated.Fixed(time.Second)
	return c
}

func TestTheGuidesFirstExampleRuns(t *testing.T) {
	needs(t, "bash", "curl", "jq")
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: exact(time.Hour)}, guide.Options{})
		got := s.shell(s.serve(), "", "sales.sh", 1)
		id := regexp.MustCompile(`Campaign ID: (\S+)`).FindStringSubmatch(got)[1]
		status := func(originated, active, remaining int) string {
			return fmt.Sprintf(`{
  "campaign_id": "ID",
  "campaign_name": "Afternoon Sales Blitz",
  "status": "active",
  "created_at": "2024-03-04T09:00:00Z",
  "calls_originated": %d,
  "calls_failed": 0,
  "active_calls": %d,
  "remaining_contacts": %d,
  "max_concurrent": 5,
  "retry_attempts": 2,
  "retry_delay": 600
}
`, originated, active, remaining)
		}
		want := "Campaign ID: ID\n" +
			`{"campaign_id":"ID","contacts_added":5,"total_contacts":5,"message":"Added 5 contacts to campaign"}` + "\n" +
			status(0, 0, 5) + status(5, 5, 0) +
			`{"campaign_id":"ID","status":"paused","message":"Campaign paused successfully"}` + "\n" +
			`{"campaign_id":"ID","status":"active","message":"Campaign resumed successfully"}` + "\n" +
			`{"campaign_id":"ID","status":"stopped","message":"Campaign stopped successfully"}` + "\n"
		if diff := cmp.Diff(want, strings.ReplaceAll(got, id, "ID")); diff != "" {
			t.Error("it printed (-want +got):\n" + diff)
		}
	})
}

func TestTheGuidesSecondExampleRunsToItsEnd(t *testing.T) {
	needs(t, "bash", "curl", "jq")
	onEachStore(t, func(t *testing.T, store ports.Store) {
		contacts := 5000 // as it says
		if _, ok := store.(*postgres.Store); ok {
			contacts = 500 // and less to wait for
		}
		// One in ten is not there the first time.
		carrier := exact(10 * time.Second)
		others := carrier.Script
		carrier.Script = func(d ports.Dial) (simulated.Plan, bool) {
			if strings.HasSuffix(d.Address, "0") && d.Number == 1 {
				return simulated.Plan{Outcome: attempt.OutcomeBusy, Post: time.Second, Ring: time.Second}, true
			}
			return others(d)
		}
		s := newSite(t, store, simulated.Config{Carrier: carrier}, guide.Options{})
		base := s.serve()
		script := strings.ReplaceAll(string(testdata(t, "guide/reminders.sh")), printedBase, base)
		cmd := s.program(base, 30, "bash", "-c", script) // it looks every 5 minutes, and not every 10 s
		s.must(os.WriteFile(filepath.Join(cmd.Dir, "appointment_contacts.json"), []byte(numbers(contacts)), 0o600))
		lines := strings.Split(strings.TrimSpace(s.output(cmd)), "\n")
		if last := lines[len(lines)-1]; last != "Campaign completed!" {
			t.Errorf("it ended with %q", last)
		}
		want := fmt.Sprintf(" - Remaining: 0 | Active: 0 | Originated: %d | Failed: 0", contacts+contacts/10)
		if got := lines[len(lines)-2]; !strings.HasSuffix(got, want) {
			t.Errorf("its last figures are %q, want %q", got, want)
		}
	})
}

func TestTheGuidesThirdExamplePausesByNight(t *testing.T) {
	needs(t, "bash", "curl", "jq")
	onEachStore(t, func(t *testing.T, store ports.Store) {
		evening := time.Date(2025, time.October, 14, 19, 30, 0, 0, time.UTC)
		s := newSite(t, store, simulated.Config{Start: evening, Carrier: exact(20 * time.Hour)}, guide.Options{})
		s.over = evening.Add(15 * time.Hour)
		base := s.serve()
		// Its list is a placeholder, which is refused; the loop goes on all the same.
		create, rest, _ := strings.Cut(string(testdata(t, "guide/survey.sh")), "# Upload contacts\n")
		upload, loop, _ := strings.Cut(rest, "# Intelligent pause/resume")
		again := strings.Replace(upload, `["list", "of", "contacts"]`, numbers(40), 1)
		script := strings.ReplaceAll(create+upload+again+"#"+loop, printedBase, base)
		got := s.output(s.program(base, 12, "bash", "-c", script)) // it looks every hour, and not every 5 minutes
		id := regexp.MustCompile(`"campaign_id":"([^"]+)"`).FindStringSubmatch(got)[1]
		refused, got, _ := strings.Cut(got, "\n")
		if !strings.Contains(refused, `"loc":["body",0]`) || !strings.Contains(refused, `"code":"VALIDATION_ERROR"`) {
			t.Errorf("the placeholder was answered with %s", refused)
		}
		want := `{"campaign_id":"ID","contacts_added":40,"total_contacts":40,"message":"Added 40 contacts to campaign"}
Pausing campaign outside business hours...
{"campaign_id":"ID","status":"paused","message":"Campaign paused successfully"}
Resuming campaign for business hours...
{"campaign_id":"ID","status":"active","message":"Campaign resumed successfully"}
`
		if diff := cmp.Diff(want, strings.ReplaceAll(got, id, "ID")); diff != "" {
			t.Error("it printed (-want +got):\n" + diff)
		}
	})
}

func TestTheGuidesPythonProgramRuns(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: exact(18 * time.Second)}, guide.Options{})
		got := s.python(s.serve(), "client.py")
		id := regexp.MustCompile(`Created campaign: (\S+)`).FindStringSubmatch(got)[1]
		// 10 lines, and 22 s for each call
		want := "Created campaign: " + id + "\nAdded 100 contacts\nStatus: 0 active, 100 remaining\n" +
			strings.Repeat("Status: 10 active, 90 remaining\n", 4) + strings.Repeat("Status: 10 active, 80 remaining\n", 4) +
			strings.Repeat("Status: 10 active, 70 remaining\n", 3) + "Campaign stopped\n"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("it printed (-want +got):\n" + diff)
		}
		if got := s.statusOf(id); got != "stopped" {
			t.Errorf("it is %s", got)
		}
	})
}

func TestEachMethodOfTheGuidesPythonClientWorks(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: exact(18 * time.Second)}, guide.Options{})
		got := s.python(s.serve(), "calls.py")
		want := "True Campaign created successfully\n3 3\nactive\npaused\nactive\n" +
			"Remaining: 3, Active: 0\nRemaining: 0, Active: 3\nRemaining: 0, Active: 0\nCampaign completed!\n" +
			"completed\n409\n404\n401\n"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("it printed (-want +got):\n" + diff)
		}
	})
}
