package freeswitch_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func refusal(cause string) []ports.Event { return []ports.Event{{Kind: ports.Refused, Cause: cause}} }

func TestRefusalsOfAFullSwitchSlowDown(t *testing.T) {
	var o freeswitch.Overload
	now := time.Unix(0, 0)
	longest := time.Duration(0)
	for range 10 {
		if o.Paused(now) {
			t.Fatal("it pauses before it was refused")
		}
		o.Learn(now, refusal("DESTINATION_OUT_OF_ORDER"))
		begin := now
		for o.Paused(now) {
			now = now.Add(10 * time.Millisecond)
		}
		longest = max(longest, now.Sub(begin))
	}
	if longest < 10*time.Second || longest > 31*time.Second {
		t.Errorf("the longest pause was %s, want up to 30 s", longest)
	}
}

func TestACallThatIsTakenEndsTheSlowness(t *testing.T) {
	var o freeswitch.Overload
	now := time.Unix(0, 0)
	for range 10 {
		o.Learn(now, refusal("DESTINATION_OUT_OF_ORDER"))
		now = now.Add(time.Minute)
	}
	o.Learn(now, []ports.Event{{Kind: ports.Accepted}})
	o.Learn(now, refusal("DESTINATION_OUT_OF_ORDER"))
	if o.Paused(now.Add(1100 * time.Millisecond)) {
		t.Error("the first pause is longer than a second")
	}
}

func TestRefusalsOfOtherKindsPauseNothing(t *testing.T) {
	var o freeswitch.Overload
	now := time.Unix(0, 0)
	o.Learn(now, refusal("GATEWAY_DOWN"))
	if o.Paused(now) {
		t.Error("it pauses for a gateway that is down")
	}
}
