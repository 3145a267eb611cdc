package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/web"
	"github.com/outdial/outdial/ports"
)

// maxSpeedBody bounds the body of a change of speed, in bytes.
const maxSpeedBody = 1 << 10

// Handler serves what only the demo has:
//
//	GET  /demo           {"demo":true,"speed":30,"least":0.1,"most":600}
//	PUT  /demo/speed     {"speed":60}
//	POST /demo/campaign  creates and starts a sample campaign: 201 {"id":"…"};
//	                     503 while the server is stopping
func (d *Demo) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo", d.tell)
	mux.HandleFunc("PUT /demo/speed", d.putSpeed)
	mux.HandleFunc("POST /demo/campaign", d.postCampaign)
	return mux
}

func (d *Demo) tell(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]any{"demo": true, "speed": d.Speed(), "least": config.LeastSpeed, "most": d.most})
}

func (d *Demo) putSpeed(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Speed *float64 `json:"speed"`
	}
	var kind *json.UnmarshalTypeError
	switch err := readOne(http.MaxBytesReader(w, r.Body, maxSpeedBody), &body); {
	case errors.As(err, &kind): // which would say so in Go's words
		web.Problem(w, http.StatusBadRequest, "", `want {"speed":N}`,
			web.Fault{Location: strings.TrimSuffix("body."+kind.Field, "."), Message: "want another kind of value than this " + kind.Value})
		return
	case err != nil:
		web.Problem(w, http.StatusBadRequest, "", `want {"speed":N}: `+err.Error())
		return
	}
	if body.Speed == nil || !d.SetSpeed(*body.Speed) {
		fault := web.Fault{Location: "body.speed", Message: fmt.Sprintf("want %v to %v", config.LeastSpeed, d.most)}
		if body.Speed != nil {
			fault.Value = *body.Speed
		}
		web.Problem(w, http.StatusBadRequest, "", "speed is absent or out of its bounds", fault)
		return
	}
	d.tell(w, r)
}

// readOne reads a body that is one JSON value and nothing more.
func readOne(r io.Reader, into any) error {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more behind it")
	}
	return nil
}

func (d *Demo) postCampaign(w http.ResponseWriter, r *http.Request) {
	id, err := d.Sample(r.Context())
	switch {
	case errors.Is(err, ErrEnding):
		web.Problem(w, http.StatusServiceUnavailable, "", "The server is stopping and begins no campaign any more.")
	case errors.Is(err, ports.ErrUnavailable):
		web.Problem(w, http.StatusServiceUnavailable, "", "The store cannot be reached.")
	case err != nil:
		d.log.ErrorContext(r.Context(), "the sample campaign was not started", "err", err)
		web.Problem(w, http.StatusInternalServerError, "", "The sample campaign was not started. The server's log says more.")
	default:
		w.Header().Set("Location", "/v1/campaigns/"+id.String())
		reply(w, http.StatusCreated, map[string]any{"id": id.String()})
	}
}

func reply(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that has gone needs no answer
}
