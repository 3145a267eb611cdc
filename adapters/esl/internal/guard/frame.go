package guard

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// Kinds of frame, as Content-Type names them.
const (
	kindAuth   = "auth/request"
	kindReply  = "command/reply"
	kindAPI    = "api/response"
	kindEvent  = "text/event-json"
	kindNotice = "text/disconnect-notice"
	kindRude   = "text/rude-rejection"
)

// keptBuffer is the largest body whose buffer is used again.
const keptBuffer = 1 << 20

// frame is what one frame of the switch says.
type frame struct {
	kind   string
	reply  string // Reply-Text
	length int    // of the body on the wire
	body   []byte // until the next frame is read; only of replies and events
}

// framer cuts a stream of bytes into frames. It holds at most one body, and
// never more of it than has come.
type framer struct {
	r                   *bufio.Reader
	maxFrame, maxEvent  int
	maxHeader           int
	body                []byte
	sawType, sawLen     bool
	sawReply, sawHeader bool
}

func newFramer(r io.Reader, cfg *Config) *framer {
	return &framer{
		r:        bufio.NewReaderSize(r, max(64<<10, cfg.MaxHeader+1)),
		maxFrame: cfg.MaxFrame, maxEvent: cfg.MaxEvent, maxHeader: cfg.MaxHeader,
	}
}

// more reports whether bytes of the next frame are here already.
func (f *framer) more() bool { return f.r.Buffered() > 0 }

// next reads one frame. io.EOF means that the stream ended between two frames.
func (f *framer) next() (frame, error) {
	fr, err := f.header()
	if err != nil {
		return frame{}, err
	}
	if !f.keeps(&fr) {
		_, err = f.r.Discard(fr.length)
		return fr, cut(err)
	}
	fr.body, err = f.read(fr.length)
	return fr, err
}

// keeps reports whether a body is worth holding.
func (f *framer) keeps(fr *frame) bool {
	return fr.kind == kindAPI || fr.kind == kindEvent && fr.length <= f.maxEvent
}

// header reads the lines up to the empty one.
func (f *framer) header() (frame, error) {
	var fr frame
	f.sawType, f.sawLen, f.sawReply, f.sawHeader = false, false, false, false
	for left := f.maxHeader; ; {
		line, err := f.line(&left)
		if err != nil {
			return fr, err
		}
		if len(line) == 0 {
			break
		}
		if err := f.field(&fr, line); err != nil {
			return fr, err
		}
	}
	if !f.sawType {
		return fr, &FrameError{Reason: "no Content-Type"}
	}
	return fr, nil
}

// line reads a line without its end. The bytes are the reader's own.
func (f *framer) line(left *int) ([]byte, error) {
	line, err := f.r.ReadSlice('\n')
	*left -= len(line)
	if *left < 0 { // the reader's buffer is larger than maxHeader
		return nil, &FrameError{"header too long", clip(line)}
	}
	if errors.Is(err, io.EOF) && len(line) == 0 && !f.sawHeader {
		return nil, io.EOF
	}
	if err != nil {
		return nil, cut(err)
	}
	f.sawHeader = true
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

// field takes a header line in. Headers that mean nothing here are passed over.
func (f *framer) field(fr *frame, line []byte) error {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return &FrameError{"header without colon", clip(line)}
	}
	value = bytes.TrimSpace(value)
	switch {
	case is(name, "Content-Type"):
		fr.kind = kindOf(value)
		return once(&f.sawType, line)
	case is(name, "Reply-Text"):
		fr.reply = string(value)
		return once(&f.sawReply, line)
	case is(name, "Content-Length"):
		if fr.length, ok = f.number(value); !ok {
			return &FrameError{"bad Content-Length", clip(line)}
		}
		return once(&f.sawLen, line)
	}
	return nil
}

// once refuses a header that comes a second time: which of the two would count?
func once(saw *bool, line []byte) error {
	if *saw {
		return &FrameError{"header twice", clip(line)}
	}
	*saw = true
	return nil
}

// is compares a header's name; case does not matter.
func is(name []byte, want string) bool {
	return len(name) == len(want) && strings.EqualFold(string(name), want)
}

// kindOf is a content type as a string, without a new one for the usual kinds.
func kindOf(value []byte) string {
	switch string(value) {
	case kindEvent:
		return kindEvent
	case kindReply:
		return kindReply
	case kindAPI:
		return kindAPI
	}
	return string(value)
}

// number reads a Content-Length: digits, no more than maxFrame.
func (f *framer) number(value []byte) (int, bool) {
	if len(value) == 0 {
		return 0, false
	}
	n := 0
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > f.maxFrame {
			return 0, false
		}
	}
	return n, true
}

// read reads a body. The buffer grows with what comes, not with what was
// announced.
func (f *framer) read(n int) ([]byte, error) {
	if cap(f.body) > keptBuffer {
		f.body = nil
	}
	f.body = f.body[:0]
	for len(f.body) < n {
		at := len(f.body)
		step := min(n-at, 64<<10)
		f.body = slices.Grow(f.body, step)[:at+step]
		if _, err := io.ReadFull(f.r, f.body[at:]); err != nil {
			return nil, cut(err)
		}
	}
	return f.body, nil
}

// cut says of an end within a frame that it was not expected.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
