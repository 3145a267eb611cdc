package contactfile

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// shown is a value in quotes, cut short.
func shown(s string) string {
	const most = 60
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}

// invalid lists what a contact's own check finds wrong, by the name of the field.
func invalid(c *campaign.Contact, allow campaign.Allow, found func(field, message string)) {
	var e *campaign.InvalidError
	if !errors.As(c.Validate(allow), &e) {
		return
	}
	for _, f := range e.Faults {
		found(f.Field, reason(f))
	}
}

// reason says why a value is refused and, of an address, what to do about it.
func reason(f campaign.Fault) string {
	text, ok := f.Value.(string)
	switch {
	case !ok:
		return fmt.Sprintf("%v: want %s", f.Value, f.Want)
	case text == "":
		return "it is empty: want " + f.Want
	case f.Field == "Address":
		if hint := addressHint(text); hint != "" {
			return shown(text) + ": " + hint
		}
		if _, detail, ok := strings.Cut(f.Want, campaign.ErrAddress.Error()+": "); ok {
			return shown(text) + ": " + detail
		}
	}
	return shown(text) + ": want " + f.Want
}

var (
	spreadsheet = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)
	punctuated  = regexp.MustCompile(`^\+?[0-9][0-9 ().\x{a0}\x{2010}-\x{2015}-]*$|^\([0-9 ().-]*$`)
)

// addressHint knows what commonly goes wrong on the way to a file.
func addressHint(text string) string {
	switch {
	case spreadsheet.MatchString(text):
		return "a spreadsheet has rounded the number; format its column as text and export it again"
	case punctuated.MatchString(text) && strings.ContainsAny(text, " ().-\u00a0\u2010\u2011\u2012\u2013\u2014\u2015"):
		return "write the number without spaces, dots, dashes and brackets"
	case strings.HasPrefix(text, "'"):
		return "take out the apostrophe in front"
	case strings.Contains(text, "@") && !strings.HasPrefix(text, "sip"):
		return "write sip: in front of a SIP URI"
	}
	return ""
}
