// Package jsonfields finds what encoding/json mends and says nothing of. Of fields
// that a document gives twice it takes the last, and so would follow a slip of
// the pen, or somebody who wants a check to see another value than the one that
// counts. In strings that are no text it puts U+FFFD, and so would keep another
// name than was sent.
//
// And it reads what encoding/json gives up on: numbers beyond every float64, which
// are JSON all the same.
package jsonfields

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
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

// Broken reports whether a JSON document has a string that is no text: bytes that
// are not UTF-8, or one half of a surrogate pair, as "\ud800". encoding/json puts
// U+FFFD in their place and says nothing. The text must be JSON.
func Broken(text []byte) bool {
	if !utf8.Valid(text) {
		return true
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		quoted := text[i : i+length(text[i:])]
		if halved(quoted) {
			return true
		}
		i += len(quoted) - 1
	}
	return false
}

// halved reports whether a quoted string has one half of a surrogate pair.
func halved(quoted []byte) bool {
	for i := bytes.IndexByte(quoted, '\\'); i >= 0 && i+1 < len(quoted); {
		step := 2
		if half := escaped(quoted[i:]); utf16.IsSurrogate(half) {
			if utf16.DecodeRune(half, escaped(quoted[i+6:])) == utf8.RuneError {
				return true
			}
			step = 12
		}
		next := bytes.IndexByte(quoted[i+step:], '\\')
		if next < 0 {
			return false
		}
		i += step + next
	}
	return false
}

// escaped is the character that a text begins with as \u and four digits; 0: it
// does not.
func escaped(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(n)
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
