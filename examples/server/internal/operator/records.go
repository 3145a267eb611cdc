package operator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func (a *API) registerRecords() {
	huma.Register(a.huma, operation("records", "getMetrics", http.MethodGet, "/v1/campaigns/{id}/metrics",
		"Get a run's figures", "", 404, 422), a.metrics)
	huma.Register(a.huma, operation("records", "listRuns", http.MethodGet, "/v1/campaigns/{id}/runs",
		"List a campaign's runs", "Oldest first, with their figures.", 404), a.runs)
	huma.Register(a.huma, operation("records", "listAttempts", http.MethodGet, "/v1/campaigns/{id}/attempts",
		"List a run's attempts", "In the order of their contacts; those that are as every filter says.", 404, 410, 422), a.attempts)
	huma.Register(a.huma, operation("records", "listCallbacks", http.MethodGet, "/v1/campaigns/{id}/callbacks",
		"List pending callbacks", "Of the present run, in the order of their contacts.", 404, 422), a.callbacks)
	a.registerReport()
}

// ByRun names a run of a campaign.
type ByRun struct {
	ByID
	Run int `query:"run" minimum:"0" maximum:"1000000000" doc:"The run's number. 0: the present one."`
}

func (a *API) metrics(ctx context.Context, in *ByRun) (*struct{ Body Figures }, error) {
	c, err := a.campaign(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	f, err := a.figures(ctx, &c, in.Run)
	if err != nil {
		return nil, a.fail(err)
	}
	if f.Run != c.Run.Number {
		all, err := a.d.Runs(ctx, c.ID)
		if err != nil {
			return nil, a.fail(err)
		}
		for i := range all {
			if all[i].Number == f.Run {
				f.Status = overAs(&all[i])
			}
		}
	}
	return &struct{ Body Figures }{f}, nil
}

type runsOutput struct {
	Body struct {
		Runs []Run `json:"runs" nullable:"false"`
	}
}

func (a *API) runs(ctx context.Context, in *ByID) (*runsOutput, error) {
	c, err := a.campaign(ctx, *in)
	if err != nil {
		return nil, err
	}
	all, err := a.d.Runs(ctx, c.ID)
	if err != nil {
		return nil, a.fail(err)
	}
	out := &runsOutput{}
	out.Body.Runs = make([]Run, len(all))
	for i, r := range all {
		f, err := a.figures(ctx, &c, r.Number)
		if err != nil {
			return nil, a.fail(err)
		}
		if r.Number != c.Run.Number {
			f.Status = overAs(&r)
		}
		out.Body.Runs[i] = Run{
			Number: r.Number, Scope: string(r.Scope), StartedAt: r.Started, EndedAt: r.Ended,
			EndReason: string(r.EndReason), FailReason: r.FailReason, PurgedAt: r.Purged, Metrics: f,
		}
	}
	return out, nil
}

// overAs is the status that the campaign had at the end of a past run.
func overAs(r *campaign.Run) campaign.Status {
	if r.EndReason == campaign.EndFailed {
		return campaign.Failed
	}
	return campaign.Completed
}

type attemptsInput struct {
	ByRun
	Page
	State     string `query:"state" doc:"Only attempts in this state."`
	Outcome   string `query:"outcome" doc:"Only attempts of which a call had this outcome."`
	SIPStatus int    `query:"sip_status" minimum:"100" maximum:"999" doc:"Only attempts of which a call ended with this SIP status; with an outcome, the same call."`
	Number    string `query:"number" maxLength:"255" doc:"Only contacts whose address is this, or begins with it. A plus sign is to be written %2B; a blank at the beginning is taken for one."`
	DialsMin  int    `query:"dials_min" minimum:"0" maximum:"1000000" doc:"Only attempts dialled at least so often."`
	DialsMax  int    `query:"dials_max" minimum:"0" maximum:"1000000" doc:"Only attempts dialled at most so often."`

	dialsMax *int // as 0 says something
}

// Resolve implements huma.Resolver: it tells a bound of 0 from none.
func (in *attemptsInput) Resolve(ctx huma.Context) []error {
	if ctx.Query("dials_max") != "" {
		in.dialsMax = &in.DialsMax
	}
	return nil
}

func (in *attemptsInput) filter(c *campaign.Campaign) (ports.Filter, error) {
	f := ports.Filter{
		Campaign: c.ID, Run: in.Run, SIPStatus: in.SIPStatus, Number: trimmed(in.Number),
		MinDials: in.DialsMin, MaxDials: in.dialsMax, LastCall: true,
	}
	if !plain(in.Number) {
		return f, invalidInput("query.number", "want UTF-8 without control characters", strings.ToValidUTF8(in.Number, "�"))
	}
	if in.dialsMax != nil && in.DialsMin > in.DialsMax {
		return f, problem(http.StatusUnprocessableEntity, "validation failed",
			fault("query.dials_min", "want dials_max at most", in.DialsMin), fault("query.dials_max", "want dials_min at least", in.DialsMax))
	}
	var err error
	if in.State != "" {
		if f.State, err = attempt.ParseState(in.State); err != nil {
			return f, invalidInput("query.state", err.Error(), in.State)
		}
	}
	if in.Outcome != "" {
		if f.Outcome, err = attempt.ParseOutcome(in.Outcome); err != nil {
			return f, invalidInput("query.outcome", err.Error(), in.Outcome)
		}
	}
	f.After, err = in.after()
	return f, err
}

type attemptsOutput struct {
	Body struct {
		Attempts []Attempt `json:"attempts" nullable:"false"`
		Next     string    `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
}

func (a *API) attempts(ctx context.Context, in *attemptsInput) (*attemptsOutput, error) {
	c, err := a.campaign(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	f, err := in.filter(&c)
	if err != nil {
		return nil, err
	}
	out := &attemptsOutput{}
	out.Body.Attempts, out.Body.Next, err = paged(ctx, a, f, &in.Page, func(it *ports.Item) Attempt { return attemptView(&c, it) })
	return out, err
}

// paged reads a page of attempts.
func paged[T any](ctx context.Context, a *API, f ports.Filter, p *Page, view func(*ports.Item) T) (all []T, next string, err error) {
	all = []T{}
	var last outdial.ID
	for it, err := range a.d.Attempts(ctx, f) {
		if err != nil {
			return nil, "", a.listing(ctx, f, p, err)
		}
		if len(all) == p.Limit {
			return all, cursor(last), nil
		}
		all, last = append(all, view(&it)), it.Contact.ID
	}
	return all, "", nil
}

// listing is an error of a list of attempts: where the run is there, it is the
// cursor's contact that is not.
func (a *API) listing(ctx context.Context, f ports.Filter, p *Page, err error) error {
	if errors.Is(err, ports.ErrNotFound) && p.Cursor != "" {
		if _, missing := a.d.Metrics(ctx, f.Campaign, f.Run); missing == nil {
			return p.badCursor()
		}
	}
	return a.fail(err)
}

// Callback is a pending callback.
type Callback struct {
	Contact outdial.ID `json:"contact" format:"uuid"`
	Address string     `json:"address"`
	Name    string     `json:"name"`
	Key     string     `json:"key"`
	DueAt   time.Time  `json:"due_at"`
	Asked   int        `json:"asked" doc:"How many callbacks the contact has asked for, this one included."`
	Tries   int        `json:"tries" doc:"How often this one was dialled without an answer."`
}

type callbacksInput struct {
	ByID
	Page
}

type callbacksOutput struct {
	Body struct {
		Callbacks []Callback `json:"callbacks" nullable:"false"`
		Next      string     `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
}

func (a *API) callbacks(ctx context.Context, in *callbacksInput) (*callbacksOutput, error) {
	c, err := a.campaign(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	f := ports.Filter{Campaign: c.ID, State: attempt.StateCallbackScheduled, After: after}
	out := &callbacksOutput{}
	out.Body.Callbacks, out.Body.Next, err = paged(ctx, a, f, &in.Page, func(it *ports.Item) Callback {
		return Callback{
			Contact: it.Contact.ID, Address: it.Contact.Address, Name: it.Contact.Name, Key: it.Contact.Key,
			DueAt: it.Attempt.Due, Asked: it.Attempt.Callback.Asked, Tries: it.Attempt.Callback.Tries,
		}
	})
	return out, err
}

func reportName(c *campaign.Campaign, run int) string {
	if run == 0 {
		run = c.Run.Number
	}
	return fmt.Sprintf("campaign-%s-run-%d.csv", c.ID, run)
}
