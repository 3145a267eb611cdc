package campaign

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// Spec is a campaign's settings. Start from [Defaults]; each field says its
// default, its unit and its bounds. Of texts that are not empty a character can be
// seen: they are not of blanks alone. The guide is the Ominis campaign guide,
// whose bounds hold where it gives any.
type Spec struct {
	// Name is for people: 1 to 255 characters. No default.
	Name string

	// Shape is who is called first. Default contact first; the guide's
	// campaigns are agent first.
	Shape attempt.Shape
	// Agent is the endpoint of the agent's leg in the agent-first shape where
	// the host counts no agents: the guide's caller_id. Up to 255 characters.
	Agent string
	// Destination is the extension that takes answered calls in the
	// contact-first shape where the host counts no agents. Up to 255 characters.
	Destination string
	// Dialplan and Context say where Destination is looked up. Defaults "XML"
	// and "default". Up to 255 characters each.
	Dialplan string
	Context  string
	// CallerID is the number shown to contacts: + and 1 to 20 digits, or
	// empty for the trunk's own.
	CallerID string
	// Trunk is the gateway for plain numbers, one that the host configured.
	// Empty: the adapter's default.
	Trunk string
	// Gateways are the gateways that contacts given as dial strings
	// (sofia/gateway/NAME/NUMBER) may name. Default none: no dial strings.
	Gateways []string
	// Symbols allows * and # in the numbers of contacts. Default no.
	Symbols bool

	// RingTimeout is how long each leg rings. Default 30 s; 1 s to 300 s.
	RingTimeout time.Duration
	// MaxConcurrent is the campaign's lines. Default 10; 1 to the host's
	// ceiling (100 unless configured).
	MaxConcurrent int
	// CallsPerSecond is how many calls may start in any second, over all
	// workers. Default 10; 1 to 10,000. The guide pauses a second after each
	// originate; that is its loop's weakness, not a rule.
	CallsPerSecond int

	// Retries is the contact's total per run, over all outcomes: dials beyond
	// the first. Default 3; 0 to 10.
	Retries int
	// RetryDelay is the time from the end of a call to its retry. Default
	// 300 s; 60 s to 3,600 s. Pausing the campaign freezes it.
	RetryDelay time.Duration
	// RetryRules overrides what follows single outcomes. Default: an invalid
	// number is never retried, machines and abandoned calls are not either
	// (naming them here opts in), everything else as RetryDelay says.
	RetryRules map[attempt.Outcome]RetryRule

	// Callbacks is how many callbacks one contact may ask for in a run.
	// Default 3; 0 to 10.
	Callbacks int
	// CallbackTries is how often an unanswered callback is re-dialled. Each
	// re-dial also spends one of Retries. Default 2; 0 to 10.
	CallbackTries int
	// CallbackDelay is the time between such re-dials. Default 300 s; 60 s to 86,400 s.
	CallbackDelay time.Duration

	// DispositionWait is how long an ended conversation waits for its
	// disposition. Default 0: none is expected. Up to 24 h.
	DispositionWait time.Duration
	// WrapUp is the least time that an agent is left alone after a call.
	// Default 0. Up to 1 h.
	WrapUp time.Duration

	// Screening asks the switch to tell persons from machines on answer.
	// Default off. ScreeningTimeout is how long it may take; then the call is
	// treated as a person's. Default 4 s; 1 s to 30 s.
	Screening        bool
	ScreeningTimeout time.Duration
	// AgentWait is how long an answered person waits for an agent before the
	// call counts as abandoned and is hung up. Default 2 s (47 CFR
	// 64.1200(a)(7)); 1 s to 60 s.
	AgentWait time.Duration

	// Zone is the IANA time zone of the windows. Default "UTC".
	Zone string
	// Windows are the hours in which the campaign dials. Default none: always.
	Windows []Window
	// Date makes it a single-day campaign, "2006-01-02" in Zone: when that
	// day's last window ends, what still waits becomes window_closed. Default none.
	Date string

	// FailAfter is how long the switch may take no call at all before the
	// campaign fails. Default 5 min; 10 s to 24 h.
	FailAfter time.Duration
	// RefusedBackoff is how long a contact waits whose dial the switch refused;
	// it doubles up to 32 times. Default 10 s; 1 s to 10 min.
	RefusedBackoff time.Duration
}

// RetryRule is what follows one outcome.
type RetryRule struct {
	// Never ends the contact on this outcome.
	Never bool
	// Delay replaces the campaign's RetryDelay. 0: the campaign's. Bounds
	// 60 s to 30 days.
	Delay time.Duration
	// Max is how many retries the outcome may spend, under the campaign's
	// Retries. 0: as many as there are. Up to 10.
	Max int
}

// DefaultCeiling bounds MaxConcurrent where the host sets no other ceiling; it
// is the guide's.
const DefaultCeiling = 100

// Defaults returns a spec with the documented defaults. It lacks a name.
func Defaults() Spec {
	return Spec{
		Dialplan:         "XML",
		Context:          "default",
		RingTimeout:      30 * time.Second,
		MaxConcurrent:    10,
		CallsPerSecond:   10,
		Retries:          3,
		RetryDelay:       300 * time.Second,
		Callbacks:        3,
		CallbackTries:    2,
		CallbackDelay:    300 * time.Second,
		ScreeningTimeout: 4 * time.Second,
		AgentWait:        2 * time.Second,
		Zone:             "UTC",
		FailAfter:        5 * time.Minute,
		RefusedBackoff:   10 * time.Second,
	}
}

// Rules are the settings that the attempt's machine reads.
func (s *Spec) Rules() attempt.Rules {
	r := attempt.Rules{
		Shape:           s.Shape,
		Screening:       s.Screening,
		DispositionWait: s.DispositionWait,
		Retries:         s.Retries,
		Callbacks:       s.Callbacks,
		CallbackTries:   s.CallbackTries,
		CallbackDelay:   s.CallbackDelay,
		Backoff:         s.RefusedBackoff,
	}
	for o := range r.Retry {
		r.Retry[o] = s.retryRule(attempt.Outcome(o))
	}
	return r
}

func (s *Spec) retryRule(o attempt.Outcome) attempt.RetryRule {
	rule, named := s.RetryRules[o]
	out := attempt.RetryRule{Never: rule.Never, Delay: rule.Delay, Max: rule.Max}
	if out.Delay == 0 {
		out.Delay = s.RetryDelay
	}
	if out.Max == 0 {
		out.Max = -1
	}
	if !named {
		switch o {
		case attempt.OutcomeInvalidNumber, attempt.OutcomeMachine, attempt.OutcomeAbandoned:
			out.Never = true
		}
	}
	return out
}

// Clone copies the spec deeply.
func (s Spec) Clone() Spec {
	s.Gateways = append([]string(nil), s.Gateways...)
	s.Windows = append([]Window(nil), s.Windows...)
	if s.RetryRules != nil {
		rules := make(map[attempt.Outcome]RetryRule, len(s.RetryRules))
		for o, r := range s.RetryRules {
			rules[o] = r
		}
		s.RetryRules = rules
	}
	return s
}

// Allow is what the campaign allows its contacts' addresses to be.
func (s *Spec) Allow() Allow { return Allow{Gateways: s.Gateways, Symbols: s.Symbols} }
