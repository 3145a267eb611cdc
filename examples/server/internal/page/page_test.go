package page_test

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

// signedIn are options under which every page exists.
func signedIn() operatorpage.Options {
	return operatorpage.Options{
		Demo:    true,
		SignIn:  func(_ http.ResponseWriter, _ *http.Request, key string) bool { return key == "good" },
		SignOut: func(http.ResponseWriter, *http.Request) {},
	}
}

func get(t *testing.T, address string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	operatorpage.New(signedIn()).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

var pages = []string{"/", "/campaigns/0192f0c1", "/signin"}

// inline finds what the content security policy would refuse.
var inline = regexp.MustCompile(`(?i)<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|=["']?javascript:`)

func TestThePagesHoldNothingInlineAndSaySo(t *testing.T) {
	for _, address := range pages {
		r := get(t, address)
		policy := r.Header.Get("Content-Security-Policy")
		if r.StatusCode != 200 || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: status %d, policy %q", address, r.StatusCode, policy)
		}
		if found := inline.FindString(body(t, r)); found != "" {
			t.Errorf("%s holds %q, which its policy refuses", address, found)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-cache"} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", address, name, got, want)
			}
		}
	}
}

func TestWhatTheBrowserHasIsNotSentAgain(t *testing.T) {
	asset := regexp.MustCompile(`/assets/[0-9a-f]+/base\.css`).FindString(body(t, get(t, "/")))
	for _, address := range append(pages, asset) {
		tag := get(t, address).Header.Get("ETag")
		if again := get(t, address, "If-None-Match", tag); tag == "" || again.StatusCode != http.StatusNotModified {
			t.Errorf("%s with its tag %q: status %d, want 304", address, tag, again.StatusCode)
		}
	}
	if got := get(t, asset).Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("an asset of this build may be kept as %q, want for ever", got)
	}
	if got := get(t, "/assets/000000000000/base.css"); got.StatusCode != 200 || got.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("an asset of another build: status %d, kept as %q", got.StatusCode, got.Header.Get("Cache-Control"))
	}
}

func TestOnlyAssetsAreServedAsAssets(t *testing.T) {
	for _, address := range []string{"/assets/x/none.js", "/assets/x/uplot", "/assets/x/../page.go", "/assets/x/%2e%2e/page.go", "/nowhere"} {
		if r := get(t, address); r.StatusCode < 300 {
			t.Errorf("%s: status %d", address, r.StatusCode)
		}
	}
}

func TestACampaignThatIsNotThereIsNotFound(t *testing.T) {
	o := signedIn()
	o.Has = func(_ context.Context, id string) bool { return id == "7" }
	for address, want := range map[string]int{"/campaigns/7": 200, "/campaigns/8": 404, "/campaigns/<b>": 404, "/": 200} {
		w := httptest.NewRecorder()
		operatorpage.New(o).ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		if w.Code != want || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: status %d, want %d", address, w.Code, want)
		}
		text := w.Body.String()
		if missing := strings.Contains(text, "<h1>No such campaign</h1>"); missing != (want == 404) {
			t.Errorf("%s, status %d, says that it is missing: %v", address, w.Code, missing)
		}
		if want == 404 && (!strings.Contains(text, `<a href="/">Back to the campaigns</a>`) || strings.Contains(text, "<script") || !strings.Contains(text, "Sign out")) {
			t.Errorf("%s: %s", address, text)
		}
	}
}

func TestAnIdInTheAddressStaysText(t *testing.T) {
	text := body(t, get(t, "/campaigns/"+url.PathEscape(`"><script>alert(1)</script>`)))
	if strings.Contains(text, "<script>alert") {
		t.Error("an id of the address became markup")
	}
}

var imports = regexp.MustCompile(`(?m)^import .* from '\./([a-z]+\.js)';$|^import '\./([a-z]+\.js)';$`)

func TestEveryModuleThatIsImportedIsThere(t *testing.T) {
	files := os.DirFS("assets")
	scripts, err := fs.Glob(files, "*.js")
	if err != nil || len(scripts) < 10 {
		t.Fatalf("found %d scripts: %v", len(scripts), err)
	}
	for _, name := range scripts {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range imports.FindAllStringSubmatch(string(text), -1) {
			if _, err := fs.Stat(files, path.Join(".", m[1]+m[2])); err != nil {
				t.Errorf("%s imports %v", name, err)
			}
		}
	}
}

func post(t *testing.T, address, form string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	operatorpage.New(signedIn()).ServeHTTP(w, r)
	return w.Result()
}

func TestAfterSigningInTheBrowserStaysOnThisServer(t *testing.T) {
	for next, want := range map[string]string{
		"/campaigns/7": "/campaigns/7", "": "/", "campaigns": "/", "//evil.example/x": "/", `/\evil.example`: "/",
		"https://evil.example/": "/", "javascript:alert(1)": "/", "/%2f/evil": "/", "/a\nb": "/",
		"/%5Cevil.example": "/", "/%5cevil.example": "/", "/a/%5C": "/", "/%0d%0aevil": "/", "/%09/evil.example": "/", "/%2Fevil.example": "/",
		"/a%2Fb": "/a%2Fb", "/%255Cevil.example": "/%255Cevil.example", // the browser asks this server for a name with a percent sign
	} {
		r := post(t, "/signin", url.Values{"key": {"good"}, "next": {next}}.Encode())
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("next %q leads with status %d to %q, want %q", next, r.StatusCode, got, want)
		}
		form := body(t, get(t, "/signin?next="+url.QueryEscape(next)))
		if want := `name="next" value="` + want + `"`; !strings.Contains(form, want) {
			t.Errorf("next %q makes a form without %s", next, want)
		}
	}
}

func TestAWrongKeyOrAnotherSitesFormDoesNotSignIn(t *testing.T) {
	if r := post(t, "/signin", "key=bad"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong key: status %d, want 401", r.StatusCode)
	}
	for _, address := range []string{"/signin", "/signout"} {
		if r := post(t, address, "key=good", "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another site: status %d, want 403", address, r.StatusCode)
		}
	}
	if r := post(t, "/signin", "key="+strings.Repeat("k", 1<<20)); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a form of a megabyte: status %d, want 400", r.StatusCode)
	}
}

func TestWithoutKeysSigningInLeadsBack(t *testing.T) {
	for next, want := range map[string]string{
		"/campaigns/7": "/campaigns/7", "/%255Cevil.example": "/", "/%5Cevil.example": "/", "//evil.example": "/", "/%252Fevil.example": "/",
	} {
		w := httptest.NewRecorder()
		operatorpage.New(operatorpage.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/signin?next="+next, nil))
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != want {
			t.Errorf("next %s: status %d to %q, want 303 to %s", next, w.Code, got, want)
		}
	}
}
