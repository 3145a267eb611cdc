package freeswitch

import (
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// CheckSpec says what in a campaign's settings this switch could never be told,
// so that it is refused when the campaign is made and not call by call: all at
// once, as a [campaign.InvalidError]. Fields have the names that the core gives
// them, Gateways[1] for the second: so one that both refuse is reported once.
func (s *Site) CheckSpec(spec *campaign.Spec) error {
	var faults []campaign.Fault
	note := func(field string, value any, err error) {
		if err != nil {
			faults = append(faults, campaign.Fault{Field: field, Value: value, Want: bound(err)})
		}
	}
	_, err := s.trunk(spec.Trunk)
	note("Trunk", spec.Trunk, err)
	for i, g := range spec.Gateways {
		_, err := s.trunk(g)
		note(fmt.Sprintf("Gateways[%d]", i), g, err)
	}
	if spec.Symbols && !s.Symbols {
		note("Symbols", true, errors.New("false: the host does not let this switch be told of them"))
	}
	if spec.Screening && !s.Screening {
		note("Screening", true, errors.New("false: the host does not let this switch screen calls"))
	}
	if spec.CallerID != "" {
		note("CallerID", spec.CallerID, checkCallerID("CallerID", spec.CallerID))
	}
	if spec.Agent != "" && spec.Shape == attempt.AgentFirst {
		_, err := s.AgentLeg(ports.ID{}, ports.ID{}, spec.Agent, time.Second)
		note("Agent", spec.Agent, err)
	}
	if spec.Destination != "" && spec.Shape == attempt.ContactFirst {
		to := ports.Target{Destination: spec.Destination, Dialplan: spec.Dialplan, Context: spec.Context}
		_, err := s.Transfer(ports.ID{}, to)
		name, value := refused(err)
		note(name, value, err)
	}
	if len(faults) == 0 {
		return nil
	}
	return &campaign.InvalidError{What: "campaign spec", Faults: faults}
}

// CheckTarget reports whether a call can be attached to the target, as far as
// can be said without the switch.
func (s *Site) CheckTarget(call ports.ID, to ports.Target) error {
	if to.Agent == "" {
		_, err := s.Transfer(call, to)
		return err
	}
	_, err := s.AgentLeg(call, call, to.Agent, time.Second)
	return err
}

// bound is what would have done.
func bound(err error) string {
	var text *TextError
	if errors.As(err, &text) {
		return text.Why
	}
	return err.Error()
}

// refused is the field that a text was refused for, and the text.
func refused(err error) (string, string) {
	var text *TextError
	if errors.As(err, &text) {
		return text.Field, text.Value
	}
	return "Destination", ""
}
