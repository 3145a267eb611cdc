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
	// Code is the host's own word for the result: 1 to 64 characters, one of which
	// can be seen.
	Code string `json:"code"`
	// Note is free text, at most 1,000 characters.
	Note string `json:"note,omitzero"`
	// CallbackAt asks for a call at this wall-clock time, in a year from 1970 to
	// 9999 of UTC. Zero: none asked.
	CallbackAt time.Time `json:"callback_at,omitzero"`
	// DoNotCall says that the person does not want to be called again. It ends
	// the contact in this run and is recorded. It does not outlive the run: a
	// restart with all contacts, or a clone with contacts, calls the person again.
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
	// ErrDisposition is bad input: what every [DispositionError] is.
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

// DispositionFault is one thing that is wrong with a disposition, and reads as a
// sentence: code has 0 characters, want 1 to 64.
type DispositionFault struct {
	Field string // by its name in JSON
	Is    string // what it is or has, without its text: that may be long
	Want  string // what would have done
}

// DispositionError holds all faults of one disposition. Nothing of it was applied.
type DispositionError struct{ Faults []DispositionFault }

// Error implements error.
func (e *DispositionError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.Field + " " + f.Is + ", want " + f.Want
	}
	return ErrDisposition.Error() + ": " + strings.Join(lines, "; ")
}

// Is makes errors.Is(err, ErrDisposition) hold.
func (e *DispositionError) Is(target error) bool { return target == ErrDisposition }

// Validate returns every fault of the disposition at once, as a
// [*DispositionError].
func (d Disposition) Validate() error {
	faults := d.textFaults()
	at := d.CallbackAt.UTC()
	if !at.IsZero() && (at.Year() < minCallbackYear || at.Year() > maxCallbackYear) {
		faults = append(faults, DispositionFault{"callback_at", "is " + at.Format(time.RFC3339),
			fmt.Sprintf("the years %d to %d in UTC", minCallbackYear, maxCallbackYear)})
	}
	if d.DoNotCall && !at.IsZero() {
		faults = append(faults, DispositionFault{"callback_at", "is given with do_not_call", "one of them: they exclude each other"})
	}
	if len(faults) == 0 {
		return nil
	}
	return &DispositionError{faults}
}

func (d Disposition) textFaults() (faults []DispositionFault) {
	wrong := func(field, is, want string) { faults = append(faults, DispositionFault{field, is, want}) }
	const unstored = "has characters that no store keeps"
	switch n := utf8.RuneCountInString(d.Code); {
	case n < 1 || n > MaxDispositionCode:
		wrong("code", fmt.Sprintf("has %d characters", n), fmt.Sprintf("1 to %d", MaxDispositionCode))
	case !clean(d.Code, ""):
		wrong("code", unstored, "UTF-8 without control characters")
	case !visible(d.Code):
		wrong("code", "shows nothing", "a character that can be seen")
	}
	switch n := utf8.RuneCountInString(d.Note); {
	case n > MaxDispositionNote:
		wrong("note", fmt.Sprintf("has %d characters", n), fmt.Sprintf("at most %d", MaxDispositionNote))
	case !clean(d.Note, "\n\r\t"):
		wrong("note", unstored, "UTF-8 without control characters but line ends and tabs")
	}
	return faults
}

// clean reports whether a text can be stored and shown anywhere: a database
// refuses NUL and bad UTF-8, and one such row would fail its whole batch.
func clean(s, allowed string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}

// visible reports whether a text has a character that shows: not only blanks, marks
// and fillers, by which people could choose nothing.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
	})
}
