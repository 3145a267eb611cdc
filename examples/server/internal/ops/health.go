package ops

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/ports"
)

// Health answers the probes of whoever keeps the server running.
type Health struct {
	// Store is asked for a campaign that does not exist.
	Store ports.Store
	// SwitchUp reports whether the switch can be reached. Nil: always.
	SwitchUp func() bool

	stopping atomic.Bool
}

// askWithin bounds the question to the store.
const askWithin = 2 * time.Second

// Stop makes the server not ready: it is about to leave.
func (h *Health) Stop() { h.stopping.Store(true) }

// Alive serves /healthz: this process answers. It says nothing of the store or
// the switch, as a restart would not mend those.
func (h *Health) Alive(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "alive"})
}

// Ready serves /readyz: 200 while the store and the switch can be reached and the
// server is not stopping, else 503, and which it is. With ?without=switch it
// tells of the switch and is ready without: whoever sends people to ready servers
// only would else keep them from the page that says why nothing is dialled.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	said, status := map[string]string{"status": "ready", "store": "ok", "switch": "ok"}, http.StatusOK
	bad := func(part, how string) {
		said["status"], said[part], status = "not ready", how, http.StatusServiceUnavailable
	}
	if !h.storeUp(r.Context()) {
		bad("store", "unavailable")
	}
	if h.SwitchUp != nil && !h.SwitchUp() {
		if said["switch"] = "unavailable"; r.URL.Query().Get("without") != "switch" {
			bad("switch", "unavailable")
		}
	}
	if h.stopping.Load() {
		bad("server", "stopping")
	}
	answer(w, status, said)
}

func (h *Health) storeUp(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	_, err := h.Store.Campaign(ctx, ports.ID{})
	return err == nil || errors.Is(err, ports.ErrNotFound)
}

func answer(w http.ResponseWriter, status int, said map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // a client that has gone needs no answer
}
