package freeswitch_test

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/freeswitch"
)

const unclear = "REPLY_UNCLEAR"

func TestRepliesAreReadAsWhatTheySay(t *testing.T) {
	for reply, want := range map[string]freeswitch.Reply{
		"+OK caa40373-03f9-433d-8825-1af04c589110\n": {OK: true, Text: theOne.String()},
		"+OK":                             {OK: true},
		"-ERR USER_BUSY\n":                {Text: "USER_BUSY"},
		"-ERR  NO_ANSWER ":                {Text: "NO_ANSWER"},
		"":                                {Text: unclear},
		"-ERR":                            {Text: unclear},
		"-ERR no reply\n":                 {Text: unclear},
		"-USAGE: <call url>":              {Text: unclear},
		"ERROR!":                          {Text: unclear},
		"true":                            {Text: unclear},
		"-ERR " + strings.Repeat("X", 65): {Text: unclear},
	} {
		if got := freeswitch.ParseReply(reply); got != want {
			t.Errorf("%q is read as %+v, want %+v", reply, got, want)
		}
	}
}

func TestOnlyTheSwitchsOwnWordsSayThatAChannelIsGone(t *testing.T) {
	for reply, want := range map[string]bool{
		"-ERR No such channel!\n": true, "-ERR Invalid uuid": true,
		"": false, "-ERR no reply": false, "ERROR!": false, "+OK no such channel": false,
	} {
		if got := freeswitch.NoChannel(reply); got != want {
			t.Errorf("%q: %v", reply, got)
		}
	}
}

func FuzzReply(f *testing.F) {
	for _, seed := range []string{"+OK x", "-ERR USER_BUSY", "-ERR ", "-USAGE", "+OK-ERR", "-ERR +OK", "\n+OK\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		r := freeswitch.ParseReply(reply)
		said := strings.TrimSpace(reply)
		switch {
		case r.OK != strings.HasPrefix(said, "+OK"):
			t.Errorf("%q is read as %+v", reply, r)
		case r.Text != strings.TrimSpace(r.Text):
			t.Errorf("%q keeps spaces: %+v", reply, r)
		case !r.OK && r.Text == "":
			t.Errorf("%q fails for no cause", reply)
		case !r.OK && r.Text != unclear && !strings.HasSuffix(said, r.Text):
			t.Errorf("%q does not say %q", reply, r.Text)
		case r.OK && freeswitch.NoChannel(reply):
			t.Errorf("%q is both", reply)
		}
	})
}
