package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// column is what the header says about one column of the file.
type column struct {
	name  string // as it stands in the file
	field string // as campaign.Contact.Validate names it
	set   func(*campaign.Contact, string) error
}

// columns reads the header row. All its faults are told at once: a file whose
// columns are not understood is not read any further.
func (r *reader) columns(header []string) error {
	var faults []error
	taken := map[string]string{} // by identifier: the header
	for i, cell := range header {
		name := strings.TrimSpace(cell)
		id := identifier(name)
		switch other, twice := taken[id]; {
		case !utf8.ValidString(name):
			faults = append(faults, fmt.Errorf("column %d: %q is not UTF-8", i+1, name))
		case id == "":
			faults = append(faults, fmt.Errorf("column %d: %q has no letter or digit to name it by", i+1, name))
		case len(id) > campaign.MaxVariableName:
			faults = append(faults, fmt.Errorf("column %d: the name is longer than %d characters", i+1, campaign.MaxVariableName))
		case twice:
			faults = append(faults, fmt.Errorf("column %d: %q and %q both become %s; rename one", i+1, other, name, id))
		}
		taken[id] = name
		r.header = append(r.header, r.column(name, id))
	}
	if _, ok := taken["number"]; !ok {
		faults = append(faults, fmt.Errorf("there is no column number, only %q%s", header, separatorHint(header)))
	}
	variables := 0
	for i, c := range r.header {
		r.fields[c.field] = i
		if strings.HasPrefix(c.field, "Variables[") {
			variables++
		}
	}
	if variables > campaign.MaxVariables {
		faults = append(faults, fmt.Errorf("%d columns become variables, a contact has at most %d", variables, campaign.MaxVariables))
	}
	return errors.Join(faults...)
}

// column says what becomes of a column's cells.
func (r *reader) column(name, id string) column {
	switch id {
	case "number":
		return column{name, "Address", func(c *campaign.Contact, v string) error { c.Address = v; return nil }}
	case "id":
		return column{name, "Key", func(c *campaign.Contact, v string) error { c.Key = v; return nil }}
	case "name":
		return column{name, "Name", func(c *campaign.Contact, v string) error { c.Name = v; return nil }}
	case "priority":
		return column{name, "Priority", setPriority}
	case "not_before":
		return column{name, "NotBefore", r.setNotBefore}
	}
	return column{name, "Variables[" + id + "]", func(c *campaign.Contact, v string) error {
		if v == "" {
			return nil
		}
		if c.Variables == nil {
			c.Variables = make(map[string]string, len(r.header))
		}
		c.Variables[id] = v
		return nil
	}}
}

// identifier makes a name for a variable out of a header: lower case, with one
// underscore for each run of other characters than ASCII letters and digits,
// and one in front of a leading digit.
func identifier(header string) string {
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(header) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			gap = true
			continue
		}
		if b.Len() == 0 && c <= '9' || b.Len() > 0 && gap {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(c)
	}
	return b.String()
}

func separatorHint(header []string) string {
	for _, sep := range []string{";", "\t", "|"} {
		if len(header) == 1 && strings.Contains(header[0], sep) {
			return fmt.Sprintf("; values are to be separated by commas, not by %q", sep)
		}
	}
	return ""
}

func setPriority(c *campaign.Contact, v string) error {
	if v == "" {
		return nil
	}
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil {
		return errors.New("want a whole number, higher is earlier, within ±2147483647")
	}
	c.Priority = int32(n)
	return nil
}

// farAhead bounds not_before: a slip of the pen in the year would keep the
// campaign waiting for ever.
const farAhead = 366 * 24 * time.Hour

func (r *reader) setNotBefore(c *campaign.Contact, v string) error {
	if v == "" {
		return nil
	}
	t, err := parseTime(v, r.zone)
	if err != nil {
		return err
	}
	if t.After(r.start.Add(farAhead)) {
		return fmt.Errorf("lies more than a year after the campaign's start, %s", r.start.Format(time.RFC3339))
	}
	c.NotBefore = t
	return nil
}

// civil is how people write a time in a spreadsheet.
const civil = "2006-01-02 15:04"

// parseTime reads RFC 3339, or civil time in a zone.
func parseTime(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(civil, s, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("want RFC 3339, as 2006-01-02T15:04:05Z, or %q in zone %s", civil, zone)
	}
	if t.Format(civil) != s {
		return time.Time{}, fmt.Errorf("the clocks of %s skip this time", zone)
	}
	return t, nil
}
