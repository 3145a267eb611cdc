package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/freeswitch"
)

// small has limits that a fuzzer can reach.
var small = Config{MaxFrame: 1 << 20, MaxEvent: 64 << 10, MaxHeader: 8 << 10}

// whole is the reference: the names of the events that stand whole in a stream,
// "" for a nameless one, "?" for one whose JSON readers may see differently.
func whole(stream []byte, cfg *Config) []string {
	var names []string
	for {
		head, rest, ok := bytes.Cut(stream, []byte("\n\n"))
		if !ok || len(head)+2 > cfg.MaxHeader || bytes.HasPrefix(stream, []byte("\n")) {
			return names
		}
		kind, length, ok := fields(head, cfg.MaxFrame)
		if !ok || length > len(rest) || kind == kindNotice || kind == kindRude {
			return names
		}
		switch {
		case kind == kindReply || kind == kindAPI:
		case kind == kindEvent && length <= cfg.MaxEvent:
			names = append(names, eventName(rest[:length]))
		default:
			names = append(names, "")
		}
		stream = rest[length:]
	}
}

// fields reads a header block as plainly as it can be done.
func fields(head []byte, limit int) (kind string, length int, ok bool) {
	seen := map[string]bool{}
	for _, line := range bytes.Split(head, []byte("\n")) {
		name, value, found := bytes.Cut(line, []byte(":"))
		key, value := string(bytes.ToLower(name)), bytes.TrimSpace(value)
		if !found || seen[key] && (key == "content-type" || key == "content-length" || key == "reply-text") {
			return "", 0, false
		}
		seen[key] = true
		switch key {
		case "content-type":
			kind = string(value)
		case "content-length":
			n, err := strconv.ParseUint(string(value), 10, 31)
			if err != nil || n > uint64(limit) {
				return "", 0, false
			}
			length = int(n)
		}
	}
	return kind, length, seen["content-type"]
}

func eventName(body []byte) string {
	var all map[string]any
	if !utf8.Valid(body) || bytes.Contains(body, []byte(`\u`)) || bytes.Count(body, []byte(`"Event-Name"`)) > 1 {
		return "?"
	}
	if json.Unmarshal(body, &all) != nil {
		return "?"
	}
	if name, ok := all["Event-Name"]; ok {
		if text, ok := name.(string); ok {
			return text
		}
		return "?"
	}
	return ""
}

// through plays a stream to a new link and reads what comes of it. It is all
// that the switch says, or what it says after authentication.
func through(t testing.TB, stream []byte, authenticated bool) ([]freeswitch.Event, error) {
	t.Helper()
	cfg, p := config()
	cfg.MaxFrame, cfg.MaxEvent, cfg.MaxHeader = small.MaxFrame, small.MaxEvent, small.MaxHeader
	played := make(chan struct{})
	go func() {
		defer close(played)
		defer func() { _ = p.Close() }()
		if authenticated {
			_, _ = io.WriteString(p, greeting)
			_, _ = p.command()
			stream = append([]byte(accepted), stream...)
		}
		go func() { _, _ = io.Copy(io.Discard, p) }()
		_, _ = p.Write(stream)
	}()
	l, err := Connect(context.Background(), cfg)
	if err != nil {
		<-played
		return nil, err
	}
	events, err := drain(l)
	_ = l.Close()
	<-played
	return events, err
}

// same compares what was read with the reference.
func same(t testing.TB, events []freeswitch.Event, want []string) {
	t.Helper()
	if len(events) != len(want) {
		t.Fatalf("%d events, want %d: %v", len(events), len(want), want)
	}
	for i := range events {
		if got := events[i].Name(); got != want[i] && want[i] != "?" {
			t.Errorf("event %d is %q, want %q", i, got, want[i])
		}
	}
}

func TestSessionCutAnywhereLosesNoWholeEvent(t *testing.T) {
	leakless(t)
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	open := len(greeting + accepted)
	full := whole(session[open:], &small)
	if len(full) != 6 || full[4] != freeswitch.EventHangup {
		t.Fatalf("the session has %v", full)
	}
	for cut := range open {
		if _, err := through(t, session[:cut], false); err == nil {
			t.Fatalf("cut at %d: no error", cut)
		}
	}
	for cut := open; cut <= len(session); cut++ {
		events, err := through(t, session[open:cut], true)
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		same(t, events, whole(session[open:cut], &small))
	}
}
