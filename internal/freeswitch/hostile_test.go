package freeswitch_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// hostile are the texts that were tried on a FreeSWITCH 1.10.12, where each did
// what its name says, and relatives of them.
var hostile = map[string]string{
	"runs a shell command":                 "1001 &system(touch /tmp/x)",
	"runs it, quoted":                      "1001 '&system(touch /tmp/x)'",
	"goes to another extension":            "1001 7000 XML default x y",
	"aborts the switch":                    "1001 undef",
	"a second leg at once":                 "1001,sofia/external/2002@127.0.0.1:5097",
	"a second leg with variables":          `1001,[execute_on_answer='system touch\s/tmp/x']sofia/external/2002@127.0.0.1`,
	"a leg that comes next":                "x@127.0.0.1:1|sofia/external/2002@127.0.0.1:5097",
	"another originate":                    "1001:_:sofia/external/2002@127.0.0.1:5097",
	"another host":                         "1001@127.0.0.1:5097;a=b",
	"another route":                        "1001;fs_path=sip:127.0.0.1:5097",
	"another port":                         "1001;port=5097",
	"a header in the URI":                  "1001?X-Evil=1",
	"another To":                           "1001^2002",
	"SIP headers, written":                 `1001\r\nX-Evil:1`,
	"SIP headers, one character":           `1001\nX-Evil:1`,
	"SIP headers, encoded":                 "Bob%0d%0aX-Evil%3a1",
	"a quote in a header, encoded":         "Bob%22%20%3csip%3aevil%40x%3e",
	"another address in From":              `Bob" <sip:evil@127.0.0.1:5097>`,
	"CR":                                   "1001\r2002",
	"LF: a header of the command":          "1001\nX: y",
	"LF LF: a second command":              "1001 &park()\n\napi system touch /tmp/x\n\napi status",
	"CR LF CR LF":                          "1001\r\n\r\napi system x",
	"tab":                                  "1001\t2002",
	"NUL":                                  "1001\x002002",
	"DEL":                                  "1001\x7f",
	"line separator":                       "1001\u2028X-Evil: 1",
	"not UTF-8":                            "1001\xff",
	"ends the block":                       "x}sofia/external/2002@127.0.0.1:5097,",
	"ends the block and opens one":         "x}sofia/external/2002@127.0.0.1:5097,{y=1",
	"ends a leg's block":                   "x]sofia/external/2002@127.0.0.1:5097,[y=1",
	"ends the application":                 "2002) XML default a b",
	"opens a block":                        "x{y",
	"opens a leg's block":                  "x[y",
	"a variable that runs a shell":         "Bob,execute_on_answer=system touch /tmp/x",
	"the same, quoted":                     "Bob',execute_on_answer='system touch /tmp/x",
	"a hook at the end":                    "Bob,api_hangup_hook=system touch /tmp/x",
	"swallows the next comma":              `Bob\`,
	"swallows the command":                 "Bob's",
	"a double quote":                       `1001"2002`,
	"expands":                              `${system(touch\s/tmp/x)}`,
	"expands a variable":                   "${destination_number}",
	"expands a global":                     "$${hostname}",
	"lets values expand":                   "origination_nested_vars=true",
	"lets values expand, in other case":    "Origination_Nested_Vars=TRUE",
	"replaces the command":                 "reload mod_event_socket",
	"replaces the command, in other case":  "unload Mod_Event_Socket",
	"changes the separator":                "^^:x_evil=1:y=2",
	"ends an inline action":                "x^system:touch /tmp/x",
	"becomes a list":                       "ARRAY::a|:b",
	"is long":                              strings.Repeat("1", 4000),
	"is full of backslashes":               strings.Repeat(`\`, 999),
	"runs an application on a call":        "system::touch",
	"hangs up after":                       "playback!",
	"reads a program's output":             "shell_stream:///tmp/x",
	"climbs":                               "../../etc/passwd",
	"is the dialplan of applications":      "inline:x",
	"is a command's name with a semicolon": "hupall;hupall",
}

// sayer puts a text into one field of a command.
type sayer struct {
	field string
	say   func(text string) (string, error)
}

// sayers are all fields in which a text can reach the switch.
func sayers() []sayer {
	contact := func(field string, put func(*freeswitch.Site, *ports.Dial, string)) sayer {
		return sayer{field, func(text string) (string, error) {
			s, d := lab(), toContact()
			put(s, &d, text)
			return s.Originate(d)
		}}
	}
	agent := func(field string, put func(*freeswitch.Site, *ports.Dial, string)) []sayer {
		with := func(say func(*freeswitch.Site, ports.Dial) (string, error)) sayer {
			return sayer{field, func(text string) (string, error) {
				s, d := lab(), toAgent()
				put(s, &d, text)
				return say(s, d)
			}}
		}
		return []sayer{
			with((*freeswitch.Site).Originate), with((*freeswitch.Site).OriginateKept),
			with(func(s *freeswitch.Site, d ports.Dial) (string, error) {
				return s.AgentLeg(d.Call, theCall, d.Agent.Agent, time.Second)
			}),
		}
	}
	transfer := func(field string, put func(*ports.Target, string)) sayer {
		return sayer{field, func(text string) (string, error) {
			to := ports.Target{Destination: "7000"}
			put(&to, text)
			return lab().Transfer(theCall, to)
		}}
	}
	all := []sayer{
		contact("Address", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Address = v }),
		contact("Address", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Address = "sofia/gateway/trunk/" + v }),
		contact("Address", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Address = "sofia/gateway/" + v + "/1" }),
		contact("Address", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Address = "sip:" + v }),
		contact("Address", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Address = "sip:" + v + "@pbx.example" }),
		contact("Address", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Address = "sip:bob@" + v }),
		contact("Trunk", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.Trunk = v }),
		contact("Trunk", func(s *freeswitch.Site, d *ports.Dial, v string) { s.Gateways, d.Trunk = []string{v}, v }),
		contact("CallerID", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.CallerID = v }),
		contact("CallerName", func(s *freeswitch.Site, _ *ports.Dial, v string) { s.CallerName = v }),
		contact("Tag", func(s *freeswitch.Site, _ *ports.Dial, v string) { s.Tag = v }),
		contact("Owner", func(s *freeswitch.Site, _ *ports.Dial, v string) { s.Owner = v }),
		contact("Profile", func(s *freeswitch.Site, d *ports.Dial, v string) { s.Profile, d.Address = v, "sip:bob@pbx.example" }),
		transfer("Destination", func(to *ports.Target, v string) { to.Destination = v }),
		transfer("Dialplan", func(to *ports.Target, v string) { to.Dialplan = v }),
		transfer("Context", func(to *ports.Target, v string) { to.Context = v }),
		transfer("Agent", func(to *ports.Target, v string) { to.Agent = v }),
		{"File", func(v string) (string, error) { return lab().Play(theCall, v) }},
		{"File", func(v string) (string, error) { return lab().Play(theCall, "/sounds/"+v+".wav") }},
		{"File", func(v string) (string, error) { return lab().Play(theCall, "http://"+v) }},
		{"Cause", func(v string) (string, error) { return freeswitch.Kill(theCall, v) }},
	}
	for _, before := range []string{"", "user/", "user/a@", "sofia/gateway/trunk/", "sofia/gateway/", "sofia/internal/a@", "sofia/"} {
		all = append(all, agent("Agent", func(s *freeswitch.Site, d *ports.Dial, v string) {
			d.Agent.Agent = before + v
			s.Agents = append(s.Agents, before+v) // even if the host lists it
		})...)
	}
	return append(all, agent("CallerID", func(_ *freeswitch.Site, d *ports.Dial, v string) { d.CallerID = v })[:2]...)
}

// inert are the texts of the table that a caller's name may be: nothing but
// words, which arrive as one value.
var inert = []string{"1001 7000 XML default x y", "1001 undef"}

func TestNoHostileTextIsSaid(t *testing.T) {
	for name, text := range hostile {
		for _, s := range sayers() {
			if s.field == "CallerName" && slices.Contains(inert, text) {
				continue
			}
			got, err := s.say(text)
			var fault *freeswitch.TextError
			if !errors.As(err, &fault) {
				t.Errorf("%s: %q (%s) was said: %s", s.field, text, name, got)
				continue
			}
			if got != "" || fault.Field != s.field || fault.Why == "" || !strings.Contains(fault.Value, text) {
				t.Errorf("%s: %q (%s): %q, %+v", s.field, text, name, got, fault)
			}
			if fault.At >= 0 && !strings.HasPrefix(fault.Value[fault.At:], string(fault.Char)) && fault.Char != 0xfffd {
				t.Errorf("%s: %q (%s): %q is not at %d", s.field, text, name, fault.Char, fault.At)
			}
		}
	}
}
