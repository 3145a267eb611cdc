package freeswitch_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/attempt"
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

func TestACampaignThatAsksForScreeningIsRefusedWhereTheHostHasNone(t *testing.T) {
	spec := campaign.Spec{Destination: "7000", Screening: true}
	if err := lab().CheckSpec(&spec); err != nil {
		t.Errorf("with screening: %v", err)
	}
	site := lab()
	site.Screening = false
	err := site.CheckSpec(&spec)
	var invalid *campaign.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 1 || invalid.Faults[0].Field != "Screening" || invalid.Faults[0].Value != true {
		t.Errorf("without: %v, want a fault of Screening alone", err)
	}
	if spec.Screening = false; site.CheckSpec(&spec) != nil {
		t.Errorf("nobody asks for it: %v", site.CheckSpec(&spec))
	}
}

// TestBoundsReadAfterWant: a fault says "X is Y: want Z", so Z is what would do.
func TestBoundsReadAfterWant(t *testing.T) {
	for _, c := range []struct {
		spec campaign.Spec
		want string
	}{
		{campaign.Spec{Trunk: "evil"}, `Trunk is "evil": want one of the gateways that the host allows`},
		{campaign.Spec{Gateways: []string{"evil"}}, `Gateways[0] is "evil": want one of the gateways that the host allows`},
		{campaign.Spec{Shape: attempt.AgentFirst, Agent: "sofia/gateway/evil/1"},
			`Agent is "sofia/gateway/evil/1": want an endpoint that the host allows for agents`},
		{campaign.Spec{Shape: attempt.ContactFirst, Destination: "7000", Dialplan: "inline"},
			`Dialplan is "inline": want a dialplan that looks extensions up: inline runs applications`},
		{campaign.Spec{Trunk: "mod_event_socket"}, `Trunk is "mod_event_socket": want no word that the switch acts on wherever it stands`},
	} {
		if err := lab().CheckSpec(&c.spec); err == nil || err.Error() != "invalid campaign spec: "+c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

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
