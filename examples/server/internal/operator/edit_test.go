package operator_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// rival is a store where somebody else edits the campaign just before an edit
// arrives, as often as it says.
type rival struct {
	ports.Store
	edits int
	made  int
}

func (r *rival) Submit(ctx context.Context, c ports.Command) error {
	if c.Decide != nil && c.Decide.Event.Action == campaign.Edit && r.made < r.edits {
		r.made++
		was, err := r.Campaign(ctx, c.Decide.Campaign)
		was.Spec.MaxConcurrent++
		return errors.Join(err, r.Store.Submit(ctx, ports.Command{ID: uuid.New(), At: c.At, Decide: &ports.Decide{
			Campaign: was.ID, Event: campaign.Event{Action: campaign.Edit, Spec: was.Spec},
		}}), r.Store.Submit(ctx, c))
	}
	return r.Store.Submit(ctx, c)
}

func rivalled(t *testing.T, edits int) (*site, string) {
	s := open(t, func(how *setup) { how.store = &rival{Store: memory.New(), edits: edits} })
	return s, s.create(`{"name":"Spring offer","destination":"1000","max_concurrent":5,"retries":1}`)
}

func TestAnEditKeepsWhatSomebodyElseChangesMeanwhile(t *testing.T) {
	s, id := rivalled(t, 3)
	got := s.ask(http.StatusOK, "PATCH", "/v1/campaigns/"+id, `{"retries":7}`).object()["settings"].(object)
	if got["retries"] != 7.0 || got["max_concurrent"] != 8.0 {
		t.Errorf("retries are %v, max_concurrent is %v", got["retries"], got["max_concurrent"])
	}
}

func TestAnEditThatIsAlwaysOvertakenIsRefusedInTheEnd(t *testing.T) {
	s, id := rivalled(t, 1000)
	s.refused(http.StatusConflict, s.send("PATCH", "/v1/campaigns/"+id, `{"retries":7}`), "the campaign has changed since")
	got := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+id, "").object()["settings"].(object)
	if got["retries"] != 1.0 {
		t.Errorf("retries are %v", got["retries"])
	}
}

func TestEditsAtOnceLoseNothing(t *testing.T) {
	const turns = 8
	s := open(t)
	id := s.create(`{"name":"Spring offer","destination":"1000"}`)
	at := "/v1/campaigns/" + id
	var wg sync.WaitGroup
	for _, field := range []string{"retries", "max_concurrent", "callbacks", "callback_tries"} {
		wg.Go(func() {
			for n := range turns {
				body := `{"` + field + `":` + string(rune('1'+n)) + `}`
				got := s.send("PATCH", at, body)
				if got.status != http.StatusOK || got.object()["settings"].(object)[field] != float64(n+1) {
					t.Errorf("%s: status %d: %.300s", body, got.status, got.body)
				}
			}
		})
	}
	wg.Wait()
	got := s.ask(http.StatusOK, "GET", at, "").object()["settings"].(object)
	for _, field := range []string{"retries", "max_concurrent", "callbacks", "callback_tries"} {
		if got[field] != float64(turns) {
			t.Errorf("%s is %v, want %d", field, got[field], turns)
		}
	}
}

func TestAnEditMayNameTheVersionThatItIsMeantFor(t *testing.T) {
	s := open(t)
	id := s.draft()
	at := "/v1/campaigns/" + id
	version := func() float64 { return s.ask(http.StatusOK, "GET", at, "").object()["version"].(float64) }
	if v := version(); v != 1 {
		t.Fatalf("a new campaign has version %v", v)
	}
	s.ask(http.StatusOK, "PATCH", at, `{"retries":1}`, `If-Match: "1"`)
	s.refused(http.StatusPreconditionFailed, s.send("PATCH", at, `{"retries":2}`, `If-Match: "1"`), "the campaign has changed since")
	s.refused(http.StatusPreconditionFailed, s.send("PATCH", at, `{"retries":2}`, `If-Match: "9"`), "version 2, not 9")
	for _, wrong := range []string{`2`, `"2`, `2"`, `""`, `"two"`, `"0"`, `"-1"`, `W/"2"`, `"2", "3"`, `"99999999999999999999"`} {
		s.refused(http.StatusUnprocessableEntity, s.send("PATCH", at, `{"retries":2}`, `If-Match: `+wrong), "header.If-Match")
	}
	got := s.ask(http.StatusOK, "GET", at, "").object()
	if got["version"] != 2.0 || got["settings"].(object)["retries"] != 1.0 {
		t.Errorf("version %v, retries %v", got["version"], got["settings"].(object)["retries"])
	}
	s.ask(http.StatusOK, "PATCH", at, `{"retries":3}`, `If-Match: *`)
	s.ask(http.StatusOK, "PATCH", at, `{"retries":4}`, `If-Match: "3"`)
	if v := version(); v != 4 {
		t.Errorf("the version is %v", v)
	}
}

func TestAnEditOfNothingIsNoChange(t *testing.T) {
	s := open(t)
	at := "/v1/campaigns/" + s.draft()
	before := s.ask(http.StatusOK, "GET", at, "").body
	for _, header := range []string{"If-Match: *", `If-Match: "1"`} {
		if got := s.ask(http.StatusOK, "PATCH", at, `{}`, header).body; string(got) != string(before) {
			t.Errorf("of %s it has made %s", before, got)
		}
	}
	s.refused(http.StatusPreconditionFailed, s.send("PATCH", at, `{}`, `If-Match: "2"`), "version 1, not 2")
	s.refused(http.StatusConflict, s.send("PATCH", "/v1/campaigns/"+s.in(campaign.Running), `{}`), "edit is not available in status running")
}

func TestACampaignSaysWhenTheHostPutItAway(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Completed)
	at := "/v1/campaigns/" + id
	if got := s.ask(http.StatusOK, "GET", at, "").object(); got["archived_at"] != nil {
		t.Errorf("it was archived at %v", got["archived_at"])
	}
	if err := s.d.Archive(t.Context(), uuid.MustParse(id)); err != nil {
		t.Fatal(err)
	}
	got := s.ask(http.StatusOK, "GET", at, "").object()
	if got["archived_at"] == nil || got["status"] != "completed" {
		t.Errorf("it is %v, archived at %v", got["status"], got["archived_at"])
	}
	if got := s.ask(http.StatusOK, "POST", at+"/restart", "").object(); got["archived_at"] != nil {
		t.Errorf("the draft was archived at %v", got["archived_at"])
	}
}
