package site

import (
	"testing"
	"testing/synctest"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// pass lets the machine's time pass, in a bubble.
func pass(d time.Duration) { <-time.After(d) }

func TestClockGoesAtItsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(noon, 30)
		pass(time.Second)
		if got := c.Now().Sub(noon); got != 30*time.Second {
			t.Errorf("a second was %s", got)
		}
		c.SetSpeed(0.5)
		pass(time.Minute)
		if got := c.Now().Sub(noon); got != time.Minute {
			t.Errorf("a minute at half the speed later it is at %s", got)
		}
		if c.Speed() != 0.5 {
			t.Errorf("the speed is %v", c.Speed())
		}
	})
}

func TestTimersFollowTheSpeed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change float64 // after a second
		want   time.Duration
	}{
		{"as it was", 10, 60 * time.Second},
		{"faster", 590, 2 * time.Second},
		{"slower", 1, 591 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, began := newClock(noon, 10), time.Now()
				_, fires := c.NewTimer(10 * time.Minute)
				pass(time.Second)
				c.SetSpeed(tt.change)
				at := <-fires
				if got := time.Since(began); got != tt.want {
					t.Errorf("it fired after %s, want %s", got, tt.want)
				}
				if at.Before(noon.Add(10 * time.Minute)) {
					t.Errorf("it fired at %s, too early", at)
				}
			})
		})
	}
}

func TestStoppedTimerDoesNotFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(noon, 7)
		timer, fires := c.NewTimer(time.Minute)
		if !timer.Stop() || timer.Stop() {
			t.Error("it says that it was stopped when it was not, or the other way round")
		}
		c.SetSpeed(600)
		pass(time.Hour)
		if len(fires) > 0 {
			t.Error("it fired")
		}
	})
}

func TestTimerOfNoTimeFiresAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, began := newClock(noon, 0.1), time.Now()
		_, fires := c.NewTimer(-time.Second)
		<-fires
		if got := time.Since(began); got != 0 {
			t.Errorf("after %s", got)
		}
	})
}
