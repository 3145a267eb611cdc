package fakeswitch

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	xmlProlog   = `<?xml version="1.0" encoding="UTF-8"?>` + "\r\n<methodResponse>\r\n"
	xmlEpilogue = "</methodResponse>\r\n"
)

// xmlEscaper writes text as xmlrpc-c does: these four and nothing else.
// Quotes, and control characters that XML forbids, go out raw.
var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#x0d;")

// rpcFault is an XML-RPC fault.
type rpcFault struct {
	code int
	text string
}

func newFault(code int, format string, args ...any) *rpcFault {
	return &rpcFault{code: code, text: fmt.Sprintf(format, args...)}
}

func (f *rpcFault) xml() []byte {
	return []byte(xmlProlog + "<fault>\r\n<value><struct>\r\n" +
		"<member><name>faultCode</name>\r\n" +
		fmt.Sprintf("<value><i4>%d</i4></value></member>\r\n", f.code) +
		"<member><name>faultString</name>\r\n" +
		"<value><string>" + xmlEscaper.Replace(f.text) + "</string></value></member>\r\n" +
		"</struct></value>\r\n</fault>\r\n" + xmlEpilogue)
}

// stringReply is the reply that holds text. Text that isn't UTF-8 becomes a
// fault, though the command that printed it has been executed.
func stringReply(text string) []byte {
	if why := notUTF8(text); why != "" {
		return newFault(faultNotUTF8, "%s", why).xml()
	}
	return paramReply("<string>" + xmlEscaper.Replace(text) + "</string>")
}

func listReply(items []string) []byte {
	var b strings.Builder
	b.WriteString("<array><data>\r\n")
	for _, item := range items {
		b.WriteString("<value><string>" + xmlEscaper.Replace(item) + "</string></value>\r\n")
	}
	b.WriteString("</data></array>")
	return paramReply(b.String())
}

func paramReply(value string) []byte {
	return []byte(xmlProlog + "<params>\r\n<param><value>" + value + "</value></param>\r\n</params>\r\n" + xmlEpilogue)
}

// notUTF8 is empty or what xmlrpc-c says of text. It knows nothing beyond the
// Basic Multilingual Plane: an emoji in a reply is a fault as well.
func notUTF8(text string) string {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return whyNotUTF8(text[i:])
		case r > 0xFFFF:
			return fmt.Sprintf("UTF-8 string contains a character not in the Basic Multilingual Plane (first byte ffffff%02x)", text[i])
		case r > 0xFFFD:
			return "UCS-2 characters > U+FFFD are illegal"
		}
		i += size
	}
	return ""
}

// whyNotUTF8 names the fault of the sequence that text begins with.
func whyNotUTF8(text string) string {
	size := 0
	switch c := text[0]; {
	case c >= 0xC0 && c < 0xE0:
		size = 2
	case c >= 0xE0 && c < 0xF0:
		size = 3
	default:
		return "Invalid UTF-8 initial byte"
	}
	if len(text) < size {
		return "Truncated UTF-8 sequence"
	}
	for _, c := range []byte(text[1:size]) {
		if c&0xC0 != 0x80 {
			return "UTF-8 sequence too short"
		}
	}
	if size == 3 && text[0] == 0xED {
		return "UTF-16 surrogates may not appear in UTF-8 data"
	}
	return "Overlong UTF-8 sequence not allowed"
}
