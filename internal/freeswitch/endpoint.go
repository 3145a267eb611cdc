package freeswitch

import (
	"errors"
	"slices"
	"strings"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

const (
	gatewayPrefix = "sofia/gateway/"
	sofiaPrefix   = "sofia/"
	userPrefix    = "user/"
)

// contact is the endpoint that a call's address stands for.
func (s *Site) contact(d *ports.Dial) (string, error) {
	a, err := campaign.ParseAddress(d.Address, campaign.Allow{Gateways: s.Gateways, Symbols: s.Symbols})
	if err != nil {
		return "", s.addressFault(d.Address, err)
	}
	switch a.Kind {
	case campaign.SIP:
		return s.uri(a.URI)
	case campaign.DialString:
		return gatewayPrefix + a.Gateway + "/" + a.Number, wordForm.check("Address", a.Gateway)
	}
	trunk, err := s.trunk(d.Trunk)
	return gatewayPrefix + trunk + "/" + a.Number, err
}

// uri dials a SIP URI that ParseAddress has let through.
func (s *Site) uri(uri string) (string, error) {
	profile, err := s.profile()
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(uri, ":")
	return sofiaPrefix + profile + "/" + uri, checkSIP("Address", uri, rest)
}

// addressFault finds the character for which ParseAddress refused an address.
func (s *Site) addressFault(address string, refused error) error {
	scheme, rest, _ := strings.Cut(address, ":")
	var err error
	switch {
	case scheme == "sip" || scheme == "sips":
		err = checkSIP("Address", address, rest)
	case strings.HasPrefix(address, gatewayPrefix):
		err = checkTrunked("Address", address, s.Symbols)
	default:
		err = checkNumber("Address", address, s.Symbols)
	}
	if err != nil {
		return err
	}
	return &TextError{Field: "Address", Value: address, At: -1, Why: refused.Error()}
}

// within makes a part's fault one of the whole text, at byte start.
func within(err error, whole string, start int) error {
	var fault *TextError
	if !errors.As(err, &fault) {
		return err
	}
	fault.Value = whole
	if fault.At >= 0 {
		fault.At += start
	}
	return fault
}

// checkSIP takes user@host, the rest of the whole text.
func checkSIP(field, whole, rest string) error {
	start := len(whole) - len(rest)
	user, host, found := strings.Cut(rest, "@")
	if err := userForm.check(field, user); err != nil {
		return within(err, whole, start)
	}
	if !found {
		return &TextError{Field: field, Value: whole, At: -1, Why: "user@host"}
	}
	if err := hostForm.check(field, host); err != nil {
		return within(err, whole, start+len(user)+1)
	}
	if _, err := campaign.ParseAddress("sip:"+rest, campaign.Allow{}); err != nil {
		return &TextError{Field: field, Value: whole, At: -1, Why: err.Error()}
	}
	return nil
}

// checkTrunked takes sofia/gateway/NAME/NUMBER.
func checkTrunked(field, whole string, symbols bool) error {
	gateway, number, _ := strings.Cut(strings.TrimPrefix(whole, gatewayPrefix), "/")
	if err := wordForm.check(field, gateway); err != nil {
		return within(err, whole, len(gatewayPrefix))
	}
	return within(checkNumber(field, number, symbols), whole, len(gatewayPrefix)+len(gateway)+1)
}

// agent is the endpoint of an agent: one that can mean nothing else, and that
// the host allows.
func (s *Site) agent(field, endpoint string) (string, error) {
	kind, err := s.kind(field, endpoint)
	if err != nil {
		return "", err
	}
	gateway := strings.TrimSuffix(strings.TrimPrefix(kind, gatewayPrefix), "/")
	if slices.Contains(s.Agents, kind) || slices.Contains(s.Agents, endpoint) ||
		strings.HasPrefix(kind, gatewayPrefix) && slices.Contains(s.Gateways, gateway) {
		return endpoint, nil
	}
	return "", &TextError{Field: field, Value: endpoint, At: -1, Why: "an endpoint that the host allows for agents"}
}

// kind reads an agent's endpoint and returns the entry of Agents that allows
// all of its kind.
func (s *Site) kind(field, endpoint string) (string, error) {
	if user, ok := strings.CutPrefix(endpoint, userPrefix); ok {
		return userPrefix, checkUser(field, endpoint, user)
	}
	if strings.HasPrefix(endpoint, gatewayPrefix) {
		return endpoint[:strings.LastIndexByte(endpoint, '/')+1], checkTrunked(field, endpoint, s.Symbols)
	}
	profile, rest, ok := strings.Cut(strings.TrimPrefix(endpoint, sofiaPrefix), "/")
	if !ok || !strings.HasPrefix(endpoint, sofiaPrefix) {
		return "", &TextError{
			Field: field, Value: endpoint, At: -1,
			Why: "user/NAME, sofia/gateway/NAME/NUMBER or sofia/PROFILE/user@host",
		}
	}
	if err := checkProfile(field, profile); err != nil {
		return "", within(err, endpoint, len(sofiaPrefix))
	}
	return sofiaPrefix + profile + "/", checkSIP(field, endpoint, strings.TrimPrefix(rest, "sip:"))
}

// checkUser takes NAME or NAME@DOMAIN, the rest of the whole text.
func checkUser(field, whole, rest string) error {
	if strings.Contains(rest, "@") {
		return checkSIP(field, whole, rest)
	}
	return within(userForm.check(field, rest), whole, len(whole)-len(rest))
}

// checkAllowed checks an entry of Agents: a kind, or one endpoint.
func (s *Site) checkAllowed(field, entry string) error {
	kind, ok := strings.CutSuffix(entry, "/")
	if !ok {
		_, err := s.kind(field, entry)
		return err
	}
	if entry == userPrefix {
		return nil
	}
	if gateway, ok := strings.CutPrefix(kind, gatewayPrefix); ok {
		return within(wordForm.check(field, gateway), entry, len(gatewayPrefix))
	}
	if profile, ok := strings.CutPrefix(kind, sofiaPrefix); ok {
		return within(checkProfile(field, profile), entry, len(sofiaPrefix))
	}
	return &TextError{Field: field, Value: entry, At: -1, Why: "user/, sofia/gateway/NAME/, sofia/PROFILE/ or one endpoint"}
}
