package fakeswitch

import (
	"errors"
	"net/url"
	"strings"
)

// Leg is one destination of a dial string.
type Leg struct {
	Raw      string // as written, without its […] block
	Vars     []Var  // of its […] block
	Endpoint string // sofia, user, error, null, loopback, or what else was written
	Gateway  string // sofia/gateway/…
	Profile  string // sofia/PROFILE/…
	Number   string // who is called; for error the cause, for user the name
	Host     string // another host than the gateway's: @host, or a route in the text
	shown    string // what the channel's name says
}

// errBraces: a block is not closed.
var errBraces = errors.New("a block of variables is not closed")

// comma stands for a comma within […] while legs are split at commas.
const comma = "\x01"

// parseDial reads a dial string: blocks of variables for all legs, then legs.
// Groups are tried one after the other; the legs of a group ring at once.
func parseDial(s string) (vars []Var, groups [][]Leg, err error) {
	if !strings.Contains(s, ":_:") {
		return parseSimple(s)
	}
	// Parts of an enterprise originate are dialled at once, each for itself; one
	// that cannot be read is left out.
	var all []Leg
	for part := range strings.SplitSeq(s, ":_:") {
		vars, groups, err := parseSimple(part)
		if err != nil {
			continue
		}
		for _, g := range groups {
			for _, leg := range g {
				leg.Vars = append(append([]Var(nil), vars...), leg.Vars...)
				all = append(all, leg)
			}
		}
	}
	if len(all) == 0 {
		return nil, nil, errBraces
	}
	return nil, [][]Leg{all}, nil
}

func parseSimple(s string) (vars []Var, groups [][]Leg, err error) {
	if s, vars, err = blocks(s, '<', '>', nil); err != nil {
		return nil, nil, err
	}
	if s, vars, err = blocks(s, '{', '}', vars); err != nil {
		return nil, nil, err
	}
	for _, group := range split(protect(s), '|', 128) {
		var legs []Leg
		for _, leg := range split(group, ',', 128) {
			l, err := parseLeg(strings.ReplaceAll(leg, comma, ","))
			if err != nil {
				return nil, nil, err
			}
			legs = append(legs, l)
		}
		groups = append(groups, legs)
	}
	return vars, groups, nil
}

// blocks takes leading blocks off s.
func blocks(s string, open, end byte, vars []Var) (string, []Var, error) {
	s = strings.TrimLeft(s, " ")
	for s != "" && s[0] == open {
		i := closing(s, open, end)
		if i < 0 {
			return "", nil, errBraces
		}
		vars = append(vars, block(s[1:i])...)
		s = strings.TrimLeft(s[i+1:], " ")
	}
	return s, vars, nil
}

// protect hides the commas within […].
func protect(s string) string {
	if strings.IndexByte(s, '[') < 0 {
		return s
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '[')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := closing(s, '[', ']')
		if end < 0 {
			break
		}
		b.WriteString(strings.ReplaceAll(s[:end+1], ",", comma))
		s = s[end+1:]
	}
	b.WriteString(s)
	return b.String()
}

func parseLeg(s string) (Leg, error) {
	s, vars, err := blocks(s, '[', ']', nil)
	if err != nil {
		return Leg{}, err
	}
	l := Leg{Raw: s, Vars: vars}
	rest := ""
	l.Endpoint, rest, _ = strings.Cut(s, "/")
	l.Number = rest
	if l.Endpoint != "sofia" {
		return l, nil
	}
	first, rest, _ := strings.Cut(rest, "/")
	if first == "gateway" {
		l.Gateway, rest, _ = strings.Cut(rest, "/")
	} else {
		l.Profile = first
	}
	l.number(rest)
	return l, nil
}

// shown is how a channel is named after what it dials.
func shown(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s, _, _ = strings.Cut(s, "^")
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	return strings.NewReplacer("\t", " ", "${", "%{").Replace(strings.TrimPrefix(s, "sip:"))
}

// number reads what follows the gateway or profile: a number, or a SIP address,
// with parameters.
func (l *Leg) number(s string) {
	l.shown = shown(s)
	if to := strings.Index(s, "^"); to >= 0 {
		s = s[:to]
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "sips:"), "sip:")
	if _, route, ok := strings.Cut(s, ";fs_path="); ok {
		l.Host, _, _ = strings.Cut(route, ";")
	}
	number, host, ok := strings.Cut(s, "@")
	if ok {
		l.Host = host
		if l.Profile != "" {
			l.Host, _, _ = strings.Cut(host, ";")
		}
	}
	l.Number = number
	if name, _, ok := strings.Cut(number, ";fs_path="); ok {
		l.Number = name
	}
}
