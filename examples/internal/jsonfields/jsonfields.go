// Package jsonfields finds fields that a JSON document gives twice.
// encoding/json takes the last of them and says nothing, and so would follow a
// slip of the pen, or somebody who wants a check to see another value than the
// one that counts.
package jsonfields

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// level is an object or an array that has begun and not ended.
type level struct {
	fields map[string]bool // nil: an array
	name   string          // of the field at hand
	unread bool            // the name of the next field is to come
	count  int             // elements of an array before the one at hand
}

// Twice returns the first field that comes twice in one object, as name or
// windows[0].from, and whether there is one. The text must be JSON: who has not
// decoded it yet should do so first.
func Twice(text []byte) (field string, found bool) {
	var open []level
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			open = append(open, level{fields: map[string]bool{}, unread: true})
			continue
		case '[':
			open = append(open, level{})
			continue
		}
		if len(open) == 0 {
			continue
		}
		switch top := &open[len(open)-1]; text[i] {
		case '}', ']':
			open = open[:len(open)-1]
		case ',':
			top.count++
			top.unread = top.fields != nil
		case '"':
			quoted := text[i : i+length(text[i:])]
			if i += len(quoted) - 1; !top.unread {
				continue
			}
			top.name, top.unread = unquote(quoted), false
			if top.fields[top.name] {
				return path(open), true
			}
			top.fields[top.name] = true
		}
	}
	return "", false
}

// length is how long the text is that begins with a quoted string, up to and with
// the second quote.
func length(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// unquote is a string as encoding/json reads it: most are as they stand.
func unquote(quoted []byte) (s string) {
	if bytes.IndexByte(quoted, '\\') >= 0 || !utf8.Valid(quoted) {
		_ = json.Unmarshal(quoted, &s) // of JSON
		return s
	}
	return string(bytes.Trim(quoted, `"`))
}

// path is where the field at hand stands.
func path(open []level) (at string) {
	for i, l := range open {
		switch {
		case l.fields == nil:
			at += fmt.Sprintf("[%d]", l.count)
		case i == 0:
			at = l.name
		default:
			at += "." + l.name
		}
	}
	return at
}
