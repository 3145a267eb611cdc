package outdial

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// check refuses a spec that this dialler cannot carry out. What the checks find
// is reported together, so that who mends it need not ask again for each; of a
// field that two of them find wrong only the first speaks.
func (d *Dialler) check(spec *campaign.Spec) error {
	var all []campaign.Fault
	var other error
	for _, err := range []error{
		spec.Validate(d.cfg.MaxConcurrent), d.checkTaker(spec), d.checkTrunk(spec), d.checkGateways(spec), d.checkSwitch(spec),
	} {
		if bad := (*campaign.InvalidError)(nil); errors.As(err, &bad) {
			all = append(all, fresh(bad.Faults, all)...)
		} else if err != nil {
			other = err // a Telephony's own; it says so again once the faults are mended
		}
	}
	if len(all) == 0 {
		return other
	}
	return invalidSpec(all...)
}

// fresh leaves out the faults of fields that are known to be wrong.
func fresh(faults, known []campaign.Fault) []campaign.Fault {
	return slices.DeleteFunc(slices.Clone(faults), func(f campaign.Fault) bool {
		return slices.ContainsFunc(known, func(k campaign.Fault) bool { return k.Field == f.Field })
	})
}

func invalidSpec(faults ...campaign.Fault) error {
	return &campaign.InvalidError{What: "campaign spec", Faults: faults}
}

// checkTaker refuses a spec whose answered calls nobody would take. A process
// that only takes commands does not know whether the workers count agents.
func (d *Dialler) checkTaker(spec *campaign.Spec) error {
	if d.cfg.Agents != nil || d.cfg.Telephony == nil {
		return nil
	}
	field, taker := "Destination", spec.Destination
	if spec.Shape == attempt.AgentFirst {
		field, taker = "Agent", spec.Agent
	}
	if taker != "" {
		return nil
	}
	return invalidSpec(campaign.Fault{Field: field, Value: taker, Want: "who takes the calls, as no Agents are configured"})
}

// checkTrunk refuses a spec that names a trunk nobody configured.
func (d *Dialler) checkTrunk(spec *campaign.Spec) error {
	configured := func(t Trunk) bool { return t.Name == spec.Trunk }
	if spec.Trunk == "" || slices.ContainsFunc(d.cfg.Trunks, configured) {
		return nil
	}
	return invalidSpec(campaign.Fault{Field: "Trunk", Value: spec.Trunk, Want: "a trunk of the configuration"})
}

// checkGateways holds a spec to the host's list of gateways, where it has one.
func (d *Dialler) checkGateways(spec *campaign.Spec) error {
	if d.cfg.Gateways == nil {
		return nil
	}
	var faults []campaign.Fault
	want := "no gateway: the configuration allows none"
	if len(d.cfg.Gateways) > 0 {
		want = "a gateway that the configuration allows: " + strings.Join(d.cfg.Gateways, ", ")
	}
	for i, g := range spec.Gateways {
		if !slices.Contains(d.cfg.Gateways, g) {
			faults = append(faults, campaign.Fault{Field: fmt.Sprintf("Gateways[%d]", i), Value: g, Want: want})
		}
	}
	for _, taker := range []campaign.Fault{
		{Field: "Agent", Value: spec.Agent}, {Field: "Destination", Value: spec.Destination},
	} {
		if name, found := strange(taker.Value.(string), d.cfg.Gateways); found {
			taker.Want = fmt.Sprintf("%s; it names %q", want, name)
			faults = append(faults, taker)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return invalidSpec(faults...)
}

// gated is how a dial string begins, or a part of one, that goes through a gateway.
const gated = "sofia/gateway/"

// strange returns the first gateway in a dial string that is not on the list. A
// switch may read several legs in one string, and does not tell capitals apart
// before the gateway's name.
func strange(dial string, allowed []string) (name string, found bool) {
	for i := 0; i+len(gated) <= len(dial); i++ {
		if !strings.EqualFold(dial[i:i+len(gated)], gated) {
			continue
		}
		if name, _, _ = strings.Cut(dial[i+len(gated):], "/"); !slices.Contains(allowed, name) {
			return name, true
		}
	}
	return "", false
}

// checkSwitch asks the switch, where it can say, whether it could be told.
func (d *Dialler) checkSwitch(spec *campaign.Spec) error {
	if s, ok := d.cfg.Telephony.(ports.SpecChecker); ok {
		return s.CheckSpec(spec)
	}
	return nil
}
