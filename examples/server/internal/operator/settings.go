package operator

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Settings are a campaign's settings on the wire. What a request leaves out has
// its default in a new campaign, and stays as it is in an edit.
type Settings struct {
	Name string `json:"name" required:"false" doc:"For people: 1 to 255 characters. A new campaign needs one."`

	Shape       string   `json:"shape" required:"false" enum:"contact_first,agent_first" default:"contact_first" doc:"Who is called first."`
	Agent       string   `json:"agent" required:"false" doc:"The agent's endpoint in the agent-first shape, where the server counts no agents. Up to 255 characters."`
	Destination string   `json:"destination" required:"false" doc:"The extension that takes answered calls in the contact-first shape, where the server counts no agents. Up to 255 characters. If left out, the server's own, where it has one."`
	Dialplan    string   `json:"dialplan" required:"false" default:"XML" doc:"Where the destination is looked up."`
	Context     string   `json:"context" required:"false" default:"default" doc:"The dialplan's context."`
	CallerID    string   `json:"caller_id" required:"false" doc:"The number shown to contacts: an optional + and 1 to 20 digits. Empty: the trunk's own."`
	Trunk       string   `json:"trunk" required:"false" doc:"The gateway for plain numbers, one that the server is configured with. Empty: the switch's default."`
	Gateways    []string `json:"gateways" required:"false" nullable:"false" doc:"The gateways that contacts given as dial strings may name, of those that the server allows; if left out, all of them."`
	Symbols     bool     `json:"symbols" required:"false" doc:"Allow * and # in the numbers of contacts."`

	RingTimeout    float64 `json:"ring_timeout" required:"false" minimum:"0" maximum:"2592000" default:"30" doc:"Seconds that each leg rings: 1 to 300."`
	MaxConcurrent  whole   `json:"max_concurrent" required:"false" minimum:"1" default:"10" doc:"The campaign's lines."`
	CallsPerSecond whole   `json:"calls_per_second" required:"false" minimum:"1" default:"10" doc:"Calls that may start in any second: 1 to 10,000."`

	Retries    whole                `json:"retries" required:"false" minimum:"0" default:"3" doc:"Dials of a contact beyond the first, over all outcomes: 0 to 10."`
	RetryDelay float64              `json:"retry_delay" required:"false" minimum:"0" maximum:"2592000" default:"300" doc:"Seconds from the end of a call to its retry: 60 to 3,600."`
	RetryRules map[string]RetryRule `json:"retry_rules" required:"false" doc:"What follows single outcomes, by outcome. If given, it replaces all rules."`

	Callbacks     whole   `json:"callbacks" required:"false" minimum:"0" default:"3" doc:"Callbacks that one contact may ask for: 0 to 10."`
	CallbackTries whole   `json:"callback_tries" required:"false" minimum:"0" default:"2" doc:"Re-dials of a callback that is not answered: 0 to 10."`
	CallbackDelay float64 `json:"callback_delay" required:"false" minimum:"0" maximum:"2592000" default:"300" doc:"Seconds between such re-dials: 60 to 86,400."`

	DispositionWait float64 `json:"disposition_wait" required:"false" minimum:"0" maximum:"2592000" default:"0" doc:"Seconds that an ended conversation waits for its disposition: up to 86,400. 0: none is expected."`
	WrapUp          float64 `json:"wrap_up" required:"false" minimum:"0" maximum:"2592000" default:"0" doc:"Seconds that an agent is left alone after a call, at the least: up to 3,600."`

	Screening        bool    `json:"screening" required:"false" doc:"Ask the switch to tell persons from machines on answer."`
	ScreeningTimeout float64 `json:"screening_timeout" required:"false" minimum:"0" maximum:"2592000" default:"4" doc:"Seconds that screening may take; then the call is treated as a person's: 1 to 30."`
	AgentWait        float64 `json:"agent_wait" required:"false" minimum:"0" maximum:"2592000" default:"2" doc:"Seconds that an answered person waits for an agent before the call counts as abandoned: 1 to 60."`

	Zone    string   `json:"zone" required:"false" default:"UTC" doc:"The IANA time zone of the windows."`
	Windows []Window `json:"windows" required:"false" nullable:"false" doc:"The hours in which the campaign dials. None: always."`
	Date    string   `json:"date" required:"false" doc:"Makes it a single-day campaign: that day, as 2006-01-02 in the zone. Empty: it is none."`

	FailAfter      float64 `json:"fail_after" required:"false" minimum:"0" maximum:"2592000" default:"300" doc:"Seconds that the switch may take no call at all before the campaign fails: 10 to 86,400."`
	RefusedBackoff float64 `json:"refused_backoff" required:"false" minimum:"0" maximum:"2592000" default:"10" doc:"Seconds that a contact waits whose dial the switch refused, doubled up to 32 times: 1 to 600."`
}

// RetryRule is what follows one outcome.
type RetryRule struct {
	Never bool    `json:"never" required:"false" doc:"The contact is not called again after this outcome."`
	Delay float64 `json:"delay" required:"false" minimum:"0" maximum:"2592000" doc:"Seconds that replace retry_delay: 60 to 2,592,000. 0: retry_delay."`
	Max   whole   `json:"max" required:"false" minimum:"0" doc:"Retries that this outcome may spend: up to 10. 0: as many as there are."`
}

// Window is a span of civil time on some weekdays. It does not cross midnight.
type Window struct {
	Days string `json:"days,omitempty" doc:"Weekdays, as mon,tue,fri. Empty: every day."`
	From string `json:"from" doc:"HH:MM"`
	To   string `json:"to" doc:"HH:MM, up to and not including it; 24:00 is the end of the day."`
}

