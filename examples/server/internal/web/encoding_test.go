package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestBodyThatIsEncodedIsRefusedByTheNameOfItsCoding(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		codings    []string
		says       string // nothing: it is let in
	}{
		{"gzip", "x", []string{"gzip"}, `"gzip"`},
		{"two codings", "x", []string{"deflate", "br"}, `"deflate, br"`},
		{"one that does not exist", "x", []string{"squeezed"}, `"squeezed"`},
		{"a long one", "x", []string{strings.Repeat("z", 60_000)}, strings.Repeat("z", 100) + `"`},
		{"identity", "x", []string{"Identity"}, ""},
		{"none", "x", nil, ""},
		{"an encoding of nothing", "", []string{"gzip"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/v1/campaigns", strings.NewReader(tt.body))
			r.Header["Content-Encoding"] = tt.codings
			got := answer(web.Unencoded(said), r)
			if tt.says == "" {
				if got.StatusCode != 200 {
					t.Errorf("status %d", got.StatusCode)
				}
				return
			}
			if got.StatusCode != http.StatusUnsupportedMediaType || got.Header.Get("Accept-Encoding") != "identity" {
				t.Errorf("status %d, %v", got.StatusCode, got.Header)
			}
			p := problem(t, got)
			if !strings.Contains(p.Detail, tt.says) || len(p.Detail) > 300 || p.Code != "UNSUPPORTED_MEDIA_TYPE" || p.Errors[0].Location != "header.Content-Encoding" {
				t.Errorf("it says %+v", p)
			}
		})
	}
}

func TestBodyOfUnknownLengthMayNotBeEncodedEither(t *testing.T) {
	r := httptest.NewRequest("POST", "/", io.LimitReader(strings.NewReader("x"), 1)) // as a stream comes
	r.Header.Set("Content-Encoding", "gzip")
	if got := answer(web.Unencoded(said), r); r.ContentLength != -1 || got.StatusCode != 415 {
		t.Errorf("length %d, status %d", r.ContentLength, got.StatusCode)
	}
}
