package freeswitch_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
)

func TestPausesDoubleUpToTheLimit(t *testing.T) {
	b := freeswitch.Backoff{Min: time.Second, Max: 5 * time.Second}
	for range 100 {
		for i, most := range []time.Duration{1, 2, 4, 5, 5} {
			most *= time.Second
			if d := b.Next(); d > most || d < most/2 {
				t.Errorf("pause %d is %s, want %s to %s", i, d, most/2, most)
			}
		}
		b.Reset()
	}
}

func TestPausesDiffer(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[(&freeswitch.Backoff{Min: time.Hour, Max: time.Hour}).Next()] = true
	}
	if len(seen) < 50 {
		t.Errorf("%d different pauses of 100", len(seen))
	}
}

func TestABackoffWithoutLimitsDoesNotPanic(t *testing.T) {
	var b freeswitch.Backoff
	for range 3 {
		if d := b.Next(); d != 0 {
			t.Errorf("a pause of %s", d)
		}
	}
}
