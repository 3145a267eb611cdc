package attempt

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Disposition is what the conversation was, in the words of the agent or bot,
// with what the person called asked for.
type Disposition struct {
	// Code is the host's own word for the result, 1 to 64 characters.
	Code string `json:"code"`
	// Note is free text, at most 1,000 characters.
	Note string `json:"note,omitzero"`
	// CallbackAt asks for a call at this wall-clock time, in a year from 1970 to
	// 9999 of UTC. Zero: none asked.
	CallbackAt time.Time `json:"callback_at,omitzero"`
	// DoNotCall says that the person does not want to be called again. It ends
	// the contact in this run and is recorded.
	DoNotCall bool `json:"do_not_call,omitzero"`
}

// Bounds of a disposition's texts, in characters.
const (
	MaxDispositionCode = 64
	MaxDispositionNote = 1000
)

// The years that a callback may be in, in UTC: RFC 3339 has no way to write later
// ones, so that one such row would break every answer that lists it.
const (
	minCallbackYear = 1970
	maxCallbackYear = 9999
)

// Errors of dispositions.
var (
	// ErrDisposition is bad input: the error that wraps it names the field.
	ErrDisposition = errors.New("invalid disposition")
	// ErrDisposed refuses a second disposition that differs from the first.
	ErrDisposed = errors.New("the call has another disposition already")
)

// IsZero reports whether there is no disposition.
func (d Disposition) IsZero() bool { return d.Code == "" }

// Equal reports whether two dispositions say the same.
func (d Disposition) Equal(o Disposition) bool {
	return d.Code == o.Code && d.Note == o.Note && d.DoNotCall == o.DoNotCall && d.CallbackAt.Equal(o.CallbackAt)
}

// Validate returns every fault of the disposition at once, each naming its
// field, wrapped in ErrDisposition.
func (d Disposition) Validate() error {
	var faults []error
	if n := utf8.RuneCountInString(d.Code); n < 1 || n > MaxDispositionCode {
		faults = append(faults, fmt.Errorf("%w: code has %d characters, want 1 to %d", ErrDisposition, n, MaxDispositionCode))
	}
	if n := utf8.RuneCountInString(d.Note); n > MaxDispositionNote {
		faults = append(faults, fmt.Errorf("%w: note has %d characters, want at most %d", ErrDisposition, n, MaxDispositionNote))
	}
	if !clean(d.Code, "") {
		faults = append(faults, fmt.Errorf("%w: code %q, want UTF-8 without control characters", ErrDisposition, d.Code))
	}
	if !clean(d.Note, "\n\r\t") {
		faults = append(faults, fmt.Errorf("%w: note, want UTF-8 without control characters but line ends and tabs", ErrDisposition))
	}
	if at := d.CallbackAt.UTC(); !at.IsZero() && (at.Year() < minCallbackYear || at.Year() > maxCallbackYear) {
		faults = append(faults, fmt.Errorf("%w: callback_at is %s, want the years %d to %d in UTC",
			ErrDisposition, at.Format(time.RFC3339), minCallbackYear, maxCallbackYear))
	}
	if d.DoNotCall && !d.CallbackAt.IsZero() {
		faults = append(faults, fmt.Errorf("%w: callback_at and do_not_call exclude each other", ErrDisposition))
	}
	return errors.Join(faults...)
}

// clean reports whether a text can be stored and shown anywhere: a database
// refuses NUL and bad UTF-8, and one such row would fail its whole batch.
func clean(s, allowed string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}
