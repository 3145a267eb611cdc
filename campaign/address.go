package campaign

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// AddressKind is the form of a contact's address.
type AddressKind string

// The forms, those of the guide.
const (
	// E164 is + and digits.
	E164 AddressKind = "e164"
	// Local is digits that the provider routes, and * and # where allowed.
	Local AddressKind = "local"
	// SIP is sip:user@host or sips:user@host, with an optional port.
	SIP AddressKind = "sip"
	// DialString is sofia/gateway/NAME/NUMBER, where the campaign allows NAME.
	DialString AddressKind = "dial_string"
)

// Address is a contact's address, read strictly: what does not match one of
// the forms is refused, so that nothing that ends in a switch's command line
// can say more than whom to call.
type Address struct {
	Kind AddressKind
	// Number is what is dialled through a trunk; empty for SIP.
	Number string
	// Gateway is the dial string's gateway.
	Gateway string
	// URI is the SIP URI.
	URI string
}

// Allow is what a campaign allows addresses to be beyond plain numbers and SIP
// URIs: [Spec.Allow].
type Allow struct {
	// Gateways are those that dial strings may name.
	Gateways []string
	// Symbols lets numbers hold * and #, which some carriers and switches take
	// as commands.
	Symbols bool
}

// ErrAddress is what every refused address wraps.
var ErrAddress = errors.New("a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER")

// sipForm takes no parameters, headers or passwords: `;fs_path=` sends a call
// to another host.
var sipForm = regexp.MustCompile(`^sips?:[A-Za-z0-9._+~-]{1,64}@` +
	`[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))*(?::[0-9]{1,5})?$`)

// ParseAddress reads a contact's address. The error wraps [ErrAddress] and says
// what is wrong.
func ParseAddress(s string, allow Allow) (Address, error) {
	switch {
	case len(s) > maxText:
		return Address{}, fmt.Errorf("%w: it is longer than %d characters", ErrAddress, maxText)
	case strings.HasPrefix(s, "sip:"), strings.HasPrefix(s, "sips:"):
		if !sipForm.MatchString(s) {
			return Address{}, fmt.Errorf("%w: not a plain SIP URI", ErrAddress)
		}
		return Address{Kind: SIP, URI: s}, nil
	case strings.Contains(s, "/"):
		return parseDialString(s, &allow)
	case !isNumber(s, allow.Symbols):
		return Address{}, ErrAddress
	case s[0] == '+':
		return Address{Kind: E164, Number: s}, nil
	}
	return Address{Kind: Local, Number: s}, nil
}

func parseDialString(s string, allow *Allow) (Address, error) {
	rest, ok := strings.CutPrefix(s, "sofia/gateway/")
	gateway, number, found := strings.Cut(rest, "/")
	if !ok || !found || !isNumber(number, allow.Symbols) {
		return Address{}, fmt.Errorf("%w: the dial string is not sofia/gateway/NAME/NUMBER", ErrAddress)
	}
	if !slices.Contains(allow.Gateways, gateway) {
		return Address{}, fmt.Errorf("%w: the campaign does not allow gateway %q", ErrAddress, cut(gateway))
	}
	return Address{Kind: DialString, Gateway: gateway, Number: number}, nil
}

// isNumber is numberForm without its cost: a million contacts pass here.
func isNumber(s string, symbols bool) bool {
	digits := strings.TrimPrefix(s, "+")
	if len(digits) < 1 || len(digits) > 20 {
		return false
	}
	for i := range len(digits) {
		digit := digits[i] >= '0' && digits[i] <= '9'
		symbol := digits[i] == '*' || digits[i] == '#'
		if !digit && (!symbols || !symbol) {
			return false
		}
	}
	return true
}
