package freeswitch

import (
	"fmt"
	"slices"
	"time"
)

// Site is what a host allows to be said to its switch. Its methods build the
// arguments of commands; each checks what it says again, so that a Site that
// was never checked can say no more than one that was. A Site is not changed by
// them and may be used by several goroutines at once.
type Site struct {
	// Gateways are the sofia gateways that calls may leave by, contacts' and
	// agents' alike. The first is the trunk of campaigns that name none.
	Gateways []string
	// Agents are further endpoints that agents may have. An entry that ends
	// with a slash allows a kind, any other allows itself alone:
	//
	//	user/                  the switch's own users: user/1000, user/1000@pbx.example
	//	sofia/gateway/NAME/    numbers by a gateway that contacts may not use
	//	sofia/PROFILE/         SIP users anywhere, by that profile:
	//	                       sofia/internal/bot@10.0.0.5:5080, sofia/internal/sip:bot@10.0.0.5
	//	user/1000              this one endpoint
	Agents []string
	// Profile is the sofia profile that SIP URIs of contacts are dialled by.
	// Default "external".
	Profile string
	// Tag is the deployment's name, [VarTag]. Required: 1 to 64 letters,
	// digits, dots, dashes or underscores.
	Tag string
	// Owner is the connection that looks after the calls, [VarOwner]; as Tag.
	// Empty: calls do not name one.
	Owner string
	// ParkTimeout is how long a channel that nobody attends to stays up before
	// the switch hangs it up by itself: a contact that no agent was attached
	// to, an agent's leg that no contact was. It must be longer than a contact
	// may wait for an agent, the agent's ringing included. Rounded up to whole
	// seconds, then up to a second less. At most a day; 0: orphans stay up.
	ParkTimeout time.Duration
	// Symbols lets numbers hold * and #, which some carriers take as commands.
	Symbols bool
	// Screening starts beep detection (mod_avmd) at the answer of a call that
	// asks for screening. Without it campaigns that ask for it are refused:
	// nobody would tell a person's call from a machine's, and whoever answers
	// would hear silence until the screening's time is up.
	Screening bool
	// CallerName is shown next to the campaign's number: letters and digits of
	// any script, dots, dashes, underscores, and spaces between them, at most
	// 64 bytes. Empty: none.
	CallerName string
}

const (
	defaultProfile = "external"
	defaultDial    = "XML"
	defaultContext = "default"
	maxEntries     = 1000
	day            = 24 * time.Hour
)

// Check returns nil or the first fault: a [*TextError], or an error that names
// the field, its value and its bound.
func (s *Site) Check() error {
	for _, list := range []struct {
		field string
		n     int
	}{{"Gateways", len(s.Gateways)}, {"Agents", len(s.Agents)}} {
		if list.n > maxEntries {
			return fmt.Errorf("freeswitch: %s has %d entries: at most %d", list.field, list.n, maxEntries)
		}
	}
	if s.ParkTimeout < 0 || s.ParkTimeout > day {
		return fmt.Errorf("freeswitch: ParkTimeout is %s: 0 to %s", s.ParkTimeout, day)
	}
	for i, g := range s.Gateways {
		if err := wordForm.check(fmt.Sprintf("Gateways[%d]", i), g); err != nil {
			return err
		}
	}
	for i, a := range s.Agents {
		if err := s.checkAllowed(fmt.Sprintf("Agents[%d]", i), a); err != nil {
			return err
		}
	}
	return s.checkWords()
}

func (s *Site) checkWords() error {
	if err := wordForm.check("Tag", s.Tag); err != nil {
		return err
	}
	if _, err := s.profile(); err != nil {
		return err
	}
	if s.Owner != "" {
		if err := wordForm.check("Owner", s.Owner); err != nil {
			return err
		}
	}
	if s.CallerName != "" {
		return checkCallerName("CallerName", s.CallerName)
	}
	return nil
}

// profile is the sofia profile of SIP URIs. "gateway" is none: the word turns
// the host that follows into a gateway's name.
func (s *Site) profile() (string, error) {
	if s.Profile == "" {
		return defaultProfile, nil
	}
	return s.Profile, checkProfile("Profile", s.Profile)
}

func checkProfile(field, name string) error {
	if name == "gateway" {
		return &TextError{Field: field, Value: name, At: -1, Why: "a sofia profile, which gateway is not"}
	}
	return wordForm.check(field, name)
}

// DefaultTrunk is the trunk of campaigns that name none; empty if there is none.
func (s *Site) DefaultTrunk() string {
	if len(s.Gateways) == 0 {
		return ""
	}
	return s.Gateways[0]
}

// trunk is the gateway of plain numbers: the named one, or the default.
func (s *Site) trunk(named string) (string, error) {
	if named == "" {
		named = s.DefaultTrunk()
	}
	if err := wordForm.check("Trunk", named); err != nil {
		return "", err
	}
	if !slices.Contains(s.Gateways, named) {
		return "", &TextError{Field: "Trunk", Value: named, At: -1, Why: "one of the gateways that the host allows"}
	}
	return named, nil
}
