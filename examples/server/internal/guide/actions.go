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

// stop ends a campaign in any status, and says in which it is then.
func (s *server) stop(w http.ResponseWriter, r *http.Request, id outdial.ID) {
	err := s.end(r.Context(), id)
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
	switch status {
	case "stopped":
		message = "Campaign stopped successfully"
	case "created":
		message = "Campaign is not started, and its day is over: nobody will be called"
	}
	answer(w, http.StatusOK, acted{ID: id.String(), Status: status, Message: message})
}

// end stops what has not ended. A draft has to be started for that, as the table
// of statuses has no way from there to the end; one that was given contacts and
// never started may so dial the first of them for the moment in between. A draft
// whose single day is over cannot be started, and stays one.
func (s *server) end(ctx context.Context, id outdial.ID) error {
	for {
		err := s.d.Stop(ctx, id)
		var not *campaign.ActionError
		if !errors.As(err, &not) {
			return err
		}
		if not.Status != campaign.Draft {
			return nil // it has ended by itself
		}
		err = s.d.Start(ctx, id)
		if errors.Is(err, campaign.ErrWindowOver) {
			return nil
		}
		if err != nil && !errors.Is(err, campaign.ErrAction) {
			return err
		}
	}
}
