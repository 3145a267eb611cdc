package campaign_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/campaign"
)

func TestAContactNeedsAnAddressOnly(t *testing.T) {
	c := campaign.Contact{Address: "+15551234567"}
	faults(t, c.Validate(campaign.Allow{}))
}

// variables makes n of them.
func variables(n int) map[string]string {
	all := map[string]string{}
	for i := range n {
		all[fmt.Sprintf("v%d", i)] = ""
	}
	return all
}

func TestContactsAreValidated(t *testing.T) {
	one := func(name, value string) map[string]string { return map[string]string{name: value} }
	for _, c := range []struct {
		name    string
		contact campaign.Contact
		want    []string
	}{
		{"no address", campaign.Contact{}, []string{"Address"}},
		{"bad address", campaign.Contact{Address: "1001 &system(id)"}, []string{"Address"}},
		{"dial string of an allowed gateway", campaign.Contact{Address: "sofia/gateway/trunk/5551234567"}, nil},
		{"dial string of another gateway", campaign.Contact{Address: "sofia/gateway/other/5551234567"}, []string{"Address"}},
		{"key and name of 255 characters", campaign.Contact{
			Address: "1", Key: strings.Repeat("ü", 255), Name: strings.Repeat("ü", 255),
		}, nil},
		{"key of 256 characters", campaign.Contact{Address: "1", Key: strings.Repeat("k", 256)}, []string{"Key"}},
		{"name of 256 characters", campaign.Contact{Address: "1", Name: strings.Repeat("n", 256)}, []string{"Name"}},
		{"name over two lines", campaign.Contact{Address: "1", Name: "a\nb"}, []string{"Name"}},
		{"not before the last hour there is", campaign.Contact{Address: "1", NotBefore: utc(9999, 12, 31, 23)}, nil},
		{"not before the year 10000 of UTC", campaign.Contact{Address: "1", NotBefore: utc(10000, 1, 1, 0)}, []string{"NotBefore"}},
		{"not before the year -1 of UTC", campaign.Contact{Address: "1", NotBefore: utc(-1, 12, 31, 23)}, []string{"NotBefore"}},
		{"64 variables", campaign.Contact{Address: "1", Variables: variables(64)}, nil},
		{"65 variables", campaign.Contact{Address: "1", Variables: variables(65)}, []string{"Variables"}},
		{"variable's name of 64 characters", campaign.Contact{Address: "1", Variables: one(strings.Repeat("n", 64), "")}, nil},
		{"variable's name of 65 characters", campaign.Contact{Address: "1", Variables: one("n"+strings.Repeat("n", 64), "")},
			[]string{"Variables[" + strings.Repeat("n", 65) + "]"}},
		{"variable's name with a dash", campaign.Contact{Address: "1", Variables: one("a-b", "")}, []string{"Variables[a-b]"}},
		{"variable's name with a digit first", campaign.Contact{Address: "1", Variables: one("1a", "")}, []string{"Variables[1a]"}},
		{"variable without a name", campaign.Contact{Address: "1", Variables: one("", "x")}, []string{"Variables[]"}},
		{"variable's value of 1,000 characters", campaign.Contact{Address: "1", Variables: one("v", strings.Repeat("ü", 1000))}, nil},
		{"variable's value of 1,001 characters", campaign.Contact{Address: "1", Variables: one("v", strings.Repeat("x", 1001))},
			[]string{"Variables[v]"}},
		{"variable's value not UTF-8", campaign.Contact{Address: "1", Variables: one("v", "\xff")}, []string{"Variables[v]"}},
		{"variable's value that a switch would misread", campaign.Contact{Address: "1", Variables: one("v", "a,b}${c}")}, nil},
		{"everything wrong at once", campaign.Contact{
			Key: "\x00", Name: "\x00", Variables: map[string]string{"b!": "", "a!": "\xff"},
		}, []string{"Address", "Key", "Name", "Variables[a!]", "Variables[a!]", "Variables[b!]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			faults(t, c.contact.Validate(campaign.Allow{Gateways: []string{"trunk"}}), c.want...)
		})
	}
}

func TestAContactsFaultsComeInAFixedOrder(t *testing.T) {
	c := campaign.Contact{Address: "1", Variables: map[string]string{"c!": "", "a!": "", "b!": ""}}
	first := c.Validate(campaign.Allow{}).Error()
	for range 20 {
		same(t, "error", c.Validate(campaign.Allow{}).Error(), first)
	}
}

func TestAVariableWithNULIsRefused(t *testing.T) {
	c := campaign.Contact{Address: "+15550100", Variables: map[string]string{"plan": "a\x00b"}}
	if err := c.Validate(campaign.Allow{}); !errors.Is(err, campaign.ErrInvalid) {
		t.Errorf("%v, want ErrInvalid", err)
	}
}

func TestAContactsNameAndKeyMayBeBlank(t *testing.T) {
	c := campaign.Contact{Address: "+331", Name: " ", Key: " "} // as cells of a file often are
	faults(t, c.Validate(campaign.Allow{}))
}