// span pairs a number of seconds with the setting that it is.
type span struct {
	wire *float64
	spec *time.Duration
}

func spans(s *Settings, spec *campaign.Spec) []span {
	return []span{
		{&s.RingTimeout, &spec.RingTimeout}, {&s.RetryDelay, &spec.RetryDelay}, {&s.CallbackDelay, &spec.CallbackDelay},
		{&s.DispositionWait, &spec.DispositionWait}, {&s.WrapUp, &spec.WrapUp}, {&s.AgentWait, &spec.AgentWait},
		{&s.ScreeningTimeout, &spec.ScreeningTimeout}, {&s.FailAfter, &spec.FailAfter}, {&s.RefusedBackoff, &spec.RefusedBackoff},
	}
}

// duration is a number of seconds as a store keeps it.
func duration(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds*1e6)) * time.Microsecond
}

// settings are a campaign's settings on the wire.
func settings(spec *campaign.Spec) Settings {
	s := Settings{
		Name: spec.Name, Shape: spec.Shape.String(), Agent: spec.Agent, Destination: spec.Destination,
		Dialplan: spec.Dialplan, Context: spec.Context, CallerID: spec.CallerID, Trunk: spec.Trunk,
		Gateways: append([]string{}, spec.Gateways...), Symbols: spec.Symbols, MaxConcurrent: whole(spec.MaxConcurrent),
		CallsPerSecond: whole(spec.CallsPerSecond), Retries: whole(spec.Retries), RetryRules: map[string]RetryRule{},
		Callbacks: whole(spec.Callbacks), CallbackTries: whole(spec.CallbackTries), Screening: spec.Screening,
		Zone: spec.Zone, Windows: []Window{}, Date: spec.Date,
	}
	for _, p := range spans(&s, spec) {
		*p.wire = p.spec.Seconds()
	}
	for o, r := range spec.RetryRules {
		s.RetryRules[o.String()] = RetryRule{Never: r.Never, Delay: r.Delay.Seconds(), Max: whole(r.Max)}
	}
	for _, w := range spec.Windows {
		s.Windows = append(s.Windows, Window{Days: w.Days.String(), From: w.From.String(), To: w.To.String()})
	}
	return s
}

// change reads a request's settings over those that there are. The body has been
// checked against the document already, and has no field twice.
func change(spec campaign.Spec, body []byte) (campaign.Spec, error) {
	s := settings(&spec)
	given := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &given); err != nil {
		return spec, invalidInput("body", err.Error(), nil)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if string(given[name]) == "null" {
			return spec, invalidInput("body."+name, "want a value; what is left out stays as it is", nil)
		}
	}
	s.replace(given)
	if err := json.Unmarshal(body, &s); err != nil {
		return spec, invalidInput("body", err.Error(), nil)
	}
	return s.spec()
}

// replace empties the lists that a request gives: JSON is read over what is
// there, and would mix the new with the old.
func (s *Settings) replace(given map[string]json.RawMessage) {
	for name, empty := range map[string]func(){
		"gateways":    func() { s.Gateways = nil },
		"retry_rules": func() { s.RetryRules = nil },
		"windows":     func() { s.Windows = nil },
	} {
		if _, ok := given[name]; ok {
			empty()
		}
	}
}

// spec is what the settings are to the library, whose rules they have yet to pass.
func (s *Settings) spec() (campaign.Spec, error) {
	spec := campaign.Spec{
		Name: s.Name, Agent: s.Agent, Destination: s.Destination, Dialplan: s.Dialplan, Context: s.Context,
		CallerID: s.CallerID, Trunk: s.Trunk, Gateways: s.Gateways, Symbols: s.Symbols, MaxConcurrent: int(s.MaxConcurrent),
		CallsPerSecond: int(s.CallsPerSecond), Retries: int(s.Retries), Callbacks: int(s.Callbacks), CallbackTries: int(s.CallbackTries),
		Screening: s.Screening, Zone: s.Zone, Date: s.Date,
	}
	for _, p := range spans(s, &spec) {
		*p.spec = duration(*p.wire)
	}
	var faults []*huma.ErrorDetail
	check := func(location string, value any, err error) {
		if err != nil {
			faults = append(faults, fault("body."+location, err.Error(), value))
		}
	}
	check("shape", s.Shape, spec.Shape.UnmarshalText([]byte(s.Shape)))
	for _, name := range slices.Sorted(maps.Keys(s.RetryRules)) {
		o, err := attempt.ParseOutcome(name)
		check("retry_rules", name, err)
		if spec.RetryRules == nil {
			spec.RetryRules = map[attempt.Outcome]campaign.RetryRule{}
		}
		r := s.RetryRules[name]
		spec.RetryRules[o] = campaign.RetryRule{Never: r.Never, Delay: duration(r.Delay), Max: int(r.Max)}
	}
	for i, w := range s.Windows {
		var window campaign.Window
		at := fmt.Sprintf("windows[%d].", i)
		check(at+"days", w.Days, window.Days.UnmarshalText([]byte(w.Days)))
		check(at+"from", w.From, window.From.UnmarshalText([]byte(w.From)))
		check(at+"to", w.To, window.To.UnmarshalText([]byte(w.To)))
		spec.Windows = append(spec.Windows, window)
	}
	if len(faults) > 0 {
		return spec, problem(422, "validation failed", faults...)
	}
	return spec, nil
}
