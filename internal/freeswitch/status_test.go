package freeswitch_test

import (
	"testing"

	"github.com/outdial/outdial/internal/freeswitch"
)

const recordedStatus = "UP 0 years, 0 days, 0 hours, 2 minutes, 15 seconds, 270 milliseconds, 200 microseconds\n" +
	"FreeSWITCH (Version 1.10.12-release  64bit) is ready\n13 session(s) since startup\n" +
	"1 session(s) - peak 3, last 5min 3 \n0 session(s) per Sec out of max 1000, peak 6, last 5min 6 \n" +
	"10000 session(s) max\nmin idle cpu 0.00/97.97\nCurrent Stack Size/Max 240K/240K\n"

func TestStatusTellsTheSwitchsLimits(t *testing.T) {
	for reply, want := range map[string]freeswitch.Status{
		recordedStatus:            {Sessions: 1, MaxSessions: 10000, PerSecond: 999},
		"":                        {},
		"-ERR permission denied!": {},
		"0 session(s) per Sec out of max 1, peak 6":                    {}, // it lets nobody through; a refusal tells
		"99999999999999999999 session(s) max\n3 session(s) - peak 3\n": {Sessions: 3},
	} {
		if got := freeswitch.ParseStatus(reply); got != want {
			t.Errorf("%q: %+v, want %+v", reply, got, want)
		}
	}
}
