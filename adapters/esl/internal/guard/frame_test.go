package guard

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func framerOf(stream string) *framer {
	cfg, _ := Config{Addr: "x", Clock: newManual()}.complete()
	return newFramer(strings.NewReader(stream), &cfg)
}

func TestAnnouncedLengthTakesNoMemory(t *testing.T) {
	f := framerOf("Content-Type: api/response\nContent-Length: 16777216\n\nshort")
	if _, err := f.next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if cap(f.body) > 128<<10 {
		t.Errorf("%d bytes for 5", cap(f.body))
	}
}

func TestLargeBufferIsGivenBack(t *testing.T) {
	f := framerOf(apiFrame(strings.Repeat("x", 8<<20)) + apiFrame("y"))
	for _, want := range []int{8 << 20, 1} {
		if fr, err := f.next(); err != nil || len(fr.body) != want {
			t.Fatal(len(fr.body), err)
		}
	}
	if cap(f.body) > keptBuffer {
		t.Errorf("%d bytes are kept", cap(f.body))
	}
	if _, err := f.next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestBodyNobodyNeedsIsNotKept(t *testing.T) {
	f := framerOf("Content-Type: log/data\nContent-Length: 3\n\nabc" + beat(1))
	if fr, err := f.next(); err != nil || fr.body != nil || fr.kind != "log/data" {
		t.Error(fr, err)
	}
	if fr, err := f.next(); err != nil || fr.kind != kindEvent {
		t.Error(fr, err)
	}
}

func TestEndWithinAFrameIsUnexpected(t *testing.T) {
	frame := beat(1)
	for cut := range len(frame) {
		want := io.ErrUnexpectedEOF
		if cut == 0 {
			want = io.EOF
		}
		if _, err := framerOf(frame[:cut]).next(); !errors.Is(err, want) {
			t.Errorf("cut at %d: got %v", cut, err)
		}
	}
}
