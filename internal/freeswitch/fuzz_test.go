package freeswitch_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// FuzzOriginate: whatever a host, an operator and a list of contacts write, a
// command is refused, or the switch's own parser finds in it one call to one
// allowed endpoint, the variables that were meant with the values that were
// meant, and nothing else.
func FuzzOriginate(f *testing.F) {
	for _, text := range hostile {
		for field := range fields {
			in := plain()
			in[field] = text
			f.Add(in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], uint8(field))
		}
	}
	f.Fuzz(func(t *testing.T, address, trunk, callerID, callerName, agent, tag, name, value string, how uint8) {
		s, d := lab(), toAgent()
		s.Symbols, s.CallerName, s.Tag = how&4 != 0, callerName, tag
		s.Gateways = append(s.Gateways, trunk)
		s.Agents = append(s.Agents, agent)
		d.Address, d.Trunk, d.CallerID, d.Agent.Agent = address, trunk, callerID, agent
		d.Variables = map[string]string{name: value, "b": "2", "c_": value}
		say, agentFirst := s.Originate, how&1 != 0
		if !agentFirst {
			d.Shape = attempt.ContactFirst
		} else if how&2 != 0 {
			say = s.OriginateKept
		}
		args, err := say(d)
		if err != nil {
			return
		}
		w := witness{t, s, &d, args}
		if agentFirst {
			w.agentFirst(how&2 != 0)
		} else {
			w.contactFirst()
		}
	})
}

// fields are what FuzzOriginate varies.
var fields = []string{"address", "trunk", "caller id", "caller name", "agent", "tag", "name", "value"}

func plain() []string {
	return []string{"1002", "trunk", "+4930111", "Outdial Lab", "user/1000", "lab", "name", "Anna O'Hara, Köln"}
}

func TestHostVariablesArriveAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name, value     string
		braces, bracket bool
	}{
		{"a", "plain", true, true},
		{"_A1", "Jürgen Łódź 学", true, true},
		{"time", "2024-01-02T10:30+01:00 a@b.c/d_e", true, true},
		{"a", "two  spaces", true, true},
		{"a", " spaces at the ends ", true, false},
		{"a", `back\slash\n \\s \,`, true, false},
		{"a", `it's "quoted", 'twice'`, true, false},
		{"a", "a=b,c=d;e|f(g)[h]!i?j*k#l&m~`", true, false},
		{"a", "emoji 🙂", true, false},
		{strings.Repeat("n", 64), strings.Repeat("v", 1000), true, true},
		{"execute_on_answer", "system touch", true, true}, // under a name that means nothing
		{"a", "", false, false},
		{"a", strings.Repeat("v", 1001), false, false},
		{strings.Repeat("n", 65), "v", false, false},
		{"", "v", false, false},
		{"1a", "v", false, false},
		{"a-b", "v", false, false},
		{"ä", "v", false, false},
		{"a,b", "v", false, false},
		{"a=b", "v", false, false},
		{"origination_nested_vars", "true", false, false}, // would read contact_origination_nested_vars=true
		{"Mod_Event_Socket", "v", false, false},
		{"a", "re:_:load", false, false},
		{"a", "ARRAY::x|:y", false, false},
		{"a", "bad\xffutf", false, false},
		{"a", "\ufffd", false, false},
		{"a", "zero\u200bwidth", false, false},
		{"a", "new\nline", false, false},
		{"a", "50%", false, false},
		{"a", "{a}", false, false},
		{"a", "<a>", false, false},
		{"a", "a^b", false, false},
		{"a", "$5", false, false},
	} {
		d := toAgent()
		d.Variables = map[string]string{c.name: c.value}
		w := witness{t, lab(), &d, ""}
		if got := w.hears(d, c.name); got != c.bracket {
			t.Errorf("agent first: %s=%q: heard %v", c.name, c.value, got)
		}
		d.Shape = attempt.ContactFirst
		if got := w.hears(d, c.name); got != c.braces {
			t.Errorf("contact first: %s=%q: heard %v", c.name, c.value, got)
		}
	}
}

