package operator

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
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
		if err := huma.DefaultJSONFormat.Unmarshal(body, v); err != nil {
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

// operation is one endpoint, with the statuses that it refuses with beside those
// that every endpoint may: 401 and 429 come from what stands before it, 503 from a
// store that is away.
func operation(tag, id, method, path, summary, description string, refusals ...int) huma.Operation {
	refusals = append(refusals, http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	slices.Sort(refusals)
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Description: description,
		Tags: []string{tag}, Errors: refusals, MaxBodyBytes: maxJSON, Middlewares: huma.Middlewares{inUTF8},
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
