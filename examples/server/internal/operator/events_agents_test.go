package operator_test

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/examples/server/internal/operator"
)

// pool is agents who are counted.
type pool struct{ idle atomic.Int64 }

func (p *pool) count() (idle, talking, total int) {
	idle = int(p.idle.Load())
	return idle, 11 - idle, 12
}

// withPool puts a surface that counts agents before the studio's dialler.
func (s *studio) withPool() *pool {
	p := &pool{}
	p.idle.Store(11)
	s.api = operator.New(s.d, operator.Options{Heartbeat: 20 * time.Second, Agents: p.count})
	return p
}

// told are the agents that come with figures from one second to the next.
func (p *tape) told(t *testing.T, seconds int) (all []any) {
	t.Helper()
	for range seconds {
		<-time.After(time.Second)
		synctest.Wait()
	}
	frames, _ := p.frames()
	for _, f := range frames {
		if f.event == "metrics" {
			all = append(all, f.object(t)["agents"])
		}
	}
	return all
}

func TestFiguresComeWithTheAgentsOfNow(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		agents := s.withPool()
		defer s.api.Close()
		id := s.started(1)
		p, leave := s.listen("/v1/campaigns/" + id.String() + "/events")
		defer leave()
		want := func(what string, got []any, idle ...float64) {
			t.Helper()
			var all []any
			for _, n := range idle {
				all = append(all, object{"idle": n, "talking": 11 - n, "total": 12.0})
			}
			if diff := cmp.Diff(all, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		want("at once", p.told(t, 0), 11)
		want("while nothing changes", p.told(t, 5))
		agents.idle.Store(4)
		want("when agents change alone", p.told(t, 2), 4)
		want("afterwards", p.told(t, 5))
		if err := s.d.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		agents.idle.Store(5)
		want("with the figures", p.told(t, 3), 5)
	})
}

func TestAllCampaignsAreNotToldAgainForAgentsAlone(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		agents := s.withPool()
		defer s.api.Close()
		id := s.started(1)
		s.started(1)
		p, leave := s.listen("/v1/events")
		defer leave()
		if got := p.told(t, 0); len(got) != 2 || got[0] == nil {
			t.Errorf("at once it is told %v", got)
		}
		agents.idle.Store(4)
		if got := p.told(t, 5); got != nil {
			t.Errorf("of agents alone it is told %v", got)
		}
		if err := s.d.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if got := p.told(t, 2); len(got) != 1 || !cmp.Equal(got[0], any(object{"idle": 4.0, "talking": 7.0, "total": 12.0})) {
			t.Errorf("when one changes it is told %v", got)
		}
	})
}

func TestWhereNoAgentsAreCountedNoneAreTold(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		id := s.started(1)
		p, leave := s.listen("/v1/campaigns/" + id.String() + "/events")
		defer leave()
		frames, _ := p.frames()
		if _, there := frames[0].object(t)["agents"]; there {
			t.Errorf("it is told %s", frames[0].data)
		}
	})
}

func TestAMetricsEventIsAsTheDocumentSays(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		s.withPool()
		defer s.api.Close()
		w := httptest.NewRecorder()
		s.api.ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
		var doc struct {
			Components struct {
				Schemas map[string]struct {
					Properties map[string]any `json:"properties"`
				} `json:"schemas"`
			} `json:"components"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		p, leave := s.listen("/v1/campaigns/" + s.started(1).String() + "/events")
		defer leave()
		frames, _ := p.frames()
		got := slices.Sorted(maps.Keys(frames[0].object(t)))
		want := slices.Sorted(maps.Keys(doc.Components.Schemas["LiveFigures"].Properties))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the document and the event differ:\n%s", diff)
		}
	})
}
