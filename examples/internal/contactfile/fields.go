package contactfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/campaign"
)

// fields are a contact's fields by the names that files use for them. A field is
// named as campaign.Contact.Validate names it.
var fields = map[string]string{
	"address": "Address", "number": "Address", "phone": "Address", "phone_number": "Address", "telephone": "Address",
	"key": "Key", "id": "Key",
	"name":       "Name",
	"priority":   "Priority",
	"not_before": "NotBefore",
}

// set gives a contact's field a text. Names of [fields] only.
func set(c *campaign.Contact, field, text string, o *Options) (err error) {
	switch field {
	case "Address":
		c.Address = text
	case "Key":
		c.Key = text
	case "Name":
		c.Name = text
	case "Priority":
		c.Priority, err = parsePriority(text)
	case "NotBefore":
		c.NotBefore, err = parseTime(text, o)
	}
	return err
}

func parsePriority(s string) (int32, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0, errors.New("want a whole number, higher is earlier, within ±2147483647")
	}
	return int32(n), nil
}

// civil is how people write a time in a spreadsheet.
const civil = "2006-01-02 15:04"

// farthest is the last time that RFC 3339 can write.
var farthest = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)

// parseTime reads RFC 3339, or civil time in a zone.
func parseTime(s string, o *Options) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		if t, err = time.ParseInLocation(civil, s, o.Zone); err != nil {
			return time.Time{}, fmt.Errorf("want RFC 3339, as 2006-01-02T15:04:05Z, or %q in zone %s", civil, o.Zone)
		}
		if t.Format(civil) != s {
			return time.Time{}, fmt.Errorf("the clocks of %s skip this time", o.Zone)
		}
	}
	if t.UTC().Year() < 1970 || t.After(o.Latest) {
		return time.Time{}, fmt.Errorf("want a time from 1970 to %s", o.Latest.UTC().Format(time.RFC3339))
	}
	return t, nil
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
