package fakeswitch

import (
	"strconv"
	"unicode/utf8"
)

// format is how events are written. find writes nothing: it looks for one header.
type format uint8

const (
	formatPlain format = iota
	formatJSON
	formatXML
	formats
	formatFind = formats
)

var formatNames = [formats]string{"plain", "json", "xml"}

// writer appends headers in one of the formats. It is the inner loop of the
// switch: no fmt, and text that never changes comes from a [filler].
type writer struct {
	format format
	buf    []byte
	want   string // for formatFind
	got    string
	found  bool
}

// filler is a run of headers that are always the same, written once per format.
type filler struct {
	out   [formats][]byte
	pairs map[string]string
}

// newFiller takes names and values in turn.
func newFiller(kv ...string) *filler {
	f := &filler{pairs: map[string]string{}}
	for i := 0; i < len(kv); i += 2 {
		f.pairs[kv[i]] = kv[i+1]
	}
	for format := range formats {
		w := writer{format: format}
		for i := 0; i < len(kv); i += 2 {
			w.str(kv[i], kv[i+1])
		}
		f.out[format] = w.buf
	}
	return f
}

func (w *writer) fill(f *filler) {
	if w.format != formatFind {
		w.buf = append(w.buf, f.out[w.format]...)
		return
	}
	if v, ok := f.pairs[w.want]; ok {
		w.got, w.found = v, true
	}
}

// str writes a header of any text.
func (w *writer) str(k, v string) {
	switch w.format {
	case formatJSON:
		w.buf = append(w.buf, '"')
		w.buf = appendJSON(w.buf, k)
		w.buf = append(w.buf, `":"`...)
		w.buf = appendJSON(w.buf, v)
		w.buf = append(w.buf, `",`...)
	case formatPlain:
		w.buf = append(w.buf, k...)
		w.buf = append(w.buf, ": "...)
		w.buf = appendURL(w.buf, v)
		w.buf = append(w.buf, '\n')
	case formatXML:
		w.open(k)
		w.buf = appendURL(w.buf, v)
		w.close(k)
	default:
		w.match(k, v)
	}
}

// safe writes a header whose value needs no escaping in any format.
func (w *writer) safe(k, v string) {
	switch w.format {
	case formatJSON:
		w.buf = append(w.buf, '"')
		w.buf = append(w.buf, k...)
		w.buf = append(w.buf, `":"`...)
		w.buf = append(w.buf, v...)
		w.buf = append(w.buf, `",`...)
	case formatPlain:
		w.buf = append(w.buf, k...)
		w.buf = append(w.buf, ": "...)
		w.buf = append(w.buf, v...)
		w.buf = append(w.buf, '\n')
	case formatXML:
		w.open(k)
		w.buf = append(w.buf, v...)
		w.close(k)
	default:
		w.match(k, v)
	}
}

// num writes a header whose value is a number.
func (w *writer) num(k string, n int64) {
	var digits [20]byte
	d := strconv.AppendInt(digits[:0], n, 10)
	switch w.format {
	case formatJSON:
		w.buf = append(w.buf, '"')
		w.buf = append(w.buf, k...)
		w.buf = append(w.buf, `":"`...)
		w.buf = append(w.buf, d...)
		w.buf = append(w.buf, `",`...)
	case formatPlain:
		w.buf = append(w.buf, k...)
		w.buf = append(w.buf, ": "...)
		w.buf = append(w.buf, d...)
		w.buf = append(w.buf, '\n')
	case formatXML:
		w.open(k)
		w.buf = append(w.buf, d...)
		w.close(k)
	default:
		w.match(k, string(d))
	}
}

func (w *writer) open(k string) {
	w.buf = append(w.buf, "    <"...)
	w.buf = append(w.buf, k...)
	w.buf = append(w.buf, '>')
}

func (w *writer) close(k string) {
	w.buf = append(w.buf, "</"...)
	w.buf = append(w.buf, k...)
	w.buf = append(w.buf, ">\n"...)
}

func (w *writer) match(k, v string) {
	if k == w.want && !w.found {
		w.got, w.found = v, true
	}
}

// begin and end write what stands around the headers, and the body.
func (w *writer) begin() {
	switch w.format {
	case formatJSON:
		w.buf = append(w.buf, '{')
	case formatXML:
		w.buf = append(w.buf, "<event>\n  <headers>\n"...)
	}
}

func (w *writer) end(body string) {
	if body != "" {
		w.num("Content-Length", int64(len(body)))
	}
	switch w.format {
	case formatJSON:
		if body != "" {
			w.str("_body", body)
		}
		w.buf[len(w.buf)-1] = '}'
	case formatPlain:
		w.buf = append(w.buf, '\n')
		w.buf = append(w.buf, body...)
	case formatXML:
		w.buf = append(w.buf, "  </headers>\n"...)
		if body != "" {
			w.buf = append(w.buf, "  <body>"...)
			w.buf = appendURL(w.buf, body)
			w.buf = append(w.buf, "</body>\n"...)
		}
		w.buf = append(w.buf, "</event>\n"...)
	}
}

const hexDigits = "0123456789ABCDEF"

// urlUnsafe are the characters that FreeSWITCH encodes in plain events. It leaves
// a % before two hex digits as it is, which makes the encoding ambiguous.
var urlUnsafe = func() (t [256]bool) {
	for i := range t {
		t[i] = i <= ' ' || i >= 0x7f
	}
	for _, c := range "\"#%&+:;<=>?@[\\]^`{|}" {
		t[c] = true
	}
	return t
}()

func appendURL(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !urlUnsafe[c] || (c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])) {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func appendJSON(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ' && c < utf8.RuneSelf:
			b = append(b, c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c < ' ':
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		default: // UTF-8, and what isn't, pass as they are
			b = append(b, c)
		}
	}
	return b
}
