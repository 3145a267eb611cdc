package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/web"
	"github.com/outdial/outdial/ports"
)

// problem makes a refusal.
func problem(status int, detail string, faults ...*huma.ErrorDetail) error {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail, Errors: faults}
}

// fault is one thing that is wrong with a request.
func fault(location, message string, value any) *huma.ErrorDetail {
	return &huma.ErrorDetail{Location: location, Message: message, Value: value}
}

// invalidInput refuses a request for one thing that is wrong with it.
func invalidInput(location, message string, value any) error {
	return problem(http.StatusUnprocessableEntity, "validation failed", fault(location, message, value))
}

func notFound(what string) error { return problem(http.StatusNotFound, "there is no such "+what) }

// statuses are what the library's errors are to a client.
var statuses = []struct {
	err    error
	status int
}{
	{ports.ErrNotFound, http.StatusNotFound},
	{ports.ErrPurged, http.StatusGone},
	{campaign.ErrAction, http.StatusConflict},
	{campaign.ErrCallsUp, http.StatusConflict},
	{campaign.ErrChanged, http.StatusConflict},
	{campaign.ErrWindowOver, http.StatusConflict},
	{attempt.ErrDisposed, http.StatusConflict},
	{ports.ErrLate, http.StatusConflict},
	{ports.ErrState, http.StatusConflict},
	{ports.ErrUnavailable, http.StatusServiceUnavailable},
	{context.Canceled, http.StatusServiceUnavailable},
	{context.DeadlineExceeded, http.StatusServiceUnavailable},
}

// fail says an error of the library to the client. What is nobody's business
// outside is logged ([failure]), and not said.
func (a *API) fail(err error) error {
	if se := huma.StatusError(nil); errors.As(err, &se) {
		return err
	}
	if invalid := (*campaign.InvalidError)(nil); errors.As(err, &invalid) {
		return problem(http.StatusUnprocessableEntity, "validation failed", faultsOf(invalid)...)
	}
	if bad := (*attempt.DispositionError)(nil); errors.As(err, &bad) {
		return problem(http.StatusUnprocessableEntity, "validation failed", faultsIn(bad)...)
	}
	if illegal := (*attempt.IllegalMoveError)(nil); errors.As(err, &illegal) {
		return problem(http.StatusConflict, err.Error())
	}
	for _, known := range statuses {
		if !errors.Is(err, known.err) {
			continue
		}
		if known.status == http.StatusServiceUnavailable {
			return a.broken(known.status, "the store does not answer now; try again", gravity(err), "request not served", err)
		}
		return problem(known.status, err.Error())
	}
	return a.broken(http.StatusInternalServerError, "something went wrong here; the server's log says what", slog.LevelError, "request failed", err)
}

// faultsOf names the fields of an InvalidError as requests do.
func faultsOf(e *campaign.InvalidError) []*huma.ErrorDetail {
	all := make([]*huma.ErrorDetail, len(e.Faults))
	for i, f := range e.Faults {
		value, want := f.Value, f.Want
		switch v := value.(type) {
		case time.Duration:
			value, want = v.Seconds(), inSeconds(want)
		case fmt.Stringer:
			value = v.String()
		}
		all[i] = fault("body."+wire(f.Field), "want "+want, value)
	}
	return all
}

// faultsIn names the fields of a disposition, which requests call as it does.
func faultsIn(e *attempt.DispositionError) []*huma.ErrorDetail {
	all := make([]*huma.ErrorDetail, len(e.Faults))
	for i, f := range e.Faults {
		all[i] = fault("body."+f.Field, f.Is+", want "+f.Want, nil)
	}
	return all
}

// inSeconds are the bounds of a span as requests give spans: what the library
// calls 1m0s to 1h0m0s is 60 to 3600 seconds.
func inSeconds(want string) string {
	least, most, _ := strings.Cut(want, " to ")
	from, err := time.ParseDuration(least)
	if err != nil {
		return want
	}
	to, err := time.ParseDuration(most)
	if err != nil {
		return want
	}
	number := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }
	return number(from) + " to " + number(to) + " seconds"
}

