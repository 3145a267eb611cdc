package outdial_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// gateways is a configuration with a list of gateways.
func gateways(names ...string) func(*outdial.Config) {
	return func(c *outdial.Config) { c.Gateways = append([]string{}, names...) }
}

func TestACampaignNamesOnlyGatewaysOfTheHosts(t *testing.T) {
	for _, c := range []struct {
		name   string
		edit   func(*campaign.Spec)
		faults string
	}{
		{"none", func(*campaign.Spec) {}, ""},
		{"one of them", func(s *campaign.Spec) { s.Gateways = []string{"north"} }, ""},
		{"all of them", func(s *campaign.Spec) { s.Gateways = []string{"south", "north"} }, ""},
		{"another", func(s *campaign.Spec) { s.Gateways = []string{"north", "evil"} }, "Gateways[1]"},
		{"one in capitals", func(s *campaign.Spec) { s.Gateways = []string{"North"} }, "Gateways[0]"},
		{"an agent's", func(s *campaign.Spec) { s.Agent = "sofia/gateway/north/+331" }, ""},
		{"an agent's other", func(s *campaign.Spec) { s.Agent = "sofia/gateway/evil/+331" }, "Agent"},
		{"an agent's other in capitals", func(s *campaign.Spec) { s.Agent = "SOFIA/Gateway/evil/+331" }, "Agent"},
		{"an agent's in capitals", func(s *campaign.Spec) { s.Agent = "SOFIA/Gateway/north/+331" }, ""},
		{"an agent's without a name", func(s *campaign.Spec) { s.Agent = "sofia/gateway/" }, "Agent"},
		{"an agent's second leg", func(s *campaign.Spec) { s.Agent = "sofia/gateway/north/1,sofia/gateway/evil/2" }, "Agent"},
		{"an agent's leg behind variables", func(s *campaign.Spec) { s.Agent = "[a=b]sofia/gateway/evil/2" }, "Agent"},
		{"an agent without a gateway", func(s *campaign.Spec) { s.Agent = "user/1000" }, ""},
		{"a destination's other", func(s *campaign.Spec) { s.Destination = "sofia/gateway/evil/1" }, "Destination"},
		{"a destination's", func(s *campaign.Spec) { s.Destination = "sofia/gateway/south/1" }, ""},
		{"others throughout", func(s *campaign.Spec) {
			s.Gateways, s.Agent = []string{"a", "b"}, "sofia/gateway/c/1"
			s.Destination = "sofia/gateway/d/1"
		}, "Gateways[0] Gateways[1] Agent Destination"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, d := desk(t, gateways("north", "south"))
			free := s.clerk() // has no list
			spec := campaign.Defaults()
			spec.Name = "Autumn offer"
			c.edit(&spec)
			known, err := free.Create(s.ctx, spec)
			s.must(err)
			_, created := d.Create(s.ctx, spec)
			_, cloned := d.Clone(s.ctx, known.ID, "", false)
			for name, err := range map[string]error{"Create": created, "Edit": d.Edit(s.ctx, known.ID, spec), "Clone": cloned} {
				if c.faults == "" {
					s.must(err)
				} else if got := faultyFields(err); got != c.faults {
					t.Errorf("%s: %v, want faults of %s", name, err, c.faults)
				}
			}
		})
	}
}

func TestWithoutAListAnyGatewayMayBeNamedAndWithAnEmptyOneNone(t *testing.T) {
	spec := campaign.Defaults()
	spec.Name, spec.Gateways, spec.Agent = "Autumn offer", []string{"north"}, "sofia/gateway/south/1"
	s, open := desk(t)
	_, err := open.Create(s.ctx, spec)
	s.must(err)
	_, closed := desk(t, gateways())
	if _, err := closed.Create(s.ctx, spec); faultyFields(err) != "Gateways[0] Agent" {
		t.Errorf("with an empty list: %v", err)
	}
}

func TestAFaultOfAGatewaySaysWhichWouldDo(t *testing.T) {
	spec := campaign.Defaults()
	spec.Name, spec.Gateways, spec.Agent = "Autumn offer", []string{"evil"}, "sofia/gateway/bad/1"
	for _, c := range []struct {
		have []string
		want string
	}{
		{[]string{"north", "south"}, `invalid campaign spec: Gateways[0] is "evil": want a gateway that the configuration allows: north, south; ` +
			`Agent is "sofia/gateway/bad/1": want a gateway that the configuration allows: north, south; it names "bad"`},
		{nil, `invalid campaign spec: Gateways[0] is "evil": want no gateway: the configuration allows none; ` +
			`Agent is "sofia/gateway/bad/1": want no gateway: the configuration allows none; it names "bad"`},
	} {
		s, d := desk(t, gateways(c.have...))
		if _, err := d.Create(s.ctx, spec); err == nil || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

// fussy is a switch that finds fault with what it is asked.
type fussy struct {
	ports.Telephony
	err error
}

func (f fussy) CheckSpec(*campaign.Spec) error { return f.err }

func TestFaultsOfAllChecksAreReportedTogether(t *testing.T) {
	finds := func(fields ...string) error {
		e := &campaign.InvalidError{What: "campaign spec"}
		for _, f := range fields {
			e.Faults = append(e.Faults, campaign.Fault{Field: f, Want: "the switch's"})
		}
		return e
	}
	broken := errors.New("the switch does not know")
	for _, c := range []struct {
		name   string
		says   error // the switch
		edit   func(*campaign.Spec)
		faults string
	}{
		{"each finds one", finds("CallerID"), func(s *campaign.Spec) {
			s.Retries, s.Destination, s.Trunk, s.Gateways = 11, "", "west", []string{"evil"}
		}, "Retries Destination Trunk Gateways[0] CallerID"},
		{"two find the same", finds("Trunk", "Agent"), func(s *campaign.Spec) { s.Trunk = "a b" }, "Trunk Agent"},
		{"the switch alone", finds("Agent"), func(*campaign.Spec) {}, "Agent"},
		{"the switch cannot say", broken, func(s *campaign.Spec) { s.Retries = 11 }, "Retries"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, d := desk(t, gateways("north"), func(cfg *outdial.Config) { cfg.Telephony = fussy{err: c.says} })
			spec := campaign.Defaults()
			spec.Name, spec.Destination = "Autumn offer", "1000"
			c.edit(&spec)
			_, err := d.Create(s.ctx, spec)
			if got := faultyFields(err); got != c.faults {
				t.Fatalf("%v, want faults of %s", err, c.faults)
			}
			if strings.Count(err.Error(), "invalid campaign spec: ") != 1 {
				t.Errorf("it is not one error: %v", err)
			}
		})
	}
	s, d := desk(t, func(cfg *outdial.Config) { cfg.Telephony = fussy{err: broken} })
	spec := campaign.Defaults()
	spec.Name, spec.Destination = "Autumn offer", "1000"
	if _, err := d.Create(s.ctx, spec); !errors.Is(err, broken) || errors.Is(err, campaign.ErrInvalid) {
		t.Errorf("what is no fault of the spec is said as %v", err)
	}
}
