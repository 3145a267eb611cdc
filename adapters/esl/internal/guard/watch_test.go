package guard

import (
	"errors"
	"testing"
	"time"
)

func TestPauseIsNotHeldAgainstTheSwitch(t *testing.T) {
	clock := newManual()
	w := newWatch(&Config{Clock: clock, Timeout: 10 * time.Second, Silence: time.Minute})
	w.arrived()
	w.whole(true) // and the beginning of another
	w.pause()
	clock.advance(time.Hour)
	if wait, err := w.due(); wait != 10*time.Second || err != nil {
		t.Errorf("paused: %v, %v", wait, err)
	}
	w.resume()
	if wait, err := w.due(); wait != 10*time.Second || err != nil {
		t.Errorf("resumed: %v, %v", wait, err)
	}
	clock.advance(10 * time.Second)
	if _, err := w.due(); !errors.Is(err, ErrTimeout) {
		t.Errorf("half a frame: %v", err)
	}
}

func TestCommandIsDueEvenInAPause(t *testing.T) {
	clock := newManual()
	w := newWatch(&Config{Clock: clock, Timeout: 10 * time.Second})
	w.pause()
	w.begin()
	clock.advance(4 * time.Second)
	if wait, err := w.due(); wait != 6*time.Second || err != nil {
		t.Errorf("%v, %v", wait, err)
	}
	clock.advance(6 * time.Second)
	if _, err := w.due(); !errors.Is(err, ErrTimeout) {
		t.Error(err)
	}
	w.finish()
	if _, err := w.due(); err != nil {
		t.Error(err)
	}
}
