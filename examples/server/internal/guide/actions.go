package guide

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// acted is the answer to an action.
type acted struct {
	ID      string `json:"campaign_id"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

func (s *server) pause(w http.ResponseWriter, r *http.Request, id outdial.ID) {
	s.act(w, r, id, s.d.Pause, "paused", "paused")
}

func (s *server) resume(w http.ResponseWriter, r *http.Request, id outdial.ID) {
	s.act(w, r, id, s.d.Resume, "active", "resumed")
}

// act carries out an action that leads to a status.
func (s *server) act(w http.ResponseWriter, r *http.Request, id outdial.ID, do func(context.Context, outdial.ID) error, status, done string) {
	err := do(r.Context(), id)
	switch {
	case errors.Is(err, campaign.ErrAction):
		s.conflict(w, r, id, "cannot be "+done)
	case err != nil:
		s.fail(w, r, id, err)
	default:
		answer(w, http.StatusOK, acted{ID: id.String(), Status: status, Message: "Campaign " + done + " successfully"})
	}
}

// conflict answers that the campaign's status does not allow what was asked.
func (s *server) conflict(w http.ResponseWriter, r *http.Request, id outdial.ID, why string) {
	c, err := s.d.Campaign(r.Context(), id)
	if err != nil {
		s.fail(w, r, id, err)
		return
	}
	message := fmt.Sprintf("Campaign %s is %s and %s", id, statusOf(&c), why)
	refuse(w, http.StatusConflict, "CAMPAIGN_STATE_CONFLICT", message)
}

// stop ends a campaign in any status, takes it off the list, and says in which
// status it is then.
func (s *server) stop(w http.ResponseWriter, r *http.Request, id outdial.ID) {
	err := s.remove(r.Context(), id)
	var c campaign.Campaign
	if err == nil {
		c, err = s.d.Campaign(r.Context(), id)
	}
	if err != nil {
		s.fail(w, r, id, err)
		return
	}
	status := statusOf(&c)
	message := "Campaign had " + status + " already"
	if status == "stopped" {
		message = "Campaign stopped successfully"
	}
	answer(w, http.StatusOK, acted{ID: id.String(), Status: status, Message: message})
}

// remove stops what dials or is paused, discards what was never started, and
// archives what is over then, or was before. Who finds the campaign in another
// status meanwhile, started or restarted by somebody, looks again.
func (s *server) remove(ctx context.Context, id outdial.ID) error {
	for {
		for _, end := range []func(context.Context, outdial.ID) error{s.d.Stop, s.d.Discard} {
			if err := end(ctx, id); err != nil && !errors.Is(err, campaign.ErrAction) {
				return err
			}
		}
		if err := s.d.Archive(ctx, id); !errors.Is(err, campaign.ErrAction) {
			return err
		}
	}
}
