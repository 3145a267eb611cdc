package freeswitch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
)

// lab is a site with one of everything.
func lab() *freeswitch.Site {
	return &freeswitch.Site{
		Gateways: []string{"trunk", "spare"}, Agents: []string{"user/", "sofia/internal/", "sofia/gateway/staff/"},
		Tag: "lab", Owner: "w1", ParkTimeout: time.Minute, Screening: true, CallerName: "Outdial Lab",
	}
}

func TestASiteThatIsSoundPasses(t *testing.T) {
	sites := map[string]*freeswitch.Site{
		"all fields":   lab(),
		"a tag alone":  {Tag: "lab"},
		"any script":   {Tag: "lab", CallerName: "Büro Łódź 1"},
		"one endpoint": {Tag: "lab", Agents: []string{"user/1000", "sofia/internal/sip:bot@10.0.0.5:5080", "user/bot@pbx.example"}},
		"the bounds":   {Tag: strings.Repeat("t", 64), ParkTimeout: 24 * time.Hour},
	}
	for name, s := range sites {
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryFieldOfASiteIsChecked(t *testing.T) {
	for _, c := range []struct {
		field string
		spoil func(*freeswitch.Site)
	}{
		{"Tag", func(s *freeswitch.Site) { s.Tag = "" }},
		{"Tag", func(s *freeswitch.Site) { s.Tag = "a,b" }},
		{"Tag", func(s *freeswitch.Site) { s.Tag = strings.Repeat("t", 65) }},
		{"Owner", func(s *freeswitch.Site) { s.Owner = "a}" }},
		{"Profile", func(s *freeswitch.Site) { s.Profile = "a/b" }},
		{"Profile", func(s *freeswitch.Site) { s.Profile = "gateway" }},
		{"CallerName", func(s *freeswitch.Site) { s.CallerName = "Bob\"" }},
		{"CallerName", func(s *freeswitch.Site) { s.CallerName = " Bob" }},
		{"CallerName", func(s *freeswitch.Site) { s.CallerName = "Bob " }},
		{"CallerName", func(s *freeswitch.Site) { s.CallerName = strings.Repeat("n", 65) }},
		{"ParkTimeout", func(s *freeswitch.Site) { s.ParkTimeout = -1 }},
		{"ParkTimeout", func(s *freeswitch.Site) { s.ParkTimeout = 24*time.Hour + 1 }},
		{"Gateways[1]", func(s *freeswitch.Site) { s.Gateways[1] = "a/b" }},
		{"Gateways[0]", func(s *freeswitch.Site) { s.Gateways[0] = "" }},
		{"Gateways", func(s *freeswitch.Site) { s.Gateways = make([]string, 1001) }},
		{"Agents", func(s *freeswitch.Site) { s.Agents = make([]string, 1001) }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "/" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "loopback/" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "sofia/" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "sofia/gateway/" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "sofia/gateway/a b/" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "sofia/a b/" }},
		{"Agents[0]", func(s *freeswitch.Site) { s.Agents[0] = "user/1000,user/1001" }},
	} {
		s := lab()
		c.spoil(s)
		err := s.Check()
		if err == nil || !strings.HasPrefix(err.Error(), "freeswitch: "+c.field+" ") {
			t.Errorf("want a fault of %s, got %v", c.field, err)
		}
	}
}

func TestATextErrorShowsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		err  freeswitch.TextError
		want string
	}{
		{
			freeswitch.TextError{Field: "Address", Value: "1001 &system(x)", At: 4, Char: ' ', Why: "a number"},
			`freeswitch: Address "1001 &system(x)": ' ' at byte 4: want a number`,
		},
		{freeswitch.TextError{Field: "Tag", At: -1, Why: "a word"}, `freeswitch: Tag "": want a word`},
		{
			freeswitch.TextError{Field: "Tag", Value: strings.Repeat("é", 30), Char: 'é', Why: "a word"},
			`freeswitch: Tag "` + strings.Repeat("é", 24) + `"…: 'é' at byte 0: want a word`,
		},
		{
			freeswitch.TextError{Field: "Tag", Value: "a" + strings.Repeat("é", 30), At: 1, Char: '\n', Why: "a word"},
			`freeswitch: Tag "a` + strings.Repeat("é", 23) + `"…: '\n' at byte 1: want a word`,
		},
		{
			freeswitch.TextError{Field: "Tag", Value: "\xff\r\n", Char: 0xfffd, Why: "a word"},
			`freeswitch: Tag "\xff\r\n": '` + "\ufffd" + `' at byte 0: want a word`,
		},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if !errors.Is(&c.err, freeswitch.ErrText) {
			t.Errorf("%v is not ErrText", &c.err)
		}
	}
}
