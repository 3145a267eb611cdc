package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for the program, which takes no time.
const patience = 2 * time.Minute

func TestProgramTakesCallsUntilItIsTerminated(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "fakeswitch")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "-esl", "127.0.0.1:0", "-xmlrpc", "127.0.0.1:0", "-password", "secret", "-gateways", "trunk,spare")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // for a test that failed half way
	var at struct{ ESL, XMLRPC string }
	if err := json.NewDecoder(stdout).Decode(&at); err != nil {
		t.Fatalf("addresses: %v\n%s", err, stderr.String())
	}
	const id = "8c0dc4dc-d79d-4a48-93c3-63c4bfc64ca9"
	for _, test := range []struct{ command, args, want string }{
		{"originate", "{origination_uuid=" + id + "}sofia/gateway/spare/1100 &amp;park()", "<string>+OK " + id + "\n</string>"},
		{"uuid_exists", id, "<string>true</string>"},
		{"originate", "sofia/gateway/trunk/9486 &amp;park()", "<string>-ERR USER_BUSY\n</string>"},
		{"originate", "sofia/gateway/other/1100 &amp;park()", "<string>-ERR INVALID_GATEWAY\n</string>"},
		{"nosuchcommand", "", "<string>ERROR!</string>"},
	} {
		if got := call(ctx, t, at.XMLRPC, test.command, test.args); !strings.Contains(got, test.want) {
			t.Errorf("%s %s: got\n%s\nwant %q", test.command, test.args, got, test.want)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("end: %v\n%s", err, stderr.String())
	}
}

// call calls freeswitch.api and returns the reply's XML; args are XML already.
func call(ctx context.Context, t *testing.T, addr, command, args string) string {
	t.Helper()
	body := "<methodCall><methodName>freeswitch.api</methodName><params><param><value>" + command +
		"</value></param><param><value>" + args + "</value></param></params></methodCall>"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/RPC2", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("freeswitch", "secret")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHelpTellsTheNumbers(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"--help"}, &stdout, &stderr); code != 0 {
		t.Errorf("exit status %d", code)
	}
	for _, want := range []string{"9486 busy", "1201, 1301", "-xmlrpc address", "-gateways name,name"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("help doesn't say %q:\n%s", want, stderr.String())
		}
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"flag":                   {[]string{"-colour"}, 2, "-colour"},
		"argument":               {[]string{"1001"}, 2, `unexpected argument "1001"`},
		"event socket's address": {[]string{"-esl", "nowhere"}, 1, "event socket: listen"},
		"XML-RPC's address":      {[]string{"-esl", "127.0.0.1:0", "-xmlrpc", "nowhere"}, 1, "XML-RPC: listen"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), test.args, &stdout, &stderr)
			if code != test.code || !strings.Contains(stderr.String(), test.says) || stdout.Len() > 0 {
				t.Errorf("exit status %d, want %d\n%s%s", code, test.code, stdout.String(), stderr.String())
			}
		})
	}
}
