package campaign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/attempt"
)

// maxText bounds names and addresses, in characters; the guide's schema has it.
const maxText = 255

var (
	numberForm  = regexp.MustCompile(`^\+?[0-9]{1,20}$`)
	gatewayForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// Validate reports every broken field at once, as an [*InvalidError]. The
// ceiling bounds MaxConcurrent.
func (s *Spec) Validate(ceiling int) error {
	var f faults
	shown(&f, "Name", s.Name, 1)
	shown(&f, "Agent", s.Agent, 0)
	shown(&f, "Destination", s.Destination, 0)
	shown(&f, "Dialplan", s.Dialplan, 1)
	shown(&f, "Context", s.Context, 1)
	if s.CallerID != "" && !numberForm.MatchString(s.CallerID) {
		f.add("CallerID", s.CallerID, "an optional + and 1 to 20 digits")
	}
	if s.Shape > attempt.AgentFirst {
		f.add("Shape", s.Shape, "contact_first or agent_first")
	}
	s.checkGateways(&f)
	s.checkLimits(&f, ceiling)
	s.checkRetries(&f)
	s.checkTimes(&f)
	s.checkHours(&f)
	return f.err("campaign spec")
}

// gatewayWant is gatewayForm in words.
const gatewayWant = "letters, digits, dot, dash or underscore, at most 64"

func (s *Spec) checkGateways(f *faults) {
	if s.Trunk != "" && !gatewayForm.MatchString(s.Trunk) {
		f.add("Trunk", s.Trunk, gatewayWant)
	}
	gateways(f, s.Gateways)
}

// ValidateGateways reports every name that no gateway can have, as an
// [*InvalidError] whose fields are Gateways[0], Gateways[1] and so on: the rule
// that [Spec.Validate] has, for the host that makes a list of them.
func ValidateGateways(names []string) error {
	var f faults
	gateways(&f, names)
	return f.err("gateways")
}

func gateways(f *faults, names []string) {
	for i, g := range names {
		if !gatewayForm.MatchString(g) {
			f.add(fmt.Sprintf("Gateways[%d]", i), g, gatewayWant)
		}
	}
}

func (s *Spec) checkLimits(f *faults, ceiling int) {
	number(f, "MaxConcurrent", s.MaxConcurrent, 1, ceiling)
	number(f, "CallsPerSecond", s.CallsPerSecond, 1, 10_000)
	number(f, "Retries", s.Retries, 0, 10)
	number(f, "Callbacks", s.Callbacks, 0, 10)
	number(f, "CallbackTries", s.CallbackTries, 0, 10)
}

func (s *Spec) checkRetries(f *faults) {
	outcomes := make([]attempt.Outcome, 0, len(s.RetryRules))
	for o := range s.RetryRules {
		outcomes = append(outcomes, o)
	}
	slices.Sort(outcomes)
	for _, o := range outcomes {
		field, rule := fmt.Sprintf("RetryRules[%s]", o), s.RetryRules[o]
		if !o.Retryable() {
			f.add(field, o.String(), "an outcome that can be retried")
		}
		if rule.Delay != 0 {
			span(f, field+".Delay", rule.Delay, time.Minute, 30*24*time.Hour)
		}
		number(f, field+".Max", rule.Max, 0, 10)
	}
}

func (s *Spec) checkTimes(f *faults) {
	span(f, "RingTimeout", s.RingTimeout, time.Second, 300*time.Second)
	span(f, "RetryDelay", s.RetryDelay, time.Minute, time.Hour)
	span(f, "CallbackDelay", s.CallbackDelay, time.Minute, 24*time.Hour)
	span(f, "DispositionWait", s.DispositionWait, 0, 24*time.Hour)
	span(f, "WrapUp", s.WrapUp, 0, time.Hour)
	span(f, "ScreeningTimeout", s.ScreeningTimeout, time.Second, 30*time.Second)
	span(f, "AgentWait", s.AgentWait, time.Second, time.Minute)
	span(f, "FailAfter", s.FailAfter, 10*time.Second, 24*time.Hour)
	span(f, "RefusedBackoff", s.RefusedBackoff, time.Second, 10*time.Minute)
}

func number(f *faults, field string, v, least, most int) {
	if v < least || v > most {
		f.add(field, v, "%d to %d", least, most)
	}
}

func span(f *faults, field string, v, least, most time.Duration) {
	if v < least || v > most {
		f.add(field, v, "%v to %v", least, most)
	}
}

// shown is text of which, unless it is empty, something can be seen: people go by
// it, and of a name of blanks a page makes a link that nobody finds.
func shown(f *faults, field, v string, least int) {
	if text(f, field, v, least) && v != "" && !visible(v) {
		f.add(field, v, "a character that can be seen")
	}
}

// text accepts printable characters, and reports whether it did: what ends in a
// log, a CSV or a page must not carry control characters.
func text(f *faults, field, v string, least int) bool {
	if n := utf8.RuneCountInString(v); n < least || n > maxText {
		f.add(field, v, "%d to %d characters, it has %d", least, maxText, n)
		return false
	}
	if !printable(v) {
		f.add(field, v, "UTF-8 without control characters")
		return false
	}
	return true
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// visible reports whether a text has a character that shows: not only blanks, marks
// and fillers. Codes of dispositions have the same rule.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
	})
}
