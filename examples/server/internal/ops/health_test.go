package ops_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/ports"
)

// down is a store that fails, or never answers.
type down struct {
	ports.Store
	hangs bool
}

func (d down) Campaign(ctx context.Context, _ ports.ID) (campaign.Campaign, error) {
	if d.hangs {
		<-ctx.Done()
		return campaign.Campaign{}, ctx.Err()
	}
	return campaign.Campaign{}, fmt.Errorf("connection refused: %w", ports.ErrUnavailable)
}

func TestReadyzSaysWhatIsAway(t *testing.T) {
	for _, tt := range []struct {
		name     string
		store    ports.Store
		switchUp func() bool
		stopping bool
		status   int
		want     string
	}{
		{"all is well", memory.New(), func() bool { return true }, false, 200, `"status":"ready","store":"ok","switch":"ok"`},
		{"nobody asks the switch", memory.New(), nil, false, 200, `"switch":"ok"`},
		{"the store is down", down{}, nil, false, 503, `"status":"not ready","store":"unavailable"`},
		{"the store hangs", down{hangs: true}, nil, false, 503, `"store":"unavailable"`},
		{"the switch is away", memory.New(), func() bool { return false }, false, 503, `"store":"ok","switch":"unavailable"`},
		{"the server stops", memory.New(), nil, true, 503, `"server":"stopping"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := ops.Health{Store: tt.store, SwitchUp: tt.switchUp}
				if tt.stopping {
					h.Stop()
				}
				w := httptest.NewRecorder()
				h.Ready(w, httptest.NewRequest("GET", "/readyz", nil))
				if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
					t.Errorf("%d %s, want %d with %s", w.Code, w.Body, tt.status, tt.want)
				}
			})
		})
	}
}

func TestReadyzDoesWithoutTheSwitchWhereAsked(t *testing.T) {
	h := ops.Health{Store: memory.New(), SwitchUp: func() bool { return false }}
	w := httptest.NewRecorder()
	h.Ready(w, httptest.NewRequest("GET", "/readyz?without=switch", nil))
	if want := `"status":"ready","store":"ok","switch":"unavailable"`; w.Code != 200 || !strings.Contains(w.Body.String(), want) {
		t.Errorf("%d %s, want 200 with %s", w.Code, w.Body, want)
	}
}

func TestHealthzSaysThatTheProcessAnswers(t *testing.T) {
	h := ops.Health{Store: down{}, SwitchUp: func() bool { return false }}
	h.Stop()
	w := httptest.NewRecorder()
	h.Alive(w, httptest.NewRequest("GET", "/healthz", nil))
	if w.Code != 200 || w.Body.String() != `{"status":"alive"}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
