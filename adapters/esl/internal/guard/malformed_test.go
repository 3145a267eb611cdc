package guard

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// what a malformed stream does to an idle link.
type harm struct {
	ends      any    // *FrameError or the error; nil: the link lives
	malformed int    // nameless events
	dropped   int    // replies
	api       string // the reply to a pending api command, if the stream answers it
	answers   bool
	tail      string // goes on where the stream leaves off in the middle of a frame
}

var framing = new(FrameError)

// harms lists what each stream in testdata/malformed does.
var harms = map[string]harm{
	"10-gb-content-length": {ends: framing},
	"api-short-err":        {dropped: 1, answers: true, api: "-ER"},
	"api-usage":            {dropped: 1, answers: true, api: "-E"},
	"bad-header":           {ends: framing},
	"empty-content-len":    {malformed: 1},
	"empty-reply-text":     {dropped: 1, answers: true},
	"event-xml":            {malformed: 1},
	"huge-content-length":  {ends: framing},
	"inner-huge-length":    {malformed: 2, tail: ": y\nContent-Type: log/data\n\n"}, // a byte longer than it says
	"inner-neg-length":     {malformed: 1},
	"json-array":           {malformed: 1},
	"json-body-not-string": {malformed: 1},
	"json-empty-key":       {malformed: 1},
	"log-data":             {malformed: 1},
	"neg-content-length":   {ends: framing},
	"no-content-type":      {ends: framing},
	"no-reply-text":        {dropped: 1, answers: true},
	"plain-empty-key":      {malformed: 1},
	"plain-no-blank":       {malformed: 1},
	"rude-rejection":       {ends: ErrRejected},
	"short-err":            {dropped: 1, answers: true, api: "-ERR"},
}

// malformed calls f with each stream.
func malformed(t *testing.T, f func(t *testing.T, stream string, h harm)) {
	files, err := filepath.Glob("testdata/malformed/*.txt")
	if err != nil || len(files) != len(harms) {
		t.Fatalf("%d streams for %d expectations, %v", len(files), len(harms), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			stream, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			h, ok := harms[name]
			if !ok {
				t.Fatal("nothing is expected of it")
			}
			f(t, string(stream), h)
		})
	}
}

// survives checks the end of a link, or that it still works.
func survives(t *testing.T, l *Link, p *peer, h harm) {
	t.Helper()
	if h.ends != nil {
		checkEnd(t, ended(t, l), h)
		return
	}
	for range h.malformed {
		if ev, err := l.Read(); err != nil || ev.Name() != "" {
			t.Errorf("got %v, %v", ev, err)
		}
	}
	p.say(t, beat(0))
	beats(t, l, 1)
	got := send(l, "api status")
	p.hear(t)
	p.say(t, apiFrame("UP"))
	if o := <-got; o.err != nil || o.reply != "UP" {
		t.Error(o)
	}
}

func checkEnd(t *testing.T, err error, h harm) {
	t.Helper()
	var frame *FrameError
	if h.ends == any(framing) {
		if !errors.As(err, &frame) || frame.Reason == "" {
			t.Errorf("ended with %v, want a FrameError", err)
		}
		return
	}
	if !errors.Is(err, h.ends.(error)) {
		t.Errorf("ended with %v, want %v", err, h.ends)
	}
}

func TestMalformedGreetingFailsConnect(t *testing.T) {
	malformed(t, func(t *testing.T, stream string, _ harm) {
		leakless(t)
		cfg, p := config()
		if _, err := dialled(t, cfg, p, func(p *peer) error {
			_, err := io.WriteString(p, stream)
			return err
		}); err == nil {
			t.Error("no error")
		}
	})
}

func TestMalformedAnswerToThePasswordFailsConnect(t *testing.T) {
	malformed(t, func(t *testing.T, stream string, _ harm) {
		leakless(t)
		cfg, p := config()
		if _, err := dialled(t, cfg, p, func(p *peer) error {
			if _, err := io.WriteString(p, greeting); err != nil {
				return err
			}
			if _, err := p.command(); err != nil {
				return err
			}
			_, err := io.WriteString(p, stream)
			return err
		}); err == nil {
			t.Error("no error")
		}
	})
}

func TestMalformedStreamOnAnIdleLink(t *testing.T) {
	malformed(t, func(t *testing.T, stream string, h harm) {
		l, p, _ := linked(t)
		p.say(t, stream+h.tail)
		survives(t, l, p, h)
		if s := l.Stats(); s.Malformed != uint64(h.malformed) || s.Unsolicited != uint64(h.dropped) {
			t.Errorf("%+v", s)
		}
	})
}

func TestMalformedStreamWhileACommandIsPending(t *testing.T) {
	malformed(t, func(t *testing.T, stream string, h harm) {
		l, p, _ := linked(t)
		got := send(l, "api uuid_exists a")
		p.hear(t)
		p.say(t, stream+h.tail)
		if h.ends == nil && !h.answers {
			p.say(t, apiFrame("true"))
			h.api = "true"
		}
		o := <-got
		if h.ends != nil {
			checkEnd(t, o.err, h)
		} else if o.err != nil || o.reply != h.api {
			t.Errorf("got %q, %v", o.reply, o.err)
		}
		survives(t, l, p, h)
		if s := l.Stats(); s.Malformed != uint64(h.malformed) || s.Unsolicited != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestBrokenFrameEndsTheLinkAfterItsEvents(t *testing.T) {
	for name, frame := range map[string]string{
		"length not a number":  "Content-Type: api/response\nContent-Length: 1x\n\n",
		"length signed":        "Content-Type: api/response\nContent-Length: +1\n\n",
		"length empty":         "Content-Type: api/response\nContent-Length:\n\n",
		"length twice":         "Content-Type: api/response\nContent-Length: 1\nContent-Length: 1\n\n",
		"length over MaxFrame": "Content-Type: api/response\nContent-Length: 16777217\n\n",
		"length overflows":     "Content-Type: api/response\nContent-Length: 18446744073709551617\n\n",
		"type twice":           "Content-Type: api/response\nContent-Type: log/data\n\n",
		"reply twice":          "Content-Type: command/reply\nReply-Text: +OK\nReply-Text: -ERR\n\n",
		"empty line first":     "\n",
		"long line":            strings.Repeat("x", 64<<10+1),
		"many lines":           strings.Repeat("x: y\n", 14_000),
	} {
		t.Run(name, func(t *testing.T) {
			l, p, _ := linked(t)
			p.say(t, beat(0)+beat(1))
			_, _ = io.WriteString(p, frame) // the guard may hang up within it
			checkEnd(t, ended(t, l), harm{ends: framing})
			beats(t, l, 2)
			if _, err := l.Read(); err != l.Err() { //nolint:errorlint // the very same
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEventOverTheLimitIsPassedOver(t *testing.T) {
	l, p, _ := linked(t, func(c *Config) { c.MaxEvent = 1000 })
	p.say(t, eventFrame(`{"Event-Name":"CUSTOM","x":"`+strings.Repeat("x", 1000)+`"}`))
	survives(t, l, p, harm{malformed: 1})
}
