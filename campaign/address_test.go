package campaign_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/campaign"
)

var gateways = []string{"trunk", "b.2_x-y"}

func TestTheGuidesAddressesAreRead(t *testing.T) {
	for _, c := range []struct {
		name, address string
		want          campaign.Address
	}{
		{"E.164", "+15551234567", campaign.Address{Kind: campaign.E164, Number: "+15551234567"}},
		{"local", "5551234567", campaign.Address{Kind: campaign.Local, Number: "5551234567"}},
		{"SIP URI", "sip:user@domain.com", campaign.Address{Kind: campaign.SIP, URI: "sip:user@domain.com"}},
		{"dial string", "sofia/gateway/trunk/5551234567",
			campaign.Address{Kind: campaign.DialString, Gateway: "trunk", Number: "5551234567"}},
		{"dial string with a plus", "sofia/gateway/trunk/+15551234567",
			campaign.Address{Kind: campaign.DialString, Gateway: "trunk", Number: "+15551234567"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := campaign.ParseAddress(c.address, campaign.Allow{Gateways: gateways})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "address", got, c.want)
		})
	}
}

func TestAddressesAtTheirBounds(t *testing.T) {
	host := strings.Repeat("h", 63)
	for _, c := range []struct {
		name, address string
		kind          campaign.AddressKind // empty: refused
	}{
		{"one digit", "0", campaign.Local},
		{"all digits", "+0123456789", campaign.E164},
		{"20 digits", strings.Repeat("9", 20), campaign.Local},
		{"21 digits", strings.Repeat("9", 21), ""},
		{"plus and one digit", "+1", campaign.E164},
		{"plus and 20 digits", "+" + strings.Repeat("9", 20), campaign.E164},
		{"plus and 21 digits", "+" + strings.Repeat("9", 21), ""},
		{"plus alone", "+", ""},
		{"two plusses", "++1", ""},
		{"plus within", "1+1", ""},
		{"digits of another script", "١٢٣", ""},
		{"full-width digits", "１２３", ""},
		{"star and hash", "*31#", ""},
		{"number written for people", "(555) 123-4567", ""},
		{"sips", "sips:user@domain.com", campaign.SIP},
		{"SIP with a port", "sip:1001@10.0.0.1:5080", campaign.SIP},
		{"SIP with a port of six digits", "sip:1001@10.0.0.1:506000", ""},
		{"SIP with an empty port", "sip:1001@10.0.0.1:", ""},
		{"SIP user of 64 characters", "sip:" + strings.Repeat("u", 64) + "@h", campaign.SIP},
		{"SIP user of 65 characters", "sip:" + strings.Repeat("u", 65) + "@h", ""},
		{"SIP label of 63 characters", "sip:u@" + host, campaign.SIP},
		{"SIP label of 64 characters", "sip:u@h" + host, ""},
		{"SIP of 255 characters", "sip:u@" + host + "." + host + "." + host + "." + strings.Repeat("h", 57), campaign.SIP},
		{"SIP of 256 characters", "sip:u@" + host + "." + host + "." + host + "." + strings.Repeat("h", 58), ""},
		{"SIP with a password", "sip:user:secret@host", ""},
		{"SIP with a parameter", "sip:user@host;transport=tcp", ""},
		{"SIP with a header", "sip:user@host?Route=x", ""},
		{"SIP without a host", "sip:user@", ""},
		{"SIP without a user", "sip:host", ""},
		{"SIP with an empty label", "sip:user@a..b", ""},
		{"SIP with a dash first", "sip:user@-a", ""},
		{"SIP with a slash", "sip:user@host/x", ""},
		{"SIP in capitals", "SIP:user@host", ""},
		{"tel URI", "tel:+15551234567", ""},
		{"dial string of an allowed gateway", "sofia/gateway/b.2_x-y/1", campaign.DialString},
		{"dial string of another gateway", "sofia/gateway/other/1", ""},
		{"dial string of no gateway", "sofia/gateway//1", ""},
		{"dial string without a number", "sofia/gateway/trunk", ""},
		{"dial string with a SIP URI", "sofia/gateway/trunk/sip:u@h", ""},
		{"dial string with one more slash", "sofia/gateway/trunk/1/2", ""},
		{"dial string of a profile", "sofia/external/1001@host", ""},
		{"dial string of another module", "loopback/1001", ""},
		{"a gateway alone", "trunk/1001", ""},
		{"a user of the switch", "user/1001", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := campaign.ParseAddress(c.address, campaign.Allow{Gateways: gateways})
			switch {
			case c.kind == "" && !errors.Is(err, campaign.ErrAddress):
				t.Errorf("read as %+v (%v)", got, err)
			case c.kind != "" && (err != nil || got.Kind != c.kind):
				t.Errorf("read as %+v (%v)", got, err)
			}
		})
	}
}

