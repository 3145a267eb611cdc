package operator

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/examples/internal/jsonfields"
)

// maxJSON bounds bodies other than uploads.
const maxJSON = 1 << 20

// The names of fields are compared exactly. Otherwise huma takes {"GATEWAYS": …}
// for gateways, as encoding/json does, and what looks for a field by its name in
// the body would not see it. It is huma's one setting for a whole process.
func init() { huma.ValidateStrictCasing = true }

// config is what the document says of the surface as a whole.
func config() huma.Config {
	c := huma.DefaultConfig("outdial: the operator's API", "1.0.0")
	c.Info.Description = "Create campaigns, give them contacts, run them, and see what happens. " +
		"Times are RFC 3339 in UTC, spans are seconds, errors are problem details (RFC 9457)."
	c.CreateHooks = nil // no $schema in every answer
	c.DocsPath, c.SchemasPath = "", ""
	c.RejectUnknownQueryParameters = true
	c.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	c.Transformers = []huma.Transformer{clip}
	c.OnAddOperation = append(c.OnAddOperation, lendSchemas)
	c.Tags = []*huma.Tag{
		{Name: "campaigns", Description: "Settings, status and figures."},
		{Name: "contacts", Description: "Whom to call."},
		{Name: "records", Description: "What has happened so far."},
		{Name: "events", Description: "What happens now."},
	}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "apiKey", In: "header", Name: "X-API-Key", Description: "One of the server's keys, where it has any."},
	}
	c.Security = []map[string][]string{{"key": {}}, {}}
	return c
}

// strictJSON refuses what encoding/json mends without a word: fields that come
// twice, of which it takes the last, and texts that are none.
var strictJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(body []byte, v any) error {
		if err := unmarshal(body, v); err != nil {
			return err
		}
		if jsonfields.Broken(body) {
			return errors.New("want texts in UTF-8, and of surrogate pairs both halves")
		}
		if field, found := jsonfields.Twice(body); found {
			return fmt.Errorf("%s comes twice, want it once", field)
		}
		return nil
	},
}

// unmarshal reads a body: into an any, in which huma checks it against the document,
// with numbers of any size.
func unmarshal(body []byte, v any) (err error) {
	if checked, ok := v.(*any); ok {
		*checked, err = jsonfields.Value(body)
		return err
	}
	return huma.DefaultJSONFormat.Unmarshal(body, v)
}

// operation is one endpoint, with the statuses that it refuses with beside those
// that every endpoint may: 401 and 429 come from what stands before it, 503 from a
// store that is away.
func operation(tag, id, method, path, summary, description string, refusals ...int) huma.Operation {
	refusals = append(refusals, http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	slices.Sort(refusals)
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Description: description,
		Tags: []string{tag}, Errors: refusals, MaxBodyBytes: maxJSON, Middlewares: huma.Middlewares{onceEach, inUTF8, bodiless},
	}
}

// inUTF8 refuses bodies that say they are in another encoding: nothing here
// decodes them.
func inUTF8(hc huma.Context, next func(huma.Context)) {
	if hc.Operation().RequestBody == nil {
		next(hc)
		return
	}
	said := hc.Header("Content-Type")
	_, params, _ := mime.ParseMediaType(said) // what is none is refused, or not looked at, by whoever reads the body
	switch strings.ToLower(params["charset"]) {
	case "", "utf-8", "utf8", "us-ascii":
		next(hc)
	default:
		refuse(hc, problem(http.StatusUnsupportedMediaType, "a body is read as UTF-8",
			fault("header.Content-Type", "want charset=utf-8, or none", cut(said, maxEcho))))
	}
}

// onceEach refuses a query of which only a part would count: parameters that come
// twice, of which the first would, and what is no query.
func onceEach(hc huma.Context, next func(huma.Context)) {
	at := hc.URL()
	query, err := url.ParseQuery(at.RawQuery)
	if err != nil {
		refuse(hc, invalidInput("query", "want names and values, with & between them and % before two digits of 0 to f", cut(at.RawQuery, maxEcho)))
		return
	}
	var twice []*huma.ErrorDetail
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) > 1 && len(twice) < maxFaults {
			twice = append(twice, fault("query."+cut(name, maxEcho), "it comes twice, want it once", nil))
		}
	}
	if len(twice) > 0 {
		refuse(hc, problem(http.StatusUnprocessableEntity, "validation failed", twice...))
		return
	}
	next(hc)
}

// bodiless refuses a body where none is read: who sends one means something by it.
// An empty object says nothing.
func bodiless(hc huma.Context, next func(huma.Context)) {
	if hc.Method() != http.MethodPost || hc.Operation().RequestBody != nil {
		next(hc)
		return
	}
	body, err := io.ReadAll(io.LimitReader(hc.BodyReader(), maxNothing))
	switch {
	case err != nil:
		refuse(hc, problem(http.StatusBadRequest, "the body was cut off"))
	case len(body) > 0 && !empty(body):
		refuse(hc, invalidInput("body", "want none, or an empty object: this takes no settings", cut(string(body), maxEcho)))
	default:
		next(hc)
	}
}

// maxNothing is how much is read of a body that should be empty, in bytes.
const maxNothing = 1 << 10

// complete writes into the document what only the options know.
func (a *API) complete() {
	ceiling := float64(a.o.Ceiling)
	lines := a.huma.OpenAPI().Components.Schemas.Map()["Settings"].Properties["max_concurrent"]
	lines.Description += " At most " + strconv.Itoa(a.o.Ceiling) + " here."
	lines.Maximum = &ceiling
	lines.PrecomputeMessages()
	for _, path := range a.huma.OpenAPI().Paths {
		if path.Post != nil && path.Post.RequestBody != nil {
			tidy(path.Post.RequestBody)
		}
		if path.Patch != nil {
			tidy(path.Patch.RequestBody)
		}
	}
}

// tidy takes out what huma adds where a handler wants the bytes too: that they may
// be of any kind.
func tidy(b *huma.RequestBody) { delete(b.Content, "application/octet-stream") }
