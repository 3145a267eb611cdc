package freeswitch_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func TestLegsHaveIDsThatFollowFromTheCall(t *testing.T) {
	seen := map[ports.ID]bool{theCall: true}
	for _, id := range []ports.ID{
		freeswitch.AgentLegID(theCall), freeswitch.AgentLegID(uuid.UUID{1}), freeswitch.AttachLegID(uuid.UUID{1}, 1),
		freeswitch.AttachLegID(theCall, 1), freeswitch.AttachLegID(theCall, 2), freeswitch.AttachLegID(theCall, 12),
	} {
		if seen[id] || id.Version() != 5 {
			t.Errorf("%s: version %d, seen %v", id, id.Version(), seen[id])
		}
		seen[id] = true
	}
	// Another worker, another release: the ids are what they were.
	if got := freeswitch.AgentLegID(theCall).String(); got != agentText {
		t.Error(got)
	}
	if got := freeswitch.AttachLegID(theCall, 1).String(); got != attachText {
		t.Error(got)
	}
}

func TestACallIsTransferredToAnExtension(t *testing.T) {
	got, err := lab().Transfer(theCall, ports.Target{Destination: "7000"})
	said(t, got, err, callText+" 7000 XML default")
	got, err = lab().Transfer(theCall, ports.Target{Destination: "*98#", Dialplan: "LUA", Context: "bots.eu"})
	said(t, got, err, callText+" *98# LUA bots.eu")
}

func TestAFileIsPlayedToTheCallAlone(t *testing.T) {
	for _, file := range []string{
		"sorry.wav", "/var/sounds/no-agent_1.mp3", "greeting", "local_stream://moh", "silence_stream://2000",
		"https://cdn.example/sorry.wav", "http_cache://cdn.example/a.wav",
	} {
		got, err := lab().Play(theCall, file)
		said(t, got, err, callText+" "+file+" aleg")
	}
}

func TestACallIsHungUpWithACauseThatTheSwitchKnows(t *testing.T) {
	for _, cause := range []string{"NORMAL_CLEARING", "ALLOTTED_TIMEOUT", "WRONG_MESSAGE", "ACCESS_INFO_DISCARDED"} {
		got, err := freeswitch.Kill(theCall, cause)
		said(t, got, err, callText+" "+cause)
	}
}

func TestCommandsRefuseWhatMeansMore(t *testing.T) {
	transfer := func(to ports.Target) func() (string, error) {
		return func() (string, error) { return lab().Transfer(theCall, to) }
	}
	for _, c := range []struct {
		field, value string
		say          func() (string, error)
	}{
		{"Destination", "", transfer(ports.Target{})},
		{"Destination", "-both", transfer(ports.Target{Destination: "-both"})},
		{"Agent", "user/1", transfer(ports.Target{Agent: "user/1", Destination: "7000"})},
		{"Dialplan", "inline", transfer(ports.Target{Destination: "hangup", Dialplan: "inline"})},
		{"Dialplan", "INLINE", transfer(ports.Target{Destination: "hangup", Dialplan: "INLINE"})},
		{"Context", "-x", transfer(ports.Target{Destination: "7000", Context: "-x"})},
	} {
		refusedAs(t, c.field, c.value, c.say)
	}
	for _, file := range []string{
		"", "-both", "a::b", "a:b", "x!hangup", "shell_stream:///tmp/x", "tone_stream://x", "http://a::b", "http://a:80/x.wav",
		"/tmp/x.shell_stream", "http://a/x.shell_stream", "../x.wav", "/a/../b.wav", "://x.wav", "a b.wav", "${x}.wav",
		strings.Repeat("a", 256),
	} {
		refusedAs(t, "File", file, func() (string, error) { return lab().Play(theCall, file) })
	}
	for _, cause := range []string{"", "16", "normal_clearing", "NORMAL_CLEARING ", "NO_SUCH_CAUSE", "NONE", strings.Repeat("A", 65)} {
		refusedAs(t, "Cause", cause, func() (string, error) { return freeswitch.Kill(theCall, cause) })
	}
}

func TestLocalRefusalsAreToldFromCarriers(t *testing.T) {
	for cause, local := range map[string]bool{
		"DESTINATION_OUT_OF_ORDER": true, "GATEWAY_DOWN": true, "INVALID_GATEWAY": true, "INVALID_PROFILE": true,
		"INVALID_URL": true, "CHAN_NOT_IMPLEMENTED": true, "USER_NOT_REGISTERED": true,
		"SUBSCRIBER_ABSENT": false, "USER_BUSY": false, "NORMAL_TEMPORARY_FAILURE": false, "NO_ANSWER": false, "": false,
	} {
		if freeswitch.LocalRefusal(cause) != local {
			t.Errorf("%s: local is not %v", cause, local)
		}
	}
}
