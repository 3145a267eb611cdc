package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bounded is a value with bounds.
type bounded interface{ bounds() string }

// value is a flag that is read by a function.
type value[T any] struct {
	to    *T
	read  func(string) (T, error)
	shown func(T) string
}

func (v value[T]) Set(s string) error {
	t, err := v.read(s)
	if err == nil {
		*v.to = t
	}
	return err
}

func (v value[T]) String() string {
	if v.to == nil {
		return ""
	}
	return v.shown(*v.to)
}

// limited is a value with bounds.
type limited[T any] struct {
	value[T]
	least, most T
}

func (l limited[T]) bounds() string { return l.shown(l.least) + " to " + l.shown(l.most) }

func (f *flags) add(r row, v flag.Value) {
	f.rows = append(f.rows, r)
	f.set.Var(v, r.name, r.help)
}

func text(f *flags, r row, to *string, def string) {
	f.rows = append(f.rows, r)
	f.set.StringVar(to, r.name, def, r.help)
}

func toggle(f *flags, r row, to *bool, def bool) {
	f.rows = append(f.rows, r)
	f.set.BoolVar(to, r.name, def, r.help)
}

func whole(f *flags, r row, to *uint64, def uint64) {
	f.rows = append(f.rows, r)
	f.set.Uint64Var(to, r.name, def, r.help)
}

func count(f *flags, r row, to *int, def int) {
	*to = def
	f.add(r, limited[int]{value[int]{to, func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || int64(n) < r.least || int64(n) > r.most {
			return 0, fmt.Errorf("want %d to %d", r.least, r.most)
		}
		return n, nil
	}, strconv.Itoa}, int(r.least), int(r.most)})
}

// span keeps what *to is as its default.
func span(f *flags, r row, to *time.Duration) {
	least, most := time.Duration(r.least), time.Duration(r.most)
	f.add(r, limited[time.Duration]{value[time.Duration]{to, func(s string) (time.Duration, error) {
		if seconds, err := strconv.ParseUint(s, 10, 32); err == nil {
			s = strconv.FormatUint(seconds, 10) + "s"
		}
		d, err := time.ParseDuration(s)
		if err != nil || d < least || d > most {
			return 0, fmt.Errorf("want %v to %v, as 90s or 5m, or a number of seconds", least, most)
		}
		return d, nil
	}, time.Duration.String}, least, most})
}

func share(f *flags, r row, to *float64, def float64) {
	*to = def
	f.add(r, value[float64]{to, func(s string) (float64, error) {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || !(x >= 0 && x <= 1) {
			return 0, errors.New("want a share from 0 to 1, as 0.05")
		}
		return x, nil
	}, func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }})
}

// choice takes one of several; the first is the default.
func choice[T comparable](f *flags, r row, to *T, of ...T) {
	*to = of[0]
	names := make([]string, len(of))
	for i, t := range of {
		names[i] = fmt.Sprint(t)
	}
	r.arg = strings.Join(names, "|")
	f.add(r, value[T]{to, func(s string) (t T, err error) {
		if i := slices.Index(names, s); i >= 0 {
			return of[i], nil
		}
		return t, fmt.Errorf("want %s", strings.Join(names, " or "))
	}, func(t T) string { return fmt.Sprint(t) }})
}

func parsed(f *flags, r row, to *time.Time, read func(string) (time.Time, error)) {
	f.add(r, value[time.Time]{to, read, func(t time.Time) string { return t.Format(time.RFC3339) }})
}

// list collects the values of a flag that may be repeated; the first replaces
// the default, an empty one leaves nothing.
func list[T any](f *flags, r row, to *[]T, read func(string) (T, error)) {
	fresh := true
	f.add(r, value[[]T]{to, func(s string) ([]T, error) {
		all := *to
		if fresh {
			fresh, all = false, nil
		}
		if s == "" {
			return nil, nil
		}
		t, err := read(s)
		return append(all, t), err
	}, func(all []T) string { return strings.Trim(fmt.Sprint(all), "[]") }})
}
