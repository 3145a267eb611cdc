package operator_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// troubled is a store that fails when it is told to.
type troubled struct {
	ports.Store
	err error
	// after is how many rows of a report come first.
	after int
	// fails, if set, is called when it fails.
	fails func()
}

func (s *troubled) fail() error {
	if s.fails != nil {
		s.fails()
	}
	return s.err
}

func (s *troubled) Campaign(ctx context.Context, id ports.ID) (campaign.Campaign, error) {
	if s.err != nil && s.after == 0 {
		return campaign.Campaign{}, s.fail()
	}
	return s.Store.Campaign(ctx, id)
}

func (s *troubled) Report(ctx context.Context, id ports.ID, run int) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		n := 0
		for row, err := range s.Store.Report(ctx, id, run) {
			if n++; n > s.after && s.err != nil {
				err = s.fail()
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// openTroubled opens a site on a store that may fail, and what its log says.
func openTroubled(t *testing.T) (*site, *troubled, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	store := &troubled{}
	s := open(t, func(how *setup) {
		store.Store = how.store
		how.store = store
		how.options.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	return s, store, &log
}

func TestAStoreThatIsAwayIsSaidAndLogged(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
	}{
		{ports.ErrUnavailable, http.StatusServiceUnavailable},
		{errors.New("password=secret"), http.StatusInternalServerError},
	} {
		for _, what := range []string{"", "/report"} { // of which huma answers one
			s, store, log := openTroubled(t)
			id := s.draft()
			s.contacts(id, "+331", "+332")
			path := "/v1/campaigns/" + id
			store.err, store.after = c.err, min(len(what), 1)
			a := s.send("GET", path+what, "")
			s.refused(c.status, a)
			if strings.Contains(string(a.body), c.err.Error()) || !strings.Contains(log.String(), c.err.Error()) {
				t.Errorf("said %s, logged %s", a.body, log)
			}
			if !strings.Contains(log.String(), "method=GET path="+path+what+" ") || strings.Count(log.String(), "\n") != 1 {
				t.Errorf("logged %s, want a line that says for GET %s", log, path+what)
			}
		}
	}
}

// headed is a store that counts the rows of reports.
type headed struct {
	ports.Store
	rows int
}

func (s *headed) Report(ctx context.Context, id ports.ID, run int) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		for row, err := range s.Store.Report(ctx, id, run) {
			if s.rows++; !yield(row, err) {
				return
			}
		}
	}
}

func TestAskingForTheHeadOfAReportDoesNotRunIt(t *testing.T) {
	store := &headed{}
	s := open(t, func(how *setup) { store.Store, how.store = how.store, store })
	at := "/v1/campaigns/" + s.draft()
	s.contacts(strings.TrimPrefix(at, "/v1/campaigns/"), "+331", "+332", "+333")
	head := s.ask(http.StatusOK, "HEAD", at+"/report", "")
	if store.rows > 1 || len(head.body) > 0 {
		t.Errorf("%d rows were read, %d bytes were sent", store.rows, len(head.body))
	}
	whole := s.ask(http.StatusOK, "GET", at+"/report", "")
	for _, name := range []string{"Content-Type", "Content-Disposition"} {
		if got, want := head.header.Get(name), whole.header.Get(name); got != want || got == "" {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	s.ask(http.StatusNotFound, "HEAD", at+"/report?run=7", "")
	s.ask(http.StatusNotFound, "HEAD", "/v1/campaigns/"+nobody+"/report", "")
}

func TestAReportThatBreaksOffDoesNotPassForAWholeOne(t *testing.T) {
	s, store, _ := openTroubled(t)
	id := s.draft()
	s.contacts(id, strings.Fields(strings.Repeat("+331 ", 2000))...)
	store.err, store.after = ports.ErrUnavailable, 1500
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.web.URL+"/v1/campaigns/"+id+"/report", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if b, err := io.ReadAll(res.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("it ended with %v after %d bytes", err, len(b))
	}
	store.after = 1 // nothing has been sent yet
	s.refused(http.StatusServiceUnavailable, s.send("GET", "/v1/campaigns/"+id+"/report", ""))
}

func TestAClientThatLeavesIsNothingToWarnOf(t *testing.T) {
	for name, c := range map[string]struct {
		err    error // of the store, when the client has left
		path   string
		after  int
		leaves bool
		level  string
	}{
		"a report that its client leaves":         {errors.New("the statement was interrupted"), "/report", 1500, true, "INFO"},
		"a report that the store breaks off":      {ports.ErrUnavailable, "/report", 1500, false, "WARN"},
		"a client that leaves before its answer":  {context.Canceled, "", 0, true, "INFO"},
		"a store that is away before the answer":  {ports.ErrUnavailable, "", 0, false, "WARN"},
		"a store that takes too long to be asked": {context.DeadlineExceeded, "", 0, false, "WARN"},
	} {
		t.Run(name, func(t *testing.T) {
			s, store, log := openTroubled(t)
			id := s.draft()
			s.contacts(id, strings.Fields(strings.Repeat("+331 ", 2000))...)
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			store.err, store.after = c.err, c.after
			if c.leaves {
				store.fails = leave
			}
			func() {
				defer func() { _ = recover() }() // a report is cut off by a panic
				r := httptest.NewRequestWithContext(ctx, "GET", "/v1/campaigns/"+id+c.path, nil)
				s.api.ServeHTTP(httptest.NewRecorder(), r)
			}()
			if !strings.Contains(log.String(), "level="+c.level) || !strings.Contains(log.String(), c.err.Error()) {
				t.Errorf("logged %q, want level %s", log, c.level)
			}
		})
	}
}

func TestASingleDayThatIsOverIsNotStarted(t *testing.T) {
	s := open(t)
	id := s.create(`{"name":"x","destination":"1","date":"2024-01-01"}`)
	s.refused(http.StatusConflict, s.send("POST", "/v1/campaigns/"+id+"/start", ""), "window is over")
}

func TestARestartOfThoseNotCompletedWaitsForTheCallsThatAreUp(t *testing.T) {
	s := open(t, func(how *setup) { how.world.Carrier.Mix = simulated.Mix{attempt.OutcomeAnswered: 1} })
	id := s.draft()
	s.contacts(id, "+331")
	at := "/v1/campaigns/" + id
	s.ask(http.StatusOK, "POST", at+"/start", "")
	s.stepUntil(func() bool { return s.attempt(id)["state"] == "in_progress" })
	s.ask(http.StatusOK, "POST", at+"/stop", `{"drain":true}`)
	s.refused(http.StatusConflict, s.send("POST", at+"/restart", `{"scope":"not_completed"}`), "still up")
	s.ask(http.StatusOK, "POST", at+"/restart", `{"scope":"all"}`)
	s.refused(http.StatusConflict, s.send("PATCH", at, `{"retries":1}`), "still up")
	s.drive()
	s.ask(http.StatusOK, "PATCH", at, `{"retries":1}`)
}

func TestAPurgedRunIsGoneButForItsFigures(t *testing.T) {
	s, id := ran(t)
	at := "/v1/campaigns/" + id
	s.ask(http.StatusOK, "POST", at+"/restart", "")
	if err := s.d.Purge(t.Context(), s.id(id), s.world.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.refused(http.StatusGone, s.send("GET", at+"/attempts?run=1", ""), "purged")
	s.refused(http.StatusGone, s.send("GET", at+"/report?run=1", ""), "purged")
	first := s.ask(http.StatusOK, "GET", at+"/runs", "").object()["runs"].([]any)[0].(object)
	if first["purged_at"] == nil || first["metrics"].(object)["total_calls"] != 40.0 {
		t.Errorf("the first run is %v", first)
	}
}
