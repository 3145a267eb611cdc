package campaign

import (
	"errors"
	"fmt"
	"strings"
)

// ErrInvalid is what every [InvalidError] wraps.
var ErrInvalid = errors.New("invalid")

// Fault is one broken field: which, what it held, and what would have done.
type Fault struct {
	Field string
	Value any
	Want  string
}

// Error implements error.
func (f Fault) Error() string {
	return fmt.Sprintf("%s is %s: want %s", f.Field, quote(f.Value), f.Want)
}

// InvalidError holds all faults of one input. Nothing of it was applied.
type InvalidError struct {
	What   string // "campaign spec", "contact"
	Faults []Fault
}

// Error implements error.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.Error()
	}
	return fmt.Sprintf("invalid %s: %s", e.What, strings.Join(lines, "; "))
}

// Is makes errors.Is(err, ErrInvalid) hold.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// faults collects.
type faults []Fault

func (f *faults) add(field string, value any, want string, args ...any) {
	*f = append(*f, Fault{Field: field, Value: value, Want: fmt.Sprintf(want, args...)})
}

func (f faults) err(what string) error {
	if len(f) == 0 {
		return nil
	}
	return &InvalidError{What: what, Faults: f}
}

// quote shows a value, cut short: an error must not carry ten megabytes.
func quote(v any) string {
	s := fmt.Sprint(v)
	if text, ok := v.(string); ok {
		s = fmt.Sprintf("%q", cut(text))
	}
	return cut(s)
}

func cut(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
