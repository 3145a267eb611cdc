package guard

import (
	"encoding/binary"
	"math/bits"

	"github.com/tidwall/gjson"
)

// flat reduces an object such as FreeSWITCH writes, in one pass that checks
// every byte and copies what is kept: strings in a single object, and no spaces
// between them. It reports false for everything else, good JSON or bad, which is
// then the business of [codec.general]; what it has written so far is void.
func (c *codec) flat(body []byte) bool {
	if len(body) == 0 || body[0] != '{' {
		return false
	}
	for rest := body[1:]; ; rest = rest[1:] {
		name, plain := literal(rest)
		if name == 0 || !plain || name == len(rest) || rest[name] != ':' {
			return false
		}
		key := rest[1 : name-1]
		rest = rest[name+1:]
		value, plain := literal(rest)
		if value == 0 || value == len(rest) {
			return false
		}
		if n := c.kept(key); n >= 0 {
			c.copy(n, rest[:value], plain)
		}
		rest = rest[value:]
		switch rest[0] {
		case ',':
		case '}':
			return len(rest) == 1
		default:
			return false
		}
	}
}

// kept is the number of a name, or -1. Few names have the same length.
func (c *codec) kept(name []byte) int {
	if len(name) >= len(c.byLength) {
		return -1
	}
	for _, n := range c.byLength[len(name)] {
		if string(name) == c.originals[n] {
			return n
		}
	}
	return -1
}

// copy writes a member whose value is this literal. A plain one stays as it is.
func (c *codec) copy(n int, value []byte, plain bool) {
	if !plain {
		c.write(n, gjson.ParseBytes(value).Str)
		return
	}
	if c.open(n, len(value) == 2) {
		c.json = append(c.json, value...)
		c.json = append(c.json, ',')
	}
}

// literal measures the string of JSON that data begins with, quotes included; 0
// if it does not begin with one. Plain says that it is ASCII without escapes, and
// so means what it says.
func literal(data []byte) (length int, plain bool) {
	if len(data) == 0 || data[0] != '"' {
		return 0, false
	}
	plain = true
	for i := 1; i < len(data); i++ {
		i += ordinary(data[i:])
		if i == len(data) {
			break
		}
		switch b := data[i]; {
		case b == '"':
			return i + 1, plain
		case b == '\\':
			n := escape(data[i:])
			if n == 0 {
				return 0, false
			}
			i += n - 1
			plain = false
		case b < ' ':
			return 0, false
		case b >= 0x80:
			plain = false
		}
	}
	return 0, false
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// ordinary is how many bytes at the beginning stand for themselves, at least: it
// looks at eight at a time, and stops at quotes, backslashes, control characters
// and what is not ASCII. (x-ones)&^x&highs marks the bytes of x that are zero,
// and perhaps others above the first of them, which is the one that counts.
func ordinary(data []byte) int {
	i := 0
	for ; i+8 <= len(data); i += 8 {
		x := binary.LittleEndian.Uint64(data[i:])
		quote, slash := x^'"'*ones, x^'\\'*ones
		odd := (quote - ones) &^ quote
		odd |= (slash - ones) &^ slash
		odd |= (x - ' '*ones) &^ x
		if odd = (odd | x) & highs; odd != 0 {
			return i + bits.TrailingZeros64(odd)/8
		}
	}
	return i
}

// escape measures the escape sequence that data begins with; 0 if it is none.
func escape(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	switch data[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(data) < 6 {
			return 0
		}
		for _, b := range data[2:6] {
			if (b < '0' || b > '9') && (b < 'a' || b > 'f') && (b < 'A' || b > 'F') {
				return 0
			}
		}
		return 6
	}
	return 0
}
