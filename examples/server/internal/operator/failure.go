package operator

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// failure is a problem that is not the client's fault. The log hears of it once
// it is written, when it is known which request it is about.
type failure struct {
	*huma.ErrorModel
	log func(method, path string)
}

func (a *API) broken(status int, detail string, level slog.Level, message string, err error) error {
	return &failure{
		ErrorModel: &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail},
		log: func(method, path string) {
			a.o.Logger.Log(context.Background(), level, message, "method", method, "path", path, "err", err)
		},
	}
}

// gravity is how loud an error is told. A client that leaves before its answer is
// there, and whose context is cancelled by that, does nothing to warn of.
func gravity(err error) slog.Level {
	if errors.Is(err, context.Canceled) {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// refuse writes a problem where huma does not.
func refuse(hc huma.Context, err error) {
	e, broken := (*huma.ErrorModel)(nil), (*failure)(nil)
	switch {
	case errors.As(err, &broken):
		at := hc.URL()
		broken.log(hc.Method(), at.Path)
		e = broken.ErrorModel
	case !errors.As(err, &e):
		e = &huma.ErrorModel{Status: http.StatusInternalServerError, Title: http.StatusText(http.StatusInternalServerError)}
	}
	hc.SetHeader("Content-Type", "application/problem+json")
	hc.SetStatus(e.Status)
	_ = strictJSON.Marshal(hc.BodyWriter(), e) // who has gone needs no answer
}
