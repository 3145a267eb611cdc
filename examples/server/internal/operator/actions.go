package operator

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

func (a *API) registerActions() {
	for _, act := range []struct {
		name, summary, says string
		do                  func(context.Context, outdial.ID) error
	}{
		{"start", "Start a draft or a paused campaign", "Its contacts are called as its settings allow. A single-day campaign whose day is over is refused (409).", a.d.Start},
		{"pause", "Pause a running campaign", "No call begins once this has answered; live calls go on.", a.d.Pause},
		{"resume", "Resume a paused campaign", "", a.d.Resume},
	} {
		op := operation("campaigns", act.name+"Campaign", http.MethodPost, "/v1/campaigns/{id}/"+act.name, act.summary, act.says, 404, 409)
		huma.Register(a.huma, op, func(ctx context.Context, in *ByID) (*one, error) { return a.act(ctx, in, act.do) })
	}
	huma.Register(a.huma, operation("campaigns", "stopCampaign", http.MethodPost, "/v1/campaigns/{id}/stop",
		"Stop a running or paused campaign", "For good: contacts that wait end as manual_stopped, pending callbacks are cancelled, and live calls are hung up unless they are to drain.",
		400, 404, 409, 413, 415, 422), a.stop)
	huma.Register(a.huma, operation("campaigns", "restartCampaign", http.MethodPost, "/v1/campaigns/{id}/restart",
		"Restart a completed or failed campaign", "It becomes a draft with a new run; the records of the old one are kept. "+
			"A disposition's do_not_call ends with its run: the new one calls those again whom the scope takes, and all takes everybody.",
		400, 404, 409, 413, 415, 422), a.restart)
	huma.Register(a.huma, withStatus(operation("campaigns", "cloneCampaign", http.MethodPost, "/v1/campaigns/{id}/clone",
		"Clone a campaign", "Its setup, in any status, as a new draft. With contacts it takes all of them, those too who said in a disposition that they do not want to be called.",
		400, 404, 413, 415, 422), http.StatusCreated), a.clone)
}

func (a *API) act(ctx context.Context, in *ByID, do func(context.Context, outdial.ID) error) (*one, error) {
	id, err := parseID(in.ID, "campaign")
	if err != nil {
		return nil, err
	}
	if err := do(ctx, id); err != nil {
		return nil, a.fail(err)
	}
	return a.show(ctx, id)
}

type stopInput struct {
	ByID
	Body *Stop
}

// Stop says how a campaign is stopped.
type Stop struct {
	Drain bool `json:"drain,omitempty" doc:"Let live calls finish."`
}

func (a *API) stop(ctx context.Context, in *stopInput) (*one, error) {
	do := a.d.Stop
	if in.Body != nil && in.Body.Drain {
		do = a.d.StopDraining
	}
	return a.act(ctx, &in.ByID, do)
}

type restartInput struct {
	ByID
	Repeat
	Body *Restart
}

// Restart says how a campaign is restarted.
type Restart struct {
	Scope string `json:"scope,omitempty" enum:"all,not_completed" default:"all" doc:"Which contacts the new run takes."`
}

func (a *API) restart(ctx context.Context, in *restartInput) (*one, error) {
	scope := campaign.All
	if in.Body != nil && in.Body.Scope != "" {
		scope = campaign.Scope(in.Body.Scope)
	}
	id, err := parseID(in.ID, "campaign")
	if err != nil {
		return nil, err
	}
	operation := "restart " + id.String() // however the path spells it
	return once(ctx, a.memo, operation, &in.Repeat, []byte(scope), func() (*one, error) {
		return a.act(ctx, &in.ByID, func(ctx context.Context, id outdial.ID) error {
			if in.IdempotencyKey == "" {
				return a.d.Restart(ctx, id, scope)
			}
			return otherBody(a.d.RestartAs(ctx, in.id(operation), id, scope), in.IdempotencyKey, errOtherBody)
		})
	})
}

type cloneInput struct {
	ByID
	Repeat
	Body *Clone
}

// Clone says how a campaign is cloned.
type Clone struct {
	Name         string `json:"name,omitempty" doc:"The clone's name. Empty: the original's."`
	WithContacts bool   `json:"with_contacts,omitempty" doc:"Copy the contacts too."`
}

func (a *API) clone(ctx context.Context, in *cloneInput) (*created, error) {
	id, err := parseID(in.ID, "campaign")
	if err != nil {
		return nil, err
	}
	how := Clone{}
	if in.Body != nil {
		how = *in.Body
	}
	operation := "clone " + id.String() // however the path spells it
	body := fmt.Appendf(nil, "%v %s", how.WithContacts, how.Name)
	return once(ctx, a.memo, operation, &in.Repeat, body, func() (*created, error) {
		var c campaign.Campaign
		if in.IdempotencyKey == "" {
			c, err = a.d.Clone(ctx, id, how.Name, how.WithContacts)
		} else {
			c, err = a.d.CloneAs(ctx, in.id(operation), id, how.Name, how.WithContacts)
		}
		return a.created(ctx, &c, in.IdempotencyKey, err)
	})
}
