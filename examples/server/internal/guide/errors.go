package guide

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/web"
	"github.com/outdial/outdial/ports"
)

// detail is one fault of a request, in the guide's form: where it is, what is
// wrong, and of which kind that is.
type detail struct {
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
	Type string `json:"type"`
}

// invalid is a request with faults. Nothing of it was applied.
type invalid []detail

// Error implements error. It is the answer's message.
func (f invalid) Error() string {
	lines := make([]string, len(f))
	for i, d := range f {
		lines[i] = d.where() + ": " + d.Msg
	}
	return strings.Join(lines, "; ")
}

// where is the place as people write it: body.max_concurrent, body[3].
func (d detail) where() string {
	var b strings.Builder
	for i, step := range d.Loc {
		switch at := step.(type) {
		case string:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(at)
		default:
			text, _ := json.Marshal(at) // an int
			b.WriteString("[" + string(text) + "]")
		}
	}
	return b.String()
}

// The kinds of faults that more than one place finds.
const (
	kindMissing = "value_error.missing"
	kindJSON    = "value_error.jsondecode"
	kindText    = "type_error.str"
	kindValue   = "value_error"
)

func fault(kind, msg string, loc ...any) detail {
	return detail{Loc: append([]any{"body"}, loc...), Msg: msg, Type: kind}
}

// problem is the body of every error.
type problem struct {
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Detail  invalid `json:"detail,omitempty"`
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, problem{Code: code, Message: message})
}

func notFound(w http.ResponseWriter, id string) {
	refuse(w, http.StatusNotFound, "CAMPAIGN_NOT_FOUND", "Campaign "+cut(id)+" not found")
}

// answer writes a body. A client that has gone is nobody to tell.
func answer(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// fail answers with what went wrong with a campaign, or with a request for one.
func (s *server) fail(w http.ResponseWriter, r *http.Request, id outdial.ID, err error) {
	var (
		faults  invalid
		contact *outdial.ContactError
		large   *http.MaxBytesError
		kind    *mediaError
	)
	switch {
	case errors.As(err, &faults):
		answer(w, http.StatusBadRequest, problem{Code: "VALIDATION_ERROR", Message: err.Error(), Detail: faults})
	case errors.As(err, &contact):
		s.fail(w, r, id, invalid{fault(kindValue, wanted(contact.Err), contact.Index)})
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, "TOO_LARGE", fmt.Sprintf("The body is larger than %d bytes", large.Limit))
	case errors.As(err, &kind):
		refuse(w, http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", kind.Error())
	case errors.Is(err, ports.ErrNotFound):
		notFound(w, id.String())
	case errors.Is(err, campaign.ErrAction), errors.Is(err, campaign.ErrWindowOver), errors.Is(err, campaign.ErrCallsUp):
		refuse(w, http.StatusConflict, "CAMPAIGN_STATE_CONFLICT", err.Error())
	default:
		s.broken(w, r, err)
	}
}

// broken answers with what is not the client's fault.
func (s *server) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the client has gone
	}
	if errors.Is(err, ports.ErrUnavailable) { // which passes: the server is whole
		s.log.WarnContext(r.Context(), "request not served", "method", r.Method, "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "UNAVAILABLE", "The campaigns cannot be reached now, try again")
		return
	}
	s.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	refuse(w, http.StatusInternalServerError, "INTERNAL_ERROR", "Internal server error")
}

// wanted is what would have done instead of a contact.
func wanted(err error) string {
	var bad *campaign.InvalidError
	if !errors.As(err, &bad) || len(bad.Faults) == 0 {
		return err.Error()
	}
	return "not a contact: " + bad.Faults[0].Want
}

// maxEcho is how many bytes of what a client sent an answer repeats.
const maxEcho = 80

// cut keeps what a client sent from filling an answer.
func cut(s string) string { return web.Cut(s, maxEcho) }
