package guide

import (
	"net/http"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// summary is a campaign in the list.
type summary struct {
	ID         string `json:"campaign_id"`
	Name       string `json:"campaign_name"`
	Status     string `json:"status"`
	Created    string `json:"created_at"` // whole seconds in UTC, as the guide prints them
	Originated int    `json:"calls_originated"`
	Failed     int    `json:"calls_failed"`
	Active     int    `json:"active_calls"`
	Remaining  int    `json:"remaining_contacts"`
}

// full is a campaign by itself.
type full struct {
	summary
	Lines   int `json:"max_concurrent"`
	Retries int `json:"retry_attempts"`
	Delay   int `json:"retry_delay"` // seconds
}

type listing struct {
	Campaigns []summary `json:"campaigns"`
}

// statusOf is the guide's name of where a campaign stands.
func statusOf(c *campaign.Campaign) string {
	switch c.Status {
	case campaign.Draft:
		return "created"
	case campaign.Running:
		return "active"
	case campaign.Completed:
		if c.Run.EndReason == campaign.EndStopped {
			return "stopped"
		}
	}
	return string(c.Status) // paused, completed, failed
}

func summarise(c *campaign.Campaign, m *campaign.Metrics) summary {
	return summary{
		ID: c.ID.String(), Name: c.Spec.Name, Status: statusOf(c), Created: c.Created.UTC().Format(time.RFC3339),
		Originated: m.Dials, Failed: m.RefusedDials, Active: m.Lines, Remaining: m.Remaining,
	}
}

func (s *server) status(w http.ResponseWriter, r *http.Request, id outdial.ID) {
	c, m, err := s.state(r.Context(), id)
	if err != nil {
		s.fail(w, r, id, err)
		return
	}
	answer(w, http.StatusOK, full{
		summary: summarise(&c, &m),
		Lines:   c.Spec.MaxConcurrent, Retries: c.Spec.Retries, Delay: int(c.Spec.RetryDelay / time.Second),
	})
}

// list leaves out what was deleted, and what an operator has stopped, as the guide
// does: there, a stopped campaign is among the active ones no longer.
func (s *server) list(w http.ResponseWriter, r *http.Request) {
	var shown []campaign.Campaign
	var ids []outdial.ID
	for c, err := range s.d.Campaigns(r.Context()) {
		if err != nil {
			s.fail(w, r, c.ID, err)
			return
		}
		if c.Archived.IsZero() && statusOf(&c) != "stopped" {
			shown, ids = append(shown, c), append(ids, c.ID)
		}
	}
	figures, err := s.d.MetricsOf(r.Context(), ids)
	if err != nil {
		s.fail(w, r, outdial.ID{}, err)
		return
	}
	all := listing{Campaigns: make([]summary, len(shown))}
	for i := range shown {
		m := figures[shown[i].ID]
		all.Campaigns[i] = summarise(&shown[i], &m)
	}
	answer(w, http.StatusOK, all)
}
