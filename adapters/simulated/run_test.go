package simulated_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

// wall is the clock of the process; inside a synctest bubble a faked one.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

func (wall) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := time.NewTimer(d)
	return t, t.C
}

// live runs a world by the bubble's clock until the test ends.
func live(t *testing.T, cfg simulated.Config) (*simulated.World, *simulated.Switch) {
	w := simulated.New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Run(ctx, wall{}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	})
	synctest.Wait()
	return w, w.Connect()
}

// listen takes n events off the channel, with the time at which each came.
func listen(phone *simulated.Switch, n int) (kinds []ports.EventKind, at []time.Time) {
	for len(kinds) < n {
		for _, e := range <-phone.Events() {
			kinds, at = append(kinds, e.Kind), append(at, time.Now())
		}
	}
	return kinds, at
}

func TestRunTellsEventsWhenTheyHappen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, phone := live(t, simulated.Config{Carrier: scripted(answered())})
		t0 := time.Now()
		if err := phone.Originate(dial(1)); err != nil {
			t.Fatal(err)
		}
		kinds, at := listen(phone, 4)
		for i, want := range []time.Duration{0, 1, 3, 8} {
			if got := at[i].Sub(t0); got != want*time.Second {
				t.Errorf("event %d came after %s, want %d s", kinds[i], got, want)
			}
		}
	})
}

func TestRunAtSpeedShortensTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, phone := live(t, simulated.Config{Carrier: scripted(answered()), Speed: 100, Start: simulated.DefaultStart})
		t0 := time.Now()
		if err := phone.Originate(dial(1)); err != nil {
			t.Fatal(err)
		}
		_, at := listen(phone, 4)
		if got := at[3].Sub(t0); got != 80*time.Millisecond {
			t.Errorf("8 s took %s, want 80 ms", got)
		}
		if got := w.Clock().Now().Sub(simulated.DefaultStart); got != 8*time.Second {
			t.Errorf("the world's clock has gone %s, want 8 s", got)
		}
	})
}

func TestRunTakesTheClocksTimeUnlessAStartIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := live(t, simulated.Config{})
		time.Sleep(time.Minute)
		if !w.Now().Equal(time.Now()) {
			t.Errorf("the world is at %s, the clock at %s", w.Now(), time.Now())
		}
	})
}

func TestSlowReceiverLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, phone := live(t, simulated.Config{Carrier: scripted(answered())})
		for n := range 10 {
			if err := phone.Originate(dial(n)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Hour)
		listen(phone, 40)
	})
}

func TestWorldRunsOnceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := live(t, simulated.Config{})
		if err := w.Run(t.Context(), wall{}); err == nil {
			t.Error("a second Run was accepted")
		}
	})
}

func TestTimersOfARunningWorldFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := live(t, simulated.Config{})
		t0 := time.Now()
		_, fires := w.Clock().NewTimer(time.Minute)
		<-fires
		if got := time.Since(t0); got != time.Minute {
			t.Errorf("a minute took %s", got)
		}
	})
}

func TestEventsThatNobodyReceivedAreThereForTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := simulated.New(simulated.Config{Carrier: scripted(answered())})
		phone := w.Connect()
		heard := 0
		for n := range 4 { // the channel has room for the first batch only
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			if err := phone.Originate(dial(n)); err != nil {
				t.Fatal(err)
			}
			if err := w.Run(ctx, wall{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Run returned %v", err)
			}
			cancel()
		}
		for len(phone.Events()) > 0 {
			heard += len(<-phone.Events())
		}
		if heard += len(phone.Poll()); heard != 16 {
			t.Errorf("heard %d of 16 events", heard)
		}
	})
}

func TestClosedConnectionIsFedNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, phone := live(t, simulated.Config{Carrier: scripted(answered())})
		for n := range 3 {
			if err := phone.Originate(dial(n)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		phone.Close()
		phone.Close()
	})
}
