package guide_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// listed are the ids in the list.
func (s *site) listed() []any {
	s.Helper()
	ids := []any{}
	for _, c := range s.want(http.StatusOK, s.ask("GET", "", "")).body["campaigns"].([]any) {
		ids = append(ids, c.(map[string]any)["campaign_id"])
	}
	return ids
}

func TestTheListLeavesOutWhatWasDeletedInAnyStatus(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{Carrier: answers(time.Minute)}, guide.Options{})
		for _, from := range statuses {
			id := from.lead(s)
			before := s.want(http.StatusOK, s.ask("GET", "/"+id+"/status", "")).body
			if diff := cmp.Diff([]any{id}, s.listed()); diff != "" && from.name != "stopped" {
				t.Errorf("the list with a %s campaign (-want +got):\n%s", from.name, diff)
			}
			s.want(http.StatusOK, s.ask("DELETE", "/"+id, ""))
			if got := s.listed(); len(got) != 0 {
				t.Errorf("the list after a %s campaign is deleted is %v", from.name, got)
			}
			after := s.want(http.StatusOK, s.ask("GET", "/"+id+"/status", "")).body
			if from.name == "completed" || from.name == "failed" {
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("what a %s campaign's status says has changed (-before +after):\n%s", from.name, diff)
				}
			}
			c, err := s.dialler.Campaign(t.Context(), parseID(s, id))
			s.must(err)
			if c.Archived.IsZero() {
				t.Errorf("a %s campaign that is deleted is not archived", from.name)
			}
		}
	})
}

func TestTheListLeavesOutWhatAnOperatorHasStopped(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	id := s.active(1)
	s.must(s.dialler.Stop(t.Context(), parseID(s, id)))
	if got := s.listed(); len(got) != 0 || s.statusOf(id) != "stopped" {
		t.Errorf("it is %s, and the list is %v", s.statusOf(id), got)
	}
}

func TestARestartBringsADeletedCampaignBackToTheList(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	id := s.active(1)
	s.want(http.StatusOK, s.ask("DELETE", "/"+id, ""))
	s.must(s.dialler.Restart(t.Context(), parseID(s, id), campaign.All))
	if diff := cmp.Diff([]any{id}, s.listed()); diff != "" {
		t.Error("the list (-want +got):\n" + diff)
	}
}

// reviver is a store in which somebody restarts a campaign as it is to be
// archived, once.
type reviver struct {
	ports.Store
	done bool
}

func (v *reviver) Submit(ctx context.Context, c ports.Command) error {
	if c.Decide == nil || c.Decide.Event.Action != campaign.Archive || v.done {
		return v.Store.Submit(ctx, c)
	}
	v.done = true
	restart := ports.Command{ID: uuid.New(), At: c.At, Decide: &ports.Decide{
		Campaign: c.Decide.Campaign, Event: campaign.Event{Action: campaign.Restart},
	}}
	return errors.Join(v.Store.Submit(ctx, restart), v.Store.Submit(ctx, c))
}

func TestWhatSomebodyRestartsMeanwhileIsDeletedAllTheSame(t *testing.T) {
	s := newSite(t, &reviver{Store: memory.New()}, simulated.Config{}, guide.Options{})
	id := s.active(1)
	if got := s.want(http.StatusOK, s.ask("DELETE", "/"+id, "")); got.body["status"] != "stopped" {
		t.Errorf("it answered %s", got.text)
	}
	c, err := s.dialler.Campaign(t.Context(), parseID(s, id))
	s.must(err)
	if c.Run.Number != 2 || c.Status != campaign.Completed || c.Archived.IsZero() {
		t.Errorf("run %d is %s, archived at %v", c.Run.Number, c.Status, c.Archived)
	}
}