func TestWithoutAllowedGatewaysThereAreNoDialStrings(t *testing.T) {
	if got, err := campaign.ParseAddress("sofia/gateway/trunk/1", campaign.Allow{}); err == nil {
		t.Errorf("read as %+v", got)
	}
}

// hostile are the strings that were tried on a real switch, each with what it
// did there, and their kin. Each is a whole address or stands within one.
var hostile = map[string][]string{
	"a space runs commands":                  {"1001 &system(touch /tmp/x)", "1001 XML default 9999", "1001 undef", " 1001", "1001 ", "1001\t1"},
	"more legs":                              {"1001,user/1002", "1001|user/1002", "1001:_:user/1002", ",", "|", ":_:"},
	"another host":                           {"1001@evil.example", "1001;fs_path=sip:evil.example", "sip:1001@good;fs_path=sip:evil.example", "sip:a@b@c"},
	"line ends as two characters":            {`1001\nX: y`, `1001\r\nX: y`, `sip:a@b\r\nX: y`},
	"line ends":                              {"1001\n", "1001\r\n", "1001\r", "\n1001", "1001\n\nbgapi status", "sip:a@b\n", "sofia/gateway/trunk/1\n"},
	"line ends, escaped":                     {"1001%0d%0aX: y", "sip:a%0d%0a@b"},
	"a brace ends the block":                 {"1001}", "}sofia/gateway/x/1", "{a=b}1001", "[a=b]1001", "<a=b>1001", "1001'}", `1001"}`},
	"variables":                              {"execute_on_answer=system", "1001,api_hangup_hook=system", "1001',a=b"},
	"quotes and escapes swallow":             {`1001\`, "1001'", `1001"`, "1001{", "'1001'", "1001`id`"},
	"expansion":                              {"${system(id)}", "1001${x}", "$${x}", "$1001", "sip:${x}@h", "origination_nested_vars=true"},
	"replaces the whole command":             {"reload mod_event_socket", "1001reload mod_event_socket", "mod_event_socket"},
	"an empty number":                        {"", "+", "sip:@host", "sofia/gateway/trunk/", "sofia/gateway/trunk/+"},
	"names of variables":                     {"sip_route_uri", "sip_from_uri", "sip_h_X-Evil"},
	"hangs everybody up":                     {"hupall", "hupall NORMAL_CLEARING var", "hupall NORMAL_CLEARING var "},
	"bytes that are no text":                 {"\x00", "1001\x00", "\xff1001", "1001\u202e", "1001\u00a0", "\ufeff1001"},
	"comparisons and percents":               {"1001^^", "1001%n", "1001<1", "1001>1", "1001&1", "1001(1)", "1001#", "1001*"},
	"a gateway that says more than a name":   {"sofia/gateway/trunk/../1", "sofia/gateway/{a=b}trunk/1", "sofia/gateway/trunk,x/1", "sofia/gateway/trunk /1"},
	"a path before or after the dial string": {"/sofia/gateway/trunk/1", "sofia/gateway/trunk/1/", "SOFIA/gateway/trunk/1", "xsofia/gateway/trunk/1"},
}

func TestHostileStringsAreRefused(t *testing.T) {
	for effect, strs := range hostile {
		t.Run(effect, func(t *testing.T) {
			for _, s := range strs {
				for _, address := range []string{s, "sofia/gateway/trunk/" + s, "sip:" + s + "@host", "sip:u@" + s, "+" + s} {
					got, err := campaign.ParseAddress(address, campaign.Allow{Gateways: gateways})
					if err == nil && harmless(s, address) {
						continue // within this frame it is a name like any other
					}
					if !errors.Is(err, campaign.ErrAddress) || got != (campaign.Address{}) {
						t.Errorf("%q is read as %+v (%v)", address, got, err)
					}
				}
			}
		})
	}
}

// harmless reports whether a string that is hostile as a variable or a command
// is a plain SIP user or host where it stands.
func harmless(s, address string) bool {
	plain := regexp.MustCompile(`^[A-Za-z0-9_+-]+$`).MatchString(s)
	return plain && strings.HasPrefix(address, "sip:") && accepted.MatchString(address)
}

// accepted is what may end in a switch's command line, written once more.
var accepted = regexp.MustCompile(`\A(?:\+?[0-9]{1,20}` +
	`|sips?:[A-Za-z0-9._+~-]+@[A-Za-z0-9.-]+(?::[0-9]{1,5})?` +
	`|sofia/gateway/(?:trunk|b\.2_x-y)/\+?[0-9]{1,20})\z`)

func TestAnyForeignCharacterAnywhereIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SampledFrom([]string{
			"+15551234567", "5551234567", "sip:user@domain.com", "sofia/gateway/trunk/5551234567",
		}).Draw(t, "address")
		at := rapid.IntRange(0, len(whole)).Draw(t, "at")
		foreign := rapid.StringMatching(`[^A-Za-z0-9+._~/:@-]+`).Draw(t, "foreign")
		address := whole[:at] + foreign + whole[at:]
		if got, err := campaign.ParseAddress(address, campaign.Allow{Gateways: gateways}); err == nil {
			t.Fatalf("%q is read as %+v", address, got)
		}
	})
}

