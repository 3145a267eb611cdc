// Package recorded holds sessions of a real FreeSWITCH 1.10.12, byte for byte,
// for tests: what a client sent to the event socket and what came back. The
// archive sessions.zip holds one text file for each; in it a line
// "==>C2S t=SECONDS len=BYTES" or "==>S2C …" stands before each block of bytes,
// and lines with # are notes. The credentials in them are a laboratory's.
package recorded

import (
	"archive/zip"
	"bytes"
	_ "embed" // the archive
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"
)

//go:embed sessions.zip
var archive []byte

// Session is one recording.
type Session struct {
	Name string
	// Title is the recording's first note: what happens in it.
	Title string
	// Sent is what the client sent, block by block.
	Sent []string
	// Frames is what the switch sent, frame by frame.
	Frames []Frame
}

// Frame is one frame of the event socket.
type Frame struct {
	// Header is the frame's header, without the empty line that ends it.
	Header string
	Body   string
}

// Names lists the recordings that match a pattern of path.Match, such as
// "esl/json/*" or "bridge/*".
func Names(pattern string) ([]string, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range r.File {
		name := strings.TrimSuffix(f.Name, ".txt")
		if ok, err := path.Match(pattern, name); err != nil {
			return nil, err
		} else if ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// Load reads a recording.
func Load(name string) (*Session, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	f, err := r.Open(name + ".txt")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it is in memory
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return parse(name, text)
}

func open() (*zip.Reader, error) { return zip.NewReader(bytes.NewReader(archive), int64(len(archive))) }

func parse(name string, text []byte) (*Session, error) {
	s := &Session{Name: name}
	var received []byte
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		note, isNote := strings.CutPrefix(string(line), "# ")
		if isNote && s.Title == "" {
			s.Title = note
		}
		from, ok := strings.CutPrefix(string(line), "==>")
		if !ok {
			continue
		}
		_, size, _ := strings.Cut(from, "len=")
		n, err := strconv.Atoi(size)
		if err != nil || n > len(text) {
			return nil, fmt.Errorf("%s: a block of %q bytes", name, size)
		}
		if strings.HasPrefix(from, "C2S") {
			s.Sent = append(s.Sent, string(text[:n]))
		} else {
			received = append(received, text[:n]...)
		}
		text = text[n:]
	}
	var err error
	s.Frames, err = frames(received)
	return s, err
}

// frames cuts the switch's bytes. A recording may end within a frame.
func frames(b []byte) ([]Frame, error) {
	var out []Frame
	for len(b) > 0 {
		header, rest, ok := bytes.Cut(b, []byte("\n\n"))
		if !ok {
			break
		}
		f := Frame{Header: string(header)}
		n := 0
		if v := f.field("Content-Length"); v != "" {
			var err error
			if n, err = strconv.Atoi(v); err != nil || n < 0 {
				return nil, errors.New("a frame of " + v + " bytes")
			}
		}
		if n > len(rest) {
			break
		}
		f.Body, b = string(rest[:n]), rest[n:]
		out = append(out, f)
	}
	return out, nil
}

func (f Frame) field(name string) string {
	for line := range strings.SplitSeq(f.Header, "\n") {
		if v, ok := strings.CutPrefix(line, name+": "); ok {
			return v
		}
	}
	return ""
}

// Type is the frame's content type.
func (f Frame) Type() string { return f.field("Content-Type") }

// Reply is the text of a reply: the line of a command's, the body of an api's.
// Empty for events.
func (f Frame) Reply() string {
	if f.Type() == "api/response" {
		return f.Body
	}
	return f.field("Reply-Text")
}

// Event returns an event's headers, its body under "_body"; nil if the frame
// is no event. Of a header that comes twice the first one counts.
func (f Frame) Event() map[string]string {
	switch f.Type() {
	case "text/event-json":
		var all map[string]string
		if json.Unmarshal([]byte(f.Body), &all) != nil {
			return nil
		}
		return all
	case "text/event-plain":
		return plain(f.Body)
	}
	return nil
}

func plain(body string) map[string]string {
	header, rest, _ := strings.Cut(body, "\n\n")
	all := map[string]string{}
	for line := range strings.SplitSeq(header, "\n") {
		name, v, ok := strings.Cut(line, ": ")
		if _, twice := all[name]; !ok || twice {
			continue
		}
		if clear, err := url.PathUnescape(v); err == nil {
			v = clear
		}
		all[name] = v
	}
	if rest != "" {
		all["_body"] = rest
	}
	return all
}
