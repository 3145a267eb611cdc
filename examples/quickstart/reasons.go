package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// explain says why a cell is refused, and where it can, what to do about it.
func explain(f campaign.Fault) string {
	cell := fmt.Sprint(f.Value)
	if f.Field == "Address" {
		if cell == "" {
			return "is empty"
		}
		if hint := addressHint(cell); hint != "" {
			return shown(cell) + ": " + hint
		}
		if _, detail, ok := strings.Cut(f.Want, campaign.ErrAddress.Error()+": "); ok {
			return shown(cell) + ": " + detail
		}
	}
	return shown(cell) + ": want " + f.Want
}

var (
	spreadsheet = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)
	punctuated  = regexp.MustCompile(`^\+?[0-9][0-9 ().\x{a0}\x{2010}-\x{2015}-]*$|^\([0-9 ().-]*$`)
)

// addressHint knows what commonly goes wrong on the way to a CSV file.
func addressHint(cell string) string {
	switch {
	case spreadsheet.MatchString(cell):
		return "a spreadsheet has rounded the number; format its column as text and export it again"
	case punctuated.MatchString(cell) && strings.ContainsAny(cell, " ().-\u00a0\u2010\u2011\u2012\u2013\u2014\u2015"):
		return "write the number without spaces, dots, dashes and brackets"
	case strings.HasPrefix(cell, "'"):
		return "take out the apostrophe in front"
	case strings.Contains(cell, "@") && !strings.HasPrefix(cell, "sip"):
		return "write sip: in front of a SIP URI"
	}
	return ""
}

// brokenReason says what is wrong with a row's quotes. A quote that is not
// closed takes the rows that follow with it.
func brokenReason(e *csv.ParseError) string {
	reason := fmt.Sprintf("a quote within the value, at position %d; quote the whole value and write the quote twice", e.Column)
	if errors.Is(e.Err, csv.ErrQuote) {
		reason = "the quoted value is not closed, or something follows its closing quote"
	}
	if e.Line != e.StartLine {
		reason += fmt.Sprintf(" (lines %d to %d were read as this row)", e.StartLine, e.Line)
	}
	return reason
}

// canonical is the same for two ways of writing one address: a SIP URI's host
// may be in capitals.
func canonical(a campaign.Address) string {
	switch a.Kind {
	case campaign.SIP:
		user, host, _ := strings.Cut(a.URI, "@")
		return user + "@" + strings.ToLower(host)
	case campaign.DialString:
		return a.Gateway + "/" + a.Number
	}
	return a.Number
}

// shown is a cell in quotes, cut short.
func shown(cell string) string {
	const most = 60
	if utf8.RuneCountInString(cell) > most {
		cell = string([]rune(cell)[:most]) + "…"
	}
	return fmt.Sprintf("%q", cell)
}