func TestHostileValuesArriveInertOrNotAtAll(t *testing.T) {
	for _, text := range hostile {
		for _, vars := range []map[string]string{{"a": text}, {text: "a"}, {text: text, "b": text}} {
			d := toAgent()
			d.Variables = vars
			w := witness{t, lab(), &d, ""}
			w.hears(d, "a")
			d.Shape = attempt.ContactFirst
			w.hears(d, "a")
		}
	}
}

func TestHostVariablesTogetherAreBounded(t *testing.T) {
	d := toContact()
	d.Variables = map[string]string{}
	for _, c := range "abcdefghijklmnop" {
		d.Variables[string(c)] = strings.Repeat("v", 1000)
	}
	d.Variables["a"] = strings.Repeat(" ", 1000) // five times that on the wire
	d.Variables["z"] = "small"
	args, err := lab().Originate(d)
	if err != nil || len(args) > 9000 {
		t.Fatal(len(args), err)
	}
	for name, heard := range map[string]bool{"a": true, "b": true, "d": true, "e": false, "p": false, "z": true} {
		if strings.Contains(args, ",contact_"+name+"=") != heard {
			t.Errorf("%s: heard is not %v", name, heard)
		}
	}
}

func TestHostVariablesAreSaidInOrder(t *testing.T) {
	d := toContact()
	d.Variables = map[string]string{"b": "2", "a": "1", "c": "3", "B": "0"}
	for range 20 {
		if args, err := lab().Originate(d); err != nil || !strings.Contains(args, ",contact_B=0,contact_a=1,contact_b=2,contact_c=3}") {
			t.Fatal(args, err)
		}
	}
}

func TestWordsInACallersNameArriveAsOneValue(t *testing.T) {
	for _, name := range append(inert, "Büro Łódź 1", "a  b", "-both") {
		s, d := lab(), toContact()
		s.CallerName = name
		for _, shape := range []attempt.Shape{attempt.ContactFirst, attempt.AgentFirst} {
			d.Shape, d.Agent.Agent = shape, "user/1000"
			args, err := s.Originate(d)
			if err != nil {
				t.Error(err)
				continue
			}
			w := witness{t, s, &d, args}
			w.judge()
		}
	}
}

// witness compares what a command says with what was meant.
type witness struct {
	t    *testing.T
	s    *freeswitch.Site
	d    *ports.Dial
	args string
}

// hears reports whether a host's variable is among those that arrive.
func (w witness) hears(d ports.Dial, name string) bool {
	w.t.Helper()
	args, err := w.s.Originate(d)
	if err != nil {
		w.t.Fatal(err)
	}
	w.args, w.d = args, &d
	return slices.ContainsFunc(w.judge(), func(v fakeswitch.Var) bool { return v.Name == "contact_"+name })
}

func (w witness) judge() []fakeswitch.Var {
	w.t.Helper()
	if w.d.Shape == attempt.AgentFirst {
		return w.agentFirst(false)
	}
	return w.contactFirst()
}

func (w witness) contactFirst() []fakeswitch.Var {
	w.t.Helper()
	o := w.parse(w.args)
	if !slices.Equal(o.Apps, []fakeswitch.App{{Name: "park"}}) {
		w.t.Fatalf("%q: runs %v", w.args, o.Apps)
	}
	w.contact(o.Legs()[0], o.Vars)
	return o.Vars
}

func (w witness) agentFirst(kept bool) []fakeswitch.Var {
	w.t.Helper()
	o := w.parse(w.args)
	apps := 1
	if kept {
		apps = 2
	}
	if len(o.Apps) != apps || o.Apps[0].Name != "bridge" || kept && o.Apps[1] != (fakeswitch.App{Name: "park"}) {
		w.t.Fatalf("%q: runs %v", w.args, o.Apps)
	}
	w.agent(o.Legs()[0], o.Vars)
	inner := o.Apps[0].Args
	if strings.ContainsAny(inner, `\'"(){}<>|&;^$%`+"\x01\x02") {
		w.t.Fatalf("%q: in the bridge's argument: %q", w.args, inner)
	}
	bridge := w.parse(strings.ReplaceAll(inner, " ", `\s`) + " &park()")
	if len(bridge.Vars) != 0 {
		w.t.Fatalf("%q: the bridge has variables for all: %v", w.args, bridge.Vars)
	}
	leg := bridge.Legs()[0]
	w.contact(leg, leg.Vars)
	return leg.Vars
}

