package config

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"time"

	"github.com/alecthomas/kong"
)

// readers read flags that are no texts. Kong's own name types of Go, and take a
// number's minus sign for a flag.
var readers = kong.OptionFunc(func(k *kong.Kong) error {
	return errors.Join(
		kong.KindMapper(reflect.Int, reader(readInt, "a whole number")).Apply(k),
		kong.KindMapper(reflect.Float64, reader(readFloat, "a number")).Apply(k),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), reader(time.ParseDuration, "a number with a unit, as 15s, 5m or 1h30m")).Apply(k),
		kong.TypeMapper(reflect.TypeFor[Size](), reader(readSize, sizeWant)).Apply(k),
		kong.TypeMapper(reflect.TypeFor[slog.Level](), reader(readLevel, "DEBUG, INFO, WARN or ERROR")).Apply(k),
	)
})

// reader reads one text.
func reader[T any](read func(string) (T, error), want string) kong.MapperFunc {
	return func(ctx *kong.DecodeContext, target reflect.Value) error {
		text := ctx.Scan.Pop()
		if text.IsEOL() {
			return fmt.Errorf("there is no value: want %s", want)
		}
		v, err := read(text.String())
		if err != nil {
			return fmt.Errorf("%q: want %s", text, want)
		}
		target.Set(reflect.ValueOf(v))
		return nil
	}
}

// readInt takes a number that is too large for the largest, so that the check of
// the bounds names them.
func readInt(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if errors.Is(err, strconv.ErrRange) {
		return n, nil
	}
	return n, err
}

// readFloat does as readInt.
func readFloat(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if errors.Is(err, strconv.ErrRange) {
		return n, nil
	}
	return n, err
}

func readSize(s string) (Size, error) {
	var size Size
	err := size.UnmarshalText([]byte(s))
	return size, err
}

func readLevel(s string) (slog.Level, error) {
	var level slog.Level
	err := level.UnmarshalText([]byte(s))
	return level, err
}
