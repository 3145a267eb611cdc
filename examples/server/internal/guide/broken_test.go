package guide_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// brittle is a store that breaks when told so.
type brittle struct {
	ports.Store
	reads, creates, submits error
}

func (b *brittle) Campaign(ctx context.Context, id ports.ID) (campaign.Campaign, error) {
	if b.reads != nil {
		return campaign.Campaign{}, b.reads
	}
	return b.Store.Campaign(ctx, id)
}

func (b *brittle) CreateCampaign(ctx context.Context, c campaign.Campaign) error {
	if b.creates != nil {
		return b.creates
	}
	return b.Store.CreateCampaign(ctx, c)
}

func (b *brittle) Submit(ctx context.Context, c ports.Command) error {
	if b.submits != nil {
		return b.submits
	}
	return b.Store.Submit(ctx, c)
}

var errSecret = errors.New("password of the database is tiger")

func TestABrokenStoreIsNobodysFaultAndSaysNothingOfItself(t *testing.T) {
	down := fmt.Errorf("%w: %w", ports.ErrUnavailable, errSecret)
	for _, c := range []struct {
		name   string
		breaks func(*brittle)
		act    string
		want   string
	}{
		{"creating", func(b *brittle) { b.creates = errSecret }, "create", "500 CAMPAIGN_CREATE_ERROR Internal server error creating campaign"},
		{"creating while away", func(b *brittle) { b.creates = down }, "create", "500 CAMPAIGN_CREATE_ERROR Internal server error creating campaign"},
		{"reading", func(b *brittle) { b.reads = errSecret }, "status", "500 INTERNAL_ERROR Internal server error"},
		{"reading while away", func(b *brittle) { b.reads = down }, "status", "503 UNAVAILABLE The campaigns cannot be reached now, try again"},
		{"pausing while away", func(b *brittle) { b.submits = down }, "pause", "503 UNAVAILABLE The campaigns cannot be reached now, try again"},
		{"stopping while away", func(b *brittle) { b.submits = down }, "stop", "503 UNAVAILABLE The campaigns cannot be reached now, try again"},
		{"a batch while away", func(b *brittle) { b.reads = down }, "contacts", "503 UNAVAILABLE The campaigns cannot be reached now, try again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := &brittle{Store: memory.New()}
			s := newSite(t, store, simulated.Config{}, guide.Options{})
			id := s.active(1)
			c.breaks(store)
			var got reply
			if c.act == "create" {
				got = s.ask("POST", "", anOrder)
			}
			for _, act := range actions {
				if act.name == c.act {
					got = s.ask(act.method, "/"+id+act.path, act.body)
				}
			}
			if diff := cmp.Diff(c.want, fmt.Sprint(got.code, " ", got.body["code"], " ", got.body["message"])); diff != "" {
				t.Error("the answer differs (-want +got):\n" + diff)
			}
			if strings.Contains(got.text, "tiger") || (got.code == 503) != (got.Get("Retry-After") == "1") {
				t.Errorf("it answered %v %s", got.Header, got.text)
			}
		})
	}
}

func TestAStoreThatIsAwayIsAWarningAndABrokenOneAnError(t *testing.T) {
	for want, err := range map[string]error{
		`level=WARN msg="request not served" method=GET path=`: fmt.Errorf("%w: gone", ports.ErrUnavailable),
		`level=ERROR msg="request failed" method=GET path=`:    errSecret,
	} {
		var log strings.Builder
		store := &brittle{Store: memory.New()}
		s := newSite(t, store, simulated.Config{}, guide.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		id := s.active(1)
		store.reads = err
		s.ask("GET", "/"+id+"/status", "")
		if got := log.String(); !strings.Contains(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%v is logged as\n%swant %s", err, got, want)
		}
	}
}

func TestABatchThatIsInWithoutAStartSaysSo(t *testing.T) {
	store := &brittle{Store: memory.New()}
	s := newSite(t, store, simulated.Config{}, guide.Options{})
	id := s.created()
	store.submits = errSecret
	got := s.want(http.StatusInternalServerError, s.ask("POST", "/"+id+"/contacts", numbers(3)))
	want := "Added 3 contacts to campaign, which could not be started: add an empty list to try again"
	if got.body["message"] != want {
		t.Errorf("it says %s, want %s", got.body["message"], want)
	}
	store.submits = nil
	again := s.want(http.StatusOK, s.ask("POST", "/"+id+"/contacts", "[]"))
	if again.body["total_contacts"] != 3.0 || s.statusOf(id) != "active" {
		t.Errorf("it answered %s and is %s", again.text, s.statusOf(id))
	}
}

func TestADraftWhoseDayIsOverTakesContactsAndDoesNotBegin(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	spec := campaign.Defaults()
	spec.Name, spec.Destination, spec.Date = "yesterday", "5000", "2024-03-03"
	spec.Windows = []campaign.Window{{From: campaign.At(9, 0), To: campaign.At(17, 0)}}
	c, err := s.dialler.Create(t.Context(), spec)
	s.must(err)
	got := s.want(http.StatusConflict, s.ask("POST", "/"+c.ID.String()+"/contacts", numbers(2)))
	want := "Added 2 contacts to campaign, which could not be started: the campaign's single-day window is over"
	if got.body["message"] != want || s.statusOf(c.ID.String()) != "created" {
		t.Errorf("it answered %s and is %s", got.text, s.statusOf(c.ID.String()))
	}
}

func TestADraftWhoseDayIsOverIsStopped(t *testing.T) {
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{}, guide.Options{})
		spec := campaign.Defaults()
		spec.Name, spec.Destination, spec.Date = "yesterday", "5000", "2024-03-03"
		c, err := s.dialler.Create(t.Context(), spec)
		s.must(err)
		_, err = s.dialler.AddContacts(t.Context(), c.ID, campaign.Contact{Address: "+15551234567"})
		s.must(err)
		got := s.want(http.StatusOK, s.ask("DELETE", "/"+c.ID.String(), ""))
		if got.body["status"] != "stopped" || s.statusOf(c.ID.String()) != "stopped" {
			t.Errorf("it answered %s and is %s", got.text, s.statusOf(c.ID.String()))
		}
		s.want(http.StatusOK, s.ask("DELETE", "/"+c.ID.String(), ""))
	})
}
