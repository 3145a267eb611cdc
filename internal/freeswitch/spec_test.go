package freeswitch_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// checked is a switch that is only asked about specs.
type checked struct {
	ports.Telephony
	site *freeswitch.Site
}

func (c checked) CheckSpec(spec *campaign.Spec) error { return c.site.CheckSpec(spec) }

func TestAGatewayThatTheConfigurationRefusesTooIsReportedOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		allowed []string // by the configuration; the switch has trunk and spare
		asked   []string
		want    []string // fields
	}{
		{"both refuse one", []string{"trunk"}, []string{"trunk", "evil"}, []string{"Gateways[1]"}},
		{"both refuse two", []string{"trunk"}, []string{"evil", "trunk", "worse"}, []string{"Gateways[0]", "Gateways[2]"}},
		{"each refuses another", []string{"trunk", "far"}, []string{"spare", "far"}, []string{"Gateways[0]", "Gateways[1]"}},
		{"the switch alone", nil, []string{"trunk", "evil"}, []string{"Gateways[1]"}},
		{"it is no name", nil, []string{"a b"}, []string{"Gateways[0]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: checked{site: lab()}, Gateways: c.allowed})
			if err != nil {
				t.Fatal(err)
			}
			spec := campaign.Defaults()
			spec.Name, spec.Destination, spec.Gateways = "spring", "7000", c.asked
			_, err = d.Create(t.Context(), spec)
			var invalid *campaign.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatal(err)
			}
			var fields []string
			for _, f := range invalid.Faults {
				fields = append(fields, f.Field)
			}
			if diff := cmp.Diff(c.want, fields); diff != "" {
				t.Errorf("the faults differ (-want +got):\n%s\n%v", diff, err)
			}
		})
	}
}
