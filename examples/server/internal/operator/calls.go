package operator

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

func (a *API) registerCalls() {
	huma.Register(a.huma, operation("contacts", "cancelCallback", http.MethodDelete, "/v1/campaigns/{id}/callbacks/{contact}",
		"Cancel a pending callback", "Refused (409) where none is pending.", 404, 409), a.cancelCallback)
	huma.Register(a.huma, operation("contacts", "disposeCall", http.MethodPost, "/v1/calls/{call}/disposition",
		"Say what a conversation was", "While the call is up, or as long after as the campaign waits for it. The same disposition again is no error. "+
			"do_not_call holds for this run alone: a restart with all contacts, or a clone with contacts, calls the person again.",
		400, 404, 409, 413, 415, 422), a.dispose)
	huma.Register(a.huma, operation("campaigns", "explainCampaign", http.MethodGet, "/v1/campaigns/{id}/explanation",
		"Why is it not dialling?", "What limits the campaign now.", 404), a.explain)
	huma.Register(a.huma, operation("contacts", "explainContact", http.MethodGet, "/v1/contacts/{contact}/explanation",
		"Why was a contact not called?", "", 404, 410), a.explainContact)
}

type callbackInput struct {
	ByID
	Contact string `path:"contact" doc:"The contact's id."`
}

func (a *API) cancelCallback(ctx context.Context, in *callbackInput) (*struct{}, error) {
	c, err := a.campaign(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	contact, err := parseID(in.Contact, "contact")
	if err != nil {
		return nil, err
	}
	x, err := a.d.ExplainContact(ctx, contact)
	if err == nil && x.Attempt.Campaign != c.ID {
		return nil, notFound("contact in this campaign")
	}
	if err == nil {
		err = a.d.CancelCallback(ctx, contact)
	}
	if illegal := (*attempt.IllegalMoveError)(nil); errors.As(err, &illegal) {
		return nil, problem(http.StatusConflict, "no callback is pending for this contact")
	}
	if err != nil {
		return nil, a.fail(err)
	}
	return nil, nil
}

// Disposition is what a conversation was.
type Disposition struct {
	Code       string `json:"code" doc:"The host's own word for the result: 1 to 64 characters, one of which can be seen."`
	Note       string `json:"note,omitempty" doc:"Free text: up to 1,000 characters."`
	CallbackAt string `json:"callback_at,omitempty" format:"date-time" doc:"When the person asked to be called again: in the years 1970 to 9999 of UTC."`
	DoNotCall  bool   `json:"do_not_call,omitempty" doc:"The person does not want to be called again, which holds for this run."`
}

type disposeInput struct {
	Call string `path:"call" doc:"The call's id."`
	Body Disposition
}

func (a *API) dispose(ctx context.Context, in *disposeInput) (*struct{}, error) {
	call, err := parseID(in.Call, "call")
	if err != nil {
		return nil, err
	}
	d, err := in.Body.disposition()
	if err != nil {
		return nil, err
	}
	if err := a.d.Dispose(ctx, call, d); err != nil {
		return nil, a.fail(err)
	}
	return nil, nil
}

// disposition is what the body is to the library, to which the zero time is no
// callback: a request has none if it leaves the field out.
func (b *Disposition) disposition() (attempt.Disposition, error) {
	d := attempt.Disposition{Code: b.Code, Note: b.Note, DoNotCall: b.DoNotCall}
	if b.CallbackAt == "" {
		return d, nil
	}
	at, err := time.Parse(time.RFC3339, b.CallbackAt)
	if err != nil || at.IsZero() {
		return d, invalidInput("body.callback_at", "want a time in the years 1970 to 9999 of UTC, as RFC 3339 writes it", b.CallbackAt)
	}
	d.CallbackAt = at
	return d, nil
}

// Explanation says what limits a campaign.
type Explanation struct {
	Status   campaign.Status `json:"status" enum:"draft,running,paused,completed,failed"`
	Limit    pacing.Limit    `json:"limit" doc:"What binds."`
	Sentence string          `json:"sentence" doc:"The same in words."`
	Since    time.Time       `json:"since,omitzero"`
	Until    time.Time       `json:"until,omitzero" doc:"When it is known to end."`
	Lines    int             `json:"lines" doc:"Lines open, over all workers."`
	Waiting  int             `json:"waiting" doc:"Contacts that wait."`
	Workers  int             `json:"workers" doc:"Workers that the store knows."`
}

func (a *API) explain(ctx context.Context, in *ByID) (*struct{ Body Explanation }, error) {
	c, err := a.campaign(ctx, *in)
	if err != nil {
		return nil, err
	}
	x, err := a.d.Explain(ctx, c.ID)
	if err != nil {
		return nil, a.fail(err)
	}
	return &struct{ Body Explanation }{Explanation{
		Status: x.Status, Limit: x.Limit, Sentence: x.Sentence, Since: utc(x.Since), Until: utc(x.Until),
		Lines: x.Lines, Waiting: x.Waiting, Workers: x.Workers,
	}}, nil
}

// utc leaves the zero time alone.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// ContactExplanation says why a contact is not being called.
type ContactExplanation struct {
	Contact  outdial.ID `json:"contact" format:"uuid"`
	Attempt  Attempt    `json:"attempt" doc:"As it stands: its last_call is the one in hand. Of those that wait or have ended listAttempts has the last one."`
	Sentence string     `json:"sentence"`
	DueAt    time.Time  `json:"due_at,omitzero" doc:"When it may be dialled at the earliest, the campaign's calling windows considered. Absent: no time of its own keeps it, and the sentence says what does, or it is not called again."`
}

func (a *API) explainContact(ctx context.Context, in *struct {
	Contact string `path:"contact" doc:"The contact's id."`
}) (*struct{ Body ContactExplanation }, error) {
	contact, err := parseID(in.Contact, "contact")
	if err != nil {
		return nil, err
	}
	x, err := a.d.ExplainContact(ctx, contact)
	if err != nil {
		return nil, a.fail(err)
	}
	c, err := a.d.Campaign(ctx, x.Attempt.Campaign)
	if err != nil {
		return nil, a.fail(err)
	}
	it := ports.Item{Attempt: x.Attempt, Contact: x.Contact}
	return &struct{ Body ContactExplanation }{ContactExplanation{
		Contact: contact, Attempt: attemptView(&c, &it), Sentence: x.Sentence, DueAt: utc(x.Due),
	}}, nil
}
