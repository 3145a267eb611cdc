package web

import "strings"

// Cut is the beginning of a text, of at most so many bytes: what a client sent
// must not fill an answer.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
