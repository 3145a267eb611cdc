package fakeswitch

import "strings"

// The functions of this file take text apart as FreeSWITCH's core does
// (switch_separate_string and its relatives). Each pass also strips quotes and
// one level of backslashes, which is why what is safe depends on how many passes
// a text goes through.

// words splits at spaces outside single quotes, as the originate command's
// arguments are split. A lone quote swallows the rest.
func words(s string, most int) []string {
	var out []string
	for s != "" && len(out) < most {
		end := findSpace(s)
		if len(out) == most-1 {
			end = len(s)
		}
		out = append(out, clean(s[:end], 0))
		s = strings.TrimLeft(s[end:], " ")
	}
	return out
}

// findSpace finds the space that ends the first word, after leading spaces.
func findSpace(s string) int {
	i, quoted := 0, false
	for i < len(s) && s[i] == ' ' {
		i++
	}
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '\'':
			quoted = !quoted
		case s[i] == ' ' && !quoted:
			return i
		}
	}
	return len(s)
}

// split splits at a character outside single quotes, into at most most parts,
// the last of which keeps the rest.
func split(s string, delim byte, most int) []string {
	var out []string
	for s != "" {
		if len(out) == most-1 {
			return append(out, clean(s, delim))
		}
		end := findDelim(s, delim)
		out = append(out, clean(s[:end], delim))
		if end == len(s) {
			return out
		}
		s = s[end+1:]
	}
	return out
}

func findDelim(s string, delim byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '\'' && (quoted || strings.IndexByte(s[i+1:], '\'') >= 0):
			quoted = !quoted
		case s[i] == delim && !quoted:
			return i
		}
	}
	return len(s)
}

// clean strips outer spaces, quotes, and one level of backslashes.
func clean(s string, delim byte) string {
	s = strings.TrimLeft(s, " ")
	out := make([]byte, 0, len(s))
	end, quoted := 0, false
	for i := 0; i < len(s); i++ {
		if e, ok := escaped(s, i, delim); ok {
			out = append(out, e)
			i++
			end = len(out)
			continue
		}
		if s[i] == '\'' && (quoted || strings.IndexByte(s[i+1:], '\'') >= 0) {
			if quoted = !quoted; quoted {
				end = len(out)
			}
			continue
		}
		out = append(out, s[i])
		if s[i] != ' ' || quoted {
			end = len(out)
		}
	}
	return string(out[:end])
}

// escaped reads a backslash and its character at i, if they mean something.
func escaped(s string, i int, delim byte) (byte, bool) {
	if s[i] != '\\' || i+1 >= len(s) {
		return 0, false
	}
	switch e := s[i+1]; {
	case e == '\'' || e == '"' || e == '\\' || (delim != 0 && e == delim):
		return e, true
	case e == 'n':
		return '\n', true
	case e == 'r':
		return '\r', true
	case e == 't':
		return '\t', true
	case e == 's':
		return ' ', true
	}
	return 0, false
}

// closing finds the bracket that closes the one at s[0], counting nested ones
// and regardless of quotes; -1 if there is none.
func closing(s string, open, end byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// Var is a channel variable.
type Var struct{ Name, Value string }

// block reads the variables of a {…} or […] block, without its brackets.
func block(s string) []Var {
	delim := byte(',')
	if len(s) > 2 && s[0] == '^' && s[1] == '^' {
		delim, s = s[2], s[3:]
	}
	var vars []Var
	for _, part := range split(s, delim, 1024) {
		if kv := split(part, '=', 2); len(kv) == 2 {
			vars = append(vars, Var{kv[0], kv[1]})
		} else if name, ok := strings.CutSuffix(part, "="); ok {
			vars = append(vars, Var{name, ""})
		}
	}
	return vars
}
