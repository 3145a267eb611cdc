package operator

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/jsonfields"
)

// Resolve implements huma.Resolver: beside what a new campaign's body has wrong by
// the document, it says what is wrong by the library's rules, which are not asked
// otherwise.
func (in *createInput) Resolve(hc huma.Context) []error {
	return besides(hc, in.RawBody, func(string) bool { return true })
}

// Resolve implements huma.Resolver, as for a new campaign. Only fields that are in
// the body can be wrong with an edit.
func (in *editInput) Resolve(hc huma.Context) []error {
	given := map[string]json.RawMessage{}
	_ = json.Unmarshal(in.RawBody, &given) // else nothing is said
	return besides(hc, in.RawBody, func(field string) bool { _, ok := given[field]; return ok })
}

// besides lists what the library finds wrong with settings, as far as the document
// does not find fault with the same fields, and asks for them. It is empty for
// settings that are as the document wants them: the handler has these checked, and
// by more than their own rules.
func besides(hc huma.Context, body []byte, ask func(field string) bool) (more []error) {
	said := map[string]bool{}
	for _, f := range documented(hc.Operation(), body) {
		said[topOf(f)] = true
	}
	if len(said) == 0 {
		return nil
	}
	for _, f := range ruled(body) {
		if top := topOf(f); !said[top] && ask(top) {
			more = append(more, f)
		}
	}
	return more
}

// topOf is the setting that a fault is about: windows for body.windows[0].from.
func topOf(f *huma.ErrorDetail) string {
	path := strings.TrimPrefix(f.Location, "body.")
	if end := strings.IndexAny(path, ".["); end >= 0 {
		return path[:end]
	}
	return path
}

// schemas is under what name an operation knows the document's schemas.
const schemas = "schemas"

// lendSchemas lets those know the document's schemas who only see an operation.
func lendSchemas(document *huma.OpenAPI, op *huma.Operation) {
	op.Metadata = map[string]any{schemas: document.Components.Schemas}
}

// documented are the faults of a body by the document. A body that is no JSON has
// none here: nothing can be said of its fields.
func documented(op *huma.Operation, body []byte) (faults []*huma.ErrorDetail) {
	v, err := jsonfields.Value(body)
	if err != nil {
		return nil
	}
	var found huma.ValidateResult
	at := huma.NewPathBuffer([]byte{}, 0)
	at.Push("body")
	huma.Validate(op.Metadata[schemas].(huma.Registry), op.RequestBody.Content["application/json"].Schema, at, huma.ModeWriteToServer, v, &found)
	for _, err := range found.Errors {
		if f := (*huma.ErrorDetail)(nil); errors.As(err, &f) {
			faults = append(faults, f)
		}
	}
	return faults
}

// ruled are the faults of a body by the library's rules. Fields of a wrong type
// are taken for left out; the ceiling is in the document.
func ruled(body []byte) []*huma.ErrorDetail {
	spec := campaign.Defaults()
	s, given := settings(&spec), map[string]json.RawMessage{}
	if json.Unmarshal(body, &given) != nil {
		return nil // it is no object
	}
	s.replace(given)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		field, _ := json.Marshal(map[string]json.RawMessage{name: given[name]}) // of JSON
		_ = json.Unmarshal(field, &s)                                           // one by one, as some end the reading
	}
	spec, err := s.spec()
	var faults []*huma.ErrorDetail
	if unread := (*huma.ErrorModel)(nil); errors.As(err, &unread) {
		faults = unread.Errors
	}
	var invalid *campaign.InvalidError
	if errors.As(spec.Validate(math.MaxInt), &invalid) {
		for _, f := range faultsOf(invalid) {
			known := func(other *huma.ErrorDetail) bool { return topOf(other) == topOf(f) }
			if !slices.ContainsFunc(faults, known) { // what could not be read is not there
				faults = append(faults, f)
			}
		}
	}
	return faults
}
