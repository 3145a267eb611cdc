package operator

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
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
		out := &attachment{hc: hc, name: reportName(&c, in.Run)}
		err := a.d.WriteReport(ctx, out, c.ID, in.Run)
		switch {
		case err == nil && !out.begun:
			_, _ = out.Write(nil)
		case err != nil && !out.begun:
			a.refuse(hc, a.fail(err))
		case err != nil:
			// Half a report must not pass for a whole one.
			a.o.Logger.Log(ctx, gravity(errors.Join(err, ctx.Err())), "report broken off", "campaign", c.ID, "err", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
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

// refuse writes a problem where huma does not.
func (a *API) refuse(hc huma.Context, err error) {
	e := (*huma.ErrorModel)(nil)
	if !errors.As(err, &e) {
		e = &huma.ErrorModel{Status: http.StatusInternalServerError, Title: http.StatusText(http.StatusInternalServerError)}
	}
	hc.SetHeader("Content-Type", "application/problem+json")
	hc.SetStatus(e.Status)
	_ = a.huma.Marshal(hc.BodyWriter(), "application/json", e) // who has gone needs no answer
}
