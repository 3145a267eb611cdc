package operator_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

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
