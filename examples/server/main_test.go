package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/outdial/outdial/examples/server/internal/web"
)

func TestWithoutFlagsThereIsADemoToLookAt(t *testing.T) {
	p := start(t)
	for path, want := range map[string]string{
		"/healthz": "alive", "/readyz": "ready", "/metrics": "outdial_agents", "/": "<html", "/openapi.json": `"openapi"`,
	} {
		if status, body := p.ask("GET", path, ""); status != 200 || !strings.Contains(body, want) {
			t.Errorf("GET %s: %d, without %s in\n%.300s", path, status, want, body)
		}
	}
	// The page has signed itself in by now; its button does this.
	status, body := p.ask("POST", "/demo/campaign", "", mark)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != 201 {
		t.Fatalf("POST /demo/campaign: %d %s", status, body)
	}
	if status, body := p.ask("GET", "/v1/campaigns/"+made.ID, ""); status != 200 || !strings.Contains(body, "Sample campaign 1") {
		t.Errorf("the campaign: %d %s", status, body)
	}
	if status, body := p.ask("GET", "/v1/telephony/campaigns", "", guideKey); status != 200 || !strings.Contains(body, made.ID) {
		t.Errorf("the guide's list: %d %s", status, body)
	}
	if status, body := p.ask("PUT", "/demo/speed", `{"speed":600}`, mark); status != 200 {
		t.Errorf("PUT /demo/speed: %d %s", status, body)
	}
}

func TestWhoComesInWithoutKeysConfigured(t *testing.T) {
	p := start(t)
	for _, c := range []struct {
		what    string
		method  string
		path    string
		headers []string
		status  int
	}{
		{"nobody", "GET", "/v1/campaigns", nil, 401},
		{"the guide's key", "GET", "/v1/campaigns", []string{guideKey}, 200},
		{"the guide's other key", "GET", "/v1/telephony/campaigns", []string{"X-API-Key: your-api-key"}, 200},
		{"a wrong key", "GET", "/v1/telephony/campaigns", []string{"X-API-Key: demo-keys"}, 401},
		{"another site's name for this machine", "GET", "/", []string{"Host: evil.example"}, 421},
		{"the page", "GET", "/", nil, 200},                      // from here on there is a cookie
		{"an old link to the form", "GET", "/signin", nil, 200}, // it leads to the page
		{"the page's script", "GET", "/v1/campaigns", nil, 200},
		{"another site's form", "POST", "/demo/campaign", nil, 403},
	} {
		if status, body := p.ask(c.method, c.path, "", c.headers...); status != c.status {
			t.Errorf("%s: %d, want %d\n%.300s", c.what, status, c.status, body)
		}
	}
}

func TestWhoComesInWithKeysConfigured(t *testing.T) {
	p := start(t, "--api-key", "first-of-two", "--api-key", "second-of-two")
	const own = "X-API-Key: second-of-two"
	for _, c := range []struct {
		what    string
		method  string
		path    string
		body    string
		headers []string
		status  int
		says    string
	}{
		{"the guide's key", "GET", "/v1/telephony/campaigns", "", []string{guideKey}, 401, "UNAUTHORIZED"},
		{"a key", "GET", "/v1/telephony/campaigns", "", []string{own}, 200, "campaigns"},
		{"a health probe", "GET", "/readyz", "", nil, 200, "ready"},
		{"whoever scrapes without a key", "GET", "/metrics", "", nil, 401, "UNAUTHORIZED"},
		{"whoever scrapes with a key", "GET", "/metrics", "", []string{own}, 200, "outdial_agents"},
		{"the page is not open", "GET", "/", "", nil, 200, `name="key"`}, // redirected to the form
		{"a wrong key on the form", "POST", "/signin", "key=demo-key&next=/", []string{form}, 401, `name="key"`},
		{"a script before that", "GET", "/v1/campaigns", "", nil, 401, "UNAUTHORIZED"},
		{"a key on the form", "POST", "/signin", "key=first-of-two&next=/", []string{form}, 200, "Campaigns"},
		{"a script after that", "GET", "/v1/campaigns", "", nil, 200, "campaigns"},
		{"signing out", "POST", "/signout", "", nil, 200, `name="key"`},
		{"a script after signing out", "GET", "/v1/campaigns", "", nil, 401, "UNAUTHORIZED"},
	} {
		status, body := p.ask(c.method, c.path, c.body, c.headers...)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d, want %d with %s in\n%.500s", c.what, status, c.status, c.says, body)
		}
	}
	if strings.Contains(p.stderr.String(), "of-two") {
		t.Errorf("a key is in the log:\n%s", p.stderr)
	}
}

