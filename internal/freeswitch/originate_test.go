package freeswitch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

var theCall = uuid.MustParse("11111111-2222-5333-8444-555555555555")

const (
	callText   = "11111111-2222-5333-8444-555555555555"
	agentText  = "5736f677-518a-55fe-b02d-baede398a6c9" // AgentLegID of it
	attachText = "81ad4a8b-400b-551f-afb1-e89108a51335" // AttachLegID of it, 1
)

// toContact and toAgent are calls of either shape.
func toContact() ports.Dial {
	return ports.Dial{Call: theCall, Shape: attempt.ContactFirst, Address: "1002", RingTimeout: 30 * time.Second}
}

func toAgent() ports.Dial {
	d := toContact()
	d.Shape, d.Agent.Agent = attempt.AgentFirst, "sofia/gateway/trunk/+15551234567"
	return d
}

func TestContactFirstSaysExactlyThis(t *testing.T) {
	d := toContact()
	saysExactly(t, &freeswitch.Site{Gateways: []string{"trunk"}, Tag: "lab"}, d,
		"{origination_uuid="+callText+",originate_timeout=31,ignore_early_media=true,"+
			"outdial_tag=lab,outdial_call="+callText+",outdial_leg=contact}sofia/gateway/trunk/1002 &park()")

	d.CallerID, d.Screen, d.Trunk = "+4930111", true, "spare"
	d.Variables = map[string]string{"name": "Anna O'Hara", "city": `Rom, "IT"\`}
	saysExactly(t, lab(), d,
		"{origination_uuid="+callText+",originate_timeout=31,ignore_early_media=true,"+
			`origination_caller_id_number=+4930111,origination_caller_id_name=Outdial\\\\sLab,park_timeout=60,`+
			"outdial_tag=lab,outdial_owner=w1,outdial_call="+callText+",outdial_leg=contact,"+
			`execute_on_answer=avmd_start,contact_city=Rom\,\\\\s\\\\\\\"IT\\\\\\\"\\\\\\\\,`+
			`contact_name=Anna\\\\sO\\\\\\\'Hara}sofia/gateway/spare/1002 &park()`)
}

func TestAgentFirstSaysExactlyThis(t *testing.T) {
	d := toAgent()
	d.CallerID, d.Screen = "+4930111", true
	d.Variables = map[string]string{"name": "Anna Schmidt", "note": "a,b"}
	agent := "{origination_uuid=" + agentText + ",originate_timeout=31,call_timeout=32,ignore_early_media=true," +
		"outdial_tag=lab,outdial_owner=w1,outdial_call=" + callText + ",outdial_leg=agent"
	contact := "[origination_uuid=" + callText + ",leg_timeout=30,ignore_early_media=true," +
		`origination_caller_id_number=+4930111,origination_caller_id_name=Outdial\sLab,` +
		"outdial_tag=lab,outdial_owner=w1,outdial_call=" + callText + ",outdial_leg=contact," +
		`execute_on_answer=avmd_start,contact_name=Anna\sSchmidt]sofia/gateway/trunk/1002`
	saysExactly(t, lab(), d, agent+"}sofia/gateway/trunk/+15551234567 &bridge("+contact+")")

	kept, err := lab().OriginateKept(d)
	said(t, kept, err, agent+",continue_on_fail=true,hangup_after_bridge=false,park_timeout=60}"+
		"sofia/gateway/trunk/+15551234567 'm:^:bridge:"+contact+"^park' inline")
}

func TestAnAgentsLegSaysExactlyThis(t *testing.T) {
	leg := freeswitch.AttachLegID(theCall, 1)
	got, err := lab().AgentLeg(theCall, leg, "user/1000", 20*time.Second)
	said(t, got, err, "{origination_uuid="+leg.String()+",originate_timeout=21,call_timeout=22,ignore_early_media=true,"+
		"outdial_tag=lab,outdial_owner=w1,outdial_call="+callText+",outdial_leg=agent,park_timeout=60}user/1000 &park()")
}

func TestEveryKindOfAddressIsDialled(t *testing.T) {
	for address, want := range map[string]string{
		"+4930123":                      "sofia/gateway/trunk/+4930123",
		"0301234":                       "sofia/gateway/trunk/0301234",
		"sofia/gateway/spare/1002":      "sofia/gateway/spare/1002",
		"sip:bob@pbx.example:5080":      "sofia/external/sip:bob@pbx.example:5080",
		"sips:b+o_b~1@10.0.0.1":         "sofia/external/sips:b+o_b~1@10.0.0.1",
		"*31#1001":                      "sofia/gateway/trunk/*31#1001",
		"+" + strings.Repeat("1234", 5): "sofia/gateway/trunk/+" + strings.Repeat("1234", 5),
	} {
		s, d := lab(), toContact()
		s.Symbols, d.Address = true, address
		got, err := s.Originate(d)
		if err != nil || !strings.HasSuffix(got, "}"+want+" &park()") {
			t.Errorf("%s: %s, %v", address, got, err)
		}
		d.Shape, d.Agent.Agent = attempt.AgentFirst, "user/1000"
		if got, err = s.Originate(d); err != nil || !strings.HasSuffix(got, "]"+want+")") {
			t.Errorf("%s: %s, %v", address, got, err)
		}
	}
}

func TestSIPAddressesLeaveByTheProfile(t *testing.T) {
	s, d := lab(), toContact()
	s.Profile, d.Address = "carriers", "sip:bob@pbx.example"
	if got, err := s.Originate(d); err != nil || !strings.HasSuffix(got, "}sofia/carriers/sip:bob@pbx.example &park()") {
		t.Error(got, err)
	}
}

