package ops_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/ports"
)

// running is a running campaign with two contacts, on a store without workers.
func running(t *testing.T, store ports.Store) (*outdial.Dialler, string, campaign.ID) {
	t.Helper()
	d, err := outdial.New(outdial.Config{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	spec := campaign.Defaults()
	spec.Name, spec.Destination = `spring "sale"`, "5000"
	c, err := d.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddContacts(t.Context(), c.ID, campaign.Contact{Address: "+15550100"}, campaign.Contact{Address: "+15550101"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return d, `campaign="` + c.ID.String() + `"`, c.ID
}

func TestScrapeShowsTheSeedsFiguresOfEachCampaign(t *testing.T) {
	m := ops.NewMetrics()
	store := m.Store(memory.New())
	_, id, _ := running(t, store)
	m.Watch(ops.Sources{
		Store: store, Agents: func() (int, int, int) { return 3, 4, 10 },
		SwitchUp: func() bool { return false }, Dropped: func() uint64 { return 17 },
	})
	got := scrape(t, m)
	has(t, got,
		`outdial_campaign_info{`+id+`,name="spring \"sale\"",run="1",status="running"} 1`,
		`outdial_campaign_total_calls{`+id+`} 2`, `outdial_campaign_attempted_count{`+id+`} 0`, `outdial_campaign_remaining{`+id+`} 2`,
		`outdial_campaign_retries_remaining{`+id+`} 6`, `outdial_campaign_completion_rate{`+id+`} 0`,
		`outdial_campaign_attempts{`+id+`,state="pending"} 2`, `outdial_campaign_attempts{`+id+`,state="_processing"} 0`,
		`outdial_campaign_calls{`+id+`,outcome="busy"} 0`,
		`outdial_campaigns{status="running"} 1`, `outdial_lines 0`, `outdial_leases 0`, `outdial_workers 0`,
		`outdial_agents{doing="idle"} 3`, `outdial_agents{doing="talking"} 4`, `outdial_agents{doing="other"} 3`,
		`outdial_store_up 1`, `outdial_switch_up 0`, `outdial_events_dropped_total 17`)
	if strings.Contains(got, "outdial_campaign_abandon_rate{") {
		t.Error("a rate is shown whose denominator is empty")
	}
	if !strings.Contains(got, `outdial_campaign_oldest_seconds{`+id+`,state="pending"}`) || !strings.Contains(got, "go_goroutines") {
		t.Errorf("something is missing:\n%s", mine(got))
	}
}

func TestAScrapeAsksTheStoreAFixedNumberOfTimes(t *testing.T) {
	counted := ops.NewMetrics()
	store := counted.Store(memory.New())
	m := ops.NewMetrics()
	m.Watch(ops.Sources{Store: store})
	var ids []string
	for range 5 {
		_, id, _ := running(t, store)
		ids = append(ids, id)
	}
	got := scrape(t, m)
	for _, id := range ids {
		has(t, got, `outdial_campaign_total_calls{`+id+`} 2`)
	}
	asked := scrape(t, counted)
	has(t, asked, `outdial_store_seconds_count{op="metrics_of",result="ok"} 1`,
		`outdial_store_seconds_count{op="changes",result="ok"} 1`, `outdial_store_seconds_count{op="workers",result="ok"} 1`)
	if strings.Contains(asked, `op="metrics"`) {
		t.Errorf("it asks for the figures of one:\n%s", mine(asked))
	}
}

func TestDraftsAreCountedAndNotShown(t *testing.T) {
	m := ops.NewMetrics()
	store := m.Store(memory.New())
	if err := store.CreateCampaign(t.Context(), draft("winter")); err != nil {
		t.Fatal(err)
	}
	m.Watch(ops.Sources{Store: store})
	got := scrape(t, m)
	has(t, got, `outdial_campaigns{status="draft"} 1`, `outdial_switch_up 1`)
	if strings.Contains(got, "outdial_campaign_") {
		t.Errorf("it is shown:\n%s", mine(got))
	}
}

func TestClosingFiguresAreShownForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := ops.NewMetrics()
		store := m.Store(memory.New())
		d, id, c := running(t, store)
		m.Watch(ops.Sources{Store: store})
		scrape(t, m)
		if err := d.Stop(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		for { // the rows follow
			more, err := store.Sweep(t.Context(), c, 100)
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				break
			}
		}
		scrape(t, m)
		<-time.After(time.Hour - time.Second)
		has(t, scrape(t, m), `outdial_campaign_manual_stopped_count{`+id+`} 2`, `outdial_campaigns{status="completed"} 1`)
		<-time.After(time.Second)
		if got := scrape(t, m); strings.Contains(got, id) {
			t.Errorf("it is shown still:\n%s", mine(got))
		}
	})
}

func TestScrapeOfAStoreThatIsAwaySaysSo(t *testing.T) {
	m := ops.NewMetrics()
	m.Watch(ops.Sources{Store: away{memory.New()}})
	has(t, scrape(t, m), `outdial_store_up 0`, `outdial_switch_up 1`)
}
