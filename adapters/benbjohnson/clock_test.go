package benbjohnson_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outdial/outdial/adapters/benbjohnson"
)

// fired reports whether a timer has fired, and when.
func fired(c <-chan time.Time) (time.Time, bool) {
	select {
	case at := <-c:
		return at, true
	default:
		return time.Time{}, false
	}
}

func TestClockShowsTheMocksTime(t *testing.T) {
	mock := clock.NewMock()
	at := time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC)
	mock.Set(at)
	if got := benbjohnson.New(mock).Now(); !got.Equal(at) {
		t.Errorf("it is %s, want %s", got, at)
	}
}

func TestTimerFiresOnceWhenItsTimeHasCome(t *testing.T) {
	mock := clock.NewMock()
	_, c := benbjohnson.New(mock).NewTimer(time.Second)
	mock.Add(999 * time.Millisecond)
	if at, early := fired(c); early {
		t.Fatalf("fired at %s", at)
	}
	mock.Add(time.Minute)
	at, ok := fired(c)
	if want := time.Unix(1, 0); !ok || !at.Equal(want) {
		t.Errorf("fired: %v, at %s, want %s", ok, at, want)
	}
	if at, again := fired(c); again {
		t.Errorf("fired again at %s", at)
	}
}

func TestStoppedTimerDoesNotFire(t *testing.T) {
	mock := clock.NewMock()
	timer, c := benbjohnson.New(mock).NewTimer(time.Second)
	if !timer.Stop() {
		t.Error("Stop says that it was too late")
	}
	if timer.Stop() {
		t.Error("the second Stop says that it did something")
	}
	mock.Add(time.Minute)
	if at, ok := fired(c); ok {
		t.Errorf("fired at %s", at)
	}
}

func TestTimerThatHasFiredCannotBeStopped(t *testing.T) {
	mock := clock.NewMock()
	timer, c := benbjohnson.New(mock).NewTimer(time.Second)
	mock.Add(time.Second)
	if timer.Stop() {
		t.Error("Stop says that it kept a timer from firing that has fired")
	}
	if _, ok := fired(c); !ok {
		t.Error("what was sent is gone")
	}
}

func TestTimersFireInOrderOfTime(t *testing.T) {
	mock := clock.NewMock()
	c := benbjohnson.New(mock)
	_, late := c.NewTimer(2 * time.Second)
	_, early := c.NewTimer(time.Second)
	mock.Add(3 * time.Second)
	a, _ := fired(early)
	b, _ := fired(late)
	if !a.Before(b) {
		t.Errorf("1 s fired at %s, 2 s at %s", a, b)
	}
}

func TestSystemClockIsExactInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := benbjohnson.New(clock.New())
		t0 := c.Now()
		_, fires := c.NewTimer(time.Hour)
		if at := <-fires; at.Sub(t0) != time.Hour || c.Now().Sub(t0) != time.Hour {
			t.Errorf("an hour took %s", at.Sub(t0))
		}
	})
}

func ExampleNew() {
	mock := clock.NewMock()
	mock.Set(time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC))
	c := benbjohnson.New(mock)
	_, fires := c.NewTimer(90 * time.Second)
	mock.Add(2 * time.Minute)
	fmt.Println((<-fires).UTC().Format(time.TimeOnly), c.Now().UTC().Format(time.TimeOnly))
	// Output: 09:01:30 09:02:00
}
