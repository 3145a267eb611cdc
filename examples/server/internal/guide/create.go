package guide

import (
	"context"
	"errors"
	"net/http"

	"github.com/outdial/outdial/campaign"
)

type created struct {
	Name       string `json:"campaign_name"`
	Success    bool   `json:"success"`
	Message    string `json:"message"`
	ID         string `json:"campaign_id"`
	Originated int    `json:"calls_originated"`
	Failed     int    `json:"calls_failed"`
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(w, r, min(maxOrder, s.maxBody))
	var spec campaign.Spec
	if err == nil {
		spec, err = order(body, s.ceiling, s.gateways)
	}
	if err != nil {
		s.fail(w, r, campaign.ID{}, err)
		return
	}
	c, err := s.found(r.Context(), spec)
	if faults := (invalid)(nil); errors.As(err, &faults) {
		s.fail(w, r, campaign.ID{}, faults)
		return
	}
	if err != nil {
		s.log.ErrorContext(r.Context(), "campaign not created", "error", err)
		refuse(w, http.StatusInternalServerError, "CAMPAIGN_CREATE_ERROR", "Internal server error creating campaign")
		return
	}
	answer(w, http.StatusOK, created{
		Name: c.Spec.Name, Success: true, Message: "Campaign created successfully", ID: c.ID.String(),
	})
}

// found creates the campaign. What the library or the switch finds wrong with a
// field of the guide's is the client's fault, anything else is not.
func (s *server) found(ctx context.Context, spec campaign.Spec) (campaign.Campaign, error) {
	c, err := s.d.Create(ctx, spec)
	var bad *campaign.InvalidError
	if !errors.As(err, &bad) {
		return c, err
	}
	var faults invalid
	for _, b := range bad.Faults {
		name, ok := fieldOf[b.Field]
		if !ok {
			return c, err
		}
		faults = append(faults, fault(kindValue, "want "+b.Want, name))
	}
	return c, faults
}

// fieldOf is the guide's name of a setting.
var fieldOf = map[string]string{
	"Name": fieldName, "Agent": fieldCaller, "Dialplan": fieldDialplan, "Context": fieldContext,
	"RingTimeout": fieldTimeout, "MaxConcurrent": fieldLines, "Retries": fieldRetries, "RetryDelay": fieldDelay,
}
