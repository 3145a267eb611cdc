package leaks

import (
	"errors"
	"testing"
	"time"
)

var errLeft = errors.New("a goroutine is left")

func TestAGoroutineThatIsOnItsWayOutIsNotLeft(t *testing.T) {
	looks := 0
	look := func() error {
		if looks++; looks < 3 {
			return errLeft
		}
		return nil
	}
	if err := gone(look, time.Now().Add(time.Hour)); err != nil || looks != 3 {
		t.Errorf("after %d looks: %v", looks, err)
	}
}

func TestAGoroutineThatDoesNotEndIsTold(t *testing.T) {
	looks := 0
	look := func() error { looks++; return errLeft }
	if err := gone(look, time.Now().Add(-time.Second)); !errors.Is(err, errLeft) || looks != 1 {
		t.Errorf("after %d looks, with no time left: %v", looks, err)
	}
}