func TestRealSwitchThatIsAwayTakesCampaignsAndIsNotReady(t *testing.T) {
	p := start(t, "--switch", "esl://:hush@127.0.0.1:1", "--trunk", "main", "--destination", "5000", "--api-key", "long-enough")
	const own = "X-API-Key: long-enough"
	if status, body := p.ask("GET", "/readyz", ""); status != 503 || !strings.Contains(body, `"switch":"unavailable"`) {
		t.Errorf("/readyz: %d %s", status, body)
	}
	if status, body := p.ask("POST", "/v1/campaigns", `{"name":"real"}`, own, "Content-Type: application/json"); status != 201 || !strings.Contains(body, `"destination":"5000"`) {
		t.Errorf("a campaign without a destination of its own: %d %s", status, body)
	}
	if _, body := p.ask("GET", "/demo", "", own); strings.Contains(body, `"demo"`) {
		t.Errorf("there is a demo: %s", body)
	}
	if strings.Contains(p.stderr.String(), "hush") {
		t.Errorf("the password is in the log:\n%s", p.stderr)
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	p := start(t)
	for _, path := range []string{"/v1/nothing", "/v1/telephony/nothing", "/nothing", "/demo/nothing"} {
		if status, body := p.ask("GET", path, "", guideKey); status != 404 {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
}

func TestBodyBeyondItsBoundIsRefused(t *testing.T) {
	p := start(t, "--max-body", "1KiB")
	if status, body := p.ask("POST", "/", strings.Repeat("x", 1025)); status != 413 {
		t.Errorf("%d %s", status, body)
	}
}

func TestKeysAreTriedOnTheFormSlowly(t *testing.T) {
	p := start(t, "--api-key", "first-of-two", "--rate-limit", "0")
	status, body := 0, ""
	for tries := 0; status != 429; tries++ {
		if status, body = p.ask("POST", "/signin", "key=guess&next=/", form); tries > 1000 {
			t.Fatalf("%d tries, the last: %d %.300s", tries, status, body)
		}
	}
	if status, body := p.ask("GET", "/v1/campaigns", "", "X-API-Key: first-of-two"); status != 200 {
		t.Errorf("a client is held up by it: %d %s", status, body)
	}
}

func TestTooManyStreamsOfOneKeyAreRefused(t *testing.T) {
	p := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	follow := func(path string) int {
		r, err := http.NewRequestWithContext(ctx, "GET", p.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-API-Key", "demo-key")
		got, err := p.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = got.Body.Close() })
		return got.StatusCode
	}
	for n := range web.MaxStreams {
		if status := follow("/v1/events"); status != 200 {
			t.Fatalf("number %d: %d", n+1, status)
		}
	}
	for _, path := range []string{"/v1/events", "/v1/campaigns/01890000-0000-7000-8000-000000000000/events"} {
		if status := follow(path); status != 429 {
			t.Errorf("%s beyond them: %d", path, status)
		}
	}
	if status, body := p.ask("GET", "/v1/campaigns", "", guideKey); status != 200 {
		t.Errorf("another request: %d %s", status, body)
	}
}

func TestStreamOfThePageEndsWhenItSignsOut(t *testing.T) {
	p := start(t, "--api-key", "first-of-two")
	if status, body := p.ask("POST", "/signin", "key=first-of-two&next=/", form); status != 200 {
		t.Fatal(status, body)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", p.url+"/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if status, body := p.ask("POST", "/signout", ""); got.StatusCode != 200 || status != 200 {
		t.Fatal(got.StatusCode, status, body)
	}
	if _, err := io.Copy(io.Discard, got.Body); err != nil { // the client's patience is generous
		t.Errorf("it was open still: %v", err)
	}
}

func TestSignalWaitsForCallsAndLogsWhatIsLost(t *testing.T) {
	p := start(t, "--demo-speed", "600")
	if status, body := p.ask("POST", "/demo/campaign", "", guideKey); status != 201 {
		t.Fatal(status, body)
	}
	p.signals <- syscall.SIGTERM
	if code := p.ended(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if log := p.stderr.String(); !strings.Contains(log, "stopping: dialling no more") || !strings.Contains(log, "a campaign is lost with the process") || strings.Contains(log, "left up") {
		t.Errorf("the log:\n%s", log)
	}
	if lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n"); !strings.Contains(lines[len(lines)-1], "msg=stopped") {
		t.Errorf("the log ends with %s", lines[len(lines)-1])
	}
}

func TestStreamOfEventsFlowsAndEndsWithTheServer(t *testing.T) {
	p := start(t, "--demo-speed", "600")
	r, err := http.NewRequestWithContext(context.Background(), "GET", p.url+"/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-API-Key", "demo-key")
	got, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if status, body := p.ask("POST", "/demo/campaign", "", guideKey); status != 201 {
		t.Fatal(status, body)
	}
	lines := bufio.NewScanner(got.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "event: attempt") {
	}
	p.signals <- syscall.SIGTERM
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream was cut off: %v", err)
	}
	if code := p.ended(); code != exitOK || strings.Contains(p.stderr.String(), "cut off") {
		t.Errorf("exit code %d\n%s", code, p.stderr)
	}
}

func TestSecondSignalLeavesTheCallsUp(t *testing.T) {
	p := start(t, "--demo-speed", "0.1")
	if status, body := p.ask("POST", "/demo/campaign", "", guideKey); status != 201 {
		t.Fatal(status, body)
	}
	p.shows("calls that are up, which then last for hours", "/metrics", func(body string) bool {
		return !strings.Contains(body, "outdial_lines 0\n") && strings.Contains(body, "outdial_lines ")
	})
	p.signals <- syscall.SIGTERM
	p.signals <- syscall.SIGTERM
	if code := p.ended(); code != exitOK || !strings.Contains(p.stderr.String(), "calls were left up") {
		t.Errorf("exit code %d\n%s", code, p.stderr)
	}
}

func TestExitCodesOfCommandLines(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"--help", exitOK, "OUTDIAL_STORE"},
		{"--listen :8080", exitUsage, "--api-key"},
		{"--store postgres://u:hush@127.0.0.1:1/d", exitUsage, "say simulated to run a demo on this database"},
		{"--switch esl://:hush@127.0.0.1:1 --trunk t", exitUsage, "--api-key is empty"},
		{"--no-such-flag", exitUsage, "--help lists all flags"},
		{"--listen 127.0.0.1:0 --switch simulated --store postgres://u:hush@127.0.0.1:1/d", exitError, "does not answer"},
		{"--listen 192.0.2.1:1 --api-key long-enough-abroad", exitError, "--listen"},
	} {
		var out text
		code := run(strings.Fields(c.args), &out, &out, make(chan os.Signal))
		if code != c.code || !strings.Contains(out.String(), c.says) || strings.Contains(out.String(), "hush") {
			t.Errorf("%s: %d, want %d with %q:\n%s", c.args, code, c.code, c.says, out.String())
		}
	}
}
