package campaign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Contact is whom to call.
type Contact struct {
	// ID is given by outdial when the contact is added.
	ID ID
	// Key is the host's own name for the contact, up to 255 characters. It
	// need not be unique.
	Key string
	// Name is for people, up to 255 characters.
	Name string
	// Address is what is dialled: see [ParseAddress].
	Address string
	// Priority puts a contact before others; higher is earlier. Default 0.
	Priority int32
	// NotBefore keeps the first dial until then, a time in the years 1970 to 9999
	// of UTC, which RFC 3339 can write. Zero: at once.
	NotBefore time.Time
	// Variables are the host's own words about the contact. The core hands
	// them to the switch's adapter with the call; at most 64, names as
	// identifiers of at most 64 characters, values of at most 1,000.
	Variables map[string]string
}

// Bounds of a contact's variables.
const (
	MaxVariables     = 64
	MaxVariableName  = 64
	MaxVariableValue = 1000
)

var variableForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Validate reports every broken field at once, as an [*InvalidError].
func (c *Contact) Validate(allow Allow) error {
	var f faults
	if _, err := ParseAddress(c.Address, allow); err != nil {
		f.add("Address", c.Address, "%v", err)
	}
	text(&f, "Key", c.Key, 0)
	text(&f, "Name", c.Name, 0)
	if at := c.NotBefore.UTC(); !at.IsZero() && (at.Year() < 1970 || at.Year() > 9999) {
		f.add("NotBefore", at.Format(time.RFC3339), "a time in the years 1970 to 9999 of UTC")
	}
	if len(c.Variables) > 0 {
		c.checkVariables(&f)
	}
	return f.err("contact")
}

func (c *Contact) checkVariables(f *faults) {
	number(f, "Variables", len(c.Variables), 0, MaxVariables)
	names := make([]string, 0, len(c.Variables))
	for n := range c.Variables {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		field := fmt.Sprintf("Variables[%s]", cut(n))
		if len(n) > MaxVariableName || !variableForm.MatchString(n) {
			f.add(field, n, "a name of letters, digits and underscores, at most %d", MaxVariableName)
		}
		if v := c.Variables[n]; utf8.RuneCountInString(v) > MaxVariableValue || !utf8.ValidString(v) {
			f.add(field, v, "UTF-8 of at most %d characters", MaxVariableValue)
		} else if strings.ContainsRune(v, 0) {
			f.add(field, v, "a text without NUL, which a database refuses")
		}
	}
}
