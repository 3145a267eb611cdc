package guard

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/textproto"
	"os"
	"strconv"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/internal/leaks"
)

// FuzzStream plays bytes as a switch that has let us in, and as one that has not.
func FuzzStream(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, stream []byte) {
		before := goleak.IgnoreCurrent()
		if _, err := through(t, stream, false); err == nil {
			t.Fatal("no end")
		}
		events, err := through(t, stream, true)
		if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Skip("thousands of connections in TIME_WAIT: no port is left on this machine")
		}
		if err == nil {
			t.Fatal("no end")
		}
		t.Log("ended with:", err)
		same(t, events, whole(stream, &small))
		if err := leaks.Gone(before); err != nil {
			t.Fatal(err)
		}
	})
}

// seed adds the recorded session, the malformed streams and what they make
// together.
func seed(f *testing.F) {
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(session)
	f.Add(session[len(greeting+accepted):])
	entries, err := os.ReadDir("testdata/malformed")
	if err != nil {
		f.Fatal(err)
	}
	for _, entry := range entries {
		stream, err := os.ReadFile("testdata/malformed/" + entry.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append([]byte(beat(1)), append(stream, beat(2)...)...))
	}
}

// FuzzFrames looks at what would go to go-eventsocket, without a connection:
// much faster, so it gets further.
func FuzzFrames(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, stream []byte) {
		cfg := small
		cfg.Clock, cfg.Keep, cfg.MaxQueue = newManual(), freeswitch.Headers(), 1<<30
		l := newLink(&cfg, nil)
		l.frames = newFramer(bytes.NewReader(stream), &cfg)
		for {
			fr, err := l.frames.next()
			if err != nil || l.take(&fr) != nil {
				break
			}
		}
		var events []freeswitch.Event
		for _, frame := range l.box.queue {
			events = append(events, harmless(t, l.codec, frame))
		}
		same(t, events, whole(stream, &small))
	})
}

// harmless checks that a frame is such as go-eventsocket can read, and reads it.
func harmless(t *testing.T, c *codec, frame []byte) freeswitch.Event {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(frame))
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	body, _ := io.ReadAll(r)
	if err != nil || header.Get("Content-Type") != kindEvent || header.Get("Content-Length") != strconv.Itoa(len(body)) {
		t.Fatalf("%v: %q", err, frame)
	}
	var all map[string]string
	if err := json.Unmarshal(body, &all); err != nil {
		t.Fatalf("%v: %q", err, frame)
	}
	ev := freeswitch.Event{Headers: map[string]string{}}
	for key, value := range all {
		if key == "" || key[0] != '_' {
			t.Fatalf("key %q", key)
		}
		ev.Headers[c.names[key]] = value
	}
	return ev
}
