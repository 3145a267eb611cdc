package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of bytes. As text it is a whole number with a unit: B, KiB,
// MiB or GiB, or none for bytes.
type Size int64

var units = []struct {
	name  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// sizeWant is what Size reads, in words.
const sizeWant = "a whole number and a unit, as 64KiB, 256MiB or 1GiB"

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Size) UnmarshalText(text []byte) error {
	number, unit := string(text), int64(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = rest, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil || n < 0 || n > (1<<62)/unit {
		return fmt.Errorf("%q is no size: want %s", text, sizeWant)
	}
	*s = Size(n * unit)
	return nil
}

// String says it in the largest unit that fits.
func (s Size) String() string {
	for _, u := range units {
		if int64(s)%u.bytes == 0 && int64(s) >= u.bytes {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.name
		}
	}
	return "0B"
}
