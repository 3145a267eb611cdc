package fakeswitch

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/ports"
)

func TestClockFiresInOrderOfTimeThenOfCreation(t *testing.T) {
	c := NewClock(epoch)
	var fired []string
	note := func(name string) func() {
		return func() { fired = append(fired, fmt.Sprint(name, c.Now().Sub(epoch))) }
	}
	c.AfterFunc(2*time.Second, note("b"))
	c.AfterFunc(time.Second, func() {
		note("a")()
		c.AfterFunc(time.Second, note("d")) // at the time of b, made later
	})
	c.AfterFunc(2*time.Second, note("c"))
	stopped := c.AfterFunc(time.Second, note("x"))
	if !stopped.Stop() || stopped.Stop() {
		t.Error("a timer stops once")
	}
	if next := c.Next(); !next.Equal(epoch.Add(time.Second)) {
		t.Errorf("next at %v", next)
	}
	c.Advance(epoch.Add(3 * time.Second))
	if got := strings.Join(fired, " "); got != "a1s b2s c2s d2s" {
		t.Error(got)
	}
	if !c.Next().IsZero() || !c.Now().Equal(epoch.Add(3*time.Second)) {
		t.Error("the clock has not come to rest", c.Next(), c.Now())
	}
	c.Advance(epoch)
	if !c.Now().Equal(epoch.Add(3 * time.Second)) {
		t.Error("the clock went back")
	}
}

func TestClockSendsOnceAndWaitsForNobody(t *testing.T) {
	c := NewClock(epoch)
	timer, fired := c.NewTimer(time.Second)
	c.Advance(epoch.Add(time.Minute))
	if at := <-fired; !at.Equal(epoch.Add(time.Second)) {
		t.Error(at)
	}
	if timer.Stop() {
		t.Error("a timer that has fired cannot be stopped")
	}
}

// chanClock is a clock that can only send.
type chanClock struct{ ports.Clock }

func TestSwitchLivesWithAClockThatOnlySends(t *testing.T) {
	clock := NewClock(epoch)
	s := New(Config{Clock: chanClock{clock}})
	defer func() { _ = s.Close() }()
	reply := make(chan string, 1)
	go func() {
		reply <- s.API(context.Background(), "originate", "{origination_uuid=a}sofia/gateway/trunk/1201 &park()")
	}()
	for s.Arrived("1201") == 0 {
		yield()
	}
	for len(reply) == 0 {
		clock.Advance(clock.Now().Add(10 * time.Millisecond))
		yield()
	}
	if got := <-reply; got != "+OK a\n" {
		t.Error(got)
	}
}

func TestSwitchLivesInRealTime(t *testing.T) {
	s := New(Config{Far: func(string, string) Far { return Far{Delay: time.Millisecond, SIP: 486} }})
	defer func() { _ = s.Close() }()
	if got := s.API(t.Context(), "originate", "sofia/gateway/trunk/1 &park()"); got != "-ERR USER_BUSY\n" {
		t.Error(got)
	}
}

func TestSwitchHasOneTimerAtATime(t *testing.T) {
	b := newBench(t, Config{})
	for range 20 {
		b.s.API(t.Context(), "originate", "{park_timeout=9}sofia/gateway/trunk/1100 &park()")
		b.s.API(t.Context(), "originate", "{park_timeout=3}sofia/gateway/trunk/1002 &park()")
	}
	if n := len(b.clock.queue); n != 1 {
		t.Error(n)
	}
	b.advance(15 * time.Second)
	if n := len(b.s.Channels()); n != 0 {
		t.Error(n, "calls are left")
	}
}
