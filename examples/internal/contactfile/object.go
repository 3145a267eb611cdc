package contactfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/jsonfields"
)

// readObject reads a contact from a JSON object.
func readObject(text []byte, row int, o *Options) Row {
	var c campaign.Contact
	bad := func(column, message string) Row { return Row{Faults: []Fault{{row, column, message}}} }
	var values map[string]json.RawMessage
	other := (*json.UnmarshalTypeError)(nil)
	switch err := json.Unmarshal(text, &values); {
	case !utf8.Valid(text):
		return bad("", "it is not UTF-8")
	case errors.As(err, &other):
		return bad("", "it is "+kind(text)+", want an object")
	case err != nil:
		return bad("", "it is not a JSON object: "+err.Error())
	case values == nil:
		return bad("", "it is null, want an object")
	}
	if jsonfields.Broken(text) {
		return bad("", `it has half a character, as \ud800: want both halves, as \ud83d\ude00`)
	}
	if name, twice := jsonfields.Twice(text); twice {
		return bad(cut(name), "it comes twice")
	}
	b := &object{contact: &c, options: o, row: row, named: map[string]string{"Address": "address"}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := b.field(name, values[name]); err != nil {
			b.fault(name, err.Error())
		}
	}
	if len(b.faults) == 0 {
		invalid(&c, o.Allow, func(field, message string) { b.fault(b.name(field), message) })
	}
	return Row{Contact: c, Row: row, Column: b.named["Address"], Faults: b.faults}
}

// kind is what a JSON value is that is no object, by its first character.
func kind(text []byte) string {
	switch bytes.TrimLeft(text, " \t\r\n")[0] {
	case '[':
		return "an array"
	case '"':
		return "a text"
	case 't', 'f':
		return "a truth value"
	}
	return "a number"
}

// object is a contact on its way out of a JSON object.
type object struct {
	contact *campaign.Contact
	options *Options
	row     int
	faults  []Fault
	named   map[string]string // the object's names by field
}

func (b *object) fault(name, message string) {
	b.faults = append(b.faults, Fault{b.row, cut(name), message})
}

// field reads one field of the object.
func (b *object) field(name string, value json.RawMessage) error {
	if name == "variables" {
		return b.variables(value)
	}
	field, known := fields[name]
	if !known {
		return errors.New("there is no such field; what a contact has besides goes under variables")
	}
	if other, twice := b.named[field]; twice && (field != "Address" || b.contact.Address != "") {
		return fmt.Errorf("%s says the same already", other)
	}
	b.named[field] = name
	text, err := scalar(value, field == "Priority", field == "Key")
	if err == nil {
		err = set(b.contact, field, text, b.options)
	}
	return err
}

// scalar is a text as it says, a number as it is written, and nothing for null.
func scalar(value json.RawMessage, number, either bool) (text string, err error) {
	switch {
	case string(value) == "null":
		return "", nil
	case value[0] == '"' && !number:
		return text, json.Unmarshal(value, &text)
	case (number || either) && (value[0] == '-' || value[0] >= '0' && value[0] <= '9'):
		return string(value), nil
	case number:
		return "", errors.New("want a number")
	}
	return "", errors.New("want a text in quotes")
}

func (b *object) variables(value json.RawMessage) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(value, &values); err != nil {
		return errors.New("want an object of names and values")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text, err := variable(values[name])
		if err != nil {
			b.fault("variables."+name, err.Error())
			continue
		}
		if text == "" {
			continue
		}
		if b.contact.Variables == nil {
			b.contact.Variables = make(map[string]string, len(values))
		}
		b.contact.Variables[name] = text
	}
	return nil
}

func variable(value json.RawMessage) (string, error) {
	if s := string(value); s == "true" || s == "false" {
		return s, nil
	}
	text, err := scalar(value, false, true)
	if err != nil {
		return "", errors.New("want a text, a number, true or false")
	}
	return text, nil
}

// name is how the object calls a field that campaign.Contact.Validate names.
func (b *object) name(field string) string {
	if rest, ok := strings.CutPrefix(field, "Variables["); ok {
		return "variables." + strings.TrimSuffix(rest, "]")
	}
	if name, ok := b.named[field]; ok {
		return name
	}
	return strings.ToLower(field)
}

// cut keeps a name in an answer short.
func cut(name string) string {
	if len(name) <= 80 {
		return name
	}
	return strings.ToValidUTF8(name[:80], "") + "…"
}