func TestAgentsHaveOnlyEndpointsThatAreAllowed(t *testing.T) {
	s := lab()
	s.Agents = append(s.Agents, "sofia/desk/sip:bot@10.0.0.5")
	for _, allowed := range []string{
		"user/1000", "user/anna.b@pbx.example", "sofia/gateway/trunk/+15551234567", "sofia/gateway/staff/7",
		"sofia/internal/bot@10.0.0.5:5080", "sofia/internal/sip:bot@10.0.0.5", "sofia/desk/sip:bot@10.0.0.5",
	} {
		d := toAgent()
		d.Agent.Agent = allowed
		if got, err := s.Originate(d); err != nil || !strings.Contains(got, "}"+allowed+" &bridge(") {
			t.Errorf("%s: %s, %v", allowed, got, err)
		}
	}
	for _, refused := range []string{
		"", "1000", "loopback/7000/default", "error/user_busy", "group/sales", "sofia/gateway/other/1", "sofia/gateway//1",
		"sofia/gateway/trunk/", "sofia/gateway/trunk", "sofia/gateway/trunk/1/2", "sofia/desk/sip:other@10.0.0.5",
		"sofia/internal/1000", "sofia/internal/sips:a@b", "sofia/internal/", "sofia//a@b", "sofia/", "user/", "user/a@", "user/@b",
	} {
		d := toAgent()
		d.Agent.Agent = refused
		refusedAs(t, "Agent", refused, func() (string, error) { return s.Originate(d) })
	}
}

func TestWithoutTheUserKindUsersAreNoAgents(t *testing.T) {
	s, d := lab(), toAgent()
	s.Agents, d.Agent.Agent = nil, "user/1000"
	refusedAs(t, "Agent", "user/1000", func() (string, error) { return s.Originate(d) })
}

func TestCallsLeaveOnlyByGatewaysThatAreAllowed(t *testing.T) {
	d := toContact()
	d.Trunk = "other"
	refusedAs(t, "Trunk", "other", func() (string, error) { return lab().Originate(d) })
	d = toContact()
	refusedAs(t, "Trunk", "", func() (string, error) { return (&freeswitch.Site{Tag: "lab"}).Originate(d) })
	d.Address = "sofia/gateway/other/1001"
	refusedAs(t, "Address", d.Address, func() (string, error) { return lab().Originate(d) })
}

func TestACallWithoutATagIsRefused(t *testing.T) {
	s := lab()
	s.Tag = ""
	refusedAs(t, "Tag", "", func() (string, error) { return s.Originate(toContact()) })
	refusedAs(t, "Tag", "", func() (string, error) { return s.Originate(toAgent()) })
}

func TestNumbersThatAreNoneAreRefused(t *testing.T) {
	for _, number := range []string{"", "+", "++1", "1+", "123456789012345678901", "+123456789012345678901", "*1", "1 2"} {
		d := toContact()
		d.Address = number
		refusedAs(t, "Address", number, func() (string, error) { return lab().Originate(d) })
		if d = toContact(); number != "" { // none is shown
			d.CallerID = number
			refusedAs(t, "CallerID", number, func() (string, error) { return lab().Originate(d) })
		}
	}
}

func TestShapesThatACommandLacksAreRefused(t *testing.T) {
	d := toContact()
	refusedAs(t, "Shape", "contact_first", func() (string, error) { return lab().OriginateKept(d) })
	d.Shape = attempt.AgentFirst + 1
	refusedAs(t, "Shape", d.Shape.String(), func() (string, error) { return lab().Originate(d) })
}

func TestTimesAreWholeSecondsAndNeverShort(t *testing.T) {
	for ring, want := range map[time.Duration]string{
		-time.Second: "originate_timeout=2,", 0: "originate_timeout=2,", time.Millisecond: "originate_timeout=2,",
		time.Second: "originate_timeout=2,", 30*time.Second + 1: "originate_timeout=32,", 1 << 62: "originate_timeout=86401,",
	} {
		d := toContact()
		d.RingTimeout = ring
		if got, err := lab().Originate(d); err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: want %s in %s, %v", ring, want, got, err)
		}
	}
}

func TestScreeningIsAskedForOnlyWhereTheSiteHasIt(t *testing.T) {
	s, d := lab(), toContact()
	for _, c := range []struct{ site, call bool }{{false, true}, {true, false}} {
		s.Screening, d.Screen = c.site, c.call
		if got, err := s.Originate(d); err != nil || strings.Contains(got, "avmd") {
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
}

func saysExactly(t *testing.T, s *freeswitch.Site, d ports.Dial, want string) {
	t.Helper()
	got, err := s.Originate(d)
	said(t, got, err, want)
}

func said(t *testing.T, got string, err error, want string) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
}

// refusedAs wants a TextError of the field and the value.
func refusedAs(t *testing.T, field, value string, say func() (string, error)) {
	t.Helper()
	got, err := say()
	var fault *freeswitch.TextError
	switch {
	case !errors.As(err, &fault):
		t.Errorf("%s %q: got %q, %v", field, value, got, err)
	case fault.Field != field || fault.Value != value || fault.Why == "":
		t.Errorf("%s %q: got %#v", field, value, fault)
	case fault.At >= 0 && !strings.HasPrefix(value[fault.At:], string(fault.Char)) && fault.Char != 0xfffd:
		t.Errorf("%s %q: %q is not at %d", field, value, fault.Char, fault.At)
	}
}
