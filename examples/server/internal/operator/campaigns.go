package operator

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// ByID names a campaign.
type ByID struct {
	ID string `path:"id" doc:"The campaign's id."`
}

// one answers with a campaign.
type one struct{ Body Campaign }

// created answers with a new campaign.
type created struct {
	Location string `header:"Location" doc:"Where the campaign is."`
	Body     Campaign
}

func (a *API) registerCampaigns() {
	huma.Register(a.huma, operation("campaigns", "listCampaigns", http.MethodGet, "/v1/campaigns",
		"List campaigns", "In the order of their creation, with their figures.", 422), a.list)
	huma.Register(a.huma, withStatus(operation("campaigns", "createCampaign", http.MethodPost, "/v1/campaigns",
		"Create a campaign", "As a draft. Settings that are left out have their defaults.", 400, 413, 415, 422), http.StatusCreated), a.create)
	huma.Register(a.huma, operation("campaigns", "getCampaign", http.MethodGet, "/v1/campaigns/{id}",
		"Get a campaign", "", 404), a.get)
	huma.Register(a.huma, operation("campaigns", "editCampaign", http.MethodPatch, "/v1/campaigns/{id}",
		"Edit a draft", "Settings that are left out stay as they are, those too that somebody else edits at the same time; an empty object changes nothing, the version neither. After a restart it is refused (409) while calls of the old run are up.",
		400, 404, 409, 412, 413, 415, 422), a.edit)
}

func withStatus(op huma.Operation, status int) huma.Operation {
	op.DefaultStatus = status
	return op
}

type listInput struct {
	Status string `query:"status" doc:"Only campaigns in this status: draft, running, paused, completed or failed."`
	Page
}

type listOutput struct {
	Body struct {
		Campaigns []Campaign `json:"campaigns" nullable:"false"`
		Next      string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
}

func (a *API) list(ctx context.Context, in *listInput) (*listOutput, error) {
	if in.Status != "" && !slices.Contains(campaign.Statuses(), campaign.Status(in.Status)) {
		return nil, invalidInput("query.status", "want draft, running, paused, completed or failed", in.Status)
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	var page []campaign.Campaign
	var ids []outdial.ID
	reached := after == outdial.ID{}
	for c, err := range a.d.Campaigns(ctx) {
		switch {
		case err != nil:
			return nil, a.fail(err)
		case !reached:
			reached = c.ID == after
			continue
		case in.Status != "" && c.Status != campaign.Status(in.Status):
			continue
		}
		if len(page) == in.Limit {
			out.Body.Next = cursor(ids[len(ids)-1])
			break
		}
		page, ids = append(page, c), append(ids, c.ID)
	}
	if !reached {
		return nil, in.badCursor()
	}
	figures, err := a.d.MetricsOf(ctx, ids)
	if err != nil {
		return nil, a.fail(err)
	}
	out.Body.Campaigns = make([]Campaign, len(page))
	for i := range page {
		c := &page[i]
		out.Body.Campaigns[i] = viewOf(c, figuresOf(c, c.Run.Number, figures[c.ID]))
	}
	return out, nil
}

type createInput struct {
	Repeat
	Body    Settings
	RawBody []byte
}

func (a *API) create(ctx context.Context, in *createInput) (*created, error) {
	return once(ctx, a.memo, "create", &in.Repeat, in.RawBody, func() (*created, error) {
		spec := campaign.Defaults()
		spec.Gateways, spec.Destination = slices.Clone(a.o.Gateways), a.o.Destination
		spec, err := change(spec, in.RawBody)
		if err != nil {
			return nil, err
		}
		var c campaign.Campaign
		if in.IdempotencyKey == "" {
			c, err = a.d.Create(ctx, spec)
		} else {
			c, err = a.d.CreateAs(ctx, in.id("create"), spec)
		}
		return a.created(ctx, &c, in.IdempotencyKey, err)
	})
}

// created answers with a campaign that has just been made, or was under the same
// key.
func (a *API) created(ctx context.Context, c *campaign.Campaign, key string, err error) (*created, error) {
	if err != nil {
		return nil, a.fail(otherBody(err, key, errOtherOrEdited))
	}
	v, err := a.view(ctx, c)
	if err != nil {
		return nil, a.fail(err)
	}
	return &created{Location: "/v1/campaigns/" + v.ID.String(), Body: v}, nil
}

// show answers with a campaign as it stands.
func (a *API) show(ctx context.Context, id outdial.ID) (*one, error) {
	c, err := a.d.Campaign(ctx, id)
	if err != nil {
		return nil, a.fail(err)
	}
	v, err := a.view(ctx, &c)
	if err != nil {
		return nil, a.fail(err)
	}
	return &one{v}, nil
}

// campaign reads the campaign that a path names.
func (a *API) campaign(ctx context.Context, in ByID) (campaign.Campaign, error) {
	id, err := parseID(in.ID, "campaign")
	if err != nil {
		return campaign.Campaign{}, err
	}
	c, err := a.d.Campaign(ctx, id)
	if err != nil {
		return campaign.Campaign{}, a.fail(err)
	}
	return c, nil
}

func (a *API) get(ctx context.Context, in *ByID) (*one, error) {
	id, err := parseID(in.ID, "campaign")
	if err != nil {
		return nil, err
	}
	return a.show(ctx, id)
}

// trimmed is a text of a query: a plus sign that was not escaped has arrived as a
// blank.
func trimmed(s string) string {
	if strings.HasPrefix(s, " ") {
		return "+" + s[1:]
	}
	return s
}
