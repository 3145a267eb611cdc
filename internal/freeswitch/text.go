package freeswitch

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrText is what every [TextError] wraps.
var ErrText = errors.New("freeswitch: a text that may not be said to a switch")

// TextError says why a text was kept from the switch. Nothing was sent.
type TextError struct {
	// Field is what the text was for, by the name it has in [Site],
	// ports.Dial or ports.Target.
	Field string
	// Value is the whole text; Error shortens it.
	Value string
	// At is the byte at which it goes wrong and Char the character there, or
	// -1 and 0 where no single character is at fault.
	At   int
	Char rune
	// Why is the bound: what such a text may be, so that it reads after "want".
	Why string
}

// Error names the field, the value, the character and the bound.
func (e *TextError) Error() string {
	if e.At < 0 {
		return fmt.Sprintf("freeswitch: %s %s: want %s", e.Field, quoted(e.Value), e.Why)
	}
	return fmt.Sprintf("freeswitch: %s %s: %q at byte %d: want %s", e.Field, quoted(e.Value), e.Char, e.At, e.Why)
}

// Unwrap returns [ErrText].
func (e *TextError) Unwrap() error { return ErrText }

// quoted makes any text safe for a log line, and short.
func quoted(s string) string {
	const most = 48
	if len(s) <= most {
		return fmt.Sprintf("%q", s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%q…", s[:cut])
}

// magic are words that the switch acts on wherever they stand in a command:
// the event socket replaces a whole line that holds the first (and "reload"),
// and originate expands ${…} in a line that holds the second. Case is ignored,
// as the switch ignores it.
var magic = []string{"mod_event_socket", "origination_nested_vars"}

// magicAt returns where a magic word begins, or -1.
func magicAt(s string) int {
	if len(s) < len(magic[0]) {
		return -1
	}
	for _, word := range magic {
		for i := 0; i+len(word) <= len(s); i++ {
			if strings.EqualFold(s[i:i+len(word)], word) {
				return i
			}
		}
	}
	return -1
}

// form is what texts of one kind are made of.
type form struct {
	may func(at int, r rune) bool // the characters; at is the byte's place
	max int                       // in bytes
	why string
}

// check returns nil or a [*TextError].
func (f form) check(field, value string) error {
	if value == "" {
		return &TextError{Field: field, At: -1, Why: f.why}
	}
	for at, r := range value {
		if at >= f.max || !f.may(at, r) {
			return &TextError{Field: field, Value: value, At: at, Char: r, Why: f.why}
		}
	}
	if at := magicAt(value); at >= 0 {
		return &TextError{
			Field: field, Value: value, At: at, Char: rune(value[at]),
			Why: "no word that the switch acts on wherever it stands",
		}
	}
	return nil
}

// of allows ASCII letters and digits anywhere, and further characters anywhere
// but at the beginning: what begins with a dash is an option to some commands.
func of(further string) func(int, rune) bool {
	return func(at int, r rune) bool {
		return alphanumeric(r) || at > 0 && strings.ContainsRune(further, r)
	}
}

var (
	wordForm = form{of("._-"), 64, "letters, digits, dot, dash or underscore, at most 64"}
	extForm  = form{
		func(at int, r rune) bool { return of("._-")(at, r) || strings.ContainsRune("+*#", r) }, 64,
		"an extension of letters, digits, + * # dot, dash or underscore, at most 64",
	}
	userForm = form{
		func(_ int, r rune) bool { return alphanumeric(r) || strings.ContainsRune("._+~-", r) }, 64,
		"a user of letters, digits, dot, plus, tilde, dash or underscore, at most 64",
	}
	hostForm = form{of(".-:"), 255, "a host name or address, with an optional port"}
	nameForm = form{
		func(_ int, r rune) bool { return wordy(r) || strings.ContainsRune(" ._-", r) }, 64,
		"letters, digits, dot, dash, underscore and spaces between them, at most 64 bytes",
	}
	fileForm = form{
		func(at int, r rune) bool { return of("._-:")(at, r) || r == '/' }, 255,
		"a path of letters, digits, dot, dash, underscore and slash, at most 255",
	}
	causeForm = form{
		func(_ int, r rune) bool { return r >= 'A' && r <= 'Z' || r == '_' }, 64,
		"a hang-up cause of the switch",
	}
)

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || digit(r)
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// wordy is what words of any language are made of.
func wordy(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r))
}

// checkNumber takes an optional + and 1 to 20 digits; with symbols, * and # too.
func checkNumber(field, value string, symbols bool) error {
	f := form{
		func(at int, r rune) bool {
			return digit(r) || at == 0 && r == '+' || symbols && (r == '*' || r == '#')
		}, 20, "a number of up to 20 digits with an optional +",
	}
	if symbols {
		f.why = "a number of up to 20 digits, * and #, with an optional +"
	}
	if strings.HasPrefix(value, "+") {
		f.max++
	}
	if value == "+" {
		return &TextError{Field: field, Value: value, At: -1, Why: f.why}
	}
	return f.check(field, value)
}

// checkCallerName takes what may stand in the display name of a SIP header.
func checkCallerName(field, value string) error {
	if strings.HasPrefix(value, " ") {
		return &TextError{Field: field, Value: value, Char: ' ', Why: nameForm.why}
	}
	if strings.HasSuffix(value, " ") {
		return &TextError{Field: field, Value: value, At: len(value) - 1, Char: ' ', Why: nameForm.why}
	}
	return nameForm.check(field, value)
}
