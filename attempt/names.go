package attempt

import (
	"fmt"
	"strings"
)

// name returns the wire name of a small enumeration's value.
func name[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("unknown(%d)", uint8(v))
}

// parse is the inverse of name. Its error says what was expected.
func parse[T ~uint8](what string, names []string, s string) (T, error) {
	for i, n := range names {
		if n == s && n != "" {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("%s %q: want one of %s", what, s, strings.Join(nonEmpty(names), ", "))
}

func nonEmpty(names []string) []string {
	var out []string
	for _, n := range names {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}
