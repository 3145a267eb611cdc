package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

// patience is how long a test waits for what the page should show; a page that
// is right needs a fraction of it, also on a machine with much else to do.
const patience = 5 * time.Minute

// browsers is the one Chromium of this test binary; TestMain ends it.
var browsers struct {
	start sync.Once
	ctx   context.Context
	end   context.CancelFunc
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browsers.end != nil {
		browsers.end()
	}
	os.Exit(code)
}

// chromium is where the browser is, or why these tests do not run.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const why = "no browser: scripts/need chromium installs one"
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
	return ""
}

func chrome(t *testing.T) context.Context {
	t.Helper()
	path := chromium(t)
	browsers.start.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
			chromedp.NoSandbox, chromedp.Flag("disable-gpu", true), chromedp.WSURLReadTimeout(patience))
		alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, cancel := chromedp.NewContext(alloc)
		browsers.ctx, browsers.end = ctx, func() { cancel(); stop() }
		browsers.err = chromedp.Do(ctx)
	})
	if browsers.err != nil {
		t.Fatalf("the browser does not start: %v", browsers.err)
	}
	return browsers.ctx
}

// tab is one page of the browser, in a context of its own: cookies and storage
// are not shared with another test's.
type tab struct {
	*testing.T
	ctx  context.Context
	base string

	mu     sync.Mutex
	faults []string // what the page complained of
}

// open opens a tab on a server of the page and the API behind it. The test
// fails with what the page writes as errors to its console, refusals of the
// content security policy among it.
func open(t *testing.T, o operatorpage.Options, api http.Handler) *tab {
	t.Helper()
	parent := chrome(t)
	mux := http.NewServeMux()
	mux.Handle("/", operatorpage.New(o))
	for _, folder := range []string{"/v1/", "/demo", "/demo/"} {
		mux.Handle(folder, api)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections) // event streams do not end by themselves
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{T: t, ctx: ctx, base: server.URL}
	if err := chromedp.Listen(ctx, b.hear); err != nil { // makes the tab, which lives as long as its context
		t.Fatal(err)
	}
	send(b, cdplog.Enable, cdp.Empty{})
	send(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, f := range b.faults {
			t.Errorf("the page complains: %s", f)
		}
	})
	b.desktop()
	return b
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			b.faults = append(b.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// expect takes the complaints that contain a text off the list: a refused
// request is one.
func (b *tab) expect(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rest := b.faults[:0]
	for _, f := range b.faults {
		if !strings.Contains(f, text) {
			rest = append(rest, f)
		}
	}
	b.faults = rest
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// send sends the tab a command of the browser's own protocol.
func send[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *tab) goTo(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base + path))
}
