package guide

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

type added struct {
	ID      string `json:"campaign_id"`
	Added   int    `json:"contacts_added"`
	Total   int    `json:"total_contacts"`
	Message string `json:"message"`
}

// contacts adds a batch: all of it or, if one entry is no contact, nothing. The
// body is read as it comes.
func (s *server) contacts(w http.ResponseWriter, r *http.Request, id outdial.ID) {
	err := checkMedia(r.Header)
	n := 0
	if err == nil {
		n, err = s.d.Upload(r.Context(), id, "", entries(http.MaxBytesReader(w, r.Body, s.maxBody)))
	}
	if errors.Is(err, campaign.ErrAction) {
		s.conflict(w, r, id, "takes no contacts")
		return
	}
	if err != nil {
		s.fail(w, r, id, err)
		return
	}
	total, err := s.begin(r.Context(), id)
	if err != nil {
		s.stuck(w, r, id, n, err)
		return
	}
	answer(w, http.StatusOK, added{
		ID: id.String(), Added: n, Total: total, Message: fmt.Sprintf("Added %d contacts to campaign", n),
	})
}

// begin starts a campaign that is a draft and has contacts, and returns how many
// it has.
func (s *server) begin(ctx context.Context, id outdial.ID) (int, error) {
	c, m, err := s.state(ctx, id)
	if err != nil || m.TotalCalls == 0 || c.Status != campaign.Draft {
		return m.TotalCalls, err
	}
	err = s.d.Start(ctx, id)
	if errors.Is(err, campaign.ErrAction) {
		err = nil // somebody else has, and perhaps ended it
	}
	return m.TotalCalls, err
}

// stuck answers that the contacts were added and no more: who sent them again
// would call everybody twice.
func (s *server) stuck(w http.ResponseWriter, r *http.Request, id outdial.ID, n int, err error) {
	s.log.ErrorContext(r.Context(), "contacts added, campaign not started", "campaign", id, "contacts", n, "error", err)
	message := fmt.Sprintf("Added %d contacts to campaign, which could not be started", n)
	if errors.Is(err, campaign.ErrWindowOver) {
		refuse(w, http.StatusConflict, "CAMPAIGN_STATE_CONFLICT", message+": "+campaign.ErrWindowOver.Error())
		return
	}
	refuse(w, http.StatusInternalServerError, "INTERNAL_ERROR", message+": add an empty list to try again")
}