// wire is a field of the library as requests call it: RetryRules[busy].Delay is
// retry_rules.busy.delay, Windows[0] is windows[0].
func wire(field string) string {
	var b strings.Builder
	prev := '.'
	for _, r := range field {
		if unicode.IsUpper(r) && (unicode.IsLower(prev) || unicode.IsDigit(prev)) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		prev = r
	}
	name := b.String()
	if rest, ok := strings.CutPrefix(name, "retry_rules["); ok {
		return "retry_rules." + strings.Replace(rest, "]", "", 1)
	}
	return name
}

// maxEcho is how many characters of a bad value an answer repeats, and maxFaults
// how many faults it lists.
const (
	maxEcho   = 100
	maxFaults = 100
)

// clip keeps refusals short: who sends ten megabytes does not get them back. It is
// where every refusal comes by with its request, and so where failures are logged.
func clip(hc huma.Context, _ string, v any) (any, error) {
	if broken, ok := v.(*failure); ok {
		at := hc.URL()
		broken.log(hc.Method(), at.Path)
		return broken.ErrorModel, nil
	}
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	short := *e // some are said to several clients at once
	short.Detail = cut(e.Detail, 10*maxEcho)
	short.Errors = make([]*huma.ErrorDetail, min(len(e.Errors), maxFaults))
	for i, f := range e.Errors[:len(short.Errors)] {
		short.Errors[i] = fault(cut(f.Location, 2*maxEcho), cut(plainDigits(f.Message), 10*maxEcho), echo(f.Value))
	}
	return &short, nil
}

// power is a number as huma writes large bounds, after these words.
var power = regexp.MustCompile(`^(expected number (?:<=|>=|<|>) )([0-9.]+e\+[0-9]+)`)

// plainDigits writes a bound in plain digits: not 2.592e+06, but 2592000.
func plainDigits(message string) string {
	m := power.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	bound, err := strconv.ParseFloat(m[2], 64)
	if err != nil {
		return message
	}
	return m[1] + strconv.FormatFloat(bound, 'f', -1, 64) + message[len(m[0]):]
}

// echo is a value as it may be repeated. A whole object or list is not: a body
// with many faults would be written out for each.
func echo(v any) any {
	switch v := v.(type) {
	case nil, bool, int, int64:
		return v
	case float64:
		if math.IsInf(v, 0) {
			return nil // JSON has no word for it
		}
		return v
	case string:
		return cut(v, maxEcho)
	}
	return nil
}

func cut(s string, most int) string { return web.Cut(s, most) }

// refuseRoute says as a problem what the mux says in plain text: that there is no
// such path, or not with this method.
func (a *API) refuseRoute(said http.Handler, w http.ResponseWriter, r *http.Request) {
	heard := &listener{header: http.Header{}, status: http.StatusOK}
	said.ServeHTTP(heard, r)
	e := &huma.ErrorModel{Status: heard.status, Title: http.StatusText(heard.status)}
	switch heard.status {
	case http.StatusNotFound:
		e.Detail = "there is nothing at this path"
	case http.StatusMethodNotAllowed:
		e.Detail = "this path takes " + heard.header.Get("Allow")
		w.Header().Set("Allow", heard.header.Get("Allow"))
	default: // a redirect to the path as it should be written
		said.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(e) // who has gone needs no answer
}

// listener hears a status and headers.
type listener struct {
	header http.Header
	status int
}

func (l *listener) Header() http.Header         { return l.header }
func (l *listener) WriteHeader(status int)      { l.status = status }
func (l *listener) Write(b []byte) (int, error) { return len(b), nil }

// parseID reads an id from a path. What is no id names nothing, so it is not
// found.
func parseID(s, what string) (outdial.ID, error) {
	var id outdial.ID
	if len(s) != len(id.String()) || id.UnmarshalText([]byte(s)) != nil {
		return id, notFound(what)
	}
	return id, nil
}
