package operator_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the document anew")

// document is where the OpenAPI document is checked in.
const document = "../../openapi.yaml"

func TestTheDocumentIsCheckedIn(t *testing.T) {
	s := open(t)
	got := s.send("GET", "/openapi.yaml", "").body
	if *update {
		if err := os.WriteFile(document, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the handlers say: run go generate\n%s", document, cmp.Diff(string(want), string(got)))
	}
}

func TestNoAnswerIsKeptByAProxyOrReadAsAnotherKind(t *testing.T) {
	s := open(t)
	id := s.draft()
	for _, path := range []string{
		"/v1/campaigns", "/v1/campaigns/" + id + "/report", "/v1/campaigns/" + nobody, "/v1/campaigns/" + nobody + "/report", "/nothing", "/openapi.json",
	} {
		a := s.send("GET", path, "")
		if c, n := a.header.Get("Cache-Control"), a.header.Get("X-Content-Type-Options"); c != "no-store" || n != "nosniff" {
			t.Errorf("%s: Cache-Control %q, X-Content-Type-Options %q", path, c, n)
		}
	}
}

func TestTheDocumentIsOpenAPI31AndNamesEachEndpoint(t *testing.T) {
	s := open(t)
	a := s.send("GET", "/openapi.json", "")
	if ct := a.header.Get("Content-Type"); a.status != http.StatusOK || ct != "application/openapi+json" {
		t.Fatalf("status %d, %s", a.status, ct)
	}
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string         `json:"operationId"`
			Summary     string         `json:"summary"`
			Responses   map[string]any `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(a.body, &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for path, methods := range doc.Paths {
		for method, op := range methods {
			got = append(got, strings.ToUpper(method)+" "+path)
			if op.OperationID == "" || op.Summary == "" || op.Responses["401"] == nil || op.Responses["429"] == nil || op.Responses["503"] == nil {
				t.Errorf("%s %s says too little of itself", method, path)
			}
		}
	}
	sort.Strings(got)
	want := []string{
		"DELETE /v1/campaigns/{id}/callbacks/{contact}",
		"GET /v1/campaigns", "GET /v1/campaigns/{id}", "GET /v1/campaigns/{id}/attempts", "GET /v1/campaigns/{id}/callbacks",
		"GET /v1/campaigns/{id}/events", "GET /v1/campaigns/{id}/explanation", "GET /v1/campaigns/{id}/metrics",
		"GET /v1/campaigns/{id}/report", "GET /v1/campaigns/{id}/runs", "GET /v1/contacts/{contact}/explanation", "GET /v1/events",
		"PATCH /v1/campaigns/{id}",
		"POST /v1/calls/{call}/disposition", "POST /v1/campaigns", "POST /v1/campaigns/{id}/clone", "POST /v1/campaigns/{id}/contacts",
		"POST /v1/campaigns/{id}/pause", "POST /v1/campaigns/{id}/restart", "POST /v1/campaigns/{id}/resume",
		"POST /v1/campaigns/{id}/start", "POST /v1/campaigns/{id}/stop",
	}
	if diff := cmp.Diff(want, got); diff != "" || doc.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s\n%s", doc.OpenAPI, diff)
	}
}

// Every member of an answer is in the document, and the other way round: the
// document's schemas are those of the handlers' types.
func TestAnswersAreAsTheDocumentSays(t *testing.T) {
	s := open(t)
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]any `json:"properties"`
				Required   []string       `json:"required"`
			} `json:"schemas"`
		} `json:"components"`
	}
	s.send("GET", "/openapi.json", "").into(&doc)
	id := s.create(`{"name":"Spring offer","destination":"1000"}`)
	s.contacts(id, "+331", "+332")
	for schema, body := range map[string][]byte{
		"Campaign":           s.send("GET", "/v1/campaigns/"+id, "").body,
		"Figures":            s.send("GET", "/v1/campaigns/"+id+"/metrics", "").body,
		"Explanation":        s.send("GET", "/v1/campaigns/"+id+"/explanation", "").body,
		"ErrorModel":         s.send("GET", "/v1/campaigns/nobody", "").body,
		"Upload":             s.send("POST", "/v1/campaigns/"+id+"/contacts", "[]").body,
		"UploadProblem":      s.send("POST", "/v1/campaigns/"+id+"/contacts", "[{}]").body,
		"ContactExplanation": s.send("GET", "/v1/contacts/"+s.firstContact(id)+"/explanation", "").body,
	} {
		var got map[string]any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatalf("%s: %v in %s", schema, err, body)
		}
		said := doc.Components.Schemas[schema]
		for name := range got {
			if said.Properties[name] == nil {
				t.Errorf("%s: the document has no %s", schema, name)
			}
		}
		for _, name := range said.Required {
			if _, ok := got[name]; !ok {
				t.Errorf("%s: the answer has no %s", schema, name)
			}
		}
	}
	if slices.Contains(doc.Components.Schemas["Settings"].Required, "name") {
		t.Error("an edit would need a name")
	}
}
