package freeswitch_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/internal/leaks"
	"github.com/outdial/outdial/ports"
)

// numbered is the nth of a row of events.
func numbered(n int) ports.Event { return ports.Event{Kind: ports.Progress, SIPStatus: n} }

// leakless fails the test if there are goroutines besides those that were running.
func leakless(t *testing.T, running goleak.Option) {
	t.Helper()
	if err := leaks.Gone(running); err != nil {
		t.Error(err)
	}
}

func TestTheOutboxKeepsTheOrderAndLosesNothing(t *testing.T) {
	running := goleak.IgnoreCurrent()
	o := freeswitch.NewOutbox()
	const all = 10_000
	go func() {
		for n := 0; n < all; n += 2 {
			o.Put(numbered(n), numbered(n+1))
		}
	}()
	for next := 0; next < all; {
		batch := <-o.Events()
		if len(batch) == 0 {
			t.Fatal("an empty batch")
		}
		for _, ev := range batch {
			if ev.SIPStatus != next {
				t.Fatalf("event %d came as number %d", ev.SIPStatus, next)
			}
			next++
		}
	}
	o.Close()
	leakless(t, running)
}

func TestTheOutboxNeverMakesAnyoneWait(t *testing.T) {
	o := freeswitch.NewOutbox()
	for n := range 100_000 { // nobody listens: Put must return all the same
		o.Put(numbered(n))
	}
	waiting := o.Len()
	first, rest := <-o.Events(), 0
	if waiting != 100_000 && waiting != 100_000-len(first)+1 { // before the first batch was made, or after
		t.Errorf("it says that %d wait, and the first batch was of %d", waiting, len(first))
	}
	for n := len(first); n < 100_000; rest++ {
		n += len(<-o.Events())
	}
	if rest > 1 {
		t.Errorf("what had waited came in %d batches more", rest)
	}
	o.Close()
}

func TestAnOutboxThatIsEmptyDeliversNothing(t *testing.T) {
	o := freeswitch.NewOutbox()
	o.Put()
	if o.Len() != 0 {
		t.Errorf("%d events wait", o.Len())
	}
	o.Put(numbered(1))
	if batch := <-o.Events(); len(batch) != 1 {
		t.Errorf("the first batch is %v", batch)
	}
	o.Close()
}

func TestAnOutboxClosesWithoutAListener(t *testing.T) {
	for name, fill := range map[string]int{"empty": 0, "full": 1000} {
		t.Run(name, func(t *testing.T) {
			running := goleak.IgnoreCurrent()
			o := freeswitch.NewOutbox()
			for n := range fill {
				o.Put(numbered(n))
			}
			o.Close()
			o.Close()
			o.Put(numbered(0)) // too late, and harmless
			leakless(t, running)
		})
	}
}

func TestManyMayPutAtOnce(t *testing.T) {
	o := freeswitch.NewOutbox()
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			call := uuid.New()
			for n := range 500 {
				o.Put(ports.Event{Call: call, SIPStatus: n})
			}
		})
	}
	next := map[ports.ID]int{}
	for n := 0; n < 8*500; {
		for _, ev := range <-o.Events() {
			if ev.SIPStatus != next[ev.Call] {
				t.Fatalf("event %d came as number %d", ev.SIPStatus, next[ev.Call])
			}
			next[ev.Call]++
			n++
		}
	}
	writers.Wait()
	o.Close()
	if o.Len() != 0 {
		t.Errorf("%d events are left", o.Len())
	}
}