// parse finds one command with one leg.
func (w witness) parse(args string) fakeswitch.Originate {
	w.t.Helper()
	lower := strings.ToLower(args)
	if !utf8.ValidString(args) || strings.ContainsFunc(args, unicode.IsControl) ||
		strings.Contains(lower, "mod_event_socket") || strings.Contains(lower, "origination_nested_vars") || strings.Contains(lower, "${") {
		w.t.Fatalf("%q: a character or a word that may not be said", args)
	}
	o, err := fakeswitch.ParseOriginate(args)
	if err != nil || o.Rest != "" || o.Reload || o.Abort || len(o.Shell) != 0 || o.Exten != "" {
		w.t.Fatalf("%q: %v, %+v", args, err, o)
	}
	if o.Context != "" || o.CallerName != "" || o.CallerNumber != "" || o.Timeout != 0 || len(o.Legs()) != 1 {
		w.t.Fatalf("%q: says more: %+v", args, o)
	}
	return o
}

// contact is the contact's leg.
func (w witness) contact(leg fakeswitch.Leg, vars []fakeswitch.Var) {
	w.t.Helper()
	w.endpoint(leg, w.d.Address)
	want := map[string]string{
		"origination_uuid": callText, "outdial_call": callText, "outdial_leg": "contact", "outdial_tag": w.s.Tag,
		"origination_caller_id_number": w.d.CallerID, "origination_caller_id_name": w.s.CallerName,
		"ignore_early_media": "true", "originate_timeout": "31", "leg_timeout": "30", "park_timeout": "60", "outdial_owner": "w1",
	}
	for name, value := range w.d.Variables {
		want["contact_"+name] = value
	}
	w.vars(vars, want)
}

// agent is the agent's.
func (w witness) agent(leg fakeswitch.Leg, vars []fakeswitch.Var) {
	w.t.Helper()
	w.endpoint(leg, w.d.Agent.Agent)
	w.vars(vars, map[string]string{
		"origination_uuid": agentText, "outdial_call": callText, "outdial_leg": "agent", "outdial_tag": w.s.Tag,
		"ignore_early_media": "true", "originate_timeout": "31", "call_timeout": "32", "park_timeout": "60", "outdial_owner": "w1",
		"continue_on_fail": "true", "hangup_after_bridge": "false",
	})
}

// vars compares variables with those that there may be.
func (w witness) vars(got []fakeswitch.Var, want map[string]string) {
	w.t.Helper()
	seen := map[string]bool{}
	for _, v := range got {
		if value, meant := want[v.Name]; !meant || v.Value != value || seen[v.Name] {
			w.t.Fatalf("%q: %s=%q, meant %q", w.args, v.Name, v.Value, value)
		}
		seen[v.Name] = true
	}
	for _, name := range []string{"origination_uuid", "outdial_tag", "outdial_call", "outdial_leg", "ignore_early_media"} {
		if !seen[name] {
			w.t.Fatalf("%q: without %s", w.args, name)
		}
	}
}

var (
	dialled = regexp.MustCompile(`^\+?[0-9*#]{1,20}$`)
	address = regexp.MustCompile(`^[A-Za-z0-9._+~-]+(@[A-Za-z0-9.-]+(:[0-9]+)?)?$`)
)

// endpoint is one that was asked for and is allowed.
func (w witness) endpoint(leg fakeswitch.Leg, asked string) {
	w.t.Helper()
	user, host, _ := strings.Cut(asked[strings.LastIndexAny(asked, "/")+1:], "@")
	user = strings.TrimPrefix(strings.TrimPrefix(user, "sips:"), "sip:")
	ok := false
	switch {
	case leg.Gateway != "":
		ok = dialled.MatchString(leg.Number) && leg.Number == user && leg.Host == "" &&
			(slices.Contains(w.s.Gateways, leg.Gateway) || strings.HasPrefix(asked, "sofia/gateway/"+leg.Gateway+"/"))
	case leg.Profile != "":
		ok = address.MatchString(leg.Number+"@"+leg.Host) && leg.Number == user && leg.Host == host
	case leg.Endpoint == "user":
		ok = address.MatchString(leg.Number) && asked == "user/"+leg.Number
	}
	if !ok {
		w.t.Fatalf("%q: dials %+v for %q", w.args, leg, asked)
	}
}
