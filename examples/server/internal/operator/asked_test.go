package operator_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/examples/server/internal/ops"
)

// asked is how often a store has been asked for anything.
func asked(t *testing.T, m *ops.Metrics) (n int) {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "outdial_store_seconds_count") {
			var one int
			if _, err := fmt.Sscan(line[strings.LastIndex(line, " "):], &one); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			n += one
		}
	}
	return n
}

func TestAPageOfTheListAsksTheStoreAFixedNumberOfTimes(t *testing.T) {
	m := ops.NewMetrics()
	s := open(t, func(how *setup) { how.store = m.Store(how.store) })
	var ids []string
	for _, campaigns := range []int{1, 3, 30} {
		for len(ids) < campaigns {
			ids = append(ids, s.draft())
		}
		s.contacts(ids[0], "+33123456789")
		before := asked(t, m)
		list := s.ask(200, "GET", "/v1/campaigns", "").object()["campaigns"].([]any)
		if n := asked(t, m) - before; n != 2 {
			t.Errorf("a page of %d asks %d times, want 2: for campaigns and for figures", campaigns, n)
		}
		if len(list) != campaigns {
			t.Fatalf("%d are listed, want %d", len(list), campaigns)
		}
		for i, c := range list {
			figures := c.(object)["metrics"].(object)
			if figures["campaign"] != ids[i] || (figures["total_calls"] != 0.0) != (i == 0) {
				t.Errorf("campaign %d of %d has the figures %v", i, campaigns, figures)
			}
		}
	}
}

// A second of an open list costs the store the same however many campaigns there
// are, and of drafts it is not asked at all.
func TestAnOpenListAsksTheStoreAFixedNumberOfTimesASecond(t *testing.T) {
	for _, campaigns := range []int{1, 40} {
		m := ops.NewMetrics()
		inStudio(t, func(t *testing.T, s *studio) {
			for range campaigns {
				s.started(1)
				s.drafted()
			}
			_, leave := s.listen("/v1/events")
			defer leave()
			before := asked(t, m)
			<-time.After(time.Second)
			synctest.Wait()
			if n := asked(t, m) - before; n != 2 {
				t.Errorf("with %d running campaigns and as many drafts it asks %d times a second, want 2: for campaigns and for figures", campaigns, n)
			}
		}, m.Store(memory.New()))
	}
}

func TestAnOpenListOfIdleCampaignsAsksForNoFigures(t *testing.T) {
	m := ops.NewMetrics()
	inStudio(t, func(t *testing.T, s *studio) {
		for range 10 {
			s.drafted()
		}
		_, leave := s.listen("/v1/events")
		defer leave()
		before := asked(t, m)
		<-time.After(9 * time.Second)
		synctest.Wait()
		if n := asked(t, m) - before; n != 9 {
			t.Errorf("in nine seconds it asks %d times, want 9: for campaigns", n)
		}
		<-time.After(time.Second)
		synctest.Wait()
		if n := asked(t, m) - before; n != 11 {
			t.Errorf("in ten seconds it asks %d times, want 11: for campaigns, and once for the drafts' figures", n)
		}
	}, m.Store(memory.New()))
}
