package operator

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/campaign"
)

func (a *API) registerReport() {
	op := operation("records", "getReport", http.MethodGet, "/v1/campaigns/{id}/report",
		"Get a run's attempt report", "A row per call, and one for each contact that was never dialled: CSV (RFC 4180), streamed. "+
			"Cells that a spreadsheet would take for a formula are preceded by an apostrophe.", 404, 410, 422)
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The report, as an attachment.",
		Content:     map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	huma.Register(a.huma, op, a.report)
}

func (a *API) report(ctx context.Context, in *ByRun) (*huma.StreamResponse, error) {
	c, err := a.campaign(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		if hc.Method() == http.MethodHead {
			a.headReport(hc, &c, in.Run)
			return
		}
		out := &attachment{hc: hc, name: reportName(&c, in.Run)}
		err := a.d.WriteReport(ctx, out, c.ID, in.Run)
		switch {
		case err == nil && !out.begun:
			_, _ = out.Write(nil)
		case err != nil && !out.begun:
			refuse(hc, a.fail(err))
		case err != nil:
			// Half a report must not pass for a whole one.
			a.o.Logger.Log(ctx, gravity(errors.Join(err, ctx.Err())), "report broken off", "campaign", c.ID, "err", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// headReport says of a report what asking for it would say first. One row is read:
// all of a large one would be work for nothing.
func (a *API) headReport(hc huma.Context, c *campaign.Campaign, run int) {
	for _, err := range a.d.Report(hc.Context(), c.ID, run) {
		if err != nil {
			refuse(hc, a.fail(err))
			return
		}
		break
	}
	_, _ = (&attachment{hc: hc, name: reportName(c, run)}).Write(nil)
}

// attachment is an answer that begins with its first byte: until then it may
// still be refused.
type attachment struct {
	hc    huma.Context
	name  string
	begun bool
}

// Write implements io.Writer.
func (a *attachment) Write(p []byte) (int, error) {
	if !a.begun {
		a.begun = true
		a.hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		a.hc.SetHeader("Content-Disposition", `attachment; filename="`+a.name+`"`)
		a.hc.SetStatus(http.StatusOK)
	}
	return a.hc.BodyWriter().Write(p)
}