func TestARefusalDoesNotRepeatTheAddressAtLength(t *testing.T) {
	_, err := campaign.ParseAddress("sofia/gateway/"+strings.Repeat("x", 200)+"/1", campaign.Allow{Gateways: gateways})
	if err == nil || len(err.Error()) > 300 {
		t.Errorf("got %v", err)
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, strs := range hostile {
		for _, s := range strs {
			f.Add(s)
		}
	}
	for _, s := range []string{"+15551234567", "5551234567", "sip:user@domain.com", "sofia/gateway/trunk/5551234567"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := campaign.ParseAddress(s, campaign.Allow{Gateways: gateways})
		if err != nil {
			if a != (campaign.Address{}) || !errors.Is(err, campaign.ErrAddress) {
				t.Errorf("%q is refused (%v), yet read as %+v", s, err, a)
			}
			return
		}
		if !accepted.MatchString(s) {
			t.Errorf("%q is read as %+v", s, a)
		}
		whole := a.Number
		switch a.Kind {
		case campaign.SIP:
			whole = a.URI
		case campaign.DialString:
			whole = "sofia/gateway/" + a.Gateway + "/" + a.Number
		}
		if whole != s {
			t.Errorf("%q is read as %q", s, whole)
		}
	})
}

func TestSymbolsAreDialledOnlyWhereTheyAreAllowed(t *testing.T) {
	for _, address := range []string{"*67123", "123#", "sofia/gateway/trunk/*1#"} {
		if a, err := campaign.ParseAddress(address, campaign.Allow{Gateways: gateways}); err == nil {
			t.Errorf("%s is read as %+v", address, a)
		}
		a, err := campaign.ParseAddress(address, campaign.Allow{Gateways: gateways, Symbols: true})
		if err != nil || !strings.HasSuffix(address, a.Number) || a.Number == "" {
			t.Errorf("with symbols %s is %+v, %v", address, a, err)
		}
	}
}
