package fakeswitch

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// story is the events of a leg, in order, with the causes of hang-ups.
func story(events []map[string]string, id string) string {
	var out []string
	for _, e := range events {
		if e["Unique-ID"] != id {
			continue
		}
		name := strings.TrimPrefix(e["Event-Name"], "CHANNEL_")
		if name == "HANGUP" || name == "HANGUP_COMPLETE" {
			name += ":" + e["Hangup-Cause"]
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

const heard = "event json CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PARK CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE"

func TestParkedCallEndsAfterItsTimeout(t *testing.T) {
	for start, want := range map[time.Duration]time.Duration{
		0:                      5 * time.Second,
		900 * time.Millisecond: 4100 * time.Millisecond, // whole seconds of the clock count
	} {
		b := newBenchAt(t, epoch.Add(start), Config{})
		c := b.login(heard)
		c.ask("api originate {origination_uuid=a,park_timeout=5}sofia/gateway/trunk/1100 &park()")
		b.advance(want - time.Millisecond)
		if got := story(c.events(), "a"); got != "ANSWER PARK" {
			t.Error("before:", got)
		}
		b.advance(time.Millisecond)
		events := c.events()
		if got := story(events, "a"); got != "HANGUP:NORMAL_CLEARING HANGUP_COMPLETE:NORMAL_CLEARING" {
			t.Error("after:", got)
		}
		if got := events[1]["variable_sip_hangup_disposition"]; got != "send_bye" {
			t.Error(got)
		}
	}
}

func TestTransferredCallOutlivesItsParkTimeout(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login(heard)
	c.ask("api originate {origination_uuid=a,park_timeout=5}sofia/gateway/trunk/1100 &park()")
	if got := c.ask("api uuid_transfer a 7000 XML default"); got != "+OK\n" {
		t.Error(got)
	}
	b.advance(time.Hour)
	if got := story(c.events(), "a"); got != "ANSWER PARK PARK" {
		t.Error(got)
	}
}

func TestTransferFollowsTheDialplan(t *testing.T) {
	for exten, want := range map[string]string{
		"7000 XML default":                  "ANSWER PARK PARK",
		"nosuch XML default":                "ANSWER PARK HANGUP:NO_ROUTE_DESTINATION HANGUP_COMPLETE:NO_ROUTE_DESTINATION",
		"'m:^:set:a=b^hangup:CRASH' inline": "ANSWER PARK HANGUP:CRASH HANGUP_COMPLETE:CRASH",
		"bridge:user/42 inline":             "ANSWER PARK BRIDGE",
	} {
		b := newBench(t, Config{})
		c := b.login(heard)
		c.ask(parked)
		c.ask("api uuid_transfer a " + exten)
		if got := story(c.events(), "a"); got != want {
			t.Errorf("%s: %s", exten, got)
		}
	}
}

func TestExtensionsAreScripted(t *testing.T) {
	b := newBench(t, Config{Extensions: map[string]Extension{
		"ivr": {Talk: 3 * time.Second},
		"out": {Apps: []App{{"hangup", "USER_BUSY"}}},
	}})
	c := b.login(heard)
	for id, exten := range map[string]string{"a": "ivr", "b": "out", "c": "7000"} {
		c.ask("api originate {origination_uuid=" + id + "}sofia/gateway/trunk/1100 " + exten)
	}
	b.advance(3 * time.Second)
	events := c.events()
	for id, want := range map[string]string{
		"a": "ANSWER PARK HANGUP:NORMAL_CLEARING HANGUP_COMPLETE:NORMAL_CLEARING",
		"b": "ANSWER HANGUP:USER_BUSY HANGUP_COMPLETE:USER_BUSY",
		"c": "ANSWER HANGUP:NO_ROUTE_DESTINATION HANGUP_COMPLETE:NO_ROUTE_DESTINATION",
	} {
		if got := story(events, id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
}

func TestAgentFirstConnectsAgentAndContact(t *testing.T) {
	b := newBench(t, Config{User: func(name string) Far {
		switch name {
		case "away":
			return Far{Absent: true}
		case "busy":
			return Far{SIP: 486}
		}
		return Far{Ring: time.Second, SIP: 200}
	}})
	c := b.login(heard)
	originate := func(agent string) string {
		return "bgapi originate {origination_uuid=" + agent + ",tag=x}user/" + agent +
			" &bridge([origination_uuid=c-" + agent + "]sofia/gateway/trunk/1002)"
	}
	for _, agent := range []string{"away", "busy", "ann"} {
		c.ask(originate(agent))
	}
	b.advance(10 * time.Second)
	events := c.events()
	for id, want := range map[string]string{
		"away":   "",
		"busy":   "HANGUP:USER_BUSY HANGUP_COMPLETE:USER_BUSY",
		"ann":    "ANSWER BRIDGE UNBRIDGE HANGUP:NORMAL_CLEARING HANGUP_COMPLETE:NORMAL_CLEARING",
		"c-ann":  "ANSWER HANGUP:NORMAL_CLEARING HANGUP_COMPLETE:NORMAL_CLEARING",
		"c-busy": "",
	} {
		if got := story(events, id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	for _, e := range events {
		if e["Unique-ID"] == "c-ann" && (e["variable_originator"] != "ann" || e["variable_tag"] != "" || e["Other-Leg-Unique-ID"] != "ann") {
			t.Error("the contact's leg:", e["variable_originator"], e["variable_tag"], e["Other-Leg-Unique-ID"])
		}
	}
	if n := b.s.Arrived("user/ann") + b.s.Arrived("trunk/1002") + b.s.Arrived("1002"); n != 3 {
		t.Error(b.s.Invites())
	}
}

func TestTransferOfAConnectedAgentHangsUpTheContact(t *testing.T) {
	for args, want := range map[string][2]string{
		"a 7000":       {"PARK", "HANGUP:NORMAL_CLEARING HANGUP_COMPLETE:NORMAL_CLEARING"},
		"a -bleg 7000": {"HANGUP:NORMAL_CLEARING HANGUP_COMPLETE:NORMAL_CLEARING", "PARK"},
		"a -both 7000": {"PARK", "PARK"},
	} {
		b := newBench(t, Config{})
		c := b.login("event json CHANNEL_PARK CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE")
		c.ask("bgapi originate {origination_uuid=a}sofia/gateway/trunk/1100 &bridge([origination_uuid=b]sofia/gateway/trunk/1100)")
		c.ask("api uuid_transfer " + args)
		events := c.events()
		if got := [2]string{story(events, "a"), story(events, "b")}; got != want {
			t.Errorf("%s: %q", args, got)
		}
	}
}

func TestFirstToAnswerWins(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login(heard)
	c.ask("bgapi originate [origination_uuid=a]sofia/gateway/trunk/1800,[origination_uuid=b]sofia/gateway/trunk/1201 &park()")
	c.ask("bgapi originate [origination_uuid=x]sofia/gateway/trunk/9486|[origination_uuid=y]sofia/gateway/trunk/1100 &park()")
	b.advance(2 * time.Second)
	events := c.events()
	for id, want := range map[string]string{
		"a": "HANGUP:LOSE_RACE HANGUP_COMPLETE:LOSE_RACE",
		"b": "ANSWER PARK",
		"x": "HANGUP:USER_BUSY HANGUP_COMPLETE:USER_BUSY",
		"y": "ANSWER PARK",
	} {
		if got := story(events, id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
}

func TestEarlyMediaCountsAsThroughUnlessIgnored(t *testing.T) {
	for vars, want := range map[string]time.Duration{"": 0, "ignore_early_media=true,": 2 * time.Second} {
		b := newBench(t, Config{})
		c := b.login("event json BACKGROUND_JOB")
		c.ask("bgapi originate {" + vars + "origination_uuid=a}sofia/gateway/trunk/1301 &park()")
		b.advance(5 * time.Second)
		at := c.events()[0]["Event-Date-Timestamp"]
		if at != fmt.Sprint(epoch.Add(want).UnixMicro()) {
			t.Errorf("%q: at %s", vars, at)
		}
	}
}

func TestSilentCarrierIsGivenUp(t *testing.T) {
	b := newBench(t, Config{Far: func(string, string) Far { return Far{Silent: true} }})
	c := b.login(heard)
	c.ask("bgapi originate {origination_uuid=a,originate_timeout=50}sofia/gateway/trunk/1 &park()")
	b.advance(32*time.Second - 1)
	if got := story(c.events(), "a"); got != "" {
		t.Error("too early:", got)
	}
	b.advance(1)
	e := c.events()
	if len(e) != 2 || e[1]["Hangup-Cause"] != "RECOVERY_ON_TIMER_EXPIRE" || e[1]["variable_sip_term_status"] != "408" {
		t.Error(e)
	}
}

func TestSetVariableShowsInLaterEvents(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login(heard)
	c.ask("api originate {origination_uuid=a,owner=one}sofia/gateway/trunk/1100 &park()")
	if got := c.ask("api uuid_setvar a owner two words"); got != "+OK\n" {
		t.Error(got)
	}
	c.events()
	c.ask("api uuid_kill a USER_BUSY")
	for _, e := range c.events() {
		if e["variable_owner"] != "two words" {
			t.Error(e["Event-Name"], e["variable_owner"])
		}
	}
}
