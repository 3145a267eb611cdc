package operator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/contactfile"
	"github.com/outdial/outdial/ports"
)

// formats are the kinds of upload by their media types.
var formats = map[string]contactfile.Format{
	"application/json":     contactfile.JSON,
	"application/x-ndjson": contactfile.NDJSON,
	"text/csv":             contactfile.CSV,
}

func (a *API) registerContacts() {
	op := operation("contacts", "addContacts", http.MethodPost, "/v1/campaigns/{id}/contacts",
		"Add contacts", "To a draft, running or paused campaign, as a CSV file with a header row, a JSON object per line, or a JSON array. "+
			"Known columns are address (or number, phone), key (or id), name, priority and not_before; a CSV file's other columns become variables, "+
			"in JSON these stand under variables. A bad row refuses the whole upload (422) and nothing is added, unless partial is true. "+
			"Duplicates are added too, and counted.",
		400, 404, 409, 413, 415)
	op.Responses = map[string]*huma.Response{"422": {
		Description: http.StatusText(http.StatusUnprocessableEntity),
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: a.schemaOf(UploadProblem{})}},
	}}
	huma.Register(a.huma, op, a.upload)
	// After the registration, or huma would read the body itself.
	said := a.huma.OpenAPI().Paths[op.Path].Post
	said.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json":     {Schema: &huma.Schema{Type: huma.TypeArray, Items: a.schemaOf(Contact{})}},
		"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString, Description: "A contact's object per line."}},
		"text/csv":             {Schema: &huma.Schema{Type: huma.TypeString}},
	}}
}

// Contact is a contact in an upload.
type Contact struct {
	Address   string            `json:"address" doc:"A number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER. Also called number or phone."`
	Key       string            `json:"key,omitempty" doc:"The host's own name for the contact. Also called id."`
	Name      string            `json:"name,omitempty"`
	Priority  int32             `json:"priority,omitempty" doc:"Higher is earlier."`
	NotBefore string            `json:"not_before,omitempty" doc:"RFC 3339, or 2006-01-02 15:04 in the campaign's zone."`
	Variables map[string]string `json:"variables,omitempty" doc:"Texts, numbers or truth values."`
}

// Upload is what became of an upload.
type Upload struct {
	Added      int        `json:"added"`
	Total      int        `json:"total" doc:"Contacts in the campaign's run now."`
	Duplicates int        `json:"duplicates" doc:"Good rows whose address an earlier row has, as far as the first 1,048,576 addresses go."`
	Rejected   int        `json:"rejected" doc:"Bad rows."`
	Errors     []RowFault `json:"errors" nullable:"false" doc:"What is wrong with them: the first 100."`
}

// RowFault is one thing that is wrong with one row.
type RowFault struct {
	Row     int    `json:"row" doc:"The line of the file, from 1 (a CSV header is line 1), or the number of the element of an array."`
	Column  string `json:"column" doc:"The column's header or the field's name; empty: the row as a whole."`
	Message string `json:"message"`
}

// UploadProblem refuses an upload: a problem with the members of [Upload].
type UploadProblem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Upload
}

// Error implements error.
func (p *UploadProblem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *UploadProblem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *UploadProblem) ContentType(string) string { return "application/problem+json" }

type uploadInput struct {
	ByID
	Repeat
	Key     string `query:"key" maxLength:"255" doc:"Makes the upload safe to repeat, for ever: under the same key nothing is added twice. If left out, the Idempotency-Key."`
	Partial bool   `query:"partial" doc:"Add the good rows and report the bad ones."`

	hc huma.Context
}

// Resolve implements huma.Resolver: the body is not read into memory.
func (in *uploadInput) Resolve(hc huma.Context) []error {
	in.hc = hc
	return nil
}

func (a *API) upload(ctx context.Context, in *uploadInput) (*struct{ Body Upload }, error) {
	c, err := a.campaign(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	kind, _, err := mime.ParseMediaType(in.hc.Header("Content-Type"))
	format, known := formats[kind]
	if err != nil || !known {
		return nil, problem(http.StatusUnsupportedMediaType, "contacts come as application/json, application/x-ndjson or text/csv",
			fault("header.Content-Type", "want one of these", in.hc.Header("Content-Type")))
	}
	if err := errors.Join(checkKey("query.key", in.Key), checkKey("header.Idempotency-Key", in.IdempotencyKey)); err != nil {
		return nil, err
	}
	key := cmp.Or(in.Key, in.IdempotencyKey)
	if in.IdempotencyKey != "" && in.IdempotencyKey != key {
		return nil, invalidInput("header.Idempotency-Key", "want the same as the query's key, or only one of them", in.IdempotencyKey)
	}
	rows := a.read(in, format, &c)
	n, err := a.d.Upload(ctx, c.ID, key, rows.contacts)
	if errors.Is(err, ports.ErrOtherRows) {
		return nil, in.otherRows()
	}
	if err != nil {
		return nil, a.refusedUpload(ctx, &c, rows, err)
	}
	out := &struct{ Body Upload }{rows.upload(n)}
	if out.Body.Total, err = a.total(ctx, &c); err != nil {
		return nil, a.fail(err)
	}
	return out, nil
}

// otherRows refuses an upload under a key that came with other rows before, and
// names the key as it was given.
func (in *uploadInput) otherRows() error {
	where := "query.key"
	if in.Key == "" {
		where = "header.Idempotency-Key"
	}
	return problem(http.StatusUnprocessableEntity, "this key was used for another upload",
		fault(where, "want a new key for other contacts", nil))
}

// total is how many contacts the campaign's run has.
func (a *API) total(ctx context.Context, c *campaign.Campaign) (int, error) {
	m, err := a.d.Metrics(ctx, c.ID, 0)
	return m.TotalCalls, err
}

// refusedUpload says why an upload was refused; nothing of it was added.
func (a *API) refusedUpload(ctx context.Context, c *campaign.Campaign, rows *rows, err error) error {
	tooLarge := (*http.MaxBytesError)(nil)
	switch {
	case errors.As(err, &tooLarge):
		return problem(http.StatusRequestEntityTooLarge, fmt.Sprintf("an upload takes at most %d bytes; send it in parts", tooLarge.Limit))
	case errors.Is(err, errBadRows):
		p := rows.problem(fmt.Sprintf("%d of %d rows are bad", rows.tally().Bad, rows.tally().Rows))
		p.Total, _ = a.total(ctx, c) // 0 where the store has just gone
		return p
	case errors.Is(err, contactfile.ErrFile):
		p := rows.problem(cut(err.Error(), 10*maxEcho))
		p.Total, _ = a.total(ctx, c)
		return p
	case errors.Is(err, rows.broken):
		return problem(http.StatusBadRequest, "the upload was cut off")
	}
	return a.fail(err)
}

// schemaOf is the schema of a value's type.
func (a *API) schemaOf(v any) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

// faults are the first bad rows as an answer lists them.
func faults(all []contactfile.Fault) []RowFault {
	out := make([]RowFault, 0, len(all))
	for f := range slices.Values(all) {
		out = append(out, RowFault{Row: f.Row, Column: cut(f.Column, maxEcho), Message: cut(f.Message, 10*maxEcho)})
	}
	return out
}
