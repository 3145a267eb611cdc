package guide_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// drafted makes a campaign that has contacts and was not started, as the
// operator's surface can.
func (s *site) drafted(contacts int) outdial.ID {
	s.Helper()
	id := parseID(s, s.created())
	for range contacts {
		_, err := s.dialler.AddContacts(s.Context(), id, campaign.Contact{Address: "+15551234567"})
		s.must(err)
	}
	return id
}

func TestADraftThatIsDeletedIsStoppedWithoutACall(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Minute)}, guide.Options{})
		id := s.drafted(3)
		got := s.want(http.StatusOK, s.ask("DELETE", "/"+id.String(), "")).body
		want := map[string]any{"campaign_id": id.String(), "status": "stopped", "message": "Campaign stopped successfully"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("the answer differs (-want +got):\n" + diff)
		}
		s.must(s.pass(time.Hour))
		if n := s.world.Stats().Originated; n != 0 {
			t.Errorf("%d calls were placed", n)
		}
		status := s.want(http.StatusOK, s.ask("GET", "/"+id.String()+"/status", "")).body
		for field, want := range map[string]any{
			"campaign_name": "Spring offer", "status": "stopped", "calls_originated": 0.0, "calls_failed": 0.0,
			"active_calls": 0.0, "remaining_contacts": 0.0, "max_concurrent": 10.0, "retry_attempts": 3.0, "retry_delay": 300.0,
		} {
			if status[field] != want {
				t.Errorf("%s is %v, want %v", field, status[field], want)
			}
		}
		m, err := s.dialler.Metrics(t.Context(), id, 0)
		s.must(err)
		if m.TotalCalls != 3 || m.ManualStoppedCount != 3 || m.Dials != 0 {
			t.Errorf("its figures are %+v", m)
		}
		if list := s.ask("GET", "", "").body["campaigns"].([]any); len(list) != 0 {
			t.Errorf("the list has %v", list)
		}
		again := s.want(http.StatusOK, s.ask("DELETE", "/"+id.String(), "")).body
		if diff := cmp.Diff(want, again); diff != "" {
			t.Error("the second time it answers otherwise:\n" + diff)
		}
	})
}

// hasty is a store in which somebody starts a campaign as it is to be discarded.
type hasty struct{ ports.Store }

func (h hasty) Submit(ctx context.Context, c ports.Command) error {
	if c.Decide != nil && c.Decide.Event.Action == campaign.Discard {
		start := ports.Command{ID: uuid.New(), At: c.At, Decide: &ports.Decide{
			Campaign: c.Decide.Campaign, Event: campaign.Event{Action: campaign.Start},
		}}
		if err := h.Store.Submit(ctx, start); err != nil {
			return err
		}
	}
	return h.Store.Submit(ctx, c)
}

func TestADraftThatSomebodyStartsMeanwhileIsStopped(t *testing.T) {
	s := newSite(t, hasty{memory.New()}, simulated.Config{}, guide.Options{})
	id := s.drafted(1)
	if got := s.want(http.StatusOK, s.ask("DELETE", "/"+id.String(), "")); got.body["status"] != "stopped" {
		t.Errorf("it answered %s", got.text)
	}
	c, err := s.dialler.Campaign(t.Context(), id)
	s.must(err)
	if c.Status != campaign.Completed || c.Run.EndReason != campaign.EndStopped || c.Run.Started.IsZero() {
		t.Errorf("it is %s: %+v", c.Status, c.Run)
	}
}
