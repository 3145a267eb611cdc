package ops_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/ops"
	"github.com/outdial/outdial/ports"
)

// stub is a switch that a test plays.
type stub struct {
	ports.Telephony
	events chan []ports.Event
	err    error
}

func (s *stub) Originate(ports.Dial) error     { return s.err }
func (s *stub) Hangup(ports.ID, string) error  { return s.err }
func (s *stub) Events() <-chan []ports.Event   { return s.events }
func (s *stub) Limits() ports.Limits           { return ports.Limits{PerSecond: 7} }
func (s *stub) CheckSpec(*campaign.Spec) error { return errors.New("never") }
func (s *stub) DefaultTrunk() string           { return "main" }

func TestSwitchIsTimedFromTheOriginateToItsWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := ops.NewMetrics()
		inner := &stub{events: make(chan []ports.Event)}
		s := m.Switch(inner)
		taken, refused := uuid.New(), uuid.New()
		for _, id := range []ports.ID{taken, refused} {
			if err := s.Originate(ports.Dial{Call: id}); err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(200 * time.Millisecond)
		batch := []ports.Event{{Kind: ports.Accepted, Call: taken}, {Kind: ports.Refused, Call: refused}, {Kind: ports.Accepted, Call: uuid.New()}}
		inner.events <- batch
		if got := <-s.Events(); len(got) != 3 || got[1].Call != refused {
			t.Errorf("passed on: %v", got)
		}
		inner.events <- []ports.Event{{Kind: ports.Accepted, Call: taken}} // once more
		<-s.Events()
		has(t, scrape(t, m),
			`outdial_switch_accept_seconds_sum{result="accepted"} 0.2`, `outdial_switch_accept_seconds_count{result="accepted"} 1`,
			`outdial_switch_accept_seconds_count{result="refused"} 1`,
			`outdial_switch_events_total{kind="accepted"} 3`, `outdial_switch_commands_total{command="originate",result="ok"} 2`)
		s.Close()
		s.Close()
	})
}

func TestCommandsAreCountedByWhatBecameOfThem(t *testing.T) {
	m := ops.NewMetrics()
	inner := &stub{events: make(chan []ports.Event)}
	s := m.Switch(inner)
	defer s.Close()
	for _, err := range []error{nil, ports.ErrBusy, ports.ErrUnavailable, errors.New("no such thing")} {
		inner.err = err
		if got := s.Originate(ports.Dial{Call: uuid.New()}); !errors.Is(got, err) {
			t.Errorf("%v became %v", err, got)
		}
	}
	_ = s.Hangup(uuid.New(), ports.NormalClearing)
	has(t, scrape(t, m),
		`outdial_switch_commands_total{command="originate",result="ok"} 1`, `outdial_switch_commands_total{command="originate",result="busy"} 1`,
		`outdial_switch_commands_total{command="originate",result="unavailable"} 1`, `outdial_switch_commands_total{command="originate",result="refused"} 1`,
		`outdial_switch_commands_total{command="hangup",result="refused"} 1`)
}

func TestSwitchKeepsItsAbilitiesThroughTheWrapper(t *testing.T) {
	m := ops.NewMetrics()
	able := m.Switch(&stub{events: make(chan []ports.Event)})
	defer able.Close()
	if able.CheckSpec(nil) == nil || able.DefaultTrunk() != "main" || able.Limits().PerSecond != 7 {
		t.Error("an ability is lost")
	}
	plain := m.Switch(struct{ ports.Telephony }{&stub{events: make(chan []ports.Event)}})
	defer plain.Close()
	if plain.CheckSpec(nil) != nil || plain.DefaultTrunk() != "" {
		t.Error("an ability was made up")
	}
}

func TestEndOfTheSwitchsEventsIsPassedOn(t *testing.T) {
	inner := &stub{events: make(chan []ports.Event)}
	s := ops.NewMetrics().Switch(inner)
	defer s.Close()
	close(inner.events)
	if _, open := <-s.Events(); open {
		t.Error("an event was made up")
	}
}
