package config_test

import (
	"strings"
	"testing"
)

func TestWhatTheSwitchTakesIsTaken(t *testing.T) {
	for _, line := range []string{
		"--switch esl://:pw@h --destination *98 --agent-allowed user/ --agent-allowed sofia/internal/ --agent-allowed user/1000",
		"--switch xmlrpc://u:pw@h --destination 5000 --agent-allowed sofia/gateway/other/ --trunk second",
		"--switch esl://u%40d:p%20w@h --trunk second",
	} {
		must(t, "--api-key long-enough --trunk t "+line)
	}
}

func TestFaultIsToldOnceAndWhereItIs(t *testing.T) {
	for _, tt := range []struct {
		line, part string
		times      int
	}{
		{"--store foo", "--switch", 0}, // which only a database wants
		{"--trunk a/b --switch esl://:pw@h --api-key long-enough", "--trunk", 1},
		{"--trunk t --switch esl://:p%0a@h --api-key long-enough --agent-allowed loopback --destination a;b", "control character", 1},
		{"--trunk t --switch esl://:pw@h --api-key long-enough --agent-allowed loopback --agent-allowed rtp", "--agent-allowed", 2},
	} {
		if _, err := parse(t, tt.line); err == nil || strings.Count(err.Error(), tt.part) != tt.times {
			t.Errorf("%s: %v, want %q %d times", tt.line, err, tt.part, tt.times)
		}
	}
}
