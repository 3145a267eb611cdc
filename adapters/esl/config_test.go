package esl_test

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func TestABadConfigurationIsNamedByFieldAndValue(t *testing.T) {
	for _, c := range []struct {
		field, value string
		spoil        func(*esl.Config)
	}{
		{"Addr", `"10.0.0.5"`, func(c *esl.Config) { c.Addr = "10.0.0.5" }},
		{"Addr", `""`, func(c *esl.Config) { c.Addr = "" }},
		{"Gateways", "empty", func(c *esl.Config) { c.Gateways = nil }},
		{"Gateways[1]", `"a b"`, func(c *esl.Config) { c.Gateways = []string{"trunk", "a b"} }},
		{"Agents[0]", `"loopback/1"`, func(c *esl.Config) { c.Agents = []string{"loopback/1"} }},
		{"Profile", `"ext;ernal"`, func(c *esl.Config) { c.Profile = "ext;ernal" }},
		{"CallerName", `"<x>"`, func(c *esl.Config) { c.CallerName = "<x>" }},
		{"Tag", `"our tag"`, func(c *esl.Config) { c.Tag = "our tag" }},
		{"ParkTimeout", "-1s", func(c *esl.Config) { c.ParkTimeout = -time.Second }},
		{"ParkTimeout", "2h0m0s", func(c *esl.Config) { c.ParkTimeout = 2 * time.Hour }},
		{"ParkTimeout", "500ms", func(c *esl.Config) { c.ParkTimeout = time.Second / 2 }},
		{"PerSecond", "-3", func(c *esl.Config) { c.PerSecond = -3 }},
		{"GhostHorizon", "-1s", func(c *esl.Config) { c.GhostHorizon = -time.Second }},
		{"Timeout", "-1s", func(c *esl.Config) { c.Timeout = -time.Second }},
		{"Audit", "-1s", func(c *esl.Config) { c.Audit = -time.Second }},
		{"User", `"me\n@here"`, func(c *esl.Config) { c.User = "me\n@here" }},
		{"User", `"a:b@here"`, func(c *esl.Config) { c.User = "a:b@here" }},
		{"Password", "control", func(c *esl.Config) { c.Password = secret + "\n" }},
	} {
		cfg := esl.Config{Addr: "switch:8021", Password: secret, Gateways: []string{"trunk"}}
		c.spoil(&cfg)
		sw, err := esl.New(cfg)
		if err == nil {
			_ = sw.Close()
		}
		if !errors.Is(err, esl.ErrConfig) || !strings.Contains(err.Error(), c.field) || !strings.Contains(err.Error(), c.value) {
			t.Errorf("%s %s: %v", c.field, c.value, err)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("the password is in %v", err)
		}
	}
}

const secret = "correct-horse-battery"

func TestACampaignThatTheSwitchCouldNotBeToldIsNamedByField(t *testing.T) {
	sw := onTape(t, &tape{})
	good := campaign.Spec{Shape: attempt.ContactFirst, Destination: "7000"}
	if err := sw.CheckSpec(&good); err != nil {
		t.Errorf("a good one: %v", err)
	}
	for field, spec := range map[string]campaign.Spec{
		"Trunk":       {Trunk: "elsewhere"},
		"Gateways[1]": {Gateways: []string{"trunk", "elsewhere"}},
		"Agent":       {Shape: attempt.AgentFirst, Agent: "sofia/gateway/elsewhere/1"},
		"Destination": {Destination: "7000 inline"},
		"Dialplan":    {Destination: "7000", Dialplan: "inline"},
		"Context":     {Destination: "7000", Context: "a b"},
		"CallerID":    {CallerID: "4930;x"},
	} {
		var invalid *campaign.InvalidError
		if err := sw.CheckSpec(&spec); !errors.As(err, &invalid) || len(invalid.Faults) != 1 || invalid.Faults[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestOnlySoundFilesArePlayed(t *testing.T) {
	s := &tape{}
	sw := onTape(t, s)
	ready(t, sw)
	call := dialled("1002").Call
	for _, file := range []string{"", "shell_stream:///bin/sh", "x.wav::y", "../x.wav", "hold.sh", "a b.wav", "x\napi status.wav"} {
		if err := sw.Play(call, file); !errors.Is(err, freeswitch.ErrText) {
			t.Errorf("%q: %v", file, err)
		}
	}
	if err := sw.Play(call, "hold/music.wav"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the file", func() bool { return len(s.asked("api uuid_broadcast")) > 0 })
	if got, want := s.asked("api uuid_broadcast"), "api uuid_broadcast "+call.String()+" hold/music.wav aleg"; len(got) != 1 || got[0] != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestWhatCannotBeSaidIsRefusedAndNotSent(t *testing.T) {
	s := &tape{}
	sw := onTape(t, s)
	ready(t, sw)
	bad := dialled("1002")
	bad.Address = "1002 &system(id)"
	call := bad.Call
	for name, err := range map[string]error{
		"Address":     sw.Originate(bad),
		"Agent":       sw.Attach(call, ports.Target{Agent: "loopback/1"}),
		"Destination": sw.Attach(call, ports.Target{Destination: "7000 XML"}),
		"Cause":       sw.Hangup(call, "NOT_A_CAUSE"),
	} {
		var text *freeswitch.TextError
		if !errors.As(err, &text) || text.Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	eventually(t, "rest", sw.Idle)
	for _, sent := range []string{"bgapi", "api uuid"} {
		if got := s.asked(sent); len(got) > 0 {
			t.Errorf("sent %q", got)
		}
	}
}

// journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func TestThePasswordIsNeverToldNorLogged(t *testing.T) {
	for _, c := range []struct{ user, reply string }{
		{"", "-ERR invalid "}, {"me@here", "-ERR invalid "}, {"", "what is "}, // a switch that repeats what it refuses
	} {
		var log journal
		s := &tape{answer: func(command string) (string, bool) {
			if strings.Contains(command, "auth ") {
				return replyFrame(c.reply + command), true
			}
			return "", false
		}}
		clock := fakeswitch.NewClock(morning)
		sw := onTape(t, s, func(cfg *esl.Config) {
			cfg.Password, cfg.User, cfg.Clock = secret, c.user, clock
			cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		waiting(t, sw, clock)
		down := until(t, sw, ports.Down)
		if log.String() == "" || !strings.Contains(s.asked("")[0], secret) {
			t.Errorf("logged %q, sent %q", log.String(), s.asked(""))
		}
		for _, text := range []string{log.String(), down[0].Cause} {
			if strings.Contains(text, secret) {
				t.Errorf("the password is in %q", text)
			}
		}
	}
}
